import { cpus } from 'node:os'
import { MarketEvent } from '@levels/kernel'
import { DbnDecoder, DbnStep, Mbp10Reader, ReadCode, readMbp10Into } from '../src/index.ts'
import { leastMs, marketFile, printMachine, scale } from './market.ts'

/** About 1 MiB, as a reader hands it over: the work of a moment, which seldom is disturbed. */
const CHUNK_RECORDS = 2850
/** About 150 MB, which no cache holds. */
const FILE_RECORDS = 400_000
const CHUNK_BYTES = 1024 * 1024

/** Steps over the records without reading them. */
function step(file: Uint8Array): number {
  const decoder = new DbnDecoder()
  let count = 0
  for (let at = 0; at < file.length; at += CHUNK_BYTES) {
    decoder.push(file.subarray(at, at + CHUNK_BYTES))
    for (let s = decoder.next(); s !== DbnStep.NeedInput; s = decoder.next()) count++
  }
  return count
}

/** Decodes every record into a depth event. */
function decode(file: Uint8Array, event: MarketEvent): number {
  const decoder = new DbnDecoder()
  const { record } = decoder
  let sum = 0
  for (let at = 0; at < file.length; at += CHUNK_BYTES) {
    decoder.push(file.subarray(at, at + CHUNK_BYTES))
    for (let s = decoder.next(); s !== DbnStep.NeedInput; s = decoder.next()) {
      if (s !== DbnStep.Record) continue
      if (readMbp10Into(record, scale, event) !== ReadCode.Ok) throw new Error('expected a book')
      sum += event.book[15] ?? 0
    }
  }
  return sum
}

/** The same, reading of a record what differs from the one before it. */
function decodeChanges(file: Uint8Array): number {
  const decoder = new DbnDecoder()
  const { record } = decoder
  const reader = new Mbp10Reader(scale)
  let sum = 0
  for (let at = 0; at < file.length; at += CHUNK_BYTES) {
    decoder.push(file.subarray(at, at + CHUNK_BYTES))
    for (let s = decoder.next(); s !== DbnStep.NeedInput; s = decoder.next()) {
      if (s !== DbnStep.Record) continue
      if (reader.read(record) !== ReadCode.Ok) throw new Error('expected a book')
      sum += reader.event.book[15] ?? 0
    }
  }
  return sum
}

/** Reads every word of the same bytes once: what memory and the runtime allow at most. */
function touch(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let sum = 0
  for (let at = 0; at + 4 <= file.length; at += 4) sum = (sum + view.getInt32(at, true)) | 0
  return sum
}

printMachine(cpus())
const event = new MarketEvent()
let consumed = 0
for (const [name, records, runs] of [
  ['1 MiB in the cache', CHUNK_RECORDS, 4000],
  ['147 MB in memory', FILE_RECORDS, 12],
] as const) {
  const file = marketFile(1, records)
  // The same bytes where no word is aligned, as in files of version 1.
  const shifted = new Uint8Array(file.length + 1).subarray(1)
  shifted.set(file)
  const least = {
    'touch every word': leastMs(runs, () => void (consumed += touch(file))),
    'step over records': leastMs(runs, () => void (consumed += step(file))),
    'decode mbp-10': leastMs(runs, () => void (consumed += decode(file, event))),
    'decode mbp-10, changes': leastMs(runs, () => void (consumed += decodeChanges(file))),
    'decode mbp-10, misaligned': leastMs(runs, () => void (consumed += decode(shifted, event))),
  }
  console.log(name)
  for (const [work, ms] of Object.entries(least)) {
    const rate = (records / ms / 1000).toFixed(2).padStart(7)
    const ratio = (least['touch every word'] / ms).toFixed(2)
    console.log(`  ${work.padEnd(26)} ${rate} M records/s  ${ratio} of touching`)
  }
}

// One pass over a large file with nothing but the decoder and one event: what it leaves behind.
const file = marketFile(1, FILE_RECORDS)
consumed += decode(file, event)
const before = process.memoryUsage().heapUsed
consumed += decode(file, event)
const grown = process.memoryUsage().heapUsed - before
console.log(
  `allocated in a pass of ${FILE_RECORDS} records: ${(grown / FILE_RECORDS).toFixed(3)} bytes each`,
)
console.log(`(${consumed === 0 ? 'nothing' : 'all'} consumed)`)
