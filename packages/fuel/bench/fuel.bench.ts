// What fuel costs a snap of 30 levels, and that it does not grow with the rate of option trades.
// Run: node --conditions=@levels/source packages/fuel/bench/fuel.bench.ts
import { FuelEngine } from '@levels/fuel'
import { Aggressor, EventKind, MarketEvent, NS_PER_HOUR, NS_PER_MS } from '@levels/kernel'
import { MarketState } from '@levels/market-state'

const EXPIRY = 20_251_216
const SNAPS = 4_000
const SNAP_NS = 250 * NS_PER_MS
const LEVELS = Array.from({ length: 30 }, (_, i) => 687.15 + i * 0.018)

/** Seeded (mulberry32), in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN

/** Microseconds of each snap while `perSnap` option trades come between two of them. */
function measure(perSnap: number): number[] {
  const random = randomFrom(3)
  const state = new MarketState({ epochNs: BigInt(Date.UTC(2025, 11, 16)) * 1_000_000n })
  const engine = new FuelEngine()
  const event = new MarketEvent()
  const costs: number[] = []
  let consumed = 0
  for (let snap = 0; snap < SNAPS; snap++) {
    const from = 15 * NS_PER_HOUR + snap * SNAP_NS
    event.kind = EventKind.FuturesTrade
    event.tsRelNs = from
    event.priceTicks = 27_496 + Math.floor(random() * 4)
    event.size = 1
    state.updateEsTrade(event)
    event.kind = EventKind.OptionTrade
    for (let i = 0; i < perSnap; i++) {
      event.tsRelNs = from + Math.floor(((i + 1) * SNAP_NS) / (perSnap + 2))
      event.strikeMilli = (675 + Math.floor(random() * 25)) * 1_000
      event.right = random() < 0.5 ? 0 : 1
      event.size = 1 + Math.floor(random() * 40)
      event.price = 1 + random()
      event.aggressor = random() < 0.5 ? Aggressor.Buy : Aggressor.Sell
      event.expiryYmd = EXPIRY
      state.updateOptionTrade(event, 0.5, 0.05 * random())
    }
    state.advanceTo(from + SNAP_NS)
    const start = performance.now()
    for (const level of LEVELS) consumed += engine.computeFuelState(level, state).netDealerGamma
    costs.push((performance.now() - start) * 1_000)
  }
  if (!Number.isFinite(consumed)) throw new Error('the work was not done')
  return costs.slice(SNAPS / 4) // after warm-up, with full windows
}

measure(2)
const slow = measure(2)
const fast = measure(20)
console.log(`fuel, ${LEVELS.length} levels a snap, ${slow.length} snaps, node ${process.version}`)
for (const [name, costs] of [
  ['8 trades/s', slow],
  ['80 trades/s', fast],
] as const) {
  const [p50, p99] = [percentile(costs, 0.5), percentile(costs, 0.99)]
  console.log(`  ${name.padEnd(12)} p50 ${p50.toFixed(1)} µs   p99 ${p99.toFixed(1)} µs`)
}
const ratio = percentile(fast, 0.5) / percentile(slow, 0.5)
console.log(`  ratio of medians at 10 × the rate: ${ratio.toFixed(2)}`)
