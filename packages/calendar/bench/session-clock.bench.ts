/**
 * What asking the clock costs, against the cheapest thing one could do instead (two comparisons
 * with a session held by the caller) and against the engine's own time-zone data. Seeded; prints
 * ratios of one run.
 */
import { NS_PER_DAY, NS_PER_MS } from '@levels/kernel'
import { SessionClock } from '../src/index.ts'

const EPOCH_NS = 1_703_462_400_000_000_000n // 2023-12-25T00:00Z
const QUERIES = 5_000_000
const DAYS = 90

/** Event times of 90 days: ascending with random steps of up to 3 s. */
function* eventTimes(): Generator<number> {
  let seed = 7
  for (let i = 0, tsRelNs = 0; i < QUERIES; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    tsRelNs +=
      Math.floor((seed / 2 ** 32) * 2 * ((DAYS * NS_PER_DAY) / QUERIES / NS_PER_MS)) * NS_PER_MS
    yield tsRelNs
  }
}

const times = Float64Array.from(eventTimes())

type Query = (clock: SessionClock) => number

const queries: Record<string, Query> = {
  'a session held by the caller': (clock) => {
    let session = clock.sessionAt(0)
    let open = 0
    for (let i = 0; i < QUERIES; i++) {
      const tsRelNs = times[i] ?? 0
      if (tsRelNs >= session.globexCloseRelNs) session = clock.sessionAt(tsRelNs)
      if (tsRelNs >= session.globexOpenRelNs) open++
    }
    return open
  },
  isFuturesOpen: (clock) => {
    let open = 0
    for (let i = 0; i < QUERIES; i++) if (clock.isFuturesOpen(times[i] ?? 0)) open++
    return open
  },
  isRegular: (clock) => {
    let open = 0
    for (let i = 0; i < QUERIES; i++) if (clock.isRegular(times[i] ?? 0)) open++
    return open
  },
}

const intlFormat = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hour: 'numeric',
  hourCycle: 'h23',
})
const INTL_SAMPLES = 20_000

/** The hour in New York alone, by the engine's time-zone data. */
function askIntl(): number {
  let length = 0
  for (let i = 0; i < INTL_SAMPLES; i++) {
    const ms = Number(EPOCH_NS / 1_000_000n) + (times[i * 100] ?? 0) / NS_PER_MS
    length += intlFormat.format(ms).length
  }
  return length
}

/** Interleaved, the best of several rounds: the least disturbed. */
const bestNs = new Map<string, number>()
let sum = 0
for (let round = 0; round < 9; round++) {
  for (const [name, query] of Object.entries(queries)) {
    record(name, QUERIES, () => query(new SessionClock(EPOCH_NS)))
  }
  record('Intl, the hour alone', INTL_SAMPLES, askIntl)
}

function record(name: string, count: number, run: () => number): void {
  const start = performance.now()
  sum += run()
  const ns = ((performance.now() - start) * 1e6) / count
  bestNs.set(name, Math.min(ns, bestNs.get(name) ?? Infinity))
}

console.log(`Node ${process.version}, ${QUERIES} queries in time order over ${DAYS} days (${sum})`)
const heldNs = bestNs.get('a session held by the caller') ?? NaN
for (const [name, ns] of bestNs) {
  console.log(`${name.padEnd(30)} ${ns.toFixed(1).padStart(7)} ns ${(ns / heldNs).toFixed(1)}`)
}
