import { NO_TICK } from '@levels/kernel'
import { Action, RecordFlag, RecordSide, RType } from './codes.ts'
import { type EventScale, ReadCode } from './event-scale.ts'
import { BAD_PRICE, relNsAt, tickFault, ticksAt } from './fields.ts'
import type { RecordCursor } from './record-cursor.ts'

/** An `mbo` record in integers, made once and refilled. */
export class MboRecord {
  /**
   * ns since the epoch. In snapshot records the resting order's own, old time: NaN when it lies
   * more than 104 days back.
   */
  tsRelNs = 0
  tsRecvRelNs = 0
  /** The order id as two unsigned 32-bit words. */
  orderIdHigh = 0
  orderIdLow = 0
  /** `NO_TICK` where the format has no price, as in a clear. */
  priceTicks: number = NO_TICK
  /** Lots: of the order, of the part canceled, or traded. */
  size = 0
  /** Bits of `RecordFlag`. */
  flags = 0
  channelId = 0
  /** One of `Action`. */
  action: number = Action.None
  /** One of `RecordSide`: of the book, in a trade the aggressor's. */
  side: number = RecordSide.None
  /** The venue's packet sequence. */
  sequence = 0
  tsInDeltaNs = 0
  publisherId = 0
  instrumentId = 0
}

const INT32_MAX = 0x7fff_ffff

/**
 * Reads an `mbo` record.
 *
 * @param out overwritten; not to be used unless the code is `Ok`
 */
export function readMboInto(record: RecordCursor, scale: EventScale, out: MboRecord): ReadCode {
  if (record.rtype !== RType.Mbo) return ReadCode.WrongKind
  const { view, at } = record
  out.publisherId = view.getUint16(at + 2, true)
  out.instrumentId = view.getUint32(at + 4, true)
  out.tsRelNs = relNsAt(view, at + 8, scale)
  out.orderIdLow = view.getUint32(at + 16, true)
  out.orderIdHigh = view.getUint32(at + 20, true)
  out.size = view.getUint32(at + 32, true)
  out.flags = view.getUint8(at + 36)
  out.channelId = view.getUint8(at + 37)
  out.action = view.getUint8(at + 38)
  out.side = view.getUint8(at + 39)
  out.tsRecvRelNs = relNsAt(view, at + 40, scale)
  out.tsInDeltaNs = view.getInt32(at + 48, true)
  out.sequence = view.getUint32(at + 52, true)
  const ticks = ticksAt(view, at + 24, scale)
  out.priceTicks = NO_TICK
  if (!(ticks < BAD_PRICE)) return tickFault(ticks)
  out.priceTicks = ticks
  const isSnapshot = (out.flags & RecordFlag.Snapshot) !== 0
  const isTimed = out.tsRelNs < Infinity || isSnapshot
  if (!isTimed || !(out.tsRecvRelNs < Infinity)) return ReadCode.BadTime
  if (out.size > INT32_MAX && out.action !== Action.Clear) return ReadCode.BadSize
  const { side } = out
  return side === RecordSide.Bid || side === RecordSide.Ask || side === RecordSide.None
    ? ReadCode.Ok
    : ReadCode.BadSide
}
