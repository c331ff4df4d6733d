import { zstdCompressSync } from 'node:zlib'
import { MarketEvent } from '@levels/kernel'
import { DbnDecoder, DbnStep } from '../src/decoder.ts'
import { readMbp10Into } from '../src/depth-reader.ts'
import { DbnError } from '../src/errors.ts'
import { ReadCode } from '../src/event-scale.ts'
import { MboRecord, readMboInto } from '../src/mbo-record.ts'
import { MboBook } from '../src/order-book.ts'
import { parseOsiSymbol } from '../src/osi-symbol.ts'
import { DbnReader } from '../src/reader.ts'
import type { RecordCursor } from '../src/record-cursor.ts'
import { decodeRecord } from '../src/records.ts'
import {
  readOptionTradeInto,
  readStockQuoteInto,
  readStockTradeInto,
  readTradeInto,
} from '../src/trade-readers.ts'
import { assertSameBook } from './book-comparison.ts'
import {
  checkedZstdFrame,
  definitionFile,
  depthFile,
  liveFile,
  mboFile,
  optionFile,
  piecesOf,
  rawZstdFrame,
  scale,
  seededRandom,
  skippableFrame,
  tradeFile,
} from './fixtures.ts'
import { NaiveBook } from './naive-book.ts'

/** What a run of the fuzzer met. */
export interface FuzzCounts {
  readonly runs: number
  /** Inputs that decoded to their end in spite of what was done to them. */
  readonly clean: number
  /** Records delivered, over all inputs. */
  readonly records: number
  /** Faults per code. */
  readonly faults: Readonly<Record<string, number>>
}

type Random = () => number

/** An intact file and the bytes of its records, one after the other. */
interface Specimen {
  /** As it would lie on disk. */
  readonly file: Uint8Array
  readonly isZstd: boolean
  /** Uncompressed, for plain files the same bytes. */
  readonly plain: Uint8Array
  /** Where the metadata and each record end in it. */
  readonly ends: readonly number[]
}

const EVERY_NTH_ZSTD = 8
const contract = parseOsiSymbol('SPY   240305C00500000')
const event = new MarketEvent()
const mbo = new MboRecord()

let specimens: Specimen[] | null = null

function below(random: Random, count: number): number {
  return Math.floor(random() * count)
}

function makeSpecimens(): Specimen[] {
  const made: Specimen[] = []
  const builders = [depthFile, tradeFile, mboFile, definitionFile, liveFile, optionFile]
  for (const version of [1, 2, 3] as const) {
    for (const build of builders) {
      const plain = build(version, 4, version)
      const ends = endsOf(plain)
      made.push({ file: plain, isZstd: false, plain, ends })
      const [head, ...rest] = piecesOf(plain, 200)
      const small = Buffer.concat([
        zstdCompressSync(head ?? plain),
        skippableFrame(5),
        checkedZstdFrame(Buffer.concat(rest)),
      ])
      made.push({ file: new Uint8Array(small), isZstd: true, plain, ends })
      made.push({ file: rawZstdFrame(piecesOf(plain, 150)), isZstd: true, plain, ends })
    }
  }
  return made
}

function endsOf(plain: Uint8Array): number[] {
  const decoder = new DbnDecoder()
  decoder.push(plain)
  decoder.next()
  const ends = [decoder.byteOffset]
  while (decoder.next() === DbnStep.Record) ends.push(decoder.byteOffset)
  return ends
}

/** Does one to three things that damaged files and hostile ones have done to them. */
function mutate(file: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = file.slice()
  for (let count = 1 + below(random, 3); count > 0; count--) {
    const at = below(random, bytes.length)
    switch (below(random, 6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8))
        break
      case 1:
        bytes[at] = below(random, 256)
        break
      case 2:
        bytes.fill(random() < 0.5 ? 0 : 0xff, at, at + 1 + below(random, 8))
        break
      case 3: // a part is lost
        bytes = splice(bytes, at, at + 1 + below(random, 64), new Uint8Array(0))
        break
      case 4: // a part comes twice
        bytes = splice(bytes, at, at, bytes.slice(at, at + 1 + below(random, 64)))
        break
      default: // something foreign comes in between
        bytes = splice(
          bytes,
          at,
          at,
          Uint8Array.from({ length: 9 }, () => below(random, 256)),
        )
    }
    if (bytes.length === 0) return bytes
  }
  return bytes
}

function splice(bytes: Uint8Array, from: number, to: number, middle: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]))
}

/** Puts a record through every reader there is; each may refuse it, none may throw. */
function readEveryWay(record: RecordCursor): void {
  readMbp10Into(record, scale, event)
  readTradeInto(record, scale, event)
  readStockTradeInto(record, scale, event)
  readStockQuoteInto(record, scale, event)
  readMboInto(record, scale, mbo)
  if (contract !== null) readOptionTradeInto(record, scale, contract, event)
  decodeRecord(record)
}

/** What came out of an input, and how it ended. */
interface Outcome {
  recordCount: number
  /** Offset behind the last record delivered. */
  end: number
  fault: DbnError | null
}

/** Takes a decoder as far as it goes, and checks every record it stands on. */
function drain(decoder: DbnDecoder, outcome: Outcome, wanted: Uint8Array | null): void {
  const { record } = decoder
  // A record has 16 bytes at least, so a decoder that makes steps makes progress.
  for (let budget = 10_000; ; budget--) {
    if (budget === 0) throw new Error('expected progress, was a hang')
    const step = decoder.next()
    if (step === DbnStep.NeedInput || step === DbnStep.End) return
    if (step === DbnStep.Metadata) continue
    const { view, at, length, byteOffset } = record
    if (at + length > view.byteLength) throw new Error('expected a record within its chunk')
    if (outcome.end >= 0 && byteOffset !== outcome.end) throw new Error('expected no gap')
    outcome.end = byteOffset + length
    outcome.recordCount++
    if (wanted !== null) assertSameBytes(record, wanted)
    readEveryWay(record)
  }
}

function assertSameBytes({ view, at, length, byteOffset }: RecordCursor, wanted: Uint8Array): void {
  for (let i = 0; i < length; i++) {
    if (view.getUint8(at + i) !== wanted[byteOffset + i]) {
      throw new Error(`expected the record of the whole file at ${byteOffset}`)
    }
  }
}

function noted(error: unknown, bytes: number): DbnError {
  if (!(error instanceof DbnError)) throw error
  const { byteOffset, sourceOffset } = error
  if (!(byteOffset >= 0) || (sourceOffset ?? 0) < 0 || (sourceOffset ?? 0) > bytes) {
    throw new Error(`expected offsets within the file, was ${byteOffset}, ${sourceOffset}`, {
      cause: error,
    })
  }
  return error
}

function decodePlain(bytes: Uint8Array, random: Random, wanted: Uint8Array | null): Outcome {
  const decoder = new DbnDecoder()
  const outcome: Outcome = { recordCount: 0, end: -1, fault: null }
  const chunkBytes = random() < 0.5 ? bytes.length + 1 : 1 + below(random, 700)
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      decoder.push(bytes.subarray(at, at + chunkBytes))
      drain(decoder, outcome, wanted)
    }
    decoder.end()
    drain(decoder, outcome, wanted)
  } catch (error) {
    outcome.fault = noted(error, bytes.length)
  }
  const at = outcome.fault?.byteOffset ?? 0
  if (at > bytes.length) throw new Error(`expected a fault within the file, was at ${at}`)
  return outcome
}

async function decodeZstd(
  bytes: Uint8Array,
  random: Random,
  wanted: Uint8Array | null,
): Promise<Outcome> {
  const chunkBytes = random() < 0.5 ? bytes.length + 1 : 1 + below(random, 700)
  const pieces = piecesOf(bytes, chunkBytes)
  const reader = new DbnReader(random() < 0.5 ? pieces : () => pieces)
  const outcome: Outcome = { recordCount: 0, end: -1, fault: null }
  try {
    for (let more = true; more;) {
      more = await reader.fill()
      drain(reader.decoder, outcome, wanted)
    }
  } catch (error) {
    outcome.fault = noted(error, bytes.length)
  }
  return outcome
}

/** A cut plain file must give all records that were whole, and a fault unless cut between two. */
function assertWholePrefix(cut: number, { ends }: Specimen, outcome: Outcome): void {
  const wholeCount = ends.filter((end) => end <= cut).length - 1
  if (outcome.recordCount !== Math.max(0, wholeCount))
    throw new Error('expected every whole record')
  const isReported = outcome.fault?.code === (cut === 0 ? 'NOT_DBN' : 'TRUNCATED')
  if (isReported === ends.includes(cut))
    throw new Error('expected a cut to be reported, and only it')
}

/**
 * Decodes damaged files, plain and compressed, and throws when one makes the decoder hang, throw
 * anything but a `DbnError`, leave its memory, or deliver before a cut what the whole file does
 * not hold.
 *
 * @param seed the same seed does the same
 * @param runs inputs to try
 */
export async function fuzzDecoder(seed: number, runs: number): Promise<FuzzCounts> {
  specimens ??= makeSpecimens()
  const random = seededRandom(seed)
  const faults: Record<string, number> = {}
  let [clean, records] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const wantsZstd = run % EVERY_NTH_ZSTD === 0
    const suitable = specimens.filter(({ isZstd }) => isZstd === wantsZstd)
    const specimen = suitable[below(random, suitable.length)]
    if (specimen === undefined) continue
    const isCut = random() < 0.3
    const cut = below(random, specimen.file.length)
    const bytes = isCut ? specimen.file.slice(0, cut) : mutate(specimen.file, random)
    const wanted = isCut ? specimen.plain : null
    const outcome = specimen.isZstd
      ? await decodeZstd(bytes, random, wanted)
      : decodePlain(bytes, random, wanted)
    if (isCut && !specimen.isZstd) assertWholePrefix(cut, specimen, outcome)
    records += outcome.recordCount
    const code = outcome.fault?.code
    if (code === undefined) clean++
    else faults[code] = (faults[code] ?? 0) + 1
  }
  return { runs, clean, records, faults }
}

let mboSpecimens: Uint8Array[] | null = null

/**
 * Builds order books from damaged files of order records, and throws when one differs from a book
 * kept in plain maps, level by level, in its best ten or in its counters.
 *
 * @param seed the same seed does the same
 * @param runs inputs to try
 */
export function fuzzOrderBook(seed: number, runs: number): FuzzCounts {
  mboSpecimens ??= Array.from({ length: 32 }, (_, i) => mboFile(i, 40))
  const random = seededRandom(seed)
  const faults: Record<string, number> = {}
  let [clean, records] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const file = mboSpecimens[below(random, mboSpecimens.length)] ?? new Uint8Array(0)
    const bytes = scramble(file, random)
    const maxOrders = random() < 0.1 ? 4 : 1000
    const book = new MboBook({ maxOrders })
    const naive = new NaiveBook(maxOrders)
    const decoder = new DbnDecoder()
    decoder.push(bytes)
    decoder.end()
    try {
      for (let step = decoder.next(); step !== DbnStep.End; step = decoder.next()) {
        if (step !== DbnStep.Record) continue
        records++
        // Also what a reader refuses: the book must bear anything.
        const code = readMboInto(decoder.record, scale, mbo)
        if (code !== ReadCode.Ok) mbo.size &= 0x7fff_ffff
        book.apply(mbo)
        naive.apply(mbo)
        if (random() < 0.1) assertSameBook(book, naive)
      }
      clean++
    } catch (error) {
      const { code } = noted(error, bytes.length)
      faults[code] = (faults[code] ?? 0) + 1
    }
    assertSameBook(book, naive)
  }
  return { runs, clean, records, faults }
}

/** Changes bytes of the records, seldom of their headers, so that most are still delivered. */
function scramble(file: Uint8Array, random: Random): Uint8Array {
  const bytes = file.slice()
  const from = file.length - 40 * 56
  for (let count = below(random, 12); count > 0; count--) {
    const field = random() < 0.02 ? below(random, 16) : 16 + below(random, 24)
    const at = from + below(random, 40) * 56 + field
    bytes[at] = random() < 0.5 ? below(random, 256) : (bytes[at] ?? 0) ^ (1 << below(random, 8))
  }
  const isActionChanged = random() < 0.5
  const at = from + below(random, 40) * 56 + 38
  if (isActionChanged) bytes[at] = random() < 0.5 ? 82 : 65
  return random() < 0.05 ? bytes.slice(0, below(random, bytes.length)) : bytes
}
