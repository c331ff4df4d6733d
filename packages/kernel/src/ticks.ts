import { OffTickError, RangeViolationError } from './errors.ts'

/** How far off the grid, in ticks, a price may lie before it is refused. */
export const TICK_TOLERANCE = 1e-6

/** Marks "no price" where prices are kept as integer ticks in arrays. */
export const NO_TICK = -2_147_483_648

/**
 * Turns a price into integer ticks. The only place where a float becomes a tick.
 *
 * @param price in the instrument's currency
 * @param tickSize in the same currency, > 0
 * @returns ticks, a 32-bit integer above `NO_TICK`
 * @throws OffTickError when the price is not finite, does not fit, or lies off the grid by more
 *   than `TICK_TOLERANCE` of a tick
 */
export function priceToTicks(price: number, tickSize: number): number {
  const exact = price / tickSize
  const ticks = Math.round(exact)
  if (!(Math.abs(exact - ticks) <= TICK_TOLERANCE) || !(Math.abs(ticks) < 2_147_483_648)) {
    throw new OffTickError(price, tickSize)
  }
  return ticks === 0 ? 0 : ticks // no negative zero
}

/** The tick nearest a price that need not lie on the grid, such as a converted level. */
export function nearestTick(price: number, tickSize: number): number {
  return Math.round(price / tickSize)
}

/** The price of a tick, in the instrument's currency. */
export function ticksToPrice(ticks: number, tickSize: number): number {
  return ticks * tickSize
}

/**
 * The first and last tick whose price lies within `halfWidthTicks` of a price, both inclusive.
 * The bounds carry `TICK_TOLERANCE`, so that a level on the grid keeps its outermost ticks
 * whatever the last bit of the conversion was.
 *
 * @param centerTicks the centre in ticks, need not be whole
 * @param out receives `[loTick, hiTick]`
 * @throws RangeViolationError when the zone is not one of 32-bit ticks (a NaN centre, say)
 */
export function tickZone(centerTicks: number, halfWidthTicks: number, out: Int32Array): void {
  if (!(Math.abs(centerTicks) + halfWidthTicks < 2_147_483_647)) {
    throw new RangeViolationError(
      `expected a zone of 32-bit ticks, was ${centerTicks} ± ${halfWidthTicks}`,
    )
  }
  out[0] = Math.ceil(centerTicks - halfWidthTicks - TICK_TOLERANCE)
  out[1] = Math.floor(centerTicks + halfWidthTicks + TICK_TOLERANCE)
}
