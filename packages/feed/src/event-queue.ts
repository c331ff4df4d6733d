import { BOOK_SLOTS, BookChanges, EventKind, lowestSlot, MarketEvent } from '@levels/kernel'
import type { Aggressor, OptionRight } from '@levels/kernel'

// An imported constant is read from its module at every use; a module's own is folded into code.
const DEPTH: number = EventKind.Depth
const FUTURES_TRADE: number = EventKind.FuturesTrade
const STOCK_QUOTE: number = EventKind.StockQuote
const STOCK_TRADE: number = EventKind.StockTrade

/** Slots of one side: ten ticks and ten sizes. */
const SIDE_SLOTS = BOOK_SLOTS / 2

/** Where an event's parts lie, in words of eight bytes from its first. */
const RECV = 1
const SEQ = 2
const ARRIVAL = 3
const TAG = 4
const FIELDS = 5

/** The tag: a 32-bit word of the kind and what is small, and which slots of the bids changed. */
const KIND_MASK = 7
const SNAPSHOT_BIT = 8
const BID_COUNT_SHIFT = 4
const ASK_COUNT_SHIFT = 8
const COUNT_MASK = 15
const BIDS_SHIFT = 12

/** The longest event: a book of which every slot changed. */
const WORDS_MAX = FIELDS + BOOK_SLOTS / 2
const INITIAL_WORDS = 1024

/**
 * A first-in first-out ring of events, kept as numbers: an event is copied in and copied out.
 *
 * Of a book only the slots are kept that differ from the depth event before it, of which there are
 * one or two in most: an event that waits takes some 50 bytes, so that thousands of them stay in the
 * processor's nearest caches, where as many objects would not. Only the fields of an event's kind
 * come through.
 *
 * In and out are O(1), of a book O(its slots). Memory: 40 to 208 bytes an event, in one ring that
 * doubles when full; the caller bounds the number of events.
 */
export class EventQueue {
  #doubles = new Float64Array(INITIAL_WORDS)
  /** The same bytes. */
  #ints = new Int32Array(this.#doubles.buffer)
  /** First word of the first event, of the last one, and the one after it. */
  #head = 0
  #last = 0
  #end = 0
  #usedWords = 0
  #length = 0
  /** The book of the last depth event put in; that of the last one taken out is in `#first`. */
  readonly #lastBook = new Int32Array(BOOK_SLOTS)
  readonly #first = new MarketEvent()
  readonly #changes = new BookChanges()
  /** Words of the first event, once it was read into `#first`; 0 before. */
  #firstWords = 0

  get length(): number {
    return this.#length
  }

  /** Event time of the first event. Only while there is one. */
  get firstRelNs(): number {
    return this.#doubles[this.#head] ?? NaN
  }

  /** The first event, to be looked at only: valid until the next one is asked for or taken. */
  get first(): MarketEvent | undefined {
    if (this.#length === 0) return undefined
    if (this.#firstWords === 0) this.#read()
    return this.#first
  }

  /** Whether an event, of a later arrival than all in the queue, comes after the last of them. */
  isInOrder(event: MarketEvent): boolean {
    if (this.#length === 0) return true
    const doubles = this.#doubles
    const at = this.#last
    const mask = doubles.length - 1
    const order =
      event.tsRelNs - (doubles[at] ?? 0) ||
      event.tsRecvRelNs - (doubles[(at + RECV) & mask] ?? 0) ||
      event.seq - (doubles[(at + SEQ) & mask] ?? 0) ||
      event.kind - ((this.#ints[2 * ((at + TAG) & mask)] ?? 0) & KIND_MASK)
    return order >= 0
  }

  /** The least arrival number, `Infinity` when empty: events lie in the order of their arrival. */
  get leastArrival(): number {
    if (this.#length === 0) return Infinity
    return this.#doubles[(this.#head + ARRIVAL) & (this.#doubles.length - 1)] ?? NaN
  }

  /** Puts a copy of an event behind the others. */
  push(event: MarketEvent): void {
    if (this.#usedWords + WORDS_MAX > this.#doubles.length) this.#grow()
    const doubles = this.#doubles
    const mask = doubles.length - 1
    const at = this.#end
    doubles[at] = event.tsRelNs
    doubles[(at + RECV) & mask] = event.tsRecvRelNs
    doubles[(at + SEQ) & mask] = event.seq
    doubles[(at + ARRIVAL) & mask] = event.arrival
    const words = event.kind === DEPTH ? this.#writeBook(event, at) : this.#writeFields(event, at)
    this.#last = at
    this.#end = (at + words) & mask
    this.#usedWords += words
    this.#length++
  }

  /** Takes the first event out: valid until the next one is asked for or taken. */
  take(): MarketEvent | undefined {
    if (this.#length === 0) return undefined
    if (this.#firstWords === 0) this.#read()
    this.#head = (this.#head + this.#firstWords) & (this.#doubles.length - 1)
    this.#usedWords -= this.#firstWords
    this.#firstWords = 0
    this.#length--
    return this.#first
  }

  /** Writes the slots in which a book differs from the one before it. @returns words in all */
  #writeBook(event: MarketEvent, at: number): number {
    const ints = this.#ints
    const mask = ints.length - 1
    const last = this.#lastBook
    const { book } = event
    this.#changes.find(event, last)
    const { bids, asks } = this.#changes
    const from = 2 * (at + FIELDS)
    let to = from
    for (let left = bids; left !== 0; left &= left - 1) {
      const slot = lowestSlot(left)
      ints[to++ & mask] = last[slot] = book[slot] ?? 0
    }
    for (let left = asks; left !== 0; left &= left - 1) {
      const slot = SIDE_SLOTS + lowestSlot(left)
      ints[to++ & mask] = last[slot] = book[slot] ?? 0
    }
    const counts = (event.bidCount << BID_COUNT_SHIFT) | (event.askCount << ASK_COUNT_SHIFT)
    const tag = DEPTH | (event.isSnapshot ? SNAPSHOT_BIT : 0) | counts | (bids << BIDS_SHIFT)
    ints[(2 * (at + TAG)) & mask] = tag
    ints[(2 * (at + TAG) + 1) & mask] = asks
    return FIELDS + ((to - from + 1) >> 1)
  }

  /** Writes the fields of any other kind. @returns words in all */
  #writeFields(event: MarketEvent, at: number): number {
    const doubles = this.#doubles
    const mask = doubles.length - 1
    const { kind } = event
    this.#ints[2 * ((at + TAG) & mask)] = kind
    const fields = at + FIELDS
    if (kind === FUTURES_TRADE) {
      doubles[fields & mask] = event.priceTicks
      doubles[(fields + 1) & mask] = event.size
      doubles[(fields + 2) & mask] = event.aggressor
      doubles[(fields + 3) & mask] = event.exchange
      return FIELDS + 4
    }
    if (kind === STOCK_QUOTE) {
      doubles[fields & mask] = event.bidPx
      doubles[(fields + 1) & mask] = event.askPx
      doubles[(fields + 2) & mask] = event.bidSz
      doubles[(fields + 3) & mask] = event.askSz
      return FIELDS + 4
    }
    doubles[fields & mask] = event.price
    doubles[(fields + 1) & mask] = event.size
    if (kind === STOCK_TRADE) return FIELDS + 2
    doubles[(fields + 2) & mask] = event.aggressor
    doubles[(fields + 3) & mask] = event.strikeMilli
    doubles[(fields + 4) & mask] = event.right
    doubles[(fields + 5) & mask] = event.expiryYmd
    doubles[(fields + 6) & mask] = event.optBid
    doubles[(fields + 7) & mask] = event.optAsk
    doubles[(fields + 8) & mask] = event.delta
    doubles[(fields + 9) & mask] = event.gamma
    return FIELDS + 10
  }

  /** Brings the first event into `#first`. */
  #read(): void {
    const doubles = this.#doubles
    const mask = doubles.length - 1
    const at = this.#head
    const event = this.#first
    event.tsRelNs = doubles[at] ?? 0
    event.tsRecvRelNs = doubles[(at + RECV) & mask] ?? 0
    event.seq = doubles[(at + SEQ) & mask] ?? 0
    event.arrival = doubles[(at + ARRIVAL) & mask] ?? 0
    const tag = this.#ints[2 * ((at + TAG) & mask)] ?? 0
    const kind = (tag & KIND_MASK) as EventKind
    event.kind = kind
    this.#firstWords = kind === DEPTH ? this.#readBook(tag, at) : this.#readFields(kind, at)
  }

  /** @returns words in all */
  #readBook(tag: number, at: number): number {
    const ints = this.#ints
    const mask = ints.length - 1
    const event = this.#first
    const { book } = event
    event.isSnapshot = (tag & SNAPSHOT_BIT) !== 0
    event.bidCount = (tag >> BID_COUNT_SHIFT) & COUNT_MASK
    event.askCount = (tag >> ASK_COUNT_SHIFT) & COUNT_MASK
    const bids = tag >>> BIDS_SHIFT
    const asks = ints[(2 * (at + TAG) + 1) & mask] ?? 0
    event.bookRevision++
    event.changedBids = bids
    event.changedAsks = asks
    const from = 2 * (at + FIELDS)
    let next = from
    for (let left = bids; left !== 0; left &= left - 1) {
      book[lowestSlot(left)] = ints[next++ & mask] ?? 0
    }
    for (let left = asks; left !== 0; left &= left - 1) {
      book[SIDE_SLOTS + lowestSlot(left)] = ints[next++ & mask] ?? 0
    }
    return FIELDS + ((next - from + 1) >> 1)
  }

  /** @returns words in all */
  #readFields(kind: EventKind, at: number): number {
    const doubles = this.#doubles
    const mask = doubles.length - 1
    const event = this.#first
    const fields = at + FIELDS
    if (kind === FUTURES_TRADE) {
      event.priceTicks = doubles[fields & mask] ?? 0
      event.size = doubles[(fields + 1) & mask] ?? 0
      event.aggressor = (doubles[(fields + 2) & mask] ?? 0) as Aggressor
      event.exchange = doubles[(fields + 3) & mask] ?? 0
      return FIELDS + 4
    }
    if (kind === STOCK_QUOTE) {
      event.bidPx = doubles[fields & mask] ?? 0
      event.askPx = doubles[(fields + 1) & mask] ?? 0
      event.bidSz = doubles[(fields + 2) & mask] ?? 0
      event.askSz = doubles[(fields + 3) & mask] ?? 0
      return FIELDS + 4
    }
    event.price = doubles[fields & mask] ?? 0
    event.size = doubles[(fields + 1) & mask] ?? 0
    if (kind === STOCK_TRADE) return FIELDS + 2
    event.aggressor = (doubles[(fields + 2) & mask] ?? 0) as Aggressor
    event.strikeMilli = doubles[(fields + 3) & mask] ?? 0
    event.right = (doubles[(fields + 4) & mask] ?? 0) as OptionRight
    event.expiryYmd = doubles[(fields + 5) & mask] ?? 0
    event.optBid = doubles[(fields + 6) & mask] ?? 0
    event.optAsk = doubles[(fields + 7) & mask] ?? 0
    event.delta = doubles[(fields + 8) & mask] ?? 0
    event.gamma = doubles[(fields + 9) & mask] ?? 0
    return FIELDS + 10
  }

  /** Twice the room; the first event comes to lie at the beginning. */
  #grow(): void {
    const doubles = this.#doubles
    const grown = new Float64Array(2 * doubles.length)
    // As integers: a copy of doubles may change the bits of what is not a number.
    const ints = new Int32Array(grown.buffer)
    ints.set(this.#ints.subarray(2 * this.#head))
    ints.set(this.#ints.subarray(0, 2 * this.#head), this.#ints.length - 2 * this.#head)
    const mask = doubles.length - 1
    this.#last = (this.#last - this.#head) & mask
    this.#head = 0
    this.#end = this.#usedWords
    this.#doubles = grown
    this.#ints = ints
  }
}
