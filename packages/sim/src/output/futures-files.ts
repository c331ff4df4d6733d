import { join } from 'node:path'
import {
  Action,
  type DbnMetadataInit,
  type DbnSchema,
  DbnWriter,
  definitionRecord,
  EventScale,
  RecordFlag,
  RecordTags,
} from '@levels/dbn'
import { EventKind, type InstrumentPair, type MarketEvent, NS_PER_S } from '@levels/kernel'
import type { BookChange } from '../exchange/book-change.ts'
import { PartialFile } from './partial-file.ts'

const DATASET = 'GLBX.MDP3'
const INSTRUMENT_ID = 1
const DAY_NS = 86_400n * 1_000_000_000n

/** What the futures' files are of. */
export interface FuturesSpan {
  readonly symbol: string
  readonly pair: InstrumentPair
  readonly epochNs: bigint
  readonly startNs: bigint
  readonly endNs: bigint
}

/** Writes the future as DBN: depth with its trades, trades alone, and its definition. */
export class FuturesFiles {
  readonly #files: readonly PartialFile[]
  readonly #depth: DbnWriter
  readonly #trades: DbnWriter
  readonly #definition: DbnWriter
  readonly #tags = new RecordTags()
  #depthRecords = 0
  #tradeRecords = 0

  /** @throws the system's error when a file cannot be made */
  constructor(dir: string, span: FuturesSpan) {
    const open = (name: string): PartialFile => new PartialFile(join(dir, name))
    const depth = open('es.mbp-10.dbn')
    const trades = open('es.trades.dbn')
    const definition = open('es.definition.dbn')
    this.#files = [depth, trades, definition]
    this.#depth = writerTo(depth, 'mbp-10', span)
    this.#trades = writerTo(trades, 'trades', span)
    this.#definition = writerTo(definition, 'definition', span)
    this.#tags.instrumentId = INSTRUMENT_ID
    this.#definition.writeRecord(definitionRecord(definitionOf(span), 3))
  }

  get depthPath(): string {
    return this.#files[0]?.path ?? ''
  }

  get tradesPath(): string {
    return this.#files[1]?.path ?? ''
  }

  /** Records of the depth file, trades among them. */
  get depthRecords(): number {
    return this.#depthRecords
  }

  get tradeRecords(): number {
    return this.#tradeRecords
  }

  write(event: MarketEvent, change: BookChange): void {
    const tags = this.#tags
    const isTrade = event.kind === EventKind.FuturesTrade
    tags.sequence = change.sequence
    tags.side = change.side
    tags.depth = change.depth
    tags.action = change.action === Action.Fill ? Action.Cancel : change.action
    // A trade is followed by the book it leaves: only then is the event over.
    tags.flags = isTrade ? 0 : RecordFlag.Last
    tags.tsInDeltaNs = 15_000
    tags.orders = change.orders
    this.#depth.writeMbp10(event, tags)
    this.#depthRecords++
    if (!isTrade) return
    tags.flags = RecordFlag.Last
    this.#trades.writeTrade(event, tags)
    this.#tradeRecords++
  }

  finish(): void {
    for (const writer of [this.#depth, this.#trades, this.#definition]) writer.finish()
    for (const file of this.#files) file.finish()
  }

  abandon(): void {
    for (const file of this.#files) file.abandon()
  }
}

function writerTo(file: PartialFile, schema: DbnSchema, span: FuturesSpan): DbnWriter {
  const { symbol, startNs, endNs, epochNs, pair } = span
  const metadata: DbnMetadataInit = {
    dataset: DATASET,
    schema,
    startNs,
    endNs,
    symbols: [symbol],
    mappings: [
      {
        rawSymbol: symbol,
        intervals: [
          {
            startYmd: ymdOf(startNs),
            endYmd: ymdOf(endNs + DAY_NS),
            symbol: String(INSTRUMENT_ID),
          },
        ],
      },
    ],
  }
  return new DbnWriter({
    metadata,
    scale: new EventScale({ epochNs, tickNanos: pair.tick * NS_PER_S }),
    sink: (chunk) => {
      file.write(chunk)
    },
  })
}

function definitionOf({ symbol, pair, startNs }: FuturesSpan) {
  return {
    instrumentId: INSTRUMENT_ID,
    publisherId: 1,
    tsRecvNs: startNs,
    rawSymbol: symbol,
    instrumentClass: 'F',
    asset: pair.futures,
    underlying: '',
    exchange: 'XCME',
    currency: 'USD',
    securityType: 'FUT',
    minPriceIncrementNanos: BigInt(pair.tick * NS_PER_S),
    strikePriceNanos: null,
    expirationNs: null,
    activationNs: null,
    contractMultiplier: pair.pointValue,
  }
}

/** The UTC date of an instant, `yyyymmdd`. */
function ymdOf(ns: bigint): number {
  const date = new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 10)
  return Number(date.replaceAll('-', ''))
}
