import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BOOK_DEPTH,
  lowestSlot,
  MarketEvent,
  NO_TICK,
} from '@levels/kernel'
import { LEVELS_AT, readDepthStamp, readMbp10Into } from './depth-reader.ts'
import { type EventScale, ReadCode } from './event-scale.ts'
import { LEVEL_BYTES } from './layouts.ts'
import type { RecordCursor } from './record-cursor.ts'

// An imported constant is read from its module at every use; a module's own is folded into code.
const [LOTS_OF_BIDS, TICKS_OF_ASKS, LOTS_OF_ASKS] = [BID_LOTS, ASK_TICKS, ASK_LOTS]
const NO_LEVEL = NO_TICK
const LEVELS = BOOK_DEPTH
const STRIDE = LEVEL_BYTES
const SIDE_SLOTS = TICKS_OF_ASKS
const PRICES_DIFFER = -1

/**
 * Reads the `mbp-10` records of one instrument one after the other, as `readMbp10Into` does, at a
 * fraction of its cost: a record mostly repeats the prices of the one before it and changes a size
 * or two, so what is compared are the bytes, and what is read is what differs. Anything else is
 * read in full.
 *
 * A record is compared with the last one read as long as both lie in the same piece of input.
 */
export class Mbp10Reader {
  /**
   * The depth event of the record read last. The reader's own: not to be changed. Its
   * `bookRevision` says of most records which slots of the book they changed.
   */
  readonly event = new MarketEvent()
  readonly #scale: EventScale
  /** Where the levels of the record read last lie; null when there is nothing to compare with. */
  #view: DataView | null = null
  #levelsAt = 0

  constructor(scale: EventScale) {
    this.#scale = scale
    this.event.bookRevision = 1
  }

  /** @returns `Ok` when `event` is that of the record; else it is not to be used */
  read(record: RecordCursor): ReadCode {
    const { view } = record
    const levelsAt = record.at + LEVELS_AT
    // A decoder that comes back to the same place of a view has put other bytes there.
    const isComparable = view === this.#view && levelsAt > this.#levelsAt
    const code = isComparable ? this.#readChanges(record) : this.#readAll(record)
    if (code !== ReadCode.Ok) this.#view = null
    else if (view !== this.#view) this.#view = view // the collector is told of every store
    this.#levelsAt = levelsAt
    return code
  }

  #readAll(record: RecordCursor): ReadCode {
    this.event.bookRevision += 2 // a revision was left out: nothing is said of what changed
    return readMbp10Into(record, this.#scale, this.event)
  }

  #readChanges(record: RecordCursor): ReadCode {
    const { view } = record
    const { event } = this
    const from = record.at + LEVELS_AT
    let levels = differingSizes(view, this.#levelsAt, from)
    if (levels === PRICES_DIFFER) return this.#readAll(record)
    const code = readDepthStamp(record, this.#scale, event)
    if (code !== ReadCode.Ok) return code
    const { book } = event
    let bids = 0
    let asks = 0
    for (; levels !== 0; levels &= levels - 1) {
      const i = lowestSlot(levels)
      const at = from + i * STRIDE
      const bidLots = book[i] === NO_LEVEL ? 0 : view.getInt32(at + 16, true)
      const askLots = book[TICKS_OF_ASKS + i] === NO_LEVEL ? 0 : view.getInt32(at + 20, true)
      if ((bidLots | askLots) < 0) return ReadCode.BadSize
      bids |= Number(bidLots !== book[LOTS_OF_BIDS + i]) << (LOTS_OF_BIDS + i)
      asks |= Number(askLots !== book[LOTS_OF_ASKS + i]) << (LOTS_OF_ASKS - SIDE_SLOTS + i)
      book[LOTS_OF_BIDS + i] = bidLots
      book[LOTS_OF_ASKS + i] = askLots
    }
    event.bookRevision++
    event.changedBids = bids
    event.changedAsks = asks
    return ReadCode.Ok
  }
}

/**
 * Compares the levels of two records, eight bytes at a time: equal or not is all that is asked of
 * the 64-bit numbers, so that none is made. Which level it is cannot be foretold, so there is no
 * branch on it.
 *
 * @returns a bit for every level whose sizes differ, or `PRICES_DIFFER`
 */
function differingSizes(view: DataView, oldFrom: number, newFrom: number): number {
  let levels = 0
  for (let i = 0, a = oldFrom, b = newFrom; i < LEVELS; i++, a += STRIDE, b += STRIDE) {
    if (
      view.getBigInt64(a, true) !== view.getBigInt64(b, true) ||
      view.getBigInt64(a + 8, true) !== view.getBigInt64(b + 8, true)
    ) {
      return PRICES_DIFFER
    }
    levels |= Number(view.getBigInt64(a + 16, true) !== view.getBigInt64(b + 16, true)) << i
  }
  return levels
}
