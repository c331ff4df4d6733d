// What updates leave on the heap, as JSON: bytes allocated per event, garbage included, once warm.
// Run with --expose-gc and --min-semi-space-size=256 --max-semi-space-size=256 (MB): the young
// generation then holds all garbage of a round, nothing is collected, and the growth of the heap
// is what was allocated.
import { ES_SPY, NS_PER_MS, NS_PER_S, type MarketEvent } from '@levels/kernel'
import { DepthState } from '../src/depth-state.ts'
import { TapeState } from '../src/tape-state.ts'
import { ES_MIX, syntheticBooks } from './synthetic-books.ts'
import { syntheticTrades } from './synthetic-trades.ts'

const EVENTS = 1_000_000
const ROUNDS = 3

/** Fewest bytes per event of several rounds, after one to warm up. */
function bytesPerEvent(
  events: readonly MarketEvent[],
  apply: (event: MarketEvent) => void,
): number {
  let least = Infinity
  for (let round = 0; round <= ROUNDS; round++) {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let i = 0, at = 0; i < EVENTS; i++) {
      const event = events[at]
      if (event === undefined) throw new Error('expected events, was none')
      at = at + 1 === events.length ? 0 : at + 1
      event.tsRelNs = (round * EVENTS + i) * NS_PER_MS
      apply(event)
    }
    const bytes = (process.memoryUsage().heapUsed - before) / EVENTS
    if (round > 0) least = Math.min(least, bytes)
  }
  return least
}

const depth = new DepthState(
  {
    flowWindowNs: 240 * NS_PER_S,
    flowCapacity: 2 ** 21,
    fillMatchNs: 250 * NS_PER_MS,
    baselineWindowNs: 1_800 * NS_PER_S,
    baselineMinSamples: 240,
    baselinePercentile: 0.2,
    historyCapacity: 2 ** 14,
  },
  null,
)
const tape = new TapeState({
  windowNs: 60 * NS_PER_S,
  velocityWindowNs: 3 * NS_PER_S,
  windowCapacity: 2 ** 20,
  historyCapacity: 2 ** 16,
  sweepMaxGapNs: 100 * NS_PER_MS,
  sweepMinPrints: 3,
  sweepMinPrices: 2,
  sweepMinNotionalUsd: 1_000_000,
  sweepLookbackNs: 10 * NS_PER_S,
  sweepCapacity: 1_024,
  pair: ES_SPY,
})

const books = syntheticBooks(256, ES_MIX, 7)
const trades = syntheticTrades(256, 11)
console.log(
  JSON.stringify({
    depthUpdate: bytesPerEvent(books, (event) => {
      depth.applyDepth(event)
    }),
    tapeTrade: bytesPerEvent(trades, (event) => {
      tape.applyTrade(event)
    }),
  }),
)
