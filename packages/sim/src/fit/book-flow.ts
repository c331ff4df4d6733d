import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  BOOK_SLOTS,
  type MarketEvent,
  Side,
} from '@levels/kernel'

/** Prices that traded and wait for the book that shows it; more than a book has are not kept. */
const TRADES_MAX = 64

/** What happened at one price from one book to the next. */
export interface QueueChange {
  side: Side
  /** Ticks behind the side's best price of the book before; negative inside the spread. */
  place: number
  lotsBefore: number
  added: number
  canceled: number
  filled: number
}

/** Sees every change of a book, before it is taken over. Borrowed: valid until it returns. */
export type ChangeListener = (change: QueueChange, before: Int32Array) => void

/**
 * Tells from depth and trades what was added, canceled and filled at each visible price. What slid
 * in or out of view is not told.
 */
export class BookFlow {
  readonly before = new Int32Array(BOOK_SLOTS)
  readonly #change: QueueChange = {
    side: Side.Bid,
    place: 0,
    lotsBefore: 0,
    added: 0,
    canceled: 0,
    filled: 0,
  }
  readonly #tradedTicks = new Int32Array(TRADES_MAX)
  readonly #tradedLots = new Int32Array(TRADES_MAX)
  #tradedCount = 0
  #hasBook = false

  /** True once there is a full book to compare with. */
  get hasBook(): boolean {
    return this.#hasBook
  }

  /** The next book is not to be compared with the last. */
  forget(): void {
    this.#hasBook = false
    this.#tradedCount = 0
  }

  trade({ priceTicks, size, aggressor }: MarketEvent): void {
    if (aggressor !== Aggressor.Buy && aggressor !== Aggressor.Sell) return
    for (let i = 0; i < this.#tradedCount; i++) {
      if (this.#tradedTicks[i] !== priceTicks) continue
      this.#tradedLots[i] = (this.#tradedLots[i] ?? 0) + size
      return
    }
    if (this.#tradedCount === TRADES_MAX) this.#tradedCount = 0
    this.#tradedTicks[this.#tradedCount] = priceTicks
    this.#tradedLots[this.#tradedCount++] = size
  }

  /**
   * Compares a book with the one before, which `accept` then replaces.
   *
   * @returns how many prices changed; −1 where there was none to compare with
   */
  depth(event: MarketEvent, listener: ChangeListener): number {
    const isWhole = event.bidCount === BOOK_DEPTH && event.askCount === BOOK_DEPTH
    const isCrossed = (event.book[BID_TICKS] ?? 0) >= (event.book[ASK_TICKS] ?? 0)
    if (!isWhole || isCrossed || event.isSnapshot || !this.#hasBook) {
      this.#hasBook = isWhole && !isCrossed
      this.#tradedCount = 0
      return -1
    }
    const changes =
      this.#compare(Side.Bid, event.book, listener) + this.#compare(Side.Ask, event.book, listener)
    if (changes > 0) this.#tradedCount = 0
    return changes
  }

  /** Takes a book over as the one to compare the next with. */
  accept(event: MarketEvent): void {
    this.before.set(event.book)
  }

  /** Walks both lists of levels of a side from its best price on. */
  #compare(side: Side, book: Int32Array, listener: ChangeListener): number {
    const sign = side === Side.Bid ? -1 : 1
    const ticksAt = side === Side.Bid ? BID_TICKS : ASK_TICKS
    const lotsAt = side === Side.Bid ? BID_LOTS : ASK_LOTS
    const { before } = this
    const best = before[ticksAt] ?? 0
    const end = Math.min(
      ((before[ticksAt + BOOK_DEPTH - 1] ?? 0) - best) * sign,
      ((book[ticksAt + BOOK_DEPTH - 1] ?? 0) - best) * sign,
    )
    let i = 0
    let j = 0
    let changes = 0
    for (;;) {
      const old = i < BOOK_DEPTH ? ((before[ticksAt + i] ?? 0) - best) * sign : Infinity
      const now = j < BOOK_DEPTH ? ((book[ticksAt + j] ?? 0) - best) * sign : Infinity
      const place = Math.min(old, now)
      if (place > end) return changes
      const lotsBefore = old === place ? (before[lotsAt + i++] ?? 0) : 0
      const lots = now === place ? (book[lotsAt + j++] ?? 0) : 0
      if (lots !== lotsBefore) {
        changes++
        this.#tell({ side, tick: best + place * sign, place }, lotsBefore, lots, listener)
      }
    }
  }

  #tell(
    at: { side: Side; tick: number; place: number },
    lotsBefore: number,
    lots: number,
    listener: ChangeListener,
  ): void {
    const change = this.#change
    const filled = this.#takeTraded(at.tick)
    const rest = lots - lotsBefore + filled
    change.side = at.side
    change.place = at.place
    change.lotsBefore = lotsBefore
    change.filled = filled
    change.added = Math.max(rest, 0)
    change.canceled = Math.max(-rest, 0)
    listener(change, this.before)
  }

  #takeTraded(tick: number): number {
    for (let i = 0; i < this.#tradedCount; i++) {
      if (this.#tradedTicks[i] !== tick) continue
      const lots = this.#tradedLots[i] ?? 0
      this.#tradedLots[i] = 0
      return lots
    }
    return 0
  }
}
