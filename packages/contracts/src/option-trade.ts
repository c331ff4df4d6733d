import { z } from 'zod'
import type { DecodeResult, Refusal } from './errors.ts'
import {
  conditionsField,
  optionalAggressorField,
  priceField,
  stampFields,
  symbolField,
  tradeSizeField,
} from './event-fields.ts'
import { RIGHTS } from './event-words.ts'
import type { Memory } from './message-codec.ts'
import { messageCodec } from './message-codec.ts'
import type { DecodeOptions } from './tick-grid.ts'
import { shown } from './refusal-text.ts'

/** Root, yymmdd, right, strike in thousandths; `O:` and the padding of 21-character symbols may be. */
const OCC = /^(?:O:)?([A-Z]{1,6}) *([0-9]{6})([CP])([0-9]{8})$/

/** A trade of an option on the equity on `market.options.trades`, version 1, as on the wire. */
export const optionTradeSchema = z.object({
  ...stampFields,
  underlying: symbolField.describe('Equity symbol'),
  option_symbol: z.string().regex(OCC).describe('OCC symbol, e.g. O:SPY251216C00687000'),
  exp_date: z.iso.date().describe('Expiry, a calendar date in New York'),
  strike: priceField.describe('US dollars'),
  right: z.enum(RIGHTS).describe('C call, P put'),
  price: priceField.describe('Premium a share, US dollars'),
  size: tradeSizeField.describe('Contracts'),
  opt_bid: z.number().min(0).nullish().describe('Best bid at the trade, US dollars; 0: no bid'),
  opt_ask: priceField.nullish().describe('Best ask at the trade, US dollars'),
  aggressor: optionalAggressorField.describe('Who took liquidity; 1 is BUY, -1 SELL, 0 MID'),
  conditions: conditionsField,
  delta: z.number().min(-1).max(1).nullish().describe('Per share, of $1'),
  gamma: z.number().min(0).nullish().describe('Change of delta per $1 move'),
})

/**
 * Prices and strike in US dollars, `size` in contracts, `expDate` as `YYYY-MM-DD`. The symbol says
 * the same as underlying, expiry, right and strike.
 */
export type OptionTrade = Memory<typeof optionTradeSchema>

const codec = messageCodec(optionTradeSchema)

/** Reads a payload of `market.options.trades`; never throws for a bad one. */
export function decodeOptionTrade(
  payload: string | Uint8Array,
  options: Pick<DecodeOptions, 'isTerse'> = {},
): DecodeResult<OptionTrade> {
  return codec.decode(payload, symbolAgrees, options.isTerse)
}

/**
 * Writes a payload of `market.options.trades`; fields that are null are left out.
 *
 * @throws ContractError when the value is not what the schema says
 */
export function encodeOptionTrade(value: OptionTrade): string {
  return codec.encode(value, symbolAgrees)
}

/** The symbol's parts are the fields': root and right to the letter, strike within $0.000001. */
function symbolAgrees(trade: OptionTrade): Refusal | null {
  const [, root = '', expiry = '', right = '', strikeMilli = ''] =
    OCC.exec(trade.optionSymbol) ?? []
  if (root !== trade.underlying) return differs('underlying', root, trade.underlying)
  const expDate = `20${expiry.slice(0, 2)}-${expiry.slice(2, 4)}-${expiry.slice(4)}`
  if (expDate !== trade.expDate) return differs('exp_date', expDate, trade.expDate)
  if (right !== trade.right) return differs('right', right, trade.right)
  const strike = Number(strikeMilli) / 1000
  return Math.abs(strike - trade.strike) <= 1e-6 ? null : differs('strike', strike, trade.strike)
}

function differs(field: string, expected: string | number, was: string | number): Refusal {
  const message = `expected ${shown(expected)} as the option symbol says, was ${shown(was)}`
  return { code: 'SCHEMA', message, path: `$.${field}` }
}
