// What one entry and one zone reading of a TickWindow cost, and that neither grows with the
// number of entries held. Run: node --conditions=@levels/source packages/kernel/bench/tick-window.bench.ts
import { StateReader, StateWriter, TickWindow } from '@levels/kernel'

const ROUNDS = 5
const ENTRIES = 2_000_000
const WINDOW_NS = 240e9
const CHANNELS = 3
const ZONE_TICKS = 17

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

const random = randomFrom(7)
const ticks = Int32Array.from({ length: ENTRIES }, () => 19_000 + Math.floor(random() * 40))
const amounts = Int32Array.from({ length: ENTRIES }, () => 1 + Math.floor(random() * 50))
const out = new Float64Array(CHANNELS)
let consumed = 0

const newWindow = (): TickWindow =>
  new TickWindow({ windowNs: WINDOW_NS, channels: CHANNELS, capacity: 2 ** 21 })

/** ns per entry and per zone reading while about `held` entries are in the window. */
function measure(held: number): { addNs: number; readNs: number } {
  const window = newWindow()
  const gapNs = WINDOW_NS / held
  for (let i = 0; i < held; i++) window.add(i * gapNs, ticks[i] ?? 0, 0, amounts[i] ?? 0)
  const start = performance.now()
  for (let i = 0; i < ENTRIES; i++) {
    window.add((held + i) * gapNs, ticks[i] ?? 0, i % CHANNELS, amounts[i] ?? 0)
  }
  const added = performance.now()
  const reads = 200_000
  for (let i = 0; i < reads; i++) {
    const lo = ticks[i] ?? 0
    window.sumInto(lo, lo + ZONE_TICKS - 1, out)
    consumed += out[0] ?? 0
  }
  const read = performance.now()
  return { addNs: ((added - start) * 1e6) / ENTRIES, readNs: ((read - added) * 1e6) / reads }
}

/** The least that keeping an entry costs: writing it to a ring of typed arrays. */
function measureRing(): number {
  const size = 2 ** 20
  const times = new Float64Array(size)
  const kept = new Int32Array(size * 2)
  const start = performance.now()
  for (let i = 0; i < ENTRIES; i++) {
    const at = i & (size - 1)
    times[at] = i
    kept[at * 2] = ticks[i] ?? 0
    kept[at * 2 + 1] = amounts[i] ?? 0
  }
  consumed += kept[5] ?? 0
  return ((performance.now() - start) * 1e6) / ENTRIES
}

function measureCodec(): number {
  const window = newWindow()
  const held = 500_000
  for (let i = 0; i < held; i++) window.add(i, ticks[i] ?? 0, 0, amounts[i] ?? 0)
  const start = performance.now()
  const writer = new StateWriter('BNCH', 1)
  window.encode(writer)
  const bytes = writer.finish()
  newWindow().decode(new StateReader(bytes, 'BNCH', 1))
  return ((performance.now() - start) * 1e6) / bytes.length
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
const rounds = Array.from({ length: ROUNDS }, () => ({
  ring: measureRing(),
  few: measure(20_000),
  many: measure(1_000_000),
  codec: measureCodec(),
}))
const ringNs = median(rounds.map((r) => r.ring))
const few = {
  addNs: median(rounds.map((r) => r.few.addNs)),
  readNs: median(rounds.map((r) => r.few.readNs)),
}
const many = {
  addNs: median(rounds.map((r) => r.many.addNs)),
  readNs: median(rounds.map((r) => r.many.readNs)),
}

console.log(`kernel TickWindow, medians of ${ROUNDS} rounds, node ${process.version}`)
console.log(`  add and expire, 20k held   ${few.addNs.toFixed(1)} ns`)
console.log(`  add and expire, 1M held    ${many.addNs.toFixed(1)} ns`)
console.log(`  ratio 1M / 20k             ${(many.addNs / few.addNs).toFixed(2)}`)
console.log(`  ratio to a bare ring write ${(few.addNs / ringNs).toFixed(1)}`)
console.log(`  read ${ZONE_TICKS} ticks, 20k held    ${few.readNs.toFixed(1)} ns`)
console.log(`  read ${ZONE_TICKS} ticks, 1M held     ${many.readNs.toFixed(1)} ns`)
console.log(`  ratio 1M / 20k             ${(many.readNs / few.readNs).toFixed(2)}`)
console.log(`  encode and decode a window ${median(rounds.map((r) => r.codec)).toFixed(1)} ns/byte`)
if (!(consumed > 0)) throw new Error('the work was not done')
