import { Aggressor, type OptionTradeEvent } from '@levels/kernel'

/**
 * Who took liquidity in an option trade: the publisher's word, or, where that is MID or UNKNOWN
 * and an uncrossed quote came with the trade, the quote rule: at or above the ask BUY, at or
 * below the bid SELL, else the nearer side of the mid, exactly the mid MID.
 *
 * Distances are compared in the doubles of the quote: `price − bid` against `ask − price`.
 */
export function settleAggressor(trade: OptionTradeEvent): Aggressor {
  const { aggressor, price, optBid, optAsk } = trade
  if (aggressor === Aggressor.Buy || aggressor === Aggressor.Sell) return aggressor
  if (!(optBid < optAsk)) return aggressor // no quote (NaN), locked or crossed: nothing to go by
  if (price >= optAsk) return Aggressor.Buy
  if (price <= optBid) return Aggressor.Sell
  const fromBid = price - optBid
  const fromAsk = optAsk - price
  if (fromAsk < fromBid) return Aggressor.Buy
  if (fromBid < fromAsk) return Aggressor.Sell
  return Aggressor.Mid
}
