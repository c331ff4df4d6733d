import { z } from 'zod'
import type { DecodeResult } from './errors.ts'
import {
  aggressorField,
  conditionsField,
  priceField,
  stampFields,
  symbolField,
  tradeSizeField,
  venueField,
} from './event-fields.ts'
import type { Memory, Rule } from './message-codec.ts'
import { messageCodec } from './message-codec.ts'
import type { DecodeOptions, TickOptions } from './tick-grid.ts'
import { ES_TICK_SIZE, offTick, tickOf } from './tick-grid.ts'

/** A trade of the future on `market.futures.trades`, version 1, as it is on the wire. */
export const futuresTradeSchema = z.object({
  ...stampFields,
  symbol: symbolField.describe('Futures symbol'),
  price: priceField.describe("Index points, on the instrument's tick grid"),
  size: tradeSizeField.describe('Lots'),
  aggressor: aggressorField.describe('Who took liquidity; 1 is BUY, -1 SELL, 0 MID'),
  exchange: venueField,
  conditions: conditionsField,
})

/** `price` in index points, on the tick grid; `size` in lots. */
export type FuturesTrade = Memory<typeof futuresTradeSchema>

const codec = messageCodec(futuresTradeSchema)

function onTick(tickSize = ES_TICK_SIZE): Rule<FuturesTrade> {
  return ({ price }) =>
    Number.isNaN(tickOf(price, tickSize)) ? offTick(price, tickSize, '$.price') : null
}

/** Reads a payload of `market.futures.trades`; never throws for a bad one. */
export function decodeFuturesTrade(
  payload: string | Uint8Array,
  options: DecodeOptions = {},
): DecodeResult<FuturesTrade> {
  return codec.decode(payload, onTick(options.tickSize), options.isTerse)
}

/**
 * Writes a payload of `market.futures.trades`; fields that are null are left out.
 *
 * @throws ContractError when the value is not what the schema says, or off the tick grid
 */
export function encodeFuturesTrade(value: FuturesTrade, options: TickOptions = {}): string {
  return codec.encode(value, onTick(options.tickSize))
}
