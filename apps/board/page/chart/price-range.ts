import type { PointRange } from './heat-segments.ts'
import type { PriceColumns } from './price-path.ts'

/** Prices a chart shows, SPY dollars. */
export interface PriceRange {
  readonly low: number
  readonly high: number
}

/** The lowest and highest price of a range of points; `low` > `high` where none is known. */
export function extentOf(
  { lowUsd, highUsd }: PriceColumns,
  { begin, end }: PointRange,
): PriceRange {
  let low = Infinity
  let high = -Infinity
  for (let i = begin; i < end; i++) {
    // NaN, an unknown price, is neither lower nor higher.
    const pointLow = lowUsd[i] ?? NaN
    const pointHigh = highUsd[i] ?? NaN
    if (pointLow < low) low = pointLow
    if (pointHigh > high) high = pointHigh
  }
  return { low, high }
}

const STEP_USD = 0.05
/** Levels this near to price are looked at: they should be in sight. */
const MARGIN_USD = 0.08
const HEIGHT_USD_MIN = 0.3

/**
 * The range that shows prices from `low` to `high` with a margin, on a coarse grid. The former range
 * stays as long as it fits and is not much too tall: a chart whose scale trembles cannot be read.
 */
export function steadyRange(low: number, high: number, former: PriceRange | null): PriceRange {
  const middle = (low + high) / 2
  const half = Math.max(HEIGHT_USD_MIN / 2, (high - low) / 2 + MARGIN_USD)
  const wanted = {
    low: Math.floor((middle - half) / STEP_USD) * STEP_USD,
    high: Math.ceil((middle + half) / STEP_USD) * STEP_USD,
  }
  if (former === null) return wanted
  const fits = former.low <= low - MARGIN_USD / 2 && former.high >= high + MARGIN_USD / 2
  const isTooTall = former.high - former.low > 1.6 * (wanted.high - wanted.low)
  return fits && !isTooTall ? former : wanted
}
