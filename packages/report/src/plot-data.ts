import type uPlot from 'uplot'
import type { Axis, Band, Marker, Plot, Stroke, StrokeScale } from './plot-model.ts'

/** What the page's script draws a plot from. Series over the same values share one table. */
export interface PlotData {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly SeriesData[]
  /** Each: the horizontal values, then the vertical ones of its series. */
  readonly tables: readonly uPlot.AlignedData[]
  readonly bands: readonly Band[]
  readonly markers: readonly Marker[]
  readonly strokes: readonly Stroke[]
  readonly strokeScale: StrokeScale | null
  readonly group: string | null
  readonly heightPx: number
}

interface SeriesData {
  readonly label: string
  readonly style: string
  readonly colour: number
  readonly isDashed: boolean
  readonly isFilled: boolean
  /** Where its values are: table, and place in it. */
  readonly table: number
  readonly row: number
}

const HEIGHT_PX = 280

/** @throws RangeError when values do not fit each other */
export function plotData(plot: Plot): PlotData {
  const tables: [number[], ...(number | null)[][]][] = []
  const series = plot.series.map((one, index): SeriesData => {
    checkValues(one.label, one.xs, one.ys)
    let table = tables.findIndex(([xs]) => isSame(xs, one.xs))
    if (table < 0) table = tables.push([[...one.xs]]) - 1
    const row = (tables[table]?.push(one.ys.map(finiteOrNull)) ?? 0) - 1
    const { label, style = 'line', colour = index, isDashed = false, isFilled = false } = one
    return { label, style, colour, isDashed, isFilled, table, row }
  })
  for (const { upper, lower } of plot.bands ?? []) {
    if (upper in series && lower in series) continue
    throw new RangeError(
      `${plot.title}: expected a band between two of ${series.length} series, was ${upper}, ${lower}`,
    )
  }
  const { strokes = [], strokeScale = null } = plot
  if (strokes.length > 0 && strokeScale === null) {
    throw new RangeError(`${plot.title}: expected a strokeScale for its strokes, was none`)
  }
  return {
    ...{ title: plot.title, x: plot.x, y: plot.y, series, tables },
    ...{ bands: plot.bands ?? [], markers: plot.markers ?? [], strokes, strokeScale },
    ...{ group: plot.group ?? null, heightPx: plot.heightPx ?? HEIGHT_PX },
  }
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  if (one === other) return true
  return one.length === other.length && one.every((value, index) => value === other[index])
}

const finiteOrNull = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null

function checkValues(label: string, xs: readonly number[], ys: readonly (number | null)[]): void {
  if (xs.length !== ys.length) {
    throw new RangeError(`${label}: expected ${xs.length} values, one for each x, was ${ys.length}`)
  }
  for (const [index, x] of xs.entries()) {
    const before = index === 0 ? -Infinity : (xs[index - 1] ?? 0)
    if (Number.isFinite(x) && x > before) continue
    throw new RangeError(`${label}: expected ascending finite xs, was ${x} after ${before}`)
  }
}
