import {
  type FuturesTrade,
  type MarketMessage,
  type Mbp10,
  type OptionTrade,
  type StockQuote,
  type StockTrade,
  Subject,
} from '@levels/contracts'
import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  type InstrumentPair,
  type MarketEvent,
  NO_EXCHANGE,
  NO_SEQ,
  NO_TICK,
  OptionRight,
  priceToTicks,
  toRelNs,
} from '@levels/kernel'

/** The codes of the words that say who took liquidity. */
export const AGGRESSOR_CODES = {
  BUY: Aggressor.Buy,
  SELL: Aggressor.Sell,
  MID: Aggressor.Mid,
  UNKNOWN: Aggressor.Unknown,
} as const

/** What it takes to turn a message of the bus into an event, and back. */
export interface ContractScale {
  readonly epochNs: bigint
  readonly pair: InstrumentPair
}

/**
 * Fills an event from a decoded message of the bus. Which instrument it is of, is for the caller
 * to check: an event carries no symbol.
 *
 * @param out any event; only the fields of the message's kind are written
 * @throws RangeViolationError when a time lies more than 104 days from the epoch
 * @throws OffTickError when a futures price is off the pair's tick grid, which decoding with the
 *   pair's tick size has ruled out
 */
export function eventFromContract(
  message: MarketMessage,
  scale: ContractScale,
  out: MarketEvent,
): void {
  const { event } = message
  out.tsRelNs = toRelNs(event.tsEventNs, scale.epochNs)
  out.tsRecvRelNs = toRelNs(event.tsRecvNs, scale.epochNs)
  out.seq = event.seq ?? NO_SEQ
  switch (message.subject) {
    case Subject.FuturesTrades:
      return fillFuturesTrade(message.event, scale.pair.tick, out)
    case Subject.FuturesMbp10:
      return fillDepth(message.event, scale.pair.tick, out)
    case Subject.StockQuotes:
      return fillStockQuote(message.event, out)
    case Subject.StockTrades:
      return fillStockTrade(message.event, out)
    case Subject.OptionTrades:
      return fillOptionTrade(message.event, out)
  }
}

function fillFuturesTrade(trade: FuturesTrade, tickSize: number, out: MarketEvent): void {
  out.kind = EventKind.FuturesTrade
  out.priceTicks = priceToTicks(trade.price, tickSize)
  out.size = trade.size
  out.aggressor = AGGRESSOR_CODES[trade.aggressor]
  out.exchange = trade.exchange ?? NO_EXCHANGE
}

function fillDepth(depth: Mbp10, tickSize: number, out: MarketEvent): void {
  out.kind = EventKind.Depth
  out.isSnapshot = depth.isSnapshot
  const { book } = out
  let bidCount = 0
  let askCount = 0
  for (let i = 0; i < BOOK_DEPTH; i++) {
    const level = depth.levels[i]
    const hasBid = level !== undefined && level.bidPx !== 0
    const hasAsk = level !== undefined && level.askPx !== 0
    if (hasBid) bidCount++
    if (hasAsk) askCount++
    book[BID_TICKS + i] = hasBid ? priceToTicks(level.bidPx, tickSize) : NO_TICK
    book[BID_LOTS + i] = hasBid ? level.bidSz : 0
    book[ASK_TICKS + i] = hasAsk ? priceToTicks(level.askPx, tickSize) : NO_TICK
    book[ASK_LOTS + i] = hasAsk ? level.askSz : 0
  }
  out.bidCount = bidCount
  out.askCount = askCount
}

function fillStockQuote(quote: StockQuote, out: MarketEvent): void {
  out.kind = EventKind.StockQuote
  out.bidPx = quote.bidPx
  out.askPx = quote.askPx
  out.bidSz = quote.bidSz
  out.askSz = quote.askSz
}

function fillStockTrade(trade: StockTrade, out: MarketEvent): void {
  out.kind = EventKind.StockTrade
  out.price = trade.price
  out.size = trade.size
}

function fillOptionTrade(trade: OptionTrade, out: MarketEvent): void {
  out.kind = EventKind.OptionTrade
  out.price = trade.price
  out.size = trade.size
  out.aggressor = AGGRESSOR_CODES[trade.aggressor]
  out.strikeMilli = Math.round(trade.strike * 1000)
  out.right = trade.right === 'C' ? OptionRight.Call : OptionRight.Put
  out.expiryYmd = Number(trade.expDate.replaceAll('-', ''))
  out.optBid = trade.optBid ?? NaN
  out.optAsk = trade.optAsk ?? NaN
  out.delta = trade.delta ?? NaN
  out.gamma = trade.gamma ?? NaN
}
