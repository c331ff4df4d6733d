import type {
  BarrierState,
  BreakDirection,
  ComponentScores,
  Confidence,
  FuelEffect,
  TapeMetrics,
} from '@levels/contracts/metrics'
import type { ScoreConfig } from './score-parameters.ts'

/** How much the liquidity at a level favours its break, by what the liquidity does. */
const LIQUIDITY_SCORES: Readonly<Record<BarrierState, number>> = {
  VACUUM: 100,
  WEAK: 75,
  CONSUMED: 60,
  NEUTRAL: 50,
  WALL: 0,
  ABSORPTION: 0,
}

/** How much the dealers' hedging favours a break. */
const HEDGE_SCORES: Readonly<Record<FuelEffect, number>> = { AMPLIFY: 100, NEUTRAL: 50, DAMPEN: 0 }

/** What pace and pressure give at most, each; only a sweep gives more than both. */
const PACE_SCORE = 25
const PRESSURE_SCORE = 25
const SWEEP_SCORE = 100

/** Decimal fractions carry rounding: a mean that is 0.7 on paper counts as 0.7. */
const MEAN_TOLERANCE = 1e-12

/** S_L, 0–100: how much the liquidity at the level favours its break. */
export function liquidityScore(state: BarrierState): number {
  return LIQUIDITY_SCORES[state]
}

/** S_H, 0–100: how much the dealers' hedging favours a break. */
export function hedgeScore(effect: FuelEffect): number {
  return HEDGE_SCORES[effect]
}

/**
 * S_T, 0–100: how much the trades favour the break. 100 on a sweep in its direction, else up to
 * 25 for the velocity and up to 25 for the imbalance, each only when it goes with the break.
 */
export function tapeScore(
  tape: TapeMetrics,
  breakDirection: BreakDirection,
  config: ScoreConfig,
): number {
  if (tape.sweep.detected && tape.sweep.direction === breakDirection) return SWEEP_SCORE
  const sign = breakDirection === 'UP' ? 1 : -1
  const pace = Math.max(0, Math.min(1, (sign * tape.velocity) / config.velocityFullUsdPerS))
  const pressure = Math.max(0, sign * tape.imbalance)
  return Math.min(PACE_SCORE + PRESSURE_SCORE, PACE_SCORE * pace + PRESSURE_SCORE * pressure)
}

/** S = w_L · S_L + w_H · S_H + w_T · S_T, 0–100. */
export function compositeScore(components: ComponentScores, config: ScoreConfig): number {
  const sum =
    config.weightLiquidity * components.liquidityScore +
    config.weightHedge * components.hedgeScore +
    config.weightTape * components.tapeScore
  return Math.min(100, sum) // weights that add up to 1 may still round to a hair above 100
}

/**
 * How much there is behind a score, in one word.
 *
 * @param meanConfidence of the three engines, 0–1
 * @param isBookReliable false: LOW, whatever the engines say
 */
export function confidenceWord(
  meanConfidence: number,
  isBookReliable: boolean,
  config: ScoreConfig,
): Confidence {
  const mean = meanConfidence + MEAN_TOLERANCE
  if (!isBookReliable) return 'LOW'
  if (mean >= config.confidenceHigh) return 'HIGH'
  return mean >= config.confidenceMedium ? 'MEDIUM' : 'LOW'
}
