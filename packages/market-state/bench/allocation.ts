// What updates leave on the heap, as JSON: bytes allocated per event, garbage included, once warm.
// Run with --expose-gc and --min-semi-space-size=256 --max-semi-space-size=256 (MB): the young
// generation then holds all garbage of a round, nothing is collected, and the growth of the heap
// is what was allocated.
import { NS_PER_MS, type MarketEvent } from '@levels/kernel'
import { MarketState } from '../src/market-state.ts'
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

const books = syntheticBooks(256, ES_MIX, 7)
const trades = syntheticTrades(256, 11)
const state = (): MarketState => new MarketState({ epochNs: 1_773_100_800_000_000_000n })
const forDepth = state()
const forTrades = state()
console.log(
  JSON.stringify({
    depthUpdate: bytesPerEvent(books, (event) => {
      forDepth.updateEsMbp10(event)
    }),
    futuresTrade: bytesPerEvent(trades, (event) => {
      forTrades.updateEsTrade(event)
    }),
  }),
)
