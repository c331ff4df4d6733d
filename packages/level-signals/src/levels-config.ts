import { barrierParameters, type BarrierConfig } from '@levels/barrier'
import { fuelParameters, type FuelConfig } from '@levels/fuel'
import {
  checkParameter,
  ConfigError,
  defaultsOf,
  ES_SPY,
  NS_PER_MS,
  NS_PER_S,
  type InstrumentPair,
  type ParameterSpec,
  type ParameterTable,
  type ParameterValue,
} from '@levels/kernel'
import { defaultMarketStateConfig, type MarketStateConfig } from '@levels/market-state'
import { checkScoreConfig, scoreParameters, type ScoreConfig } from '@levels/score'
import { tapeParameters, type TapeConfig } from '@levels/tape'
import {
  feedParameters,
  levelParameters,
  marketParameters,
  type FeedConfig,
  type LevelConfig,
  type MarketConfig,
} from './level-parameters.ts'

/** Every setting that a signal depends on. Two runs with equal values give equal bytes. */
export interface LevelsConfig {
  readonly feed: FeedConfig
  readonly market: MarketConfig
  readonly levels: LevelConfig
  readonly barrier: BarrierConfig
  readonly tape: TapeConfig
  readonly fuel: FuelConfig
  readonly score: ScoreConfig
}

const TABLES: Readonly<Record<keyof LevelsConfig, ParameterTable>> = {
  feed: feedParameters,
  market: marketParameters,
  levels: levelParameters,
  barrier: barrierParameters,
  tape: tapeParameters,
  fuel: fuelParameters,
  score: scoreParameters,
}

/** Most levels of the user's own: every one of them may be in band at once. */
const HOTZONES_MAX = 64

/** A parameter with its full name, `section.key`. */
export interface NamedParameter {
  readonly name: string
  readonly spec: ParameterSpec
}

/** Every parameter there is, by section, in the order of its table. */
export const levelsParameters: readonly NamedParameter[] = Object.entries(TABLES).flatMap(
  ([section, table]) =>
    Object.entries(table).map(([key, spec]) => ({ name: `${section}.${key}`, spec })),
)

/**
 * A whole configuration: the defaults with some values replaced.
 *
 * @param overrides by full name (`{ 'barrier.zoneTicks': 6 }`), by section
 *   (`{ barrier: { zoneTicks: 6 } }`), or both
 * @throws ConfigError naming the key that is unknown or whose value is refused, or the keys whose
 *   values contradict each other
 */
export function resolveConfig(overrides: Readonly<Record<string, unknown>> = {}): LevelsConfig {
  const values: Record<string, Record<string, ParameterValue>> = Object.fromEntries(
    Object.entries(TABLES).map(([section, table]) => [section, { ...defaultsOf(table) }]),
  )
  const specs = new Map(levelsParameters.map(({ name, spec }) => [name, spec]))
  for (const [name, value] of flatten(overrides)) {
    const spec = specs.get(name)
    const [section = '', key = ''] = name.split('.')
    const target = values[section]
    if (spec === undefined || target === undefined) {
      throw new ConfigError(`${name}: expected the name of a parameter${suggest(name)}`)
    }
    target[key] = checkParameter(name, spec, value)
  }
  const config = values as unknown as LevelsConfig
  checkLevelConfig(config.levels)
  checkScoreConfig(config.score)
  return config
}

/** Checks what no single parameter can. */
function checkLevelConfig(config: LevelConfig): void {
  const { hotzonesUsd, monitorBandUsd, universeRangeUsd, mergeUsd, confluenceUsd } = config
  if (hotzonesUsd.length > HOTZONES_MAX) {
    throw new ConfigError(
      `levels.hotzonesUsd: expected at most ${HOTZONES_MAX} prices, was ${hotzonesUsd.length}`,
    )
  }
  if (monitorBandUsd > universeRangeUsd) {
    throw new ConfigError(
      `expected levels.monitorBandUsd ≤ levels.universeRangeUsd, was ${monitorBandUsd}, ${universeRangeUsd}`,
    )
  }
  if (mergeUsd > confluenceUsd) {
    throw new ConfigError(
      `expected levels.mergeUsd ≤ levels.confluenceUsd, was ${mergeUsd}, ${confluenceUsd}`,
    )
  }
}

function* flatten(overrides: Readonly<Record<string, unknown>>): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(overrides)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) yield [`${name}.${key}`, inner]
    } else {
      yield [name, value]
    }
  }
}

function suggest(name: string): string {
  const key = (name.split('.').at(-1) ?? name).toLowerCase()
  const near = levelsParameters
    .filter((p) => p.name.toLowerCase().includes(key) || p.spec.coreName === name)
    .map((p) => p.name)
  return near.length === 0 ? '' : ` (did you mean ${near.slice(0, 3).join(' or ')}?)`
}

/** The part of a configuration that the market state needs. */
export function marketStateConfigOf(
  config: LevelsConfig,
  pair: InstrumentPair = ES_SPY,
): MarketStateConfig {
  const { market, levels, barrier, tape, fuel } = config
  const base = defaultMarketStateConfig
  return {
    ...base,
    pair,
    snapIntervalNs: levels.snapIntervalMs * NS_PER_MS,
    staleRegularNs: market.staleRegularS * NS_PER_S,
    staleOutsideNs: market.staleOutsideS * NS_PER_S,
    quoteMaxAgeNs: market.quoteMaxAgeS * NS_PER_S,
    depth: {
      ...base.depth,
      flowWindowNs: barrier.windowS * NS_PER_S,
      fillMatchNs: barrier.fillMatchMs * NS_PER_MS,
      baselineWindowNs: barrier.baselineWindowS * NS_PER_S,
      baselineMinSamples: barrier.baselineMinSamples,
      baselinePercentile: barrier.baselinePercentile,
    },
    tape: {
      ...base.tape,
      windowNs: tape.windowS * NS_PER_S,
      velocityWindowNs: tape.velocityWindowS * NS_PER_S,
      sweepMaxGapNs: tape.sweepMaxGapMs * NS_PER_MS,
      sweepMinPrints: tape.sweepMinPrints,
      sweepMinPrices: tape.sweepMinPrices,
      sweepMinNotionalUsd: tape.sweepMinNotionalUsd,
      sweepLookbackNs: tape.sweepLookbackS * NS_PER_S,
    },
    priceConverter: {
      timeConstantNs: market.ratioTimeConstantS * NS_PER_S,
      bookMaxAgeNs: market.ratioBookMaxAgeS * NS_PER_S,
      sampleMaxAgeNs: market.ratioMaxAgeS * NS_PER_S,
      ratioBand: market.ratioBand,
    },
    valueAreaShare: market.valueAreaShare,
    optionFlow: {
      ...base.optionFlow,
      windowsNs: [fuel.windowS, fuel.wallWindowS].map((seconds, i) =>
        // A session-long window is read from the session's sums; its rolling one is not used.
        seconds === 'session' ? (base.optionFlow.windowsNs[i] ?? NS_PER_S) : seconds * NS_PER_S,
      ),
    },
  }
}
