import {
  AGGRESSORS,
  MarketScanner,
  type MarketSubject,
  MBP_DEPTH,
  type RejectCode,
  RIGHTS,
  ScanColumn,
  ScanSlot,
  Subject,
} from '@levels/contracts'
import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  EventKind,
  type MarketEvent,
  NO_EXCHANGE,
  NO_SEQ,
  NO_TICK,
  NS_PER_S,
  OptionRight,
} from '@levels/kernel'
import { AGGRESSOR_CODES, type ContractScale } from './event-from-contract.ts'
import { isAheadOfCapture, isLongBeforeCapture, RunTimes } from './event-time.ts'
import { isOfFuture } from './message-subject.ts'
import type { SymbolGate } from './symbol-gate.ts'

const CODES: readonly Aggressor[] = AGGRESSORS.map((word) => AGGRESSOR_CODES[word])
const CALL = RIGHTS.indexOf('C')
const S = BigInt(NS_PER_S)
const NO_SYMBOL = new Uint8Array(0)

/**
 * Fills events straight from the bytes of messages in the usual form, without allocating. Whatever
 * it does not take, for whichever reason, is to be decoded in full; what it takes comes out the
 * same either way.
 */
export class EventScanner {
  readonly #scanner: MarketScanner
  readonly #gate: SymbolGate
  readonly #epochS: number
  readonly #epochNs: number
  readonly #times: RunTimes
  readonly #equity: Uint8Array
  /** The future that the gate takes, as text and as bytes. */
  #futuresSymbol: string | null = null
  #future = NO_SYMBOL
  #isForeign = false

  constructor({ epochNs, pair }: ContractScale, gate: SymbolGate) {
    this.#scanner = new MarketScanner({ tickSize: pair.tick })
    this.#gate = gate
    this.#epochS = Number(epochNs / S)
    this.#epochNs = Number(epochNs % S)
    this.#times = new RunTimes(epochNs)
    this.#equity = new TextEncoder().encode(pair.equity)
  }

  /** @returns whether the message is valid, in the usual form, and of what the gate takes */
  scan(subject: MarketSubject, payload: Uint8Array, out: MarketEvent): boolean {
    const scanner = this.#scanner
    this.#isForeign = false
    if (!scanner.scan(subject, payload)) return false
    if (!this.#fillStamp(out)) return false
    if (!this.#isTaken(subject)) {
      this.#isForeign = !isOfFuture(subject) || this.#gate.futuresSymbol !== null
      return false
    }
    switch (subject) {
      case Subject.FuturesMbp10:
        fillDepth(scanner, out)
        break
      case Subject.FuturesTrades:
        fillFuturesTrade(scanner.numbers, out)
        break
      case Subject.StockQuotes:
        fillStockQuote(scanner.numbers, out)
        break
      case Subject.StockTrades:
        fillStockTrade(scanner.numbers, out)
        break
      case Subject.OptionTrades:
        fillOptionTrade(scanner.numbers, out)
        break
    }
    return true
  }

  /**
   * Of a message that the last `scan` did not take, though it is valid and in the usual form: its
   * symbol, which is not the gate's. Null where it is not known why it was not taken.
   */
  get foreignSymbol(): string | null {
    return this.#isForeign ? this.#scanner.symbol : null
  }

  /**
   * Why the message that the last `scan` did not take is refused, whatever instrument it is of. Null
   * where it takes reading it in full to say.
   */
  faultOf(subject: MarketSubject): RejectCode | null {
    return this.#scanner.faultOf(subject)
  }

  /** No future is while none is settled: it takes the message's symbol as text to judge it. */
  #isTaken(subject: MarketSubject): boolean {
    if (!isOfFuture(subject)) return this.#scanner.isOf(this.#equity)
    const { futuresSymbol } = this.#gate
    if (futuresSymbol === null) return false
    if (futuresSymbol !== this.#futuresSymbol) {
      this.#futuresSymbol = futuresSymbol
      this.#future = new TextEncoder().encode(futuresSymbol)
    }
    return this.#scanner.isOf(this.#future)
  }

  #fillStamp(out: MarketEvent): boolean {
    const { numbers } = this.#scanner
    out.tsRelNs = this.#relNs(numbers[ScanSlot.EventS], numbers[ScanSlot.EventNs])
    out.tsRecvRelNs = this.#relNs(numbers[ScanSlot.RecvS], numbers[ScanSlot.RecvNs])
    const seq = numbers[ScanSlot.Seq] ?? NaN
    out.seq = Number.isNaN(seq) ? NO_SEQ : seq
    return this.#times.hold(out) && !isAheadOfCapture(out) && !isLongBeforeCapture(out)
  }

  /** Exact as long as the result is. */
  #relNs(s = NaN, ns = NaN): number {
    return (s - this.#epochS) * NS_PER_S + (ns - this.#epochNs)
  }
}

function fillDepth({ depth, numbers }: MarketScanner, out: MarketEvent): void {
  const { book } = out
  const { book: scanned, bidCount, askCount } = depth
  for (let i = 0; i < MBP_DEPTH; i++) {
    book[BID_TICKS + i] = i < bidCount ? (scanned[ScanColumn.BidTicks + i] ?? 0) : NO_TICK
    book[BID_LOTS + i] = scanned[ScanColumn.BidLots + i] ?? 0
    book[ASK_TICKS + i] = i < askCount ? (scanned[ScanColumn.AskTicks + i] ?? 0) : NO_TICK
    book[ASK_LOTS + i] = scanned[ScanColumn.AskLots + i] ?? 0
  }
  out.kind = EventKind.Depth
  out.isSnapshot = numbers[ScanSlot.IsSnapshot] === 1
  out.bidCount = bidCount
  out.askCount = askCount
}

function fillFuturesTrade(numbers: Float64Array, out: MarketEvent): void {
  out.kind = EventKind.FuturesTrade
  out.priceTicks = numbers[ScanSlot.PriceTicks] ?? NaN
  out.size = numbers[ScanSlot.Size] ?? NaN
  out.aggressor = aggressorOf(numbers)
  const exchange = numbers[ScanSlot.Exchange] ?? NaN
  out.exchange = Number.isNaN(exchange) ? NO_EXCHANGE : exchange
}

function fillStockQuote(numbers: Float64Array, out: MarketEvent): void {
  out.kind = EventKind.StockQuote
  out.bidPx = numbers[ScanSlot.BidPx] ?? NaN
  out.askPx = numbers[ScanSlot.AskPx] ?? NaN
  out.bidSz = numbers[ScanSlot.BidSz] ?? NaN
  out.askSz = numbers[ScanSlot.AskSz] ?? NaN
}

function fillStockTrade(numbers: Float64Array, out: MarketEvent): void {
  out.kind = EventKind.StockTrade
  out.price = numbers[ScanSlot.Price] ?? NaN
  out.size = numbers[ScanSlot.Size] ?? NaN
}

function fillOptionTrade(numbers: Float64Array, out: MarketEvent): void {
  out.kind = EventKind.OptionTrade
  out.price = numbers[ScanSlot.Price] ?? NaN
  out.size = numbers[ScanSlot.Size] ?? NaN
  out.aggressor = aggressorOf(numbers)
  out.strikeMilli = Math.round((numbers[ScanSlot.Strike] ?? NaN) * 1000)
  out.right = numbers[ScanSlot.Right] === CALL ? OptionRight.Call : OptionRight.Put
  out.expiryYmd = numbers[ScanSlot.Expiry] ?? NaN
  out.optBid = numbers[ScanSlot.OptBid] ?? NaN
  out.optAsk = numbers[ScanSlot.OptAsk] ?? NaN
  out.delta = numbers[ScanSlot.Delta] ?? NaN
  out.gamma = numbers[ScanSlot.Gamma] ?? NaN
}

/** NaN, which is no index, where an option trade does not say. */
function aggressorOf(numbers: Float64Array): Aggressor {
  return CODES[numbers[ScanSlot.Aggressor] ?? NaN] ?? Aggressor.Unknown
}
