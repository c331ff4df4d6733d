import type { DecodeResult } from './errors.ts'
import type { FuturesTrade } from './futures-trade.ts'
import { decodeFuturesTrade, encodeFuturesTrade } from './futures-trade.ts'
import type { Mbp10 } from './mbp10.ts'
import { decodeMbp10, encodeMbp10 } from './mbp10.ts'
import type { OptionTrade } from './option-trade.ts'
import { decodeOptionTrade, encodeOptionTrade } from './option-trade.ts'
import type { StockQuote } from './stock-quote.ts'
import { decodeStockQuote, encodeStockQuote } from './stock-quote.ts'
import type { StockTrade } from './stock-trade.ts'
import { decodeStockTrade, encodeStockTrade } from './stock-trade.ts'
import type { MarketSubject } from './subjects.ts'
import { Subject } from './subjects.ts'
import type { DecodeOptions, TickOptions } from './tick-grid.ts'

/** An input event with the subject that says what it is. */
export type MarketMessage =
  | { readonly subject: typeof Subject.StockTrades; readonly event: StockTrade }
  | { readonly subject: typeof Subject.StockQuotes; readonly event: StockQuote }
  | { readonly subject: typeof Subject.OptionTrades; readonly event: OptionTrade }
  | { readonly subject: typeof Subject.FuturesTrades; readonly event: FuturesTrade }
  | { readonly subject: typeof Subject.FuturesMbp10; readonly event: Mbp10 }

/**
 * Reads a payload of any of the five market subjects; never throws for a bad one.
 *
 * @param options the tick grid of the futures, and how much a refusal is to say
 */
export function decodeMarketEvent(
  subject: MarketSubject,
  payload: string | Uint8Array,
  options: DecodeOptions = {},
): DecodeResult<MarketMessage> {
  switch (subject) {
    case Subject.StockTrades:
      return tagged(decodeStockTrade(payload, options), (event) => ({ subject, event }))
    case Subject.StockQuotes:
      return tagged(decodeStockQuote(payload, options), (event) => ({ subject, event }))
    case Subject.OptionTrades:
      return tagged(decodeOptionTrade(payload, options), (event) => ({ subject, event }))
    case Subject.FuturesTrades:
      return tagged(decodeFuturesTrade(payload, options), (event) => ({ subject, event }))
    case Subject.FuturesMbp10:
      return tagged(decodeMbp10(payload, options), (event) => ({ subject, event }))
  }
}

/**
 * Writes the payload of any of the five market subjects.
 *
 * @throws ContractError when the event is not what its schema says
 */
export function encodeMarketEvent(message: MarketMessage, options: TickOptions = {}): string {
  switch (message.subject) {
    case Subject.StockTrades:
      return encodeStockTrade(message.event)
    case Subject.StockQuotes:
      return encodeStockQuote(message.event)
    case Subject.OptionTrades:
      return encodeOptionTrade(message.event)
    case Subject.FuturesTrades:
      return encodeFuturesTrade(message.event, options)
    case Subject.FuturesMbp10:
      return encodeMbp10(message.event, options)
  }
}

function tagged<T>(
  result: DecodeResult<T>,
  tag: (event: T) => MarketMessage,
): DecodeResult<MarketMessage> {
  return result.ok ? { ok: true, value: tag(result.value) } : result
}
