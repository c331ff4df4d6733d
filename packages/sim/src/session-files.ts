import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { minutesToExpiry, tradingDayOn } from '@levels/calendar'
import { Action, DbnWriter, EventScale, RecordFlag, RecordSide, RecordTags } from '@levels/dbn'
import { ndjsonLine, type PublishedAs } from '@levels/feed'
import {
  Aggressor,
  epochFor,
  ES_SPY,
  EventKind,
  NS_PER_MINUTE,
  NS_PER_S,
  RangeViolationError,
  toRelNs,
  type MarketEvent,
} from '@levels/kernel'
import { DEMO_SCENES, type Scene } from './scenes.ts'
import { SyntheticMarket } from './synthetic-market.ts'

const FUTURES_SYMBOL = 'ESH6'
const INSTRUMENT_ID = 1
const RATIO = 10.0125
const NANOS_PER_DOLLAR = 1_000_000_000

export interface SessionFilesOptions {
  /** Folder that the files are put in; made when missing. */
  readonly dir: string
  readonly seed: number
  /** Event time covered, seconds. */
  readonly durationS?: number
  /** Trading date, `yyyymmdd`, a day with a regular session; the session begins at 10:00. */
  readonly tradingYmd?: number
  /** The watched level, SPY dollars. */
  readonly levelUsd?: number
  readonly updatesPerS?: number
  readonly scenes?: readonly Scene[]
  /** Called about once a second of event time with the share done, 0–1. */
  readonly onProgress?: (share: number) => void
}

export interface SessionFiles {
  /** DBN, schema mbp-10: ES depth with its trades. */
  readonly depthPath: string
  /** NDJSON of bus events: SPY quotes and trades, SPY option trades. */
  readonly equityPath: string
  readonly depthRecords: number
  readonly equityEvents: number
}

/**
 * Writes a synthetic session as the files that a user of recorded data would have. The same
 * options give the same bytes. Files appear under their names only when they are complete.
 *
 * @throws RangeViolationError when the trading date has no regular session
 */
export function writeSessionFiles(options: SessionFilesOptions): SessionFiles {
  const { dir, seed, durationS = 600, tradingYmd = 20_260_310, updatesPerS = 130 } = options
  const regularOpenNs = tradingDayOn(tradingYmd)?.regularOpenNs ?? null
  if (regularOpenNs === null) {
    throw new RangeViolationError(`expected a date with a regular session, was ${tradingYmd}`)
  }
  const startNs = regularOpenNs + BigInt(30 * NS_PER_MINUTE)
  const epochNs = epochFor(startNs)
  mkdirSync(dir, { recursive: true })
  const writer = new SessionWriter(dir, {
    epochNs,
    startNs,
    endNs: startNs + BigInt(durationS * NS_PER_S),
  })
  const market = new SyntheticMarket(
    {
      seed,
      pair: ES_SPY,
      startRelNs: toRelNs(startNs, epochNs),
      tradingYmd,
      minutesToExpiry: minutesToExpiry({ tsNs: startNs, expiryYmd: tradingYmd }),
      levelUsd: options.levelUsd ?? 687,
      ratio: RATIO,
      updatesPerS,
      scenes: options.scenes ?? DEMO_SCENES,
    },
    (event) => {
      writer.write(event)
    },
  )
  try {
    for (let second = 1; second <= durationS; second++) {
      market.runUntil(second)
      options.onProgress?.(second / durationS)
    }
    return writer.finish()
  } catch (error) {
    writer.abandon()
    throw error
  }
}

/** Splits events over the two files. */
class SessionWriter {
  readonly #depth: PartialFile
  readonly #equity: PartialFile
  readonly #dbn: DbnWriter
  readonly #tags = new RecordTags()
  readonly #as: PublishedAs
  #depthRecords = 0
  #equityEvents = 0
  #lines: string[] = []

  constructor(dir: string, span: { epochNs: bigint; startNs: bigint; endNs: bigint }) {
    this.#depth = new PartialFile(join(dir, 'es.mbp-10.dbn'))
    this.#equity = new PartialFile(join(dir, 'spy.ndjson'))
    this.#as = {
      epochNs: span.epochNs,
      pair: ES_SPY,
      futuresSymbol: FUTURES_SYMBOL,
      source: 'sim',
    }
    this.#tags.instrumentId = INSTRUMENT_ID
    const date = (ns: bigint): number =>
      Number(new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 10).replaceAll('-', ''))
    const nextDay = date(span.endNs + 86_400n * 1_000_000_000n)
    this.#dbn = new DbnWriter({
      metadata: {
        dataset: 'GLBX.MDP3',
        schema: 'mbp-10',
        startNs: span.startNs,
        endNs: span.endNs,
        symbols: [FUTURES_SYMBOL],
        mappings: [
          {
            rawSymbol: FUTURES_SYMBOL,
            intervals: [
              {
                startYmd: date(span.startNs),
                endYmd: nextDay,
                symbol: String(INSTRUMENT_ID),
              },
            ],
          },
        ],
      },
      scale: new EventScale({
        epochNs: span.epochNs,
        tickNanos: ES_SPY.tick * NANOS_PER_DOLLAR,
      }),
      sink: (chunk) => {
        this.#depth.write(chunk)
      },
    })
  }

  write(event: MarketEvent): void {
    if (event.kind === EventKind.Depth || event.kind === EventKind.FuturesTrade) {
      this.#writeFutures(event)
      return
    }
    this.#lines.push(ndjsonLine(event, this.#as), '\n')
    this.#equityEvents++
    if (this.#lines.length >= 8_192) this.#flushLines()
  }

  #writeFutures(event: MarketEvent): void {
    const tags = this.#tags
    const isTrade = event.kind === EventKind.FuturesTrade
    tags.sequence = event.seq
    tags.action = isTrade ? Action.Trade : Action.Modify
    tags.side = isTrade ? recordSide(event.aggressor) : RecordSide.None
    // A trade is followed by the book it leaves: only then is the event over.
    tags.flags = isTrade ? 0 : RecordFlag.Last
    if (!isTrade) event.size = 0
    this.#dbn.writeMbp10(event, tags)
    this.#depthRecords++
  }

  #flushLines(): void {
    this.#equity.write(Buffer.from(this.#lines.join('')))
    this.#lines = []
  }

  finish(): SessionFiles {
    this.#dbn.finish()
    this.#flushLines()
    return {
      depthPath: this.#depth.finish(),
      equityPath: this.#equity.finish(),
      depthRecords: this.#depthRecords,
      equityEvents: this.#equityEvents,
    }
  }

  abandon(): void {
    this.#depth.abandon()
    this.#equity.abandon()
  }
}

/** A file that gets its name when it is whole: a crash leaves nothing that looks finished. */
class PartialFile {
  readonly #path: string
  readonly #fd: number

  constructor(path: string) {
    this.#path = path
    this.#fd = openSync(`${path}.partial`, 'w')
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at)
  }

  finish(): string {
    closeSync(this.#fd)
    renameSync(`${this.#path}.partial`, this.#path)
    return this.#path
  }

  abandon(): void {
    closeSync(this.#fd)
    rmSync(`${this.#path}.partial`, { force: true })
  }
}

function recordSide(aggressor: Aggressor): number {
  if (aggressor === Aggressor.Buy) return RecordSide.Bid
  return aggressor === Aggressor.Sell ? RecordSide.Ask : RecordSide.None
}
