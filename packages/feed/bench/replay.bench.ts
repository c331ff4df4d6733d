/**
 * What reading, ordering and delivering cost over decoding alone, for a plain mbp-10 file.
 *
 * Run: node --conditions=@levels/source packages/feed/bench/replay.bench.ts [records]
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SessionClock } from '@levels/calendar'
import {
  Action,
  DbnDecoder,
  DbnReader,
  DbnStep,
  DbnWriter,
  EventScale,
  readMbp10Into,
  readTradeInto,
  RecordSide,
  RecordTags,
} from '@levels/dbn'
import { openSources, replay, replayEpoch } from '@levels/feed'
import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  EventKind,
  MarketEvent,
  NS_PER_HOUR,
} from '@levels/kernel'

const RECORDS = Number(process.argv[2] ?? 1_000_000)
const ROUNDS = 5
const EPOCH_NS = BigInt(Date.UTC(2024, 0, 17)) * 1_000_000n
const SCALE = new EventScale({ epochNs: EPOCH_NS, tickNanos: 250_000_000 })
/** 1,000 records a second of event time: twice the mean of a day of twelve million. */
const GAP_NS = 1_000_000

/** Park–Miller: the same file every time. */
let seed = 20_240_117
function below(count: number): number {
  seed = (seed * 48_271) % 2_147_483_647
  return seed % count
}

/** A random walk of a full book, every twentieth record a trade, a few out of order. */
function writeFile(path: string): void {
  const file = openSync(path, 'w')
  const writer = new DbnWriter({
    metadata: {
      dataset: 'GLBX.MDP3',
      schema: 'mbp-10',
      startNs: EPOCH_NS,
      symbols: ['ESH4'],
      mappings: [
        {
          rawSymbol: 'ESH4',
          intervals: [{ startYmd: 20240101, endYmd: 20250101, symbol: '1' }],
        },
      ],
    },
    scale: SCALE,
    sink: (chunk) => writeSync(file, chunk),
  })
  const event = new MarketEvent()
  const tags = Object.assign(new RecordTags(), { instrumentId: 1 })
  event.size = 1
  let bid = 19_200
  for (let i = 0; i < RECORDS; i++) {
    if (below(10) === 0) bid += below(3) - 1
    event.tsRelNs = 15 * NS_PER_HOUR + i * GAP_NS - (below(50) === 0 ? below(1_000_000) : 0)
    event.tsRecvRelNs = 15 * NS_PER_HOUR + i * GAP_NS + 100_000
    for (let level = 0; level < 10; level++) {
      event.book[BID_TICKS + level] = bid - level
      event.book[BID_LOTS + level] = 1 + below(200)
      event.book[ASK_TICKS + level] = bid + 1 + level
      event.book[ASK_LOTS + level] = 1 + below(200)
    }
    event.priceTicks = bid
    tags.sequence = i + 1
    tags.action = below(20) === 0 ? Action.Trade : Action.Modify
    tags.side = below(2) === 0 ? RecordSide.Bid : RecordSide.Ask
    writer.writeMbp10(event, tags)
  }
  writer.finish()
  closeSync(file)
}

let consumed = 0

/** Decoding the same fields from a buffer in memory: the floor. */
function decodeOnly(bytes: Uint8Array): void {
  const decoder = new DbnDecoder()
  const { record } = decoder
  const event = new MarketEvent()
  decoder.push(bytes)
  decoder.end()
  for (let step = decoder.next(); step !== DbnStep.End; step = decoder.next()) {
    if (step === DbnStep.Record) decodeInto(record, event)
  }
}

function decodeInto(record: DbnDecoder['record'], event: MarketEvent): void {
  if (record.action === Action.Trade) {
    readTradeInto(record, SCALE, event)
    consumed += event.size
  }
  readMbp10Into(record, SCALE, event)
  consumed += event.bidCount
}

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20))
}

/** The same through the reader, chunk by chunk. */
async function readAndDecode(bytes: Uint8Array): Promise<void> {
  const reader = new DbnReader(chunksOf(bytes))
  const { decoder } = reader
  const event = new MarketEvent()
  for (let hasMore = true; hasMore;) {
    hasMore = await reader.fill()
    for (;;) {
      const step = decoder.next()
      if (step === DbnStep.NeedInput || step === DbnStep.End) break
      if (step === DbnStep.Record) decodeInto(decoder.record, event)
    }
  }
}

/** Everything: file, decoder, order, snap clock, delivery. */
async function whole(path: string): Promise<void> {
  const sources = await openSources([path])
  const epochNs = replayEpoch(sources)
  await replay({
    sources,
    epochNs,
    hours: new SessionClock(epochNs),
    consumer: {
      onEvent(event) {
        consumed += event.kind === EventKind.Depth ? event.bidCount : event.size
      },
      onBoundary() {
        consumed++
      },
    },
  })
}

/** The fastest of a few interleaved rounds, ns of the main thread's time a record: reading ahead has its own. */
async function measure(ways: Record<string, () => void | Promise<void>>): Promise<void> {
  const best = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const start = process.threadCpuUsage()
      await way()
      const { user, system } = process.threadCpuUsage(start)
      const ns = ((user + system) * 1_000) / RECORDS
      best.set(name, Math.min(best.get(name) ?? Infinity, ns))
    }
  }
  const [floor = NaN] = best.values()
  for (const [name, ns] of best) {
    console.log(
      `${name.padEnd(28)} ${ns.toFixed(0).padStart(5)} ns/record  ${(1000 / ns).toFixed(2).padStart(6)} M/s  ` +
        `${(ns / floor).toFixed(2)} × decode`,
    )
  }
}

/** What is allocated for a record once everything is warm, and how large the process grew. */
async function measureHeap(path: string): Promise<void> {
  const startBytes = process.memoryUsage().rss
  let samples = 0
  let largestBytes = 0
  const sources = await openSources([path])
  const epochNs = replayEpoch(sources)
  await replay({
    sources,
    epochNs,
    hours: new SessionClock(epochNs),
    consumer: { onEvent: () => undefined, onBoundary: () => undefined },
    onProgress: () => {
      samples++
      largestBytes = Math.max(largestBytes, process.memoryUsage().heapUsed)
    },
  })
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
  console.log(
    `largest heap ${mb(largestBytes)} in ${samples} samples; resident ${mb(startBytes)} before, ` +
      `${mb(process.memoryUsage().rss)} after`,
  )
}

const directory = mkdtempSync(join(tmpdir(), 'levels-bench-'))
try {
  const path = join(directory, 'session.mbp-10.dbn')
  writeFile(path)
  const bytes = readFileSync(path)
  console.log(`${RECORDS} records, Node ${process.version}, ${cpus()[0]?.model ?? ''}`)
  await measure({
    'decode from memory': () => decodeOnly(bytes),
    'reader and decode': () => readAndDecode(bytes),
    'replay of the file': () => whole(path),
  })
  await measureHeap(path)
  console.log(consumed > 0 ? 'done' : '')
} finally {
  rmSync(directory, { recursive: true })
}
