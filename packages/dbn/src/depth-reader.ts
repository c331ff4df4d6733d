import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BOOK_DEPTH,
  EventKind,
  type MarketEvent,
  NO_TICK,
} from '@levels/kernel'
import { Action, RecordFlag, RType } from './codes.ts'
import { type EventScale, ReadCode } from './event-scale.ts'
import { BAD_PRICE, isTick, relNsAt, tickFault, ticksAt } from './fields.ts'
import { LEVEL_BYTES } from './layouts.ts'
import type { RecordCursor } from './record-cursor.ts'

/** Where in an `mbp-10` record its ten levels begin. */
export const LEVELS_AT = 48
// An imported constant is read from its module at every use; a module's own is folded into code.
const MBP10: number = RType.Mbp10
const CLEAR: number = Action.Clear
const SNAPSHOT: number = RecordFlag.Snapshot
const DEPTH_KIND = EventKind.Depth
const [LOTS_OF_BIDS, TICKS_OF_ASKS, LOTS_OF_ASKS] = [BID_LOTS, ASK_TICKS, ASK_LOTS]
const NO_LEVEL = NO_TICK
const LEVELS = BOOK_DEPTH
const STRIDE = LEVEL_BYTES
const INT32_MAX = 0x7fff_ffff
/** The high word of no price that is exact. */
const NO_HIGH = 0x7fff_ffff

/**
 * Reads an `mbp-10` record as depth: the book after the update.
 *
 * Levels without a price become `NO_TICK` and size 0. `seq` is the venue's packet sequence, which
 * several records share. `isSnapshot` is set by the snapshot flag and by a clear (`R`).
 *
 * @param event overwritten; not to be used unless the code is `Ok`
 */
export function readMbp10Into(
  record: RecordCursor,
  scale: EventScale,
  event: MarketEvent,
): ReadCode {
  const code = readDepthStamp(record, scale, event)
  if (code !== ReadCode.Ok) return code
  return readLevels(record.view, record.at + LEVELS_AT, scale, event)
}

/** Reads all of an `mbp-10` record's depth but the levels. */
export function readDepthStamp(
  record: RecordCursor,
  scale: EventScale,
  event: MarketEvent,
): ReadCode {
  if (record.rtype !== MBP10) return ReadCode.WrongKind
  const { view, at } = record
  event.kind = DEPTH_KIND
  event.tsRelNs = relNsAt(view, at + 8, scale)
  event.tsRecvRelNs = relNsAt(view, at + 32, scale)
  event.seq = view.getUint32(at + 44, true)
  event.isSnapshot = (view.getUint8(at + 30) & SNAPSHOT) !== 0 || view.getUint8(at + 28) === CLEAR
  return event.tsRelNs + event.tsRecvRelNs < Infinity ? ReadCode.Ok : ReadCode.BadTime
}

/** The tick of a level; `NO_TICK` for an empty level as for a price that is wrong. */
function levelTick(view: DataView, at: number, scale: EventScale): number {
  const ticks = ticksAt(view, at, scale)
  return isTick(ticks) ? ticks | 0 : NO_LEVEL
}

/**
 * Both sides in one pass over the levels, the order in which they lie in memory.
 *
 * Almost always a level lies one tick beyond the one before it, which two integer comparisons of
 * the price's words tell: it is then on the grid and in order as that one was. Only else is the
 * price worked out. At a level that is empty or wrong, the slow way starts anew. This loop is
 * what decoding a file costs.
 */
function readLevels(view: DataView, from: number, scale: EventScale, event: MarketEvent): ReadCode {
  const { tickNanos } = scale
  const { book } = event
  let bid = INT32_MAX
  let ask = NO_LEVEL
  let bidLow = 0
  let bidHigh = NO_HIGH
  let askLow = 0
  let askHigh = NO_HIGH
  let signs = 0
  for (let i = 0, at = from; i < LEVELS; i++, at += STRIDE) {
    const nextBidLow = view.getInt32(at, true)
    const nextBidHigh = view.getInt32(at + 4, true)
    const nextAskLow = view.getInt32(at + 8, true)
    const nextAskHigh = view.getInt32(at + 12, true)
    const bidLots = view.getInt32(at + 16, true)
    const askLots = view.getInt32(at + 20, true)
    if (nextBidHigh === bidHigh && ((bidLow - nextBidLow) | 0) === tickNanos) bid = (bid - 1) | 0
    else {
      const tick = levelTick(view, at, scale)
      if (tick >= bid || tick === NO_LEVEL) return readLevelsSlowly(view, from, scale, event)
      bid = tick
      bidHigh = nextBidHigh
    }
    if (nextAskHigh === askHigh && ((nextAskLow - askLow) | 0) === tickNanos) ask = (ask + 1) | 0
    else {
      const tick = levelTick(view, at + 8, scale)
      if (tick <= ask) return readLevelsSlowly(view, from, scale, event)
      ask = tick
      askHigh = nextAskHigh
    }
    book[i] = bid
    book[LOTS_OF_BIDS + i] = bidLots
    book[TICKS_OF_ASKS + i] = ask
    book[LOTS_OF_ASKS + i] = askLots
    bidLow = nextBidLow
    askLow = nextAskLow
    signs |= bidLots | askLots
  }
  // Counting by ones may have run past the range of ticks.
  const isOutOfRange = bid === NO_LEVEL || bid > (book[0] ?? 0) || ask < (book[TICKS_OF_ASKS] ?? 0)
  if (isOutOfRange) return readLevelsSlowly(view, from, scale, event)
  event.bidCount = LEVELS
  event.askCount = LEVELS
  return signs < 0 ? ReadCode.BadSize : ReadCode.Ok
}

/** Sides with empty levels, and everything that is wrong. */
function readLevelsSlowly(
  view: DataView,
  from: number,
  scale: EventScale,
  event: MarketEvent,
): ReadCode {
  const book = event.book
  let bidCount = 0
  let askCount = 0
  let lastBid = BAD_PRICE
  let lastAsk = -BAD_PRICE
  for (let i = 0, at = from; i < BOOK_DEPTH; i++, at += LEVEL_BYTES) {
    const bid = ticksAt(view, at, scale)
    const ask = ticksAt(view, at + 8, scale)
    let bidLots = view.getInt32(at + 16, true)
    let askLots = view.getInt32(at + 20, true)
    if (bid === NO_TICK) bidLots = 0
    else if (bidCount === i && bid < lastBid) {
      bidCount++
      lastBid = bid
    } else return levelFault(bid)
    if (ask === NO_TICK) askLots = 0
    else if (askCount === i && ask > lastAsk && ask < BAD_PRICE) {
      askCount++
      lastAsk = ask
    } else return levelFault(ask)
    if ((bidLots | askLots) < 0) return ReadCode.BadSize
    book[i] = bid
    book[BID_LOTS + i] = bidLots
    book[ASK_TICKS + i] = ask
    book[ASK_LOTS + i] = askLots
  }
  event.bidCount = bidCount
  event.askCount = askCount
  return ReadCode.Ok
}

function levelFault(ticks: number): ReadCode {
  const isTicks = Math.abs(ticks) < BAD_PRICE
  return isTicks ? ReadCode.BadLevels : tickFault(ticks)
}
