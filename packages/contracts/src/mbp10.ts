import { z } from 'zod'
import type { DecodeResult, Refusal } from './errors.ts'
import { displayedSizeField, stampFields, symbolField } from './event-fields.ts'
import { MBP_DEPTH } from './level-scanner.ts'
import type { Memory, Rule } from './message-codec.ts'
import { messageCodec } from './message-codec.ts'
import type { DecodeOptions, TickOptions } from './tick-grid.ts'
import { ES_TICK_SIZE, offTick, tickOf } from './tick-grid.ts'

const slotPriceField = z.number().min(0).describe('Index points; 0 in an empty slot')
const slotSizeField = displayedSizeField.describe('Lots; 0 in an empty slot')

/** The top ten levels a side on `market.futures.mbp10`, version 1, as they are on the wire. */
export const mbp10Schema = z.object({
  ...stampFields,
  symbol: symbolField.describe('Futures symbol'),
  levels: z
    .array(
      z.object({
        bid_px: slotPriceField,
        bid_sz: slotSizeField,
        ask_px: slotPriceField,
        ask_sz: slotSizeField,
      }),
    )
    .length(MBP_DEPTH)
    .describe('After the update, best first; empty slots at the end of a side'),
  is_snapshot: z
    .boolean()
    .default(false)
    .describe('A resync: not to be compared with what came before'),
})

/**
 * Prices in index points on the tick grid, bids strictly falling, asks strictly rising; sizes in
 * lots. An empty slot has price 0 and size 0. A crossed book is legal.
 */
export type Mbp10 = Memory<typeof mbp10Schema>

const codec = messageCodec(mbp10Schema)

/** Reads a payload of `market.futures.mbp10`; never throws for a bad one. */
export function decodeMbp10(
  payload: string | Uint8Array,
  options: DecodeOptions = {},
): DecodeResult<Mbp10> {
  return codec.decode(payload, orderedBook(options.tickSize), options.isTerse)
}

/**
 * Writes a payload of `market.futures.mbp10`.
 *
 * @throws ContractError when the value is not what the schema says, a price is off the tick grid,
 *   or a side is out of order
 */
export function encodeMbp10(value: Mbp10, options: TickOptions = {}): string {
  return codec.encode(value, orderedBook(options.tickSize))
}

function orderedBook(tickSize = ES_TICK_SIZE): Rule<Mbp10> {
  return ({ levels }) => {
    const bids = { name: 'bid', order: -1, tick: NaN, isEmpty: false }
    const asks = { name: 'ask', order: 1, tick: NaN, isEmpty: false }
    let slot = 0
    for (const { bidPx, bidSz, askPx, askSz } of levels) {
      const refusal =
        nextSlot(bids, slot, bidPx, bidSz, tickSize) ?? nextSlot(asks, slot, askPx, askSz, tickSize)
      if (refusal !== null) return refusal
      slot++
    }
    return null
  }
}

/** How far down one side the check has come. */
interface SideCursor {
  readonly name: string
  /** 1 where prices rise from the best on, −1 where they fall. */
  readonly order: number
  /** The last slot's; NaN before the first. */
  tick: number
  isEmpty: boolean
}

/** Prices are compared as ticks: two that differ in their last bits only are one price. */
function nextSlot(
  side: SideCursor,
  slot: number,
  price: number,
  size: number,
  tickSize: number,
): Refusal | null {
  const path = (what: string): string => `$.levels[${slot}].${side.name}_${what}`
  if (price === 0) {
    side.isEmpty = true
    return size === 0 ? null : broken(path('sz'), '0 in an empty slot', size)
  }
  if (side.isEmpty) return broken(path('px'), '0 behind an empty slot', price)
  const tick = tickOf(price, tickSize)
  if (Number.isNaN(tick)) return offTick(price, tickSize, path('px'))
  if ((tick - side.tick) * side.order <= 0) {
    const relation = side.order > 0 ? 'above' : 'below'
    return broken(path('px'), `a price ${relation} the one before, ${side.tick * tickSize}`, price)
  }
  side.tick = tick
  return null
}

function broken(path: string, expected: string, was: number): Refusal {
  return { code: 'SCHEMA', message: `expected ${expected}, was ${was}`, path }
}
