import {
  Action,
  EventScale,
  MboBook,
  MboRecord,
  Mbp10Reader,
  ReadCode,
  readCodeText,
  readDefinition,
  readMboInto,
  readOptionTradeInto,
  readStockQuoteInto,
  readStockTradeInto,
  readSymbolMapping,
  readTradeInto,
  type RecordCursor,
  RecordFlag,
  RType,
} from '@levels/dbn'
import { EventKind, type MarketEvent, NO_SEQ, NS_PER_S } from '@levels/kernel'
import { type DbnInstruments, type Instrument, InstrumentRole } from './dbn-instruments.ts'
import { bufferFull, FeedError } from './errors.ts'
import type { OrderBookCounts, SourceContext } from './event-source.ts'
import {
  FAR_FROM_CAPTURE_TEXT,
  isAheadOfCapture,
  isBehindCapture,
  OUTSIDE_CALENDAR_TEXT,
  RunTimes,
} from './event-time.ts'
import { PushOutcome } from './reorder-buffer.ts'
import type { SymbolGate } from './symbol-gate.ts'

/** Records one packet may hold: an event's `seq` is its packet's times this, plus an index. */
const RECORDS_PER_PACKET = 2 ** 20

// An imported constant is read from its module at every use; a module's own is folded into code.
const MBP10: number = RType.Mbp10
const MBO: number = RType.Mbo
const LAST: number = RecordFlag.Last
const SNAPSHOT: number = RecordFlag.Snapshot
const MAYBE_BAD_BOOK: number = RecordFlag.MaybeBadBook
const TRADE: number = Action.Trade
const CLEAR: number = Action.Clear

/** What the records of a file are turned into events with. */
export interface DbnEventSettings {
  readonly file: string
  readonly instruments: DbnInstruments
  readonly gate: SymbolGate
  /** Whether trades inside depth data are events, or are left to another source. */
  readonly includeTrades: boolean
}

/**
 * Turns the records of one DBN file into events.
 *
 * **Sequence.** The venue's `sequence` numbers packets: all prints of a sweep may share one. So
 * an event's `seq` is `sequence · 2^20 + index`, the index counting the records of the file's
 * instrument in their run of equal event time and sequence. It is a safe integer (32 + 20 bits),
 * differs between any two records of a file, and compares across files: in a depth file the
 * trades of a packet are counted too, so a trade from a trades file never comes after the depth
 * it caused. Where the format has no sequence (consolidated feeds) there is none.
 *
 * **Depth** is emitted at the last record of an event only, where a book is consistent. Snapshot
 * records build the book in silence. The first depth after them, after a clear, after a change
 * of instrument, and of the file as a whole is a resync: what came before is another book.
 */
export class DbnEvents {
  readonly #file: string
  readonly #instruments: DbnInstruments
  readonly #gate: SymbolGate
  readonly #context: SourceContext
  readonly #includeTrades: boolean
  readonly #scale: EventScale
  readonly #times: RunTimes
  readonly #depth: Mbp10Reader
  readonly #book = new MboBook()
  readonly #mbo = new MboRecord()
  /** The future whose records came last; -1 before the first. */
  #futureId = -1
  #isResync = true
  /** The run of records of one packet and event time. */
  #runSequence = -1
  #runTsLow = -1
  #runTsHigh = -1
  #runIndex = 0

  constructor(settings: DbnEventSettings, context: SourceContext) {
    const { file, instruments, gate, includeTrades } = settings
    this.#file = file
    this.#instruments = instruments
    this.#gate = gate
    this.#context = context
    this.#includeTrades = includeTrades
    const tickNanos = Math.round(gate.pair.tick * NS_PER_S)
    this.#scale = new EventScale({ epochNs: context.epochNs, tickNanos })
    this.#times = new RunTimes(context.epochNs)
    this.#depth = new Mbp10Reader(this.#scale)
  }

  get orderBook(): OrderBookCounts {
    const book = this.#book
    return {
      unknownOrders: book.unknownOrderCount,
      duplicateOrders: book.duplicateOrderCount,
      excessCancels: book.excessCancelCount,
      refusedOrders: book.overflowCount,
      ignoredRecords: book.ignoredCount,
    }
  }

  /**
   * Takes in one record: pushes the events it holds.
   *
   * @throws FeedError when the file holds a second future and none was chosen, or the buffer is
   *   full
   */
  take(record: RecordCursor): void {
    switch (record.rtype) {
      case MBP10:
        if (this.#isFuture(record)) this.#takeMbp10(record)
        return
      case MBO:
        if (this.#isFuture(record)) this.#takeMbo(record)
        return
      case RType.Mbp0:
      case RType.Mbp1:
        return this.#takeTrade(record)
      case RType.Cmbp1:
      case RType.Tcbbo:
        return this.#takeConsolidated(record)
      case RType.InstrumentDef:
        return this.#instruments.addDefinition(readDefinition(record))
      case RType.SymbolMapping:
        return this.#instruments.addMapping(readSymbolMapping(record))
    }
  }

  #takeMbp10(record: RecordCursor): void {
    const { flags, action } = record
    this.#countRun(record)
    if ((flags & SNAPSHOT) !== 0) {
      this.#isResync = true
      return
    }
    if (action === CLEAR) this.#isResync = true
    if (action === TRADE) this.#takeDepthTrade(record)
    if ((flags & LAST) === 0) return
    const code = this.#depth.read(record)
    if (code !== ReadCode.Ok) return this.#refuse(record, null, code)
    const { event } = this.#depth
    event.isSnapshot = this.#isResync || (flags & MAYBE_BAD_BOOK) !== 0
    if (this.#isTimely(record, event) && this.#hold(record, event, true)) this.#isResync = false
  }

  #takeMbo(record: RecordCursor): void {
    const mbo = this.#mbo
    this.#countRun(record)
    const code = readMboInto(record, this.#scale, mbo)
    if (code !== ReadCode.Ok) return this.#refuse(record, null, code)
    if (mbo.action === TRADE && (mbo.flags & SNAPSHOT) === 0) {
      this.#takeDepthTrade(record)
    }
    if (!this.#book.apply(mbo)) return
    const event = this.#context.buffer.acquire()
    event.kind = EventKind.Depth
    event.tsRelNs = mbo.tsRelNs
    event.tsRecvRelNs = mbo.tsRecvRelNs
    event.seq = mbo.sequence
    this.#book.copyTop10(event.book)
    event.bidCount = this.#book.bidCount
    event.askCount = this.#book.askCount
    if (this.#book.takeResync()) this.#isResync = true
    event.isSnapshot = this.#isResync || (mbo.flags & MAYBE_BAD_BOOK) !== 0
    if (this.#push(record, event)) this.#isResync = false
  }

  /** The trade that a record of depth data reports. */
  #takeDepthTrade(record: RecordCursor): void {
    if (!this.#includeTrades) return
    const event = this.#context.buffer.acquire()
    this.#finish(record, event, readTradeInto(record, this.#scale, event))
  }

  #takeTrade(record: RecordCursor): void {
    const { role } = this.#instrumentOf(record)
    if (role === InstrumentRole.Future) {
      if (record.action !== TRADE) return
      this.#countRun(record)
      const event = this.#context.buffer.acquire()
      this.#finish(record, event, readTradeInto(record, this.#scale, event))
    } else if (role === InstrumentRole.Equity) {
      this.#countRun(record)
      this.#takeStock(record, record.rtype === RType.Mbp1)
    } else {
      this.#passOver(record)
    }
  }

  /** Every record of a consolidated feed is a quote; those of options count at a trade only. */
  #takeConsolidated(record: RecordCursor): void {
    const { role, contract } = this.#instrumentOf(record)
    if (role === InstrumentRole.Equity) return this.#takeStock(record, true)
    if (role !== InstrumentRole.Option || contract === null) return this.#passOver(record)
    if (record.action !== TRADE) return
    const event = this.#context.buffer.acquire()
    this.#finish(record, event, readOptionTradeInto(record, this.#scale, contract, event))
  }

  #takeStock(record: RecordCursor, hasQuote: boolean): void {
    const { buffer } = this.#context
    if (hasQuote) {
      const quote = buffer.acquire()
      this.#finish(record, quote, readStockQuoteInto(record, this.#scale, quote))
    }
    if (record.action !== TRADE) return
    const trade = buffer.acquire()
    this.#finish(record, trade, readStockTradeInto(record, this.#scale, trade))
  }

  #instrumentOf(record: RecordCursor): Instrument {
    const instrument = this.#instruments.of(record)
    if (instrument.role === InstrumentRole.Ambiguous) throw this.#ambiguous(record, instrument)
    return instrument
  }

  /** True for records of the one future; the others are passed over or refused, and counted. */
  #isFuture(record: RecordCursor): boolean {
    const id = record.instrumentId
    if (id === this.#futureId && !this.#instruments.mayChange) return true
    const { role } = this.#instrumentOf(record)
    if (role !== InstrumentRole.Future) {
      this.#passOver(record)
      return false
    }
    if (id !== this.#futureId) {
      // A continuous contract has rolled: its book is another one.
      if (this.#futureId !== -1) this.#book.clear()
      this.#futureId = id
      this.#isResync = true
    }
    return true
  }

  #passOver(record: RecordCursor): void {
    const { role, symbol } = this.#instruments.of(record)
    if (role === InstrumentRole.PassedOver) return this.#gate.passOver(symbol)
    const { futures, equity } = this.#gate.pair
    const expected = `${futures} depth and trades, ${equity} trades and quotes or its options`
    this.#context.rejects.add('UNKNOWN_SYMBOL', () => ({
      ...this.#placeOf(record),
      message: `expected ${expected}, was ${symbol}`,
    }))
  }

  /** Pushes an event that was read, or refuses the record it was read from. */
  #finish(record: RecordCursor, event: MarketEvent, code: ReadCode): void {
    if (code === ReadCode.Ok) this.#push(record, event)
    else this.#refuse(record, event, code)
  }

  /** @returns whether the event will be delivered */
  #push(record: RecordCursor, event: MarketEvent): boolean {
    if (this.#isTimely(record, event)) return this.#hold(record, event, false)
    this.#context.buffer.recycle(event)
    return false
  }

  /** Whether the calendar knows an event's times, and they agree; else it is refused. */
  #isTimely(record: RecordCursor, event: MarketEvent): boolean {
    const isKnown = this.#times.hold(event)
    if (isKnown && !isAheadOfCapture(event) && !isBehindCapture(event)) return true
    const message = isKnown ? FAR_FROM_CAPTURE_TEXT : OUTSIDE_CALENDAR_TEXT
    this.#context.rejects.add('SCHEMA', () => ({ ...this.#placeOf(record), message }))
    return false
  }

  /**
   * Numbers an event and pushes it.
   *
   * @param isOurs true for depth that stays the reader's
   * @returns whether the event will be delivered
   */
  #hold(record: RecordCursor, event: MarketEvent, isOurs: boolean): boolean {
    const { buffer, sourceIndex } = this.#context
    // Two stores: one of a number that is an integer here and a double there would allocate.
    if (event.seq > 0) event.seq = event.seq * RECORDS_PER_PACKET + this.#runIndex
    else event.seq = NO_SEQ
    const outcome = isOurs ? buffer.pushDepth(event, sourceIndex) : buffer.push(event, sourceIndex)
    if (outcome === PushOutcome.Full) throw bufferFull(this.#file, record.byteOffset, buffer)
    return outcome === PushOutcome.Held
  }

  #refuse(record: RecordCursor, event: MarketEvent | null, code: ReadCode): void {
    if (event !== null) this.#context.buffer.recycle(event)
    this.#context.rejects.add(code === ReadCode.OffTick ? 'OFF_TICK' : 'SCHEMA', () => ({
      ...this.#placeOf(record),
      message: readCodeText(code),
    }))
  }

  /** Numbers the records of one packet and event time. Works on the raw bytes: no bigint. */
  #countRun(record: RecordCursor): void {
    const { view, at, sequence } = record
    const tsLow = view.getUint32(at + 8, true)
    const tsHigh = view.getUint32(at + 12, true)
    if (
      sequence === this.#runSequence &&
      tsLow === this.#runTsLow &&
      tsHigh === this.#runTsHigh &&
      this.#runIndex < RECORDS_PER_PACKET - 1
    ) {
      this.#runIndex++
      return
    }
    this.#runSequence = sequence
    this.#runTsLow = tsLow
    this.#runTsHigh = tsHigh
    this.#runIndex = 0
  }

  #placeOf(record: RecordCursor): { file: string; byteOffset: number; line: null; path: null } {
    return { file: this.#file, byteOffset: record.byteOffset, line: null, path: null }
  }

  #ambiguous(record: RecordCursor, { symbol }: Instrument): FeedError {
    return new FeedError({
      code: 'SYMBOL_REQUIRED',
      file: this.#file,
      byteOffset: record.byteOffset,
      reason: `expected one future or a choice, was ${this.#gate.futuresSymbol ?? ''} and ${symbol}`,
    })
  }
}
