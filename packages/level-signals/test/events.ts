import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  MarketEvent,
  NO_TICK,
  OptionRight,
} from '@levels/kernel'

/** Price and size of one displayed level: ticks, lots. */
export type Quote = readonly [tick: number, lots: number]

/** An event of a kind with the given fields; it is captured when it happens. */
export function event(kind: EventKind, tsRelNs: number, fields: Partial<MarketEvent>): MarketEvent {
  return Object.assign(new MarketEvent(), { kind, tsRelNs, tsRecvRelNs: tsRelNs, ...fields })
}

/** Depth with the given levels, best first. */
export function depth(
  tsRelNs: number,
  bids: readonly Quote[],
  asks: readonly Quote[],
  fields: Partial<MarketEvent> = {},
): MarketEvent {
  const counts = { bidCount: bids.length, askCount: asks.length }
  const made = event(EventKind.Depth, tsRelNs, { ...counts, ...fields })
  made.book.fill(NO_TICK, BID_TICKS, BID_TICKS + BOOK_DEPTH)
  made.book.fill(NO_TICK, ASK_TICKS, ASK_TICKS + BOOK_DEPTH)
  bids.forEach(([tick, lots], i) => {
    made.book[BID_TICKS + i] = tick
    made.book[BID_LOTS + i] = lots
  })
  asks.forEach(([tick, lots], i) => {
    made.book[ASK_TICKS + i] = tick
    made.book[ASK_LOTS + i] = lots
  })
  return made
}

/** Ten levels of a side from the best away, all of the same size. */
export function side(bestTick: number, away: 1 | -1, lots: number): Quote[] {
  return Array.from({ length: BOOK_DEPTH }, (_, i): Quote => [bestTick + away * i, lots])
}

export function futuresTrade(
  tsRelNs: number,
  priceTicks: number,
  size: number,
  aggressor: Aggressor,
): MarketEvent {
  return event(EventKind.FuturesTrade, tsRelNs, { priceTicks, size, aggressor })
}

export function stockQuote(tsRelNs: number, bidPx: number, askPx: number): MarketEvent {
  return event(EventKind.StockQuote, tsRelNs, { bidPx, askPx, bidSz: 100, askSz: 100 })
}

export function stockTrade(tsRelNs: number, price: number, size: number): MarketEvent {
  return event(EventKind.StockTrade, tsRelNs, { price, size })
}

export function optionTrade(tsRelNs: number, fields: Partial<MarketEvent>): MarketEvent {
  return event(EventKind.OptionTrade, tsRelNs, {
    price: 1.5,
    size: 10,
    aggressor: Aggressor.Buy,
    strikeMilli: 687_000,
    right: OptionRight.Call,
    expiryYmd: 20_260_310,
    ...fields,
  })
}
