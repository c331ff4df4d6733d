import { ES_SPY, NS_PER_MS, NS_PER_S, type InstrumentPair } from '@levels/kernel'
import type { DepthConfig, FlowObserver } from './depth-state.ts'
import type { OptionFlowConfig } from './option-flow-state.ts'
import type { PriceConverterConfig } from './price-converter.ts'
import type { TapeConfig } from './tape-state.ts'

/** Windows, limits and capacities of one market state. Fixed for its life. */
export interface MarketStateConfig {
  readonly pair: InstrumentPair
  /** Depth baselines are sampled at multiples of this in event time, ns. */
  readonly snapIntervalNs: number
  /** A book without an update for longer is stale: in the regular session, and outside it, ns. */
  readonly staleRegularNs: number
  readonly staleOutsideNs: number
  /** A SPY quote is used as the present bid and ask for this long, ns. */
  readonly quoteMaxAgeNs: number
  readonly depth: DepthConfig
  readonly tape: Omit<TapeConfig, 'pair'>
  readonly priceConverter: PriceConverterConfig
  /** Share of the session's volume that the value area holds, 0–1. */
  readonly valueAreaShare: number
  /** Windows: index 0 the fuel window, index 1 the wall window. */
  readonly optionFlow: OptionFlowConfig
}

export interface MarketStateOptions {
  /** What relative times count from, epoch nanoseconds, a midnight UTC (`epochFor`). */
  readonly epochNs: bigint
  readonly config?: MarketStateConfig
  /** Called with every flow of liquidity; see `FlowObserver`. */
  readonly flowObserver?: FlowObserver | null
}

export const defaultMarketStateConfig: MarketStateConfig = {
  pair: ES_SPY,
  snapIntervalNs: 250 * NS_PER_MS,
  staleRegularNs: 5 * NS_PER_S,
  staleOutsideNs: 60 * NS_PER_S,
  quoteMaxAgeNs: NS_PER_S,
  depth: {
    flowWindowNs: 240 * NS_PER_S,
    flowCapacity: 2 ** 21,
    fillMatchNs: 250 * NS_PER_MS,
    baselineWindowNs: 1_800 * NS_PER_S,
    baselineMinSamples: 240,
    baselinePercentile: 0.2,
    historyCapacity: 2 ** 14,
  },
  tape: {
    windowNs: 60 * NS_PER_S,
    velocityWindowNs: 3 * NS_PER_S,
    windowCapacity: 2 ** 20,
    historyCapacity: 2 ** 16,
    sweepMaxGapNs: 100 * NS_PER_MS,
    sweepMinPrints: 3,
    sweepMinPrices: 2,
    sweepMinNotionalUsd: 5_000_000,
    sweepLookbackNs: 10 * NS_PER_S,
    sweepCapacity: 1_024,
  },
  priceConverter: {
    timeConstantNs: 30 * NS_PER_S,
    bookMaxAgeNs: NS_PER_S,
    sampleMaxAgeNs: 300 * NS_PER_S,
    ratioBand: 0.05,
  },
  valueAreaShare: 0.7,
  optionFlow: {
    windowsNs: [60 * NS_PER_S, 300 * NS_PER_S],
    seriesCapacity: 8_192,
    ringCapacity: 2 ** 20,
  },
}

/**
 * The same configuration for a state that is never asked for single updates or trades, which no
 * engine needs: it keeps none. An update takes a tenth less, a saved state a fifth.
 */
export function withoutHistory(config: MarketStateConfig): MarketStateConfig {
  const { depth, tape } = config
  return {
    ...config,
    depth: { ...depth, historyCapacity: 0 },
    tape: { ...tape, historyCapacity: 0 },
  }
}
