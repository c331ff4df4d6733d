import {
  Aggressor,
  EventKind,
  NS_PER_MS,
  type InstrumentPair,
  type MarketEvent,
} from '@levels/kernel'
import type { LevelsConfig } from '@levels/level-signals'
import type { TrueSweep } from './sweep-matching.ts'

/**
 * The runs of a tape that are sweeps by the rule, found the plain way: whoever made them. It tells
 * alarms that the rule asks for from alarms that it does not.
 *
 * @param events in order of time; other kinds than futures trades are passed over
 */
export function tapeSweeps(
  events: readonly MarketEvent[],
  config: LevelsConfig['tape'],
  pair: InstrumentPair,
): TrueSweep[] {
  const trades = events.filter(
    ({ kind, aggressor }) =>
      kind === EventKind.FuturesTrade &&
      (aggressor === Aggressor.Buy || aggressor === Aggressor.Sell),
  )
  const runs: MarketEvent[][] = []
  for (const trade of trades) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    const isSame =
      last?.aggressor === trade.aggressor &&
      trade.tsRelNs - last.tsRelNs <= config.sweepMaxGapMs * NS_PER_MS
    if (isSame) run?.push(trade)
    else runs.push([trade])
  }
  return runs.flatMap((run) => sweepOf(run, config, pair) ?? [])
}

function sweepOf(
  run: readonly MarketEvent[],
  config: LevelsConfig['tape'],
  pair: InstrumentPair,
): TrueSweep | null {
  const [first] = run
  const last = run.at(-1)
  if (first === undefined || last === undefined) return null
  const isUp = first.aggressor === Aggressor.Buy
  const moved = (last.priceTicks - first.priceTicks) * (isUp ? 1 : -1)
  const prices = new Set(run.map(({ priceTicks }) => priceTicks)).size
  const usd = run.reduce((sum, { priceTicks, size }) => {
    return sum + priceTicks * pair.tick * size * pair.pointValue
  }, 0)
  const isSweep =
    run.length >= config.sweepMinPrints &&
    prices >= config.sweepMinPrices &&
    moved > 0 &&
    usd >= config.sweepMinNotionalUsd
  return isSweep
    ? { fromNs: first.tsRelNs, toNs: last.tsRelNs, direction: isUp ? 'UP' : 'DOWN' }
    : null
}
