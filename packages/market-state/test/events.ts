import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_SLOTS,
  EventKind,
  MarketEvent,
  NO_SEQ,
  NO_TICK,
  OptionRight,
} from '@levels/kernel'

/** Price and size of one displayed level: ticks, lots. */
export type Quote = readonly [tick: number, lots: number]

/** An event of a kind with the given fields; capture time is event time. */
export function event(kind: EventKind, tsRelNs: number, fields: Partial<MarketEvent>): MarketEvent {
  return Object.assign(new MarketEvent(), {
    kind,
    tsRelNs,
    tsRecvRelNs: tsRelNs,
    seq: NO_SEQ,
    ...fields,
  })
}

/** Depth with the given levels, best first. */
export function depth(
  tsRelNs: number,
  bids: readonly Quote[],
  asks: readonly Quote[],
  fields: Partial<MarketEvent> = {},
): MarketEvent {
  const book = new Int32Array(BOOK_SLOTS)
  book.fill(NO_TICK, BID_TICKS, BID_TICKS + 10).fill(NO_TICK, ASK_TICKS, ASK_TICKS + 10)
  bids.forEach(([tick, lots], i) => {
    book[BID_TICKS + i] = tick
    book[BID_LOTS + i] = lots
  })
  asks.forEach(([tick, lots], i) => {
    book[ASK_TICKS + i] = tick
    book[ASK_LOTS + i] = lots
  })
  const counts = { bidCount: bids.length, askCount: asks.length }
  const made = event(EventKind.Depth, tsRelNs, { ...counts, ...fields })
  made.book.set(book)
  return made
}

/** Ten levels a side around a one-tick spread, all of the same size. */
export function fullDepth(tsRelNs: number, bestBid: number, lots = 50): MarketEvent {
  const steps = Array.from({ length: 10 }, (_, i) => i)
  return depth(
    tsRelNs,
    steps.map((i) => [bestBid - i, lots]),
    steps.map((i) => [bestBid + 1 + i, lots]),
  )
}

export function futuresTrade(
  tsRelNs: number,
  priceTicks: number,
  size: number,
  aggressor: Aggressor = Aggressor.Buy,
  fields: Partial<MarketEvent> = {},
): MarketEvent {
  return event(EventKind.FuturesTrade, tsRelNs, { priceTicks, size, aggressor, ...fields })
}

export function stockQuote(tsRelNs: number, bidPx: number, askPx: number): MarketEvent {
  return event(EventKind.StockQuote, tsRelNs, { bidPx, askPx, bidSz: 100, askSz: 100 })
}

export function stockTrade(tsRelNs: number, price: number, size = 100): MarketEvent {
  return event(EventKind.StockTrade, tsRelNs, { price, size })
}

export function optionTrade(tsRelNs: number, fields: Partial<MarketEvent> = {}): MarketEvent {
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
