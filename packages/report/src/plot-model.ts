/** Series over one horizontal axis. Beside it stands a table of the same numbers. */
export interface Plot {
  readonly kind: 'plot'
  readonly title: string
  readonly note?: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** Areas between two series, by their index in `series`. */
  readonly bands?: readonly Band[]
  /** Moments worth a sign on the plot. */
  readonly markers?: readonly Marker[]
  /** Horizontal strokes, coloured by a value: a level while it was watched, by its score. */
  readonly strokes?: readonly Stroke[]
  /** What the values of `strokes` are; needed with them. */
  readonly strokeScale?: StrokeScale
  /** Plots of one group show the same range and cursor. */
  readonly group?: string
  /** CSS pixels; default 280. */
  readonly heightPx?: number
}

/** One direction of a plot. */
export interface Axis {
  /** With its unit: `spread, ticks`. */
  readonly label: string
  /** `time`: values are Unix seconds. `log`: values ≤ 0 are left out. Default `linear`. */
  readonly scale?: 'linear' | 'log' | 'time'
  /** Of a time axis: an IANA name; default `America/New_York`. */
  readonly timeZone?: string
  /** Decimals of its values in the table and under the cursor; default: as many as they have, six at most. */
  readonly digits?: number
  /** Fixed range; default: what the data needs. */
  readonly range?: readonly [number, number]
  /** Names of the whole values 0, 1, 2…: a bar each. */
  readonly names?: readonly string[]
}

/** Values over the plot's horizontal axis. */
export interface Series {
  readonly label: string
  /** `step` keeps a value until the next one; `bars` stand side by side. Default `line`. */
  readonly style?: 'line' | 'step' | 'bars' | 'points'
  /** Ascending, finite. Series may have different ones. */
  readonly xs: readonly number[]
  /** As many; null is a gap. */
  readonly ys: readonly (number | null)[]
  /** Place in the palette, 0–7; default: its index. A number of its own makes the same thing look the same in several plots. */
  readonly colour?: number
  readonly isDashed?: boolean
  /** Area between it and zero. Default false. */
  readonly isFilled?: boolean
}

/** The area between two series. */
export interface Band {
  readonly upper: number
  readonly lower: number
}

/** A sign at a point. */
export interface Marker {
  readonly x: number
  readonly y: number
  readonly label: string
  readonly shape: 'up' | 'down' | 'circle' | 'diamond' | 'square'
  /** Place in the palette, 0–7. */
  readonly colour?: number
}

/** A horizontal line over a time. */
export interface Stroke {
  readonly y: number
  readonly fromX: number
  readonly toX: number
  /** On the plot's stroke scale; null is drawn pale. */
  readonly value: number | null
  readonly label: string
}

/** Colours of strokes: from one end (cyan) over the middle (pale) to the other (orange). */
export interface StrokeScale {
  readonly label: string
  readonly range: readonly [number, number]
  /** Words at the two ends. */
  readonly ends: readonly [string, string]
}

/** Two distributions over the same bins, as shares of their sums. */
export interface HistogramPair {
  readonly kind: 'histogram-pair'
  readonly title: string
  readonly note?: string
  readonly x: Axis
  /** Of the bins: ascending, one more than counts. */
  readonly edges: readonly number[]
  readonly pair: readonly [Histogram, Histogram]
}

/** Counts by bin. */
export interface Histogram {
  readonly label: string
  /** ≥ 0. */
  readonly counts: readonly number[]
}
