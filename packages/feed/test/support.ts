import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DbnMetadataInit, DbnWriter, EventScale, RecordTags } from '@levels/dbn'
import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  EventKind,
  MarketEvent,
  NO_TICK,
  NS_PER_HOUR,
} from '@levels/kernel'
import { afterAll } from 'vitest'
import { openSources, type OpenOptions } from '../src/open-source.ts'
import { replay, replayEpoch, type ReplayOptions, type ReplayResult } from '../src/replay.ts'
import type { FuturesHours } from '../src/snap-clock.ts'

/** Wednesday, 17 January 2024, 00:00 UTC. */
export const EPOCH_NS = BigInt(Date.UTC(2024, 0, 17)) * 1_000_000n
/** 15:00 UTC, an hour into the regular session, ns since `EPOCH_NS`. */
export const OPEN_RELNS = 15 * NS_PER_HOUR

export const ALWAYS_OPEN: FuturesHours = {
  isFuturesOpen: () => true,
  nextFuturesOpen: (tsRelNs) => tsRelNs,
}

const directory = mkdtempSync(join(tmpdir(), 'levels-feed-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
let files = 0

/** Writes a file that lives as long as the test file runs. */
export function fileOf(content: string | Uint8Array, name = 'input'): string {
  const path = join(directory, `${files++}-${name}`)
  writeFileSync(path, content)
  return path
}

export const SCALE = new EventScale({ epochNs: EPOCH_NS, tickNanos: 250_000_000 })

/** The bytes of a DBN file of one schema; ESH4 is instrument 1 unless the metadata says else. */
export function dbnBytes(
  schema: NonNullable<DbnMetadataInit['schema']>,
  write: (writer: DbnWriter) => void,
  metadata: Partial<DbnMetadataInit> = {},
): Uint8Array {
  const chunks: Uint8Array[] = []
  const writer = new DbnWriter({
    metadata: {
      dataset: 'GLBX.MDP3',
      schema,
      startNs: EPOCH_NS,
      symbols: ['ESH4'],
      mappings: [mapping('ESH4', 1)],
      ...metadata,
    },
    scale: SCALE,
    sink: (chunk) => chunks.push(chunk),
  })
  write(writer)
  writer.finish()
  return Buffer.concat(chunks)
}

export function mapping(
  rawSymbol: string,
  instrumentId: number,
  startYmd = 20240101,
  endYmd = 20250101,
) {
  return { rawSymbol, intervals: [{ startYmd, endYmd, symbol: String(instrumentId) }] }
}

export function tagsOf(tags: Partial<RecordTags>): RecordTags {
  return Object.assign(new RecordTags(), { instrumentId: 1 }, tags)
}

/** An event with a given time, captured 1 µs later. */
export function eventAt(tsRelNs: number, fields: Partial<MarketEvent> = {}): MarketEvent {
  const event = new MarketEvent()
  event.book.fill(NO_TICK, BID_TICKS, BID_LOTS)
  event.book.fill(NO_TICK, ASK_TICKS, ASK_LOTS)
  return Object.assign(event, { tsRelNs, tsRecvRelNs: tsRelNs + 1_000 }, fields)
}

/** A book of one-tick levels around a bid, all of one size. */
export function depthAt(tsRelNs: number, bidTicks: number, lots = 10): MarketEvent {
  const event = eventAt(tsRelNs, { kind: EventKind.Depth, bidCount: 10, askCount: 10 })
  for (let i = 0; i < 10; i++) {
    event.book[BID_TICKS + i] = bidTicks - i
    event.book[BID_LOTS + i] = lots
    event.book[ASK_TICKS + i] = bidTicks + 1 + i
    event.book[ASK_LOTS + i] = lots
  }
  return event
}

/** What a run delivered, as plain values: boundaries as numbers, events as objects. */
export interface Recording {
  readonly result: ReplayResult
  readonly events: ReturnType<typeof plain>[]
  readonly boundaries: number[]
  /** Times of events and of boundaries, in the order they came. */
  readonly order: string[]
  readonly epochNs: bigint
}

export function plain(event: MarketEvent) {
  return { ...event, book: [...event.book] }
}

/** Replays files and keeps everything. The market is always open unless told otherwise. */
export async function record(
  paths: readonly string[],
  options: OpenOptions & Partial<Omit<ReplayOptions, 'sources' | 'consumer'>> = {},
): Promise<Recording> {
  const sources = await openSources(paths, options)
  const epochNs = replayEpoch(sources)
  const events: ReturnType<typeof plain>[] = []
  const boundaries: number[] = []
  const order: string[] = []
  const result = await replay({
    sources,
    epochNs,
    hours: ALWAYS_OPEN,
    ...options,
    consumer: {
      onEvent(event) {
        events.push(plain(event))
        order.push(`event ${event.tsRelNs}`)
      },
      onBoundary(tsRelNs) {
        boundaries.push(tsRelNs)
        order.push(`boundary ${tsRelNs}`)
      },
    },
  })
  return { result, events, boundaries, order, epochNs }
}
