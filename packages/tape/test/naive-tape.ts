import type { SweepDetection, TapeMetrics } from '@levels/contracts/metrics'
import { Aggressor, NO_EXCHANGE } from '@levels/kernel'

const WINDOW_NS = 60e9
const VELOCITY_WINDOW_NS = 3e9
const LOOKBACK_NS = 10e9
const MAX_GAP_NS = 100e6
const MIN_NOTIONAL_USD = 5e6

export interface NaiveTrade {
  readonly tsRelNs: number
  readonly priceTicks: number
  readonly size: number
  readonly aggressor: Aggressor
  readonly exchange: number
}

/** The tape engine's naive twin: all trades there ever were, read again for each answer. */
export function naiveTape(
  trades: readonly NaiveTrade[],
  at: { readonly nowNs: number; readonly levelPrice: number; readonly ratio: number },
  minVenues: number,
): TapeMetrics {
  const { nowNs, levelPrice, ratio } = at
  const centerTicks = (levelPrice * ratio) / 0.25
  const halfWidthTicks = (0.5 * ratio) / 0.25
  const isNear = ({ priceTicks }: NaiveTrade): boolean =>
    Math.abs(priceTicks - centerTicks) <= halfWidthTicks + 1e-6
  const near = trades.filter((t) => t.tsRelNs > nowNs - WINDOW_NS && isNear(t))
  const lotsOf = (aggressor: Aggressor): number =>
    near.filter((t) => t.aggressor === aggressor).reduce((sum, t) => sum + t.size, 0)
  const buyVol = lotsOf(Aggressor.Buy)
  const sellVol = lotsOf(Aggressor.Sell)
  const total = buyVol + sellVol
  return {
    imbalance: total === 0 ? 0 : (buyVol - sellVol) / total,
    buyVol,
    sellVol,
    velocity:
      (ticksPerS(trades.filter((t) => t.tsRelNs > nowNs - VELOCITY_WINDOW_NS)) * 0.25) / ratio,
    sweep: largestSweep(trades, nowNs, isNear, minVenues),
    confidence: Math.min(1, total / 500),
  }
}

/** Least squares in exact integers. */
function ticksPerS(trades: readonly NaiveTrade[]): number {
  const points = trades.map((t) => ({ x: BigInt(t.tsRelNs), y: BigInt(t.priceTicks) }))
  const sum = (of: (p: { x: bigint; y: bigint }) => bigint): bigint =>
    points.reduce((total, p) => total + of(p), 0n)
  const n = BigInt(points.length)
  const [sx, sy] = [sum((p) => p.x), sum((p) => p.y)]
  const spread = n * sum((p) => p.x * p.x) - sx * sx
  if (spread === 0n) return 0
  return (Number(n * sum((p) => p.x * p.y) - sx * sy) / Number(spread)) * 1e9
}

function largestSweep(
  trades: readonly NaiveTrade[],
  nowNs: number,
  isNear: (trade: NaiveTrade) => boolean,
  minVenues: number,
): SweepDetection {
  const sweeps = runsOf(trades)
    .filter((run) => (run.at(-1)?.tsRelNs ?? 0) > nowNs - LOOKBACK_NS)
    .filter((run) => isSweep(run) && run.some(isNear))
    .filter((run) => minVenues === 1 || venuesOf(run).length >= minVenues)
  const [largest] = sweeps.reverse().sort((a, b) => notionalOf(b) - notionalOf(a))
  const first = largest?.[0]
  const last = largest?.at(-1)
  if (largest === undefined || first === undefined || last === undefined) {
    const nothing = { notional: 0, numPrints: 0, windowMs: 0, venues: null }
    return { detected: false, direction: 'NONE', ...nothing }
  }
  const venues = venuesOf(largest)
  return {
    detected: true,
    direction: first.aggressor === Aggressor.Buy ? 'UP' : 'DOWN',
    notional: notionalOf(largest),
    numPrints: largest.length,
    windowMs: (last.tsRelNs - first.tsRelNs) / 1e6,
    venues: venues.length === 0 ? null : venues,
  }
}

/** Prints of one aggressor in a row, no two further apart than the gap. */
function runsOf(trades: readonly NaiveTrade[]): NaiveTrade[][] {
  const runs: NaiveTrade[][] = []
  for (const trade of trades) {
    if (trade.aggressor !== Aggressor.Buy && trade.aggressor !== Aggressor.Sell) continue
    const last = runs.at(-1)?.at(-1)
    const goesOn = last?.aggressor === trade.aggressor && trade.tsRelNs - last.tsRelNs <= MAX_GAP_NS
    if (goesOn) runs.at(-1)?.push(trade)
    else runs.push([trade])
  }
  return runs
}

function isSweep(run: readonly NaiveTrade[]): boolean {
  const [first] = run
  const last = run.at(-1)
  if (first === undefined || last === undefined || run.length < 3) return false
  const prices = new Set(run.map((t) => t.priceTicks))
  const gain = (last.priceTicks - first.priceTicks) * (first.aggressor === Aggressor.Buy ? 1 : -1)
  return prices.size >= 2 && gain > 0 && notionalOf(run) >= MIN_NOTIONAL_USD
}

function notionalOf(run: readonly NaiveTrade[]): number {
  return run.reduce((sum, t) => sum + t.priceTicks * 0.25 * t.size * 50, 0)
}

function venuesOf(run: readonly NaiveTrade[]): number[] {
  const known = run.map((t) => t.exchange).filter((venue) => venue !== NO_EXCHANGE)
  return [...new Set(known)].sort((a, b) => a - b)
}
