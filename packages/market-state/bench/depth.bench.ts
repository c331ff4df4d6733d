// What a depth update costs against only copying its forty integers, and what the answers cost at
// one and at ten times the rate of updates. Seeded; the best of several rounds.
import { BOOK_SLOTS, NS_PER_MS, NS_PER_S, Side, type MarketEvent } from '@levels/kernel'
import { DepthState } from '../src/depth-state.ts'
import { createZoneReading } from '../src/depth-zone.ts'
import { ES_MIX, syntheticBooks, type BookMix } from './synthetic-books.ts'

const UPDATES = 1_000_000
const READS = 200_000
const ROUNDS = 5
/** Events in the pool: few, as in the pipeline, so that they stay in the cache. */
const POOL = 256
/** One update a millisecond: 240,000 updates in the flow window. */
const STEP_NS = NS_PER_MS

const newDepth = () =>
  new DepthState(
    {
      flowWindowNs: 240 * NS_PER_S,
      flowCapacity: 2 ** 22,
      fillMatchNs: 250 * NS_PER_MS,
      baselineWindowNs: 1_800 * NS_PER_S,
      baselineMinSamples: 240,
      baselinePercentile: 0.2,
      historyCapacity: 2 ** 14,
    },
    null,
  )

let sink = 0

/** Nanoseconds a call. */
function timed(calls: number, run: () => number): number {
  const start = process.hrtime.bigint()
  sink += run()
  return Number(process.hrtime.bigint() - start) / calls
}

function eventAt(events: readonly MarketEvent[], at: number): MarketEvent {
  const event = events[at % events.length]
  if (event === undefined) throw new Error('expected events, was none')
  return event
}

function copyOnly(events: readonly MarketEvent[], fromNs: number, out: Int32Array): number {
  return timed(UPDATES, () => {
    let sum = 0
    for (let i = 0; i < UPDATES; i++) {
      const event = eventAt(events, i)
      event.tsRelNs = fromNs + i * STEP_NS
      const book = event.book
      for (let k = 0; k < BOOK_SLOTS; k++) out[k] = book[k] ?? 0
      sum += out[10] ?? 0
    }
    return sum
  })
}

function apply(
  depth: DepthState,
  events: readonly MarketEvent[],
  fromNs: number,
  stepNs: number,
): number {
  return timed(UPDATES, () => {
    for (let i = 0; i < UPDATES; i++) {
      const event = eventAt(events, i)
      event.tsRelNs = fromNs + i * stepNs
      depth.applyDepth(event)
    }
    return depth.bestBidTicks
  })
}

function measureUpdates(name: string, mix: BookMix): void {
  const events = syntheticBooks(POOL, mix, 7)
  const depth = newDepth()
  const out = new Int32Array(BOOK_SLOTS)
  let copying = Infinity
  let applying = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const fromNs = round * UPDATES * STEP_NS
    copying = Math.min(copying, copyOnly(events, fromNs, out))
    applying = Math.min(applying, apply(depth, events, fromNs, STEP_NS))
  }
  console.log(
    `${name.padEnd(30)}${applying.toFixed(1).padStart(7)} ns` +
      `   copying ${copying.toFixed(1).padStart(5)} ns   ratio ${(applying / copying).toFixed(2)}`,
  )
}

/** What one reading of 17 ticks costs with a flow window filled at this rate. */
function measureZone(stepNs: number): number {
  const events = syntheticBooks(POOL, ES_MIX, 7)
  const depth = newDepth()
  for (let round = 0; round < 3; round++) {
    apply(depth, events, round * UPDATES * stepNs, stepNs)
  }
  const out = createZoneReading()
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const cost = timed(READS, () => {
      let sum = 0
      for (let i = 0; i < READS; i++) {
        const center = 21_990 + (i % 20)
        depth.readZone(Side.Bid, center, center - 8, center + 8, out)
        sum += out.addedLots
      }
      return sum
    })
    best = Math.min(best, cost)
  }
  return best
}

/** A sample of each side with 7,200 held, as every 250 ms, and the threshold after it. */
function measureBaseline(): number {
  const events = syntheticBooks(POOL, ES_MIX, 7)
  const depth = newDepth()
  const samples = 20_000
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const cost = timed(samples, () => {
      let sum = 0
      for (let i = 0; i < samples; i++) {
        const event = eventAt(events, i * 7)
        event.tsRelNs = (round * samples + i) * 250 * NS_PER_MS
        depth.applyDepth(event)
        depth.sampleBaseline(event.tsRelNs)
        sum += depth.thinThreshold(Side.Bid, event.tsRelNs, false) ?? 0
      }
      return sum
    })
    best = Math.min(best, cost)
  }
  return best
}

console.log(`DepthState, best of ${ROUNDS} rounds, node ${process.version} ${process.arch}`)
measureUpdates('one size changes', { size: 1, level: 0, shift: 0 })
measureUpdates('the book comes unchanged', { size: 0, level: 0, shift: 0 })
measureUpdates('as ES', ES_MIX)
measureUpdates('the book moves every time', { size: 0, level: 0, shift: 1 })
const slow = measureZone(STEP_NS)
const fast = measureZone(STEP_NS / 10)
console.log(
  `a zone of 17 ticks: ${slow.toFixed(0)} ns at 1,000 updates/s,` +
    ` ${fast.toFixed(0)} ns at 10,000: ratio ${(fast / slow).toFixed(2)}`,
)
console.log(`a baseline sample of both sides, threshold read: ${measureBaseline().toFixed(0)} ns`)
if (sink === 0.5) console.log(sink)
