import { Aggressor, type OptionTradeEvent } from '@levels/kernel'

/** Prices are compared in millionths of a dollar, where sums of them are exact. */
const MICRO = 1e6

/**
 * Who took liquidity in an option trade: the publisher's word, or, where that is MID or UNKNOWN
 * and a quote came with the trade that is not crossed, the quote rule: at or above the ask BUY,
 * at or below the bid SELL, else the nearer side of the mid, exactly the mid MID.
 */
export function settleAggressor(trade: OptionTradeEvent): Aggressor {
  const { aggressor, price, optBid, optAsk } = trade
  if (aggressor === Aggressor.Buy || aggressor === Aggressor.Sell) return aggressor
  if (!(optBid <= optAsk)) return aggressor // no quote (NaN) or a crossed one: nothing to go by
  if (price >= optAsk) return Aggressor.Buy
  if (price <= optBid) return Aggressor.Sell
  const fromMid = Math.round((2 * price - optBid - optAsk) * MICRO)
  if (fromMid === 0) return Aggressor.Mid
  return fromMid > 0 ? Aggressor.Buy : Aggressor.Sell
}
