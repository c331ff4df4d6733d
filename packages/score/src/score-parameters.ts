import { ConfigError, defaultsOf } from '@levels/kernel'
import type { ConfigOf, ParameterTable } from '@levels/kernel'

/** Every setting of the score engine. Scores are 0–100. */
export const scoreParameters = {
  weightLiquidity: {
    default: 0.45,
    unit: '',
    meaning: 'weight of the liquidity score; the three weights add up to 1',
    coreName: 'w_L',
    min: 0,
    max: 1,
  },
  weightHedge: {
    default: 0.35,
    unit: '',
    meaning: 'weight of the hedge score',
    coreName: 'w_H',
    min: 0,
    max: 1,
  },
  weightTape: {
    default: 0.2,
    unit: '',
    meaning: 'weight of the tape score',
    coreName: 'w_T',
    min: 0,
    max: 1,
  },
  breakScore: {
    default: 80,
    unit: '',
    meaning: 'score above which a break is imminent, when it lasts',
    coreName: 'BREAK_SCORE_THRESHOLD',
    min: 0,
    max: 100,
  },
  breakReleaseScore: {
    default: 75,
    unit: '',
    meaning: 'score below which BREAK is given up',
    min: 0,
    max: 100,
  },
  rejectScore: {
    default: 20,
    unit: '',
    meaning: 'score below which a touched level rejects, when it lasts',
    coreName: 'REJECT_SCORE_THRESHOLD',
    min: 0,
    max: 100,
  },
  rejectReleaseScore: {
    default: 25,
    unit: '',
    meaning: 'score above which REJECT is given up',
    min: 0,
    max: 100,
  },
  touchBandUsd: {
    default: 0.1,
    unit: 'SPY $',
    meaning: 'distance up to which a level counts as touched',
    coreName: 'TOUCH_BAND',
    min: 0,
    max: 100,
  },
  triggerHoldS: {
    default: 3,
    unit: 's',
    meaning: 'how long a score must last on end to give BREAK or REJECT',
    coreName: 'TRIGGER_HOLD_TIME',
    min: 0,
    max: 3_600,
  },
  rejectAwayS: {
    default: 3,
    unit: 's',
    meaning: 'how long on end a level is not touched before REJECT is given up',
    min: 0,
    max: 3_600,
  },
  contestedLowScore: {
    default: 30,
    unit: '',
    meaning: 'lowest score of a contested level',
    min: 0,
    max: 100,
  },
  contestedHighScore: {
    default: 70,
    unit: '',
    meaning: 'highest score of a contested level',
    min: 0,
    max: 100,
  },
  contestedVolumeLots: {
    default: 500,
    unit: 'lots',
    meaning: 'least volume near a contested level over the tape window',
    min: 0,
  },
  velocityFullUsdPerS: {
    default: 0.05,
    unit: 'SPY $/s',
    meaning: 'velocity with the break that gives its whole half of the tape score',
    min: 1e-9,
  },
  confidenceHigh: {
    default: 0.7,
    unit: '',
    meaning: "least mean of the three engines' confidences for HIGH",
    min: 0,
    max: 1,
  },
  confidenceMedium: {
    default: 0.4,
    unit: '',
    meaning: "least mean of the three engines' confidences for MEDIUM",
    min: 0,
    max: 1,
  },
  levelCapacity: {
    default: 1024,
    unit: 'levels',
    meaning: 'most levels whose trigger is remembered at once',
    min: 1,
    max: 1_000_000,
    integer: true,
  },
} as const satisfies ParameterTable

export type ScoreConfig = ConfigOf<typeof scoreParameters>

export const defaultScoreConfig: ScoreConfig = defaultsOf(scoreParameters)

const WEIGHT_SUM_TOLERANCE = 1e-9

/**
 * Checks what no single parameter can: that scores stay in 0–100 and that a trigger's release
 * lies on the far side of its threshold, so that no level is BREAK and REJECT at once.
 *
 * @throws ConfigError naming the relation that does not hold
 */
export function checkScoreConfig(config: ScoreConfig): void {
  const weights = config.weightLiquidity + config.weightHedge + config.weightTape
  if (!(Math.abs(weights - 1) <= WEIGHT_SUM_TOLERANCE)) {
    throw new ConfigError(`expected weightLiquidity + weightHedge + weightTape = 1, was ${weights}`)
  }
  expectRising(config, 'rejectScore', 'rejectReleaseScore', 'breakReleaseScore', 'breakScore')
  expectRising(config, 'contestedLowScore', 'contestedHighScore')
  expectRising(config, 'confidenceMedium', 'confidenceHigh')
}

function expectRising(config: ScoreConfig, ...keys: (keyof ScoreConfig)[]): void {
  const values = keys.map((key) => config[key])
  const isRising = values.every((value, i) => i === 0 || (values[i - 1] ?? NaN) <= value)
  if (!isRising) {
    throw new ConfigError(`expected ${keys.join(' ≤ ')}, was ${values.join(', ')}`)
  }
}
