import { ES_SPY, NS_PER_HOUR } from '@levels/kernel'
import { MarketSimulator } from '../market/market-simulator.ts'
import { marketOptions } from '../output/session.ts'
import type { MarketProfile } from '../profile.ts'
import { MarketStatistics } from './market-statistics.ts'

/** Seeds from this one on are used to fit, and not to report. */
export const FIT_SEED = 1_000_000
/** Seeds from this one on are used to report. */
export const REPORT_SEED = 2_000_000

/** Statistics of so many simulated hours, each from a seed and an opening book of its own. */
export function simulateHours(
  profile: MarketProfile,
  run: { readonly firstSeed: number; readonly hours: number },
): MarketStatistics {
  const statistics = new MarketStatistics()
  for (let hour = 0; hour < run.hours; hour++) {
    statistics.restart()
    const market = new MarketSimulator(
      {
        ...marketOptions({ seed: run.firstSeed + hour, profile, rate: 1 }),
        // The future alone.
        equity: { ...NO_EQUITY },
        options: { ...NO_OPTIONS },
      },
      { futures: (event) => statistics.take(event), equity: () => undefined },
    )
    market.runUntil(market.startRelNs + NS_PER_HOUR)
  }
  return statistics
}

const NO_EQUITY = {
  ratio: ES_SPY.defaultRatio,
  basisSpread: 0,
  basisReturnPerS: 1,
  lagS: 1,
  quotesPerS: 0,
  tradesPerS: 0,
}
const NO_OPTIONS = {
  tradesPerS: 0,
  contracts: 1,
  expiryShares: [1],
  iv: 0.1,
  ivSkewPerUsd: 0,
  ivSmilePerUsd2: 0,
  strikes: 1,
}
