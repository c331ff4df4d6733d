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
import { type EventScale, ReadCode, WORD } from './event-scale.ts'
import { BAD_PRICE, EXACT_HIGH, relNsAt, tickFault, ticksAt } from './fields.ts'
import { LEVEL_BYTES } from './layouts.ts'
import type { RecordCursor } from './record-cursor.ts'

const LEVELS_AT = 48
const INT32_MAX = 0x7fff_ffff

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
  if (record.rtype !== RType.Mbp10) return ReadCode.WrongKind
  const { view, at } = record
  event.kind = EventKind.Depth
  event.tsRelNs = relNsAt(view, at + 8, scale)
  event.tsRecvRelNs = relNsAt(view, at + 32, scale)
  event.seq = view.getUint32(at + 44, true)
  event.isSnapshot =
    (view.getUint8(at + 30) & RecordFlag.Snapshot) !== 0 || view.getUint8(at + 28) === Action.Clear
  if (!(event.tsRelNs + event.tsRecvRelNs < Infinity)) return ReadCode.BadTime
  return readLevels(view, at + LEVELS_AT, scale, event)
}

/**
 * Both sides in one pass over the levels, the order in which they lie in memory. Written out for
 * the record whose ten levels a side are all there and in order; at the first that is not, the
 * slow way starts anew. This loop is what decoding a file costs.
 */
function readLevels(view: DataView, from: number, scale: EventScale, event: MarketEvent): ReadCode {
  const { tickNanos, ticksPerNano } = scale
  const book = event.book
  let lastBid = INT32_MAX
  let lastAsk = NO_TICK
  let at = from
  for (let i = 0; i < BOOK_DEPTH; i++, at += LEVEL_BYTES) {
    const bidHigh = view.getInt32(at + 4, true)
    const askHigh = view.getInt32(at + 12, true)
    const bidNanos = bidHigh * WORD + view.getUint32(at, true)
    const askNanos = askHigh * WORD + view.getUint32(at + 8, true)
    const bidExact = bidNanos * ticksPerNano
    const askExact = askNanos * ticksPerNano
    const bid = (bidExact + (bidExact < 0 ? -0.5 : 0.5)) | 0
    const ask = (askExact + (askExact < 0 ? -0.5 : 0.5)) | 0
    const bidLots = view.getInt32(at + 16, true)
    const askLots = view.getInt32(at + 20, true)
    // Both high words lie within ±2²¹, where a price is exact in a double, unless a bit is set.
    const isLarge = ((bidHigh + EXACT_HIGH) | (askHigh + EXACT_HIGH)) >>> 0 >= 2 * EXACT_HIGH
    const isOffTick = bid * tickNanos !== bidNanos || ask * tickNanos !== askNanos
    const isOutOfOrder = bid >= lastBid || ask <= lastAsk || bid === NO_TICK
    if (isOffTick || isLarge || isOutOfOrder || (bidLots | askLots) < 0) {
      return readLevelsSlowly(view, from, scale, event)
    }
    book[i] = bid
    book[BID_LOTS + i] = bidLots
    book[ASK_TICKS + i] = ask
    book[ASK_LOTS + i] = askLots
    lastBid = bid
    lastAsk = ask
  }
  event.bidCount = BOOK_DEPTH
  event.askCount = BOOK_DEPTH
  return ReadCode.Ok
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
