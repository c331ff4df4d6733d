import { z } from 'zod'
import type { DecodeResult } from './errors.ts'
import {
  conditionsField,
  priceField,
  stampFields,
  symbolField,
  tradeSizeField,
  venueField,
} from './event-fields.ts'
import type { Memory } from './message-codec.ts'
import { messageCodec } from './message-codec.ts'
import type { DecodeOptions } from './tick-grid.ts'

/** A trade of the equity on `market.stocks.trades`, version 1, as it is on the wire. */
export const stockTradeSchema = z.object({
  ...stampFields,
  symbol: symbolField.describe('Equity symbol'),
  price: priceField.describe('US dollars'),
  size: tradeSizeField.describe('Shares'),
  exchange: venueField,
  conditions: conditionsField,
})

/** `price` in US dollars, `size` in shares. */
export type StockTrade = Memory<typeof stockTradeSchema>

const codec = messageCodec(stockTradeSchema)

/** Reads a payload of `market.stocks.trades`; never throws for a bad one. */
export function decodeStockTrade(
  payload: string | Uint8Array,
  options: Pick<DecodeOptions, 'isTerse'> = {},
): DecodeResult<StockTrade> {
  return codec.decode(payload, undefined, options.isTerse)
}

/**
 * Writes a payload of `market.stocks.trades`; fields that are null are left out.
 *
 * @throws ContractError when the value is not what the schema says
 */
export function encodeStockTrade(value: StockTrade): string {
  return codec.encode(value)
}
