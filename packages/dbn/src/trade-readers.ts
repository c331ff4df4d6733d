import { EventKind, type MarketEvent, NO_SEQ } from '@levels/kernel'
import { Action, RType } from './codes.ts'
import { type EventScale, ReadCode } from './event-scale.ts'
import { aggressorOf, dollarsAt, isTick, relNsAt, tickFault, ticksAt } from './fields.ts'
import type { OptionContract } from './osi-symbol.ts'
import type { RecordCursor } from './record-cursor.ts'

const INT32_MAX = 0x7fff_ffff

function isConsolidated(rtype: number): boolean {
  return rtype === RType.Tcbbo || rtype === RType.Cmbp1
}

/** True for records that can say a trade. */
function canTrade(rtype: number): boolean {
  return (
    rtype === RType.Mbp0 ||
    rtype === RType.Mbp1 ||
    rtype === RType.Mbp10 ||
    rtype === RType.Mbo ||
    isConsolidated(rtype)
  )
}

/** Times, sequence, size, aggressor and venue: what trades of all kinds share. */
function readTradeStamp(record: RecordCursor, scale: EventScale, event: MarketEvent): ReadCode {
  const { rtype, view, at } = record
  if (!canTrade(rtype) || record.action !== Action.Trade) return ReadCode.WrongKind
  const isMbo = rtype === RType.Mbo
  event.tsRelNs = relNsAt(view, at + 8, scale)
  event.tsRecvRelNs = relNsAt(view, at + (isMbo ? 40 : 32), scale)
  if (!(event.tsRelNs + event.tsRecvRelNs < Infinity)) return ReadCode.BadTime
  event.seq = isConsolidated(rtype) ? NO_SEQ : record.sequence
  event.size = view.getUint32(at + (isMbo ? 32 : 24), true)
  if (event.size === 0 || event.size > INT32_MAX) return ReadCode.BadSize
  const aggressor = aggressorOf(record.side)
  if (aggressor === null) return ReadCode.BadSide
  event.aggressor = aggressor
  event.exchange = record.publisherId
  return ReadCode.Ok
}

function priceAt({ rtype, at }: RecordCursor): number {
  return at + (rtype === RType.Mbo ? 24 : 16)
}

/**
 * Reads a futures trade, price in ticks: any record with action `T` but quotes'.
 *
 * @param event overwritten; not to be used unless the code is `Ok`
 */
export function readTradeInto(
  record: RecordCursor,
  scale: EventScale,
  event: MarketEvent,
): ReadCode {
  const code = readTradeStamp(record, scale, event)
  if (code !== ReadCode.Ok) return code
  event.kind = EventKind.FuturesTrade
  const ticks = ticksAt(record.view, priceAt(record), scale)
  if (!isTick(ticks)) return tickFault(ticks)
  event.priceTicks = ticks
  return ReadCode.Ok
}

/**
 * Reads a stock trade, price in dollars: any record with action `T`.
 *
 * @param event overwritten; not to be used unless the code is `Ok`
 */
export function readStockTradeInto(
  record: RecordCursor,
  scale: EventScale,
  event: MarketEvent,
): ReadCode {
  const code = readTradeStamp(record, scale, event)
  if (code !== ReadCode.Ok) return code
  event.kind = EventKind.StockTrade
  event.price = dollarsAt(record.view, priceAt(record))
  return event.price > 0 ? ReadCode.Ok : ReadCode.BadPrice
}

/**
 * Reads an option trade and the quote it met (`tcbbo`, and trades in `cmbp-1`).
 *
 * @param contract what the instrument is, from its symbol
 * @param event overwritten; `optBid` and `optAsk` are NaN where there is no quote
 */
export function readOptionTradeInto(
  record: RecordCursor,
  scale: EventScale,
  contract: OptionContract,
  event: MarketEvent,
): ReadCode {
  if (!isConsolidated(record.rtype)) return ReadCode.WrongKind
  const code = readTradeStamp(record, scale, event)
  if (code !== ReadCode.Ok) return code
  const { view, at } = record
  event.kind = EventKind.OptionTrade
  event.price = dollarsAt(view, at + 16)
  event.optBid = dollarsAt(view, at + 48)
  event.optAsk = dollarsAt(view, at + 56)
  event.strikeMilli = contract.strikeMilli
  event.right = contract.right
  event.expiryYmd = contract.expiryYmd
  event.delta = NaN
  event.gamma = NaN
  return event.price > 0 ? ReadCode.Ok : ReadCode.BadPrice
}

/**
 * Reads the quote of a `tbbo`, `tcbbo` or `cmbp-1` record as a stock quote, in dollars and shares.
 *
 * @param event overwritten; not to be used unless the code is `Ok`, which needs both sides
 */
export function readStockQuoteInto(
  record: RecordCursor,
  scale: EventScale,
  event: MarketEvent,
): ReadCode {
  const { rtype, view, at } = record
  if (rtype !== RType.Mbp1 && !isConsolidated(rtype)) return ReadCode.WrongKind
  event.kind = EventKind.StockQuote
  event.tsRelNs = relNsAt(view, at + 8, scale)
  event.tsRecvRelNs = relNsAt(view, at + 32, scale)
  if (!(event.tsRelNs + event.tsRecvRelNs < Infinity)) return ReadCode.BadTime
  event.seq = isConsolidated(rtype) ? NO_SEQ : record.sequence
  event.bidPx = dollarsAt(view, at + 48)
  event.askPx = dollarsAt(view, at + 56)
  event.bidSz = view.getUint32(at + 64, true)
  event.askSz = view.getUint32(at + 68, true)
  if (!(event.bidPx > 0 && event.askPx > 0)) return ReadCode.BadPrice
  return event.bidSz > INT32_MAX || event.askSz > INT32_MAX ? ReadCode.BadSize : ReadCode.Ok
}
