import { escapeHtml } from './html-text.ts'
import { numberText, timeText } from './number-text.ts'
import { plotData, type PlotData } from './plot-data.ts'
import type { Axis, Plot, Series } from './plot-model.ts'
import type { Cell, Column, Table } from './report-model.ts'
import { tableHtml } from './table-html.ts'

/** Rows of a table beside a plot: more are thinned out evenly. */
const ROWS_MAX = 60

/** Of markers, which are few and each a statement. */
const MARKER_ROWS_MAX = 500

const ZONE = 'America/New_York'

/** A place for a plot, and the same numbers as tables. */
export function plotHtml(plot: Plot, plots: PlotData[]): string {
  const index = plots.push(plotData(plot)) - 1
  const id = `plot-${index}`
  const note = plot.note === undefined ? '' : `<p class="under">${escapeHtml(plot.note)}</p>`
  const tables = fallbackTables(plot).map(tableHtml).join('')
  return `<figure class="block plot" aria-labelledby="${id}-title"><figcaption id="${id}-title">${escapeHtml(plot.title)}</figcaption><div class="canvas" id="${id}"></div>${note}<details class="data"><summary>As a table</summary>${tables}</details></figure>`
}

function fallbackTables(plot: Plot): Table[] {
  return [seriesTable(plot), markerTable(plot), strokeTable(plot)].filter(
    (table) => table.rows.length > 0,
  )
}

function seriesTable({ title, x, y, series }: Plot): Table {
  const xs = [...new Set(series.flatMap((one) => one.xs))].sort((a, b) => a - b)
  const shown = thinned(xs, ROWS_MAX)
  const lookups = series.map(valueByX)
  const rows = shown.map((at): Cell[] => [
    axisCell(at, x),
    ...lookups.map((lookup) => lookup.get(at) ?? null),
  ])
  const columns: Column[] = [
    { title: x.label, align: x.names === undefined ? 'right' : 'left' },
    ...series.map(({ label }) => ({ title: label, align: 'right' as const, ...digitsOf(y) })),
  ]
  return { kind: 'table', title: `${title}: ${y.label}`, columns, rows, ...thinNote(xs, shown) }
}

const digitsOf = ({ digits }: Axis): { digits?: number } => (digits === undefined ? {} : { digits })

function valueByX({ xs, ys }: Series): Map<number, number | null> {
  return new Map(xs.map((x, index) => [x, ys[index] ?? null]))
}

function markerTable({ title, x, y, markers = [] }: Plot): Table {
  const shown = markers.slice(0, MARKER_ROWS_MAX)
  const rows = shown.map((marker): Cell[] => [
    axisCell(marker.x, x),
    axisCell(marker.y, y),
    marker.label,
  ])
  const columns: Column[] = [
    { title: x.label, align: 'right' },
    { title: y.label, align: 'right' },
    { title: 'sign' },
  ]
  const rest = markers.length - shown.length
  const note = rest > 0 ? { note: `The first ${shown.length}; ${numberText(rest)} more.` } : {}
  return { kind: 'table', title: `${title}: signs`, columns, rows, ...note }
}

function strokeTable({ title, x, y, strokes = [], strokeScale }: Plot): Table {
  const shown = thinned(strokes, ROWS_MAX)
  const rows = shown.map((stroke): Cell[] => [
    stroke.label,
    axisCell(stroke.y, y),
    axisCell(stroke.fromX, x),
    axisCell(stroke.toX, x),
    stroke.value,
  ])
  const columns: Column[] = [
    { title: 'line' },
    { title: y.label, align: 'right' },
    { title: 'from', align: 'right' },
    { title: 'to', align: 'right' },
    { title: strokeScale?.label ?? '', align: 'right' },
  ]
  return { kind: 'table', title: `${title}: lines`, columns, rows, ...thinNote(strokes, shown) }
}

function axisCell(value: number, { scale, timeZone = ZONE, digits, names }: Axis): Cell {
  const name = names?.[value]
  if (name !== undefined) return name
  const text = scale === 'time' ? timeText(value, timeZone) : numberText(value, digits)
  return { text, sortBy: value }
}

/** As many values as a reader bears, evenly spaced, first and last among them. */
function thinned<T>(values: readonly T[], max: number): readonly T[] {
  if (values.length <= max) return values
  const step = (values.length - 1) / (max - 1)
  return Array.from({ length: max }, (_, index) => values[Math.round(index * step)] as T)
}

function thinNote(all: readonly unknown[], shown: readonly unknown[]): { note?: string } {
  if (all.length === shown.length) return {}
  return { note: `${shown.length} of ${numberText(all.length)}, evenly spaced.` }
}
