import type { Refusal } from './errors.ts'

/** The price grid of the E-mini S&P 500 future, in index points. */
export const ES_TICK_SIZE = 0.25

/** How far off the grid, in ticks, a price may lie. */
const TOLERANCE = 1e-6
const INT32_MAX = 2_147_483_647

/** What the reader of futures prices may be told. */
export interface TickOptions {
  /** The instrument's price grid, in its own points, > 0; `ES_TICK_SIZE` unless told. */
  readonly tickSize?: number
}

/** How a market message is read. */
export interface DecodeOptions extends TickOptions {
  /**
   * Says of a refusal its code, and the rest only where that costs nothing: message and path may be
   * empty. Of many messages that are refused most are merely counted, and finding the words takes
   * several times as long as finding that they are wrong.
   */
  readonly isTerse?: boolean
}

/**
 * The tick of a price, 1 to 2^31 − 1 (a price below the first tick is no price); NaN when it lies
 * off the grid.
 */
export function tickOf(price: number, tickSize: number): number {
  const exact = price / tickSize
  const tick = Math.round(exact)
  return Math.abs(exact - tick) <= TOLERANCE && tick >= 1 && tick <= INT32_MAX ? tick : NaN
}

export function offTick(price: number, tickSize: number, path: string): Refusal {
  return {
    code: 'OFF_TICK',
    message: `expected a multiple of the tick ${tickSize}, was ${price}`,
    path,
  }
}
