import type { PointRange } from './heat-segments.ts'
import type { Projection } from './projection.ts'

/** Price over time, one entry a point; NaN where unknown. */
export interface PriceColumns {
  readonly tsMs: Float64Array
  readonly spotUsd: Float64Array
  readonly lowUsd: Float64Array
  readonly highUsd: Float64Array
}

/**
 * Traces the price as a line that steps from point to point, with a gap where it is unknown. Points
 * that share a column of pixels become one vertical stroke from the lowest to the highest.
 */
export function tracePrice(
  columns: PriceColumns,
  range: PointRange,
  projection: Projection,
  path: Pick<CanvasPath, 'moveTo' | 'lineTo'>,
): void {
  let pixel = -Infinity
  let low = NaN
  let high = NaN
  let last = NaN
  let isDown = false
  const flush = (): void => {
    if (Number.isNaN(last)) return
    if (!isDown) path.moveTo(pixel, projection.y(last))
    if (high - low > 0) {
      path.lineTo(pixel, projection.y(low))
      path.lineTo(pixel, projection.y(high))
    }
    path.lineTo(pixel, projection.y(last))
    isDown = true
  }
  for (let i = range.begin; i < range.end; i++) {
    const spot = columns.spotUsd[i] ?? NaN
    if (Number.isNaN(spot)) {
      flush()
      last = NaN
      isDown = false
      pixel = -Infinity
      continue
    }
    const at = Math.round(projection.x(columns.tsMs[i] ?? 0))
    if (at !== pixel) {
      flush()
      pixel = at
      low = Infinity
      high = -Infinity
    }
    low = Math.min(low, columns.lowUsd[i] ?? spot)
    high = Math.max(high, columns.highUsd[i] ?? spot)
    last = spot
  }
  flush()
}
