import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BOOK_DEPTH,
  type MarketEvent,
  NO_TICK,
  RangeViolationError,
} from '@levels/kernel'
import { Action, type DbnVersion, RecordFlag, RecordSide, RType } from './codes.ts'
import { type EventScale, NANOS_PER_UNIT, WORD } from './event-scale.ts'
import { LEVEL_BYTES, MAX_RECORD_BYTES } from './layouts.ts'
import type { MboRecord } from './mbo-record.ts'
import { completeMetadata, type DbnMetadataInit } from './metadata.ts'
import { encodeMetadata } from './metadata-encoder.ts'
import { type DbnRecord, encodedBytes, encodeRecord } from './records.ts'

/** What a record says beyond its event. Made once, changed and passed again. */
export class RecordTags {
  publisherId = 1
  instrumentId = 0
  /** One of `Action`. */
  action: number = Action.None
  /** One of `RecordSide`. */
  side: number = RecordSide.None
  /** Bits of `RecordFlag`. */
  flags: number = RecordFlag.Last
  /** The level that changed, 0 the best. */
  depth = 0
  tsInDeltaNs = 0
  sequence = 0
  /**
   * Orders at each level of depth: ten of bids, best first, then ten of asks; 0 where they are not
   * known. May be replaced by an array that somebody else keeps.
   */
  orders: Int32Array = new Int32Array(2 * BOOK_DEPTH)
}

export interface DbnWriterOptions {
  readonly metadata: DbnMetadataInit
  /** Of the instruments whose events are written. */
  readonly scale: EventScale
  /** Receives the file in pieces that it may keep. */
  readonly sink: (chunk: Uint8Array) => void
  /** Most bytes of a piece. Default 1 MiB. */
  readonly chunkBytes?: number
}

const CHUNK_BYTES = 1024 * 1024
const MBP10_BYTES = 368
const TRADE_BYTES = 48
const CMBP1_BYTES = 80
const MBO_BYTES = 56
const UNDEF_HIGH = 0x7fff_ffff
const UNDEF_LOW = 0xffff_ffff

/**
 * Writes a DBN file: the metadata at once, then records, in the order they are given.
 *
 * Nothing is allocated for an event but the pieces handed to the sink.
 */
export class DbnWriter {
  readonly #version: DbnVersion
  readonly #scale: EventScale
  readonly #sink: (chunk: Uint8Array) => void
  readonly #chunkBytes: number
  #bytes: Uint8Array
  #view: DataView
  #at = 0

  /** @throws RangeViolationError when the metadata does not fit the format */
  constructor({ metadata, scale, sink, chunkBytes = CHUNK_BYTES }: DbnWriterOptions) {
    if (chunkBytes < MAX_RECORD_BYTES) {
      throw new RangeViolationError(
        `expected chunks of at least ${MAX_RECORD_BYTES} bytes, was ${chunkBytes}`,
      )
    }
    const complete = completeMetadata(metadata)
    this.#version = complete.version
    this.#scale = scale
    this.#sink = sink
    this.#chunkBytes = chunkBytes
    this.#bytes = new Uint8Array(chunkBytes)
    this.#view = new DataView(this.#bytes.buffer)
    sink(encodeMetadata(complete))
  }

  /** Writes depth: `tsRelNs`, `tsRecvRelNs`, `book`; and `priceTicks`, `size` of what changed it. */
  writeMbp10(event: MarketEvent, tags: RecordTags): void {
    const at = this.#begin(RType.Mbp10, MBP10_BYTES, event, tags)
    this.#trade(at, event.priceTicks, event.size, event.tsRecvRelNs, tags)
    const view = this.#view
    const book = event.book
    const orders = tags.orders
    for (let i = 0, to = at + 48; i < BOOK_DEPTH; i++, to += LEVEL_BYTES) {
      this.#ticks(to, book[i] ?? NO_TICK)
      this.#ticks(to + 8, book[ASK_TICKS + i] ?? NO_TICK)
      view.setInt32(to + 16, book[BID_LOTS + i] ?? 0, true)
      view.setInt32(to + 20, book[ASK_LOTS + i] ?? 0, true)
      view.setInt32(to + 24, orders[i] ?? 0, true)
      view.setInt32(to + 28, orders[BOOK_DEPTH + i] ?? 0, true)
    }
    this.#at = at + MBP10_BYTES
  }

  /** Writes a futures trade: `priceTicks`, `size`, and the side of `aggressor`. */
  writeTrade(event: MarketEvent, tags: RecordTags): void {
    const at = this.#begin(RType.Mbp0, TRADE_BYTES, event, tags)
    this.#trade(at, event.priceTicks, event.size, event.tsRecvRelNs, tags)
    this.#view.setUint8(at + 28, Action.Trade)
    this.#view.setUint8(at + 29, sideOf(event.aggressor))
    this.#at = at + TRADE_BYTES
  }

  /** Writes an option trade with its quote (`tcbbo`): dollars, NaN for none. */
  writeOptionTrade(event: MarketEvent, tags: RecordTags): void {
    const at = this.#begin(RType.Tcbbo, CMBP1_BYTES, event, tags)
    const view = this.#view
    this.#trade(at, NO_TICK, event.size, event.tsRecvRelNs, tags)
    this.#dollars(at + 16, event.price)
    view.setUint8(at + 28, Action.Trade)
    view.setUint8(at + 29, sideOf(event.aggressor))
    view.setUint8(at + 31, 0)
    view.setUint32(at + 44, 0, true)
    this.#dollars(at + 48, event.optBid)
    this.#dollars(at + 56, event.optAsk)
    view.setUint32(at + 64, Number.isNaN(event.optBid) ? 0 : event.bidSz, true)
    view.setUint32(at + 68, Number.isNaN(event.optAsk) ? 0 : event.askSz, true)
    view.setUint32(at + 72, 0, true)
    view.setUint32(at + 76, 0, true)
    this.#at = at + CMBP1_BYTES
  }

  /** Writes an order's record. */
  writeMbo(record: MboRecord): void {
    const at = this.#reserve(MBO_BYTES)
    const view = this.#view
    this.#header(at, RType.Mbo, MBO_BYTES, record.publisherId, record.instrumentId)
    this.#time(at + 8, record.tsRelNs)
    view.setUint32(at + 16, record.orderIdLow, true)
    view.setUint32(at + 20, record.orderIdHigh, true)
    this.#ticks(at + 24, record.priceTicks)
    view.setUint32(at + 32, record.size, true)
    view.setUint8(at + 36, record.flags)
    view.setUint8(at + 37, record.channelId)
    view.setUint8(at + 38, record.action)
    view.setUint8(at + 39, record.side)
    this.#time(at + 40, record.tsRecvRelNs)
    view.setInt32(at + 48, record.tsInDeltaNs, true)
    view.setUint32(at + 52, record.sequence, true)
    this.#at = at + MBO_BYTES
  }

  /**
   * Writes a whole record as `decodeRecord` gives it. Allocates: for definitions and the like.
   *
   * @throws RangeViolationError when a field is missing or does not fit
   */
  writeRecord(record: DbnRecord): void {
    const length = encodedBytes(record, this.#version)
    const at = this.#reserve(length)
    encodeRecord(record, this.#version, this.#view, at)
    this.#at = at + length
  }

  /** Hands over what is left. Nothing can be written after it. */
  finish(): void {
    this.#flush(0)
  }

  #flush(nextBytes: number): void {
    if (this.#at > 0) this.#sink(this.#bytes.subarray(0, this.#at))
    this.#bytes = new Uint8Array(nextBytes)
    this.#view = new DataView(this.#bytes.buffer)
    this.#at = 0
  }

  /** Makes room. The record counts once it is complete, so that a refused one leaves no trace. */
  #reserve(length: number): number {
    if (this.#at + length > this.#bytes.length) {
      if (this.#bytes.length === 0) {
        throw new RangeViolationError('expected no record after finish(), was one')
      }
      this.#flush(this.#chunkBytes)
    }
    return this.#at
  }

  #begin(rtype: number, length: number, event: MarketEvent, tags: RecordTags): number {
    const at = this.#reserve(length)
    this.#header(at, rtype, length, tags.publisherId, tags.instrumentId)
    this.#time(at + 8, event.tsRelNs)
    return at
  }

  #header(at: number, rtype: number, length: number, publisher: number, instrument: number): void {
    const view = this.#view
    view.setUint8(at, length >> 2)
    view.setUint8(at + 1, rtype)
    view.setUint16(at + 2, publisher, true)
    view.setUint32(at + 4, instrument, true)
  }

  /** The fields that records of trades and levels share, from byte 16 to 48. */
  #trade(at: number, ticks: number, size: number, tsRecvRelNs: number, tags: RecordTags): void {
    const view = this.#view
    this.#ticks(at + 16, ticks)
    view.setUint32(at + 24, size, true)
    view.setUint8(at + 28, tags.action)
    view.setUint8(at + 29, tags.side)
    view.setUint8(at + 30, tags.flags)
    view.setUint8(at + 31, tags.depth)
    this.#time(at + 32, tsRecvRelNs)
    view.setInt32(at + 40, tags.tsInDeltaNs, true)
    view.setUint32(at + 44, tags.sequence, true)
  }

  /** Splits a double into two words; exact, as every product and sum stays below 2⁵³. */
  #time(at: number, relNs: number): void {
    const scale = this.#scale
    const words = Math.floor(relNs / WORD)
    let low = relNs - words * WORD + scale.epochLow
    let high = words + scale.epochHigh
    if (low >= WORD) {
      low -= WORD
      high += 1
    }
    if (!(high >= 0 && high < WORD)) {
      throw new RangeViolationError(`expected a time after 1970, was ${relNs} ns from the epoch`)
    }
    this.#view.setUint32(at, low, true)
    this.#view.setUint32(at + 4, high, true)
  }

  #ticks(at: number, ticks: number): void {
    if (ticks === NO_TICK) this.#words(at, UNDEF_HIGH, UNDEF_LOW)
    else this.#nanos(at, ticks * this.#scale.tickNanos)
  }

  #dollars(at: number, dollars: number): void {
    if (Number.isNaN(dollars)) this.#words(at, UNDEF_HIGH, UNDEF_LOW)
    else this.#nanos(at, Math.round(dollars * NANOS_PER_UNIT))
  }

  #nanos(at: number, nanos: number): void {
    if (!Number.isSafeInteger(nanos)) {
      throw new RangeViolationError(`expected a price below 2^53 nanos, was ${nanos}`)
    }
    const high = Math.floor(nanos / WORD)
    this.#words(at, high, nanos - high * WORD)
  }

  #words(at: number, high: number, low: number): void {
    this.#view.setUint32(at, low, true)
    this.#view.setInt32(at + 4, high, true)
  }
}

function sideOf(aggressor: Aggressor): number {
  if (aggressor === Aggressor.Buy) return RecordSide.Bid
  return aggressor === Aggressor.Sell ? RecordSide.Ask : RecordSide.None
}
