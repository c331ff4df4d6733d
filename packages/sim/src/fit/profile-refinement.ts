import { type MarketProfile, QUEUES } from '../profile.ts'
import type { MarketStatistics } from './market-statistics.ts'
import { rounded } from './rate-fit.ts'
import { FIT_SEED, simulateHours } from './simulated-hours.ts'

/** How much of a difference one round takes back. */
const STEP = 0.7
const SENTIMENT_MAX = 1
/** Of `SIGNATURE_S`: 5 s to 60 s, long enough to be free of bounces, short enough to be known. */
const SIGNATURE_FROM = 3
const SIGNATURE_UNTIL = 6

/**
 * Rates fitted one by one add up to a market whose averages are off by what they leave out. This
 * sets that right: simulates, compares, and corrects a few rates by what each is answerable for;
 * depth by its cancels, wide spreads by the orders that fill them, the share of trades by market
 * orders, volatility by sentiment.
 *
 * @param run.hours simulated in each round
 * @param run.onRound called before each round with the share done
 */
export function refineProfile(
  first: MarketProfile,
  real: MarketStatistics,
  run: {
    readonly rounds: number
    readonly hours: number
    readonly onRound?: (share: number) => void
  },
): MarketProfile {
  let profile = first
  for (let round = 0; round < run.rounds; round++) {
    run.onRound?.(round / run.rounds)
    const made = simulateHours(profile, {
      firstSeed: FIT_SEED + round * run.hours,
      hours: run.hours,
    })
    profile = corrected(profile, real, made)
  }
  return profile
}

function corrected(
  profile: MarketProfile,
  real: MarketStatistics,
  made: MarketStatistics,
): MarketProfile {
  const depth = Array.from({ length: QUEUES }, (_, k) =>
    factor(meanLots(made, k) / meanLots(real, k)),
  )
  const wide = factor(wideByEvent(made) / wideByEvent(real))
  const trades = factor(tradeShare(real) / tradeShare(made))
  const cancels = factor(cancelShare(real) / cancelShare(made))
  const wild = factor(volatility(real) / volatility(made))
  const scaled = (rows: readonly (readonly number[])[], by: (row: number) => number) =>
    rows.map((row, i) => row.map((rate) => rounded(rate * by(i))))
  const { excitation, haste, sentiment } = profile
  return {
    ...profile,
    eventsPerS: rounded(profile.eventsPerS * factor(perS(real) / perS(made))),
    // Depth is a balance: what cancels gain, limit orders lose, so that shares stay.
    limit: scaled(profile.limit, (k) => 1 / Math.sqrt(depth[k] ?? 1) / Math.sqrt(cancels)),
    cancel: scaled(profile.cancel, (k) => Math.sqrt(depth[k] ?? 1) * Math.sqrt(cancels)),
    market: profile.market.map((rate) => rounded(rate * trades)),
    gap: { back: scaled(profile.gap.back, () => wide), on: scaled(profile.gap.on, () => wide) },
    haste: rounded(
      haste * factor(wideByTime(made) / wideByEvent(made) / (wideByTime(real) / wideByEvent(real))),
    ),
    sentiment: { ...sentiment, spread: rounded(Math.min(SENTIMENT_MAX, sentiment.spread * wild)) },
    excitation,
  }
}

function factor(ratio: number): number {
  if (!(ratio > 0 && ratio < Infinity)) return 1
  return Math.min(1.5, Math.max(0.67, 1 + STEP * (ratio - 1)))
}

/** Between the two ways to weigh: by event and by time. */
function meanLots(statistics: MarketStatistics, level: number): number {
  const byEvent = statistics.lotsByEvent[level]?.mean ?? 0
  const byTime = statistics.lotsByTime[level]?.mean ?? 0
  return (byEvent + byTime) / 2
}

function wideByEvent(statistics: MarketStatistics): number {
  return 1 - statistics.spreadByEvent.share(1)
}

function wideByTime(statistics: MarketStatistics): number {
  return 1 - statistics.spreadByTime.share(1)
}

function orders(statistics: MarketStatistics): number {
  return statistics.adds + statistics.cancels + statistics.trades
}

function tradeShare(statistics: MarketStatistics): number {
  return statistics.trades / orders(statistics)
}

function cancelShare(statistics: MarketStatistics): number {
  return statistics.cancels / orders(statistics)
}

function perS(statistics: MarketStatistics): number {
  return statistics.events / statistics.durationNs
}

function volatility(statistics: MarketStatistics): number {
  const signature = statistics.moves.signature().slice(SIGNATURE_FROM, SIGNATURE_UNTIL)
  return signature.reduce((sum, value) => sum + value, 0)
}
