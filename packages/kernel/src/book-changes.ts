import { ASK_TICKS, BID_TICKS, BOOK_SLOTS, type DepthEvent } from './market-event.ts'

/** Slots of one side of a book: its ticks, then its sizes. */
const SIDE_SLOTS = BOOK_SLOTS / 2

/**
 * Tells which slots of a book are different from the one before: by comparing all of them, unless
 * the event says it itself (see `DepthEvent.bookRevision`) and the one before it was found here too.
 *
 * O(1) for an event that says it, O(`BOOK_SLOTS`) else.
 */
export class BookChanges {
  /** A bit for every slot of the bids that differs: bit 0 is slot `BID_TICKS`. */
  bids = 0
  /** The same of the asks: bit 0 is slot `ASK_TICKS`. */
  asks = 0
  /** Whose array, and which revision of it, came last; null where nothing can follow from it. */
  #book: Int32Array | null = null
  #revision = 0

  /**
   * Sets `bids` and `asks`.
   *
   * @param last the book of the event before, whoever gave it: the caller keeps it
   */
  find(event: DepthEvent, last: Int32Array): void {
    const { book, bookRevision = 0, changedBids = 0, changedAsks = 0 } = event
    const isNext = book === this.#book && bookRevision === this.#revision + 1
    this.#revision = bookRevision
    if (isNext) {
      this.bids = changedBids
      this.asks = changedAsks
      return
    }
    this.bids = differingSlots(book, last, BID_TICKS)
    this.asks = differingSlots(book, last, ASK_TICKS)
    this.#book = bookRevision === 0 ? null : book
  }

  /** The caller's `last` came from elsewhere: the next book is compared. */
  forget(): void {
    this.#book = null
  }
}

/** The lowest slot of a set of changed ones, from 0. Only of a set that is not empty. */
export function lowestSlot(changed: number): number {
  return 31 - Math.clz32(changed & -changed)
}

function differingSlots(book: Int32Array, last: Int32Array, from: number): number {
  let changed = 0
  for (let i = 0; i < SIDE_SLOTS; i++) if (book[from + i] !== last[from + i]) changed |= 1 << i
  return changed
}
