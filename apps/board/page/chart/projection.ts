/** Where points lie on a canvas, in device pixels. */
export interface Projection {
  x(tsMs: number): number
  y(value: number): number
}

/** Where a plot lies and what it shows, device pixels. */
export interface PlotFrame {
  readonly left: number
  readonly bottom: number
  /** The moment at the left edge, Unix ms. */
  readonly fromTs: number
  readonly pixelsPerMs: number
  /** The price or score at the bottom. */
  readonly low: number
  /** Pixels to a dollar, or to a point of a score. */
  readonly pixelsPerUnit: number
}

/**
 * A plot with even scales. One class for all charts: they project thousands of points a second, and
 * what the browser knows as one kind of thing costs a multiplication and leaves no garbage.
 */
export class LinearProjection implements Projection {
  readonly #frame: PlotFrame

  constructor(frame: PlotFrame) {
    this.#frame = frame
  }

  x(tsMs: number): number {
    const { left, fromTs, pixelsPerMs } = this.#frame
    return left + (tsMs - fromTs) * pixelsPerMs
  }

  y(value: number): number {
    const { bottom, low, pixelsPerUnit } = this.#frame
    return bottom - (value - low) * pixelsPerUnit
  }
}
