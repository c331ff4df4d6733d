// What a trade costs, and the answers the tape gives, at one and at ten times the rate of trades.
// Seeded; the best of several rounds.
import { ES_SPY, NS_PER_MS, NS_PER_S, type MarketEvent } from '@levels/kernel'
import { createBandReading, createSweepReading, TapeState } from '../src/tape-state.ts'
import { syntheticTrades } from './synthetic-trades.ts'

const TRADES = 1_000_000
const READS = 100_000
const ROUNDS = 5

const newTape = () =>
  new TapeState({
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
    pair: ES_SPY,
  })

let sink = 0

/** Nanoseconds a call, the best of several rounds. */
function timed(calls: number, run: (round: number) => number): number {
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint()
    sink += run(round)
    best = Math.min(best, Number(process.hrtime.bigint() - start) / calls)
  }
  return best
}

/** One trade a `stepNs`; a reading of each kind with the windows full. */
function measure(events: readonly MarketEvent[], stepNs: number) {
  const tape = newTape()
  const trade = timed(TRADES, (round) => {
    for (let i = 0; i < TRADES; i++) {
      const event = events[i % events.length]
      if (event === undefined) throw new Error('expected trades, was none')
      event.tsRelNs = (round * TRADES + i) * stepNs
      tape.applyTrade(event)
    }
    return tape.lastTradeTicks
  })
  const out = createBandReading()
  const band = timed(READS, () => {
    let sum = 0
    for (let i = 0; i < READS; i++) {
      tape.readBand(22_000 - (i % 20), 22_040 - (i % 20), out)
      sum += out.buyLots
    }
    return sum
  })
  const found = createSweepReading()
  const sweep = timed(READS, () => {
    let count = 0
    for (let i = 0; i < READS; i++) {
      if (tape.findSweep(22_000 - (i % 20), 22_040 - (i % 20), 1, found)) count++
    }
    return count
  })
  return { trade, band, sweep, velocity: measureVelocity(tape, events, stepNs) }
}

/** The slope formed anew: it is kept until the window changes, so every reading follows a trade. */
function measureVelocity(tape: TapeState, events: readonly MarketEvent[], stepNs: number): number {
  const fromNs = tape.lastTradeRelNs
  return timed(READS, (round) => {
    let sum = 0
    for (let i = 1; i <= READS; i++) {
      const event = events[i % events.length]
      if (event === undefined) throw new Error('expected trades, was none')
      event.tsRelNs = fromNs + (round * READS + i) * stepNs
      tape.applyTrade(event)
      sum += tape.velocityTicksPerS()
    }
    return sum
  })
}

const events = syntheticTrades(4_096, 11)
const slow = measure(events, 10 * NS_PER_MS)
const fast = measure(events, NS_PER_MS)
console.log(`TapeState, best of ${ROUNDS} rounds, node ${process.version} ${process.arch}`)
console.log('                              100 trades/s  1,000 trades/s   ratio')
for (const [name, key] of [
  ['a trade', 'trade'],
  ['volume in a band of 41 ticks', 'band'],
  ['the largest sweep', 'sweep'],
  ['a trade and the velocity', 'velocity'],
] as const) {
  console.log(
    `${name.padEnd(30)}${slow[key].toFixed(0).padStart(9)} ns` +
      `${fast[key].toFixed(0).padStart(13)} ns${(fast[key] / slow[key]).toFixed(2).padStart(8)}`,
  )
}
if (sink === 0.5) console.log(sink)
