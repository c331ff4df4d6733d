import { z } from 'zod'
import type { DecodeResult } from './errors.ts'
import {
  displayedSizeField,
  priceField,
  stampFields,
  symbolField,
  venueField,
} from './event-fields.ts'
import type { Memory } from './message-codec.ts'
import { messageCodec } from './message-codec.ts'
import type { DecodeOptions } from './tick-grid.ts'

/** The national best bid and offer of the equity on `market.stocks.quotes`, version 1, as it is on the wire. */
export const stockQuoteSchema = z.object({
  ...stampFields,
  symbol: symbolField.describe('Equity symbol'),
  bid_px: priceField.describe('US dollars'),
  ask_px: priceField.describe('US dollars'),
  bid_sz: displayedSizeField.describe('Shares'),
  ask_sz: displayedSizeField.describe('Shares'),
  bid_exch: venueField,
  ask_exch: venueField,
})

/** Prices in US dollars, sizes in shares. A crossed quote is legal. */
export type StockQuote = Memory<typeof stockQuoteSchema>

const codec = messageCodec(stockQuoteSchema)

/** Reads a payload of `market.stocks.quotes`; never throws for a bad one. */
export function decodeStockQuote(
  payload: string | Uint8Array,
  options: Pick<DecodeOptions, 'isTerse'> = {},
): DecodeResult<StockQuote> {
  return codec.decode(payload, undefined, options.isTerse)
}

/**
 * Writes a payload of `market.stocks.quotes`; fields that are null are left out.
 *
 * @throws ContractError when the value is not what the schema says
 */
export function encodeStockQuote(value: StockQuote): string {
  return codec.encode(value)
}
