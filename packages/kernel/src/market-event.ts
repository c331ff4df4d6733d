import { NO_TICK } from './ticks.ts'

/**
 * What an event is. The values are the stream ranks: where every other key of the order is
 * equal, a trade comes before the depth it causes, and quotes before the trades they price.
 */
export const EventKind = {
  FuturesTrade: 0,
  Depth: 1,
  StockQuote: 2,
  StockTrade: 3,
  OptionTrade: 4,
} as const
export type EventKind = (typeof EventKind)[keyof typeof EventKind]
export const EVENT_KIND_COUNT = 5

/** Who took liquidity, as a code for arrays: the sign is the direction, unknown is apart. */
export const Aggressor = { Sell: -1, Mid: 0, Buy: 1, Unknown: 2 } as const
export type Aggressor = (typeof Aggressor)[keyof typeof Aggressor]

/** Which side of a book. */
export const Side = { Bid: 0, Ask: 1 } as const
export type Side = (typeof Side)[keyof typeof Side]

export const OptionRight = { Call: 0, Put: 1 } as const
export type OptionRight = (typeof OptionRight)[keyof typeof OptionRight]

/** `seq` of an event whose publisher sent none: it is ordered first and never deduplicated. */
export const NO_SEQ = -1
/** `exchange` of a trade whose venue is not known. */
export const NO_EXCHANGE = -1

export const BOOK_DEPTH = 10
/** Offsets of the four columns in a book's `Int32Array`: ten each of ticks and lots a side. */
export const BID_TICKS = 0
export const BID_LOTS = 10
export const ASK_TICKS = 20
export const ASK_LOTS = 30
export const BOOK_SLOTS = 40

export interface EventStamp {
  /** Venue event time, ns since the run's epoch. */
  readonly tsRelNs: number
  /** Capture time, ns since the run's epoch. */
  readonly tsRecvRelNs: number
  /** The publisher's sequence, a safe integer, or `NO_SEQ`. */
  readonly seq: number
}

export interface FuturesTradeEvent extends EventStamp {
  readonly priceTicks: number
  /** Lots, > 0. */
  readonly size: number
  readonly aggressor: Aggressor
  /** Venue id ≥ 0, or `NO_EXCHANGE`. */
  readonly exchange: number
}

export interface DepthEvent extends EventStamp {
  /**
   * The book after the update: `BOOK_SLOTS` integers, best first, in the columns `BID_TICKS`,
   * `BID_LOTS`, `ASK_TICKS`, `ASK_LOTS`. Slots from `bidCount` / `askCount` on are empty
   * (`NO_TICK`, 0). Bids fall strictly, asks rise strictly. Borrowed: copy what you keep.
   */
  readonly book: Int32Array
  readonly bidCount: number
  readonly askCount: number
  /** True: a resync, not to be compared with what came before. */
  readonly isSnapshot: boolean
  /**
   * Where the owner of the array `book` counts what it makes of it, the number of this book. Of the
   * same array's next number, `changedBids` and `changedAsks` tell what is different; of any other
   * nothing is known. 0, or left out: not counted.
   */
  readonly bookRevision?: number
  /** A bit for every slot of the bids (0–19) that differs from the revision before, and no other. */
  readonly changedBids?: number
  /** The same of the asks: bit 0 is slot `ASK_TICKS`. */
  readonly changedAsks?: number
}

export interface StockQuoteEvent extends EventStamp {
  /** US dollars, > 0. */
  readonly bidPx: number
  readonly askPx: number
  /** Shares, ≥ 0. */
  readonly bidSz: number
  readonly askSz: number
}

export interface StockTradeEvent extends EventStamp {
  /** US dollars, > 0. */
  readonly price: number
  /** Shares, > 0. */
  readonly size: number
}

export interface OptionTradeEvent extends EventStamp {
  /** Premium per share, US dollars, > 0. */
  readonly price: number
  /** Contracts, > 0. */
  readonly size: number
  readonly aggressor: Aggressor
  /** Strike in thousandths of a dollar, as OCC symbols write it. */
  readonly strikeMilli: number
  readonly right: OptionRight
  /** Expiry as a calendar date in New York, `yyyymmdd`. */
  readonly expiryYmd: number
  /** Best bid and ask at the trade, US dollars, or NaN where unknown. */
  readonly optBid: number
  readonly optAsk: number
  /** The publisher's per-share delta and gamma (per $1), or NaN where it sent none. */
  readonly delta: number
  readonly gamma: number
}

/**
 * One market event of any kind, in integers and doubles only, so that it can be pooled and
 * refilled without allocation. Only the fields of its `kind` (see the interfaces above) mean
 * anything. One class for all kinds keeps hot call sites monomorphic.
 */
export class MarketEvent
  implements FuturesTradeEvent, DepthEvent, StockQuoteEvent, StockTradeEvent, OptionTradeEvent
{
  kind: EventKind = EventKind.FuturesTrade
  tsRelNs = 0
  tsRecvRelNs = 0
  seq: number = NO_SEQ
  /** Order of arrival, given by the buffer that sorts events: the last key of the order. */
  arrival = 0

  priceTicks: number = NO_TICK
  price = 0
  size = 0
  aggressor: Aggressor = Aggressor.Unknown
  exchange: number = NO_EXCHANGE

  readonly book: Int32Array
  bidCount = 0
  askCount = 0
  isSnapshot = false
  bookRevision = 0
  changedBids = 0
  changedAsks = 0

  bidPx = 0
  askPx = 0
  bidSz = 0
  askSz = 0

  strikeMilli = 0
  right: OptionRight = OptionRight.Call
  expiryYmd = 0
  optBid = NaN
  optAsk = NaN
  delta = NaN
  gamma = NaN

  /** @param book where its depth lies: a pool gives its events neighbouring parts of one array */
  constructor(book: Int32Array = new Int32Array(BOOK_SLOTS)) {
    this.book = book
  }

  /** Takes over the depth of another event; its revisions are not this array's. */
  copyDepth(event: MarketEvent): void {
    this.kind = event.kind
    this.tsRelNs = event.tsRelNs
    this.tsRecvRelNs = event.tsRecvRelNs
    this.seq = event.seq
    this.arrival = event.arrival
    this.book.set(event.book)
    this.bidCount = event.bidCount
    this.askCount = event.askCount
    this.isSnapshot = event.isSnapshot
    this.bookRevision = 0
  }
}

/**
 * The one order of events: event time, capture time, sequence, stream rank, arrival.
 *
 * @returns < 0 when `a` comes first, > 0 when `b` does, 0 for the same event
 */
export function compareEvents(a: MarketEvent, b: MarketEvent): number {
  return (
    a.tsRelNs - b.tsRelNs ||
    a.tsRecvRelNs - b.tsRecvRelNs ||
    a.seq - b.seq ||
    a.kind - b.kind ||
    a.arrival - b.arrival
  )
}
