import { Action, RecordSide } from '@levels/dbn'
import { BOOK_DEPTH, type MarketEvent } from '@levels/kernel'

/** What an order did to the book, as the records of a depth feed tell it. */
export class BookChange {
  /** `Action.Add`, `Cancel`, `Modify` (a move); `Trade` for a print; `Fill` for a book after prints. */
  action: number = Action.None
  /** Side of the book, in a print the aggressor's: one of `RecordSide`. */
  side: number = RecordSide.None
  tick = 0
  /** Lots added, canceled or traded at `tick`. */
  lots = 0
  /** Where a moved order (`Modify`) came from. */
  fromTick = 0
  /** Place of the level in the book afterwards, 0 the best. */
  depth = 0
  /** The venue's packet. */
  sequence = 0
  /** Orders displayed at each level of the book: ten of bids, best first, then ten of asks. */
  readonly orders = new Int32Array(2 * BOOK_DEPTH)
}

/**
 * Receives events in their order. Both arguments are borrowed: refilled for the next.
 *
 * Prints come before the book they cause, under the same event time; a book is consistent.
 */
export type FuturesSink = (event: MarketEvent, change: BookChange) => void
