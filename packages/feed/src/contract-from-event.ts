import {
  encodeMarketEvent,
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
  fromRelNs,
  type MarketEvent,
  NO_EXCHANGE,
  NO_SEQ,
  OptionRight,
  ticksToPrice,
} from '@levels/kernel'
import type { ContractScale } from './event-from-contract.ts'

const AGGRESSOR_WORDS = {
  [Aggressor.Buy]: 'BUY',
  [Aggressor.Sell]: 'SELL',
  [Aggressor.Mid]: 'MID',
  [Aggressor.Unknown]: 'UNKNOWN',
} as const

/** What an event does not carry and a message needs. */
export interface PublishedAs extends ContractScale {
  /** The future's symbol, e.g. `ESH4`. */
  readonly futuresSymbol: string
  /** Who publishes. */
  readonly source: MarketMessage['event']['source']
}

type Stamp = Pick<FuturesTrade, 'tsEventNs' | 'tsRecvNs' | 'source' | 'seq'>

/** The message of the bus that says what an event says. `eventFromContract` turns it back. */
export function contractFromEvent(event: MarketEvent, as: PublishedAs): MarketMessage {
  const stamp: Stamp = {
    tsEventNs: fromRelNs(event.tsRelNs, as.epochNs),
    tsRecvNs: fromRelNs(event.tsRecvRelNs, as.epochNs),
    source: as.source,
    seq: event.seq === NO_SEQ ? null : event.seq,
  }
  switch (event.kind) {
    case EventKind.FuturesTrade:
      return { subject: Subject.FuturesTrades, event: futuresTradeOf(event, stamp, as) }
    case EventKind.Depth:
      return { subject: Subject.FuturesMbp10, event: mbp10Of(event, stamp, as) }
    case EventKind.StockQuote:
      return { subject: Subject.StockQuotes, event: stockQuoteOf(event, stamp, as) }
    case EventKind.StockTrade:
      return { subject: Subject.StockTrades, event: stockTradeOf(event, stamp, as) }
    case EventKind.OptionTrade:
      return { subject: Subject.OptionTrades, event: optionTradeOf(event, stamp, as) }
  }
}

/**
 * An event as a line of NDJSON, without its end: the message, its subject put first.
 *
 * @throws ContractError when the event is not what its schema says
 */
export function ndjsonLine(event: MarketEvent, as: PublishedAs): string {
  const message = contractFromEvent(event, as)
  const payload = encodeMarketEvent(message, { tickSize: as.pair.tick })
  return `{"subject":"${message.subject}",${payload.slice(1)}`
}

function futuresTradeOf(event: MarketEvent, stamp: Stamp, as: PublishedAs): FuturesTrade {
  return {
    ...stamp,
    symbol: as.futuresSymbol,
    price: ticksToPrice(event.priceTicks, as.pair.tick),
    size: event.size,
    aggressor: AGGRESSOR_WORDS[event.aggressor],
    exchange: event.exchange === NO_EXCHANGE ? null : event.exchange,
    conditions: null,
  }
}

function mbp10Of(event: MarketEvent, stamp: Stamp, as: PublishedAs): Mbp10 {
  const { book, bidCount, askCount } = event
  const priceAt = (slot: number): number => ticksToPrice(book[slot] ?? 0, as.pair.tick)
  const levels = Array.from({ length: BOOK_DEPTH }, (_, i) => ({
    bidPx: i < bidCount ? priceAt(BID_TICKS + i) : 0,
    bidSz: i < bidCount ? (book[BID_LOTS + i] ?? 0) : 0,
    askPx: i < askCount ? priceAt(ASK_TICKS + i) : 0,
    askSz: i < askCount ? (book[ASK_LOTS + i] ?? 0) : 0,
  }))
  return { ...stamp, symbol: as.futuresSymbol, levels, isSnapshot: event.isSnapshot }
}

function stockQuoteOf(event: MarketEvent, stamp: Stamp, as: PublishedAs): StockQuote {
  const { bidPx, askPx, bidSz, askSz } = event
  const venues = { bidExch: null, askExch: null }
  return { ...stamp, symbol: as.pair.equity, bidPx, askPx, bidSz, askSz, ...venues }
}

function stockTradeOf(event: MarketEvent, stamp: Stamp, as: PublishedAs): StockTrade {
  const { price, size } = event
  return { ...stamp, symbol: as.pair.equity, price, size, exchange: null, conditions: null }
}

function optionTradeOf(event: MarketEvent, stamp: Stamp, as: PublishedAs): OptionTrade {
  const ymd = String(event.expiryYmd)
  const right = event.right === OptionRight.Call ? 'C' : 'P'
  const strikeDigits = String(event.strikeMilli).padStart(8, '0')
  return {
    ...stamp,
    underlying: as.pair.equity,
    optionSymbol: `O:${as.pair.equity}${ymd.slice(2)}${right}${strikeDigits}`,
    expDate: `${ymd.slice(0, 4)}-${ymd.slice(4, 6)}-${ymd.slice(6)}`,
    strike: event.strikeMilli / 1000,
    right,
    price: event.price,
    size: event.size,
    optBid: nullIfNaN(event.optBid),
    optAsk: nullIfNaN(event.optAsk),
    aggressor: AGGRESSOR_WORDS[event.aggressor],
    conditions: null,
    delta: nullIfNaN(event.delta),
    gamma: nullIfNaN(event.gamma),
  }
}

function nullIfNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
