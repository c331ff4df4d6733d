/* global document, matchMedia, window, Path2D, ResizeObserver */
import uPlot from 'uplot'
import { currentColours, paletteIndex, translucent } from './colours.js'
import { axisText, clockOf } from './figures.js'
import { makeLegend } from './legend.js'
import { drawMarkers, drawNames, drawStrokes, sayingsAt, withMarks } from './marks.js'

const FONT = '12px system-ui, sans-serif'

/** Width on paper, CSS pixels: A4 between its margins. */
const PRINT_WIDTH_PX = 680

/** Of one bar, CSS pixels. */
const BAR_WIDTH_MAX_PX = 48

const plots = []

/** One plot in its place: drawn again whenever its width or the colours change. */
function makePlot(data, host) {
  const values = joinedValues(data)
  const place = document.createElement('div')
  let u = null
  let range = null
  const hidden = new Set()
  const legend = makeLegend(data, {
    onToggle(index, isShown) {
      if (isShown) hidden.delete(index)
      else hidden.add(index)
      u?.setSeries(index + 1, { show: isShown })
    },
  })
  host.append(legend.root, place)
  host.tabIndex = 0
  host.setAttribute('role', 'group')
  const help = 'Arrow keys move the cursor, plus and minus zoom, 0 shows all.'
  host.setAttribute('aria-label', `${data.title}. ${help} The numbers follow as a table.`)
  const plot = {
    group: data.group,
    draw(width) {
      if (width <= 0) return
      u?.destroy()
      u = new uPlot(optionsOf(data, width, { legend, hidden, plot }), values, place)
      if (range !== null) u.setScale('x', range)
      u.over.addEventListener('dblclick', () => plot.zoom(null))
    },
    resize: (width) => {
      if (u === null) plot.draw(width)
      else if (width > 0 && Math.round(width) !== u.width) {
        u.setSize({ width: Math.round(width), height: data.heightPx })
      }
    },
    redraw: () => plot.draw(host.clientWidth),
    /** Shows a range, null for all; the plots of the group follow. */
    zoom(wanted) {
      range = wanted
      const all = [values[0][0], values[0].at(-1)]
      u?.setScale('x', wanted ?? { min: all[0], max: all[1] })
    },
  }
  host.addEventListener('keydown', (event) => {
    if (u !== null && !event.ctrlKey && !event.metaKey && !event.altKey) onKey(event, u, plot)
  })
  return plot
}

/** Series over one list of xs: null is a gap, undefined a place where a series has no value. */
function joinedValues({ tables, series, x, y }) {
  const shown = (axis, value) => (axis.scale === 'log' && value <= 0 ? null : value)
  const kept = tables.map(([xs, ...rows]) => {
    const at = xs.flatMap((value, index) => (shown(x, value) === null ? [] : [index]))
    return [at.map((i) => xs[i]), ...rows.map((ys) => at.map((i) => shown(y, ys[i])))]
  })
  if (kept.length === 0) return [[]]
  const joined = kept.length === 1 ? kept[0] : uPlot.join(kept)
  const offsets = kept.map((_, index) =>
    kept.slice(0, index).reduce((sum, rows) => sum + rows.length - 1, 1),
  )
  return [joined[0], ...series.map(({ table, row }) => joined[offsets[table] + row - 1])]
}

function optionsOf(data, width, { legend, hidden, plot }) {
  const colours = currentColours()
  return {
    width: Math.round(width),
    height: data.heightPx,
    legend: { show: false },
    // Half a label of the time axis at the right, so that none is cut.
    padding: [12, 24, 0, 0],
    cursor: {
      dataIdx: nearestValue,
      points: { size: 7 },
      drag: { x: true, y: false, setScale: true },
      ...(data.group === null ? {} : { sync: { key: data.group, setSeries: false } }),
    },
    scales: scalesOf(data),
    axes: [axisOf(data.x, colours, false), axisOf(data.y, colours, true)],
    series: [{}, ...data.series.map((one, index) => seriesOf(one, index, data, colours, hidden))],
    bands: data.bands.map(({ upper, lower }) => ({
      series: [upper + 1, lower + 1],
      fill: translucent(colours.palette[paletteIndex(data.series[upper].colour)], 0.18),
    })),
    hooks: {
      drawSeries: [(u, index) => index === 1 && drawStrokes(u, data, colours)],
      draw: [(u) => drawMarkers(u, data, colours), (u) => drawNames(u, data, colours)],
      setCursor: [(u) => showCursor(u, data, legend)],
      setScale: [(u, key) => key === 'x' && followZoom(u, plot)],
    },
  }
}

function scalesOf({ x, y, ...data }) {
  const isBars = data.series.some(({ style }) => style === 'bars')
  const distr = (axis) => (axis.scale === 'log' ? 3 : 1)
  const named = x.names === undefined ? null : [-0.6, x.names.length - 0.4]
  const fixed = x.range ?? named
  const hasMarks = data.strokes.length + data.markers.length > 0
  return {
    x: {
      time: x.scale === 'time',
      distr: distr(x),
      ...(fixed === null ? {} : { range: fixed }),
    },
    y: {
      distr: distr(y),
      range: (u, low, high) => {
        if (y.range !== undefined) return y.range
        const [from, to] = hasMarks ? withMarks(u, data, low, high) : [low, high]
        if (from === null || !(from <= to)) return [0, 1]
        if (y.scale === 'log') return uPlot.rangeLog(from, to, 10, true)
        const least = isBars ? Math.min(0, from) : from
        return uPlot.rangeNum(least, to, 0.08, true)
      },
    },
  }
}

function axisOf(axis, colours, isVertical) {
  const line = { stroke: colours.grid, width: 1 }
  return {
    stroke: colours.text,
    font: FONT,
    labelFont: FONT,
    label: axis.label,
    labelSize: 20,
    gap: 5,
    grid: axis.names !== undefined ? { show: false } : line,
    ticks: { ...line, size: 5 },
    ...(isVertical ? { size: widthOf } : { size: 30, space: 70 }),
    ...(axis.names === undefined ? {} : { splits: () => axis.names.map((_, index) => index) }),
    values: (u, splits, _axis, _space, step) =>
      splits.map((value) => {
        if (value === null || value === undefined) return null
        if (axis.scale === 'time') return clockOf(axis).tick(value, step)
        if (axis.names !== undefined) return axisText(axis, value)
        return axis.scale === 'log' ? axisText({}, value) : tickText(value, step)
      }),
  }
}

/** A tick's number has no more decimals than ticks need to differ. */
function tickText(value, step) {
  const digits = Math.max(0, Math.min(9, -Math.floor(Math.log10(step || 1) + 1e-9)))
  return axisText({ digits: Number.isInteger(step) ? 0 : digits }, value)
}

/** An axis is as wide as its longest number. */
function widthOf(u, values) {
  const longest = (values ?? []).reduce(
    (most, text) => Math.max(most, String(text ?? '').length),
    0,
  )
  return 18 + 7 * longest
}

function seriesOf(one, index, data, colours, hidden) {
  const stroke = colours.palette[paletteIndex(one.colour)]
  const isPoints = one.style === 'points'
  const isBars = one.style === 'bars'
  return {
    label: one.label,
    show: !hidden.has(index),
    stroke,
    width: isBars ? 0 : 1.75,
    ...(one.isDashed ? { dash: [7, 4] } : {}),
    ...(one.isFilled || isBars ? { fill: isBars ? stroke : translucent(stroke, 0.16) } : {}),
    paths: pathsOf(one, index, data),
    points: isPoints
      ? { show: true, size: 6, fill: stroke, stroke }
      : { show: isBars || one.style === 'step' ? false : undefined, size: 5, fill: stroke },
  }
}

function pathsOf({ style }, index, data) {
  if (style === 'points') return () => null
  if (style === 'step') return uPlot.paths.stepped({ align: 1 })
  return style === 'bars' ? barsOf(index, data) : uPlot.paths.linear()
}

/** Bars of one series, beside those of the others. */
function barsOf(index, { series }) {
  const places = series.flatMap(({ style }, at) => (style === 'bars' ? [at] : []))
  const rank = places.indexOf(index)
  return (u, seriesIndex, from, to) => {
    const xs = u.data[0]
    const ys = u.data[seriesIndex]
    let gap = xs.length < 2 ? 1 : Infinity
    for (let i = 1; i < xs.length; i++) gap = Math.min(gap, xs[i] - xs[i - 1])
    const apart = Math.abs(u.valToPos(xs[0] + gap, 'x', true) - u.valToPos(xs[0], 'x', true))
    const most = BAR_WIDTH_MAX_PX * (u.ctx.canvas.width / u.width)
    const width = Math.max(1, Math.min(most, (0.8 * apart) / places.length))
    const room = width * places.length
    const zero = u.valToPos(Math.max(0, u.scales.y.min), 'y', true)
    const fill = new Path2D()
    for (let i = from; i <= to; i++) {
      if (ys[i] === null || ys[i] === undefined) continue
      const left = u.valToPos(xs[i], 'x', true) - room / 2 + rank * width
      const top = u.valToPos(ys[i], 'y', true)
      fill.rect(left, Math.min(top, zero), Math.max(1, width - 1), Math.abs(zero - top))
    }
    return { stroke: null, fill, clip: null, band: null, gaps: null, flags: 0 }
  }
}

/** The nearest place at which the series has a value or a gap. */
function nearestValue(u, seriesIndex, index) {
  const ys = u.data[seriesIndex]
  if (seriesIndex === 0 || index === null || ys[index] !== undefined) return index
  for (let away = 1; away < ys.length; away++) {
    if (ys[index - away] !== undefined) return index - away
    if (ys[index + away] !== undefined) return index + away
  }
  return index
}

function showCursor(u, data, legend) {
  const { idx } = u.cursor
  if (idx === null || idx === undefined || u.data[0].length === 0) return legend.show(null)
  const ys = data.series.map((_, index) => u.data[index + 1][nearestValue(u, index + 1, idx)])
  legend.show(u.data[0][idx], ys, sayingsAt(u, data))
}

let isFollowing = false

function followZoom(u, plot) {
  if (plot.group === null || isFollowing) return
  const { min, max } = u.scales.x
  isFollowing = true
  for (const other of plots) {
    if (other !== plot && other.group === plot.group) other.zoom({ min, max })
  }
  isFollowing = false
}

function onKey(event, u, plot) {
  const xs = u.data[0]
  const { min, max } = u.scales.x
  const at = u.cursor.idx ?? Math.floor(xs.length / 2)
  const move = (index) => {
    const to = Math.min(xs.length - 1, Math.max(0, index))
    u.setCursor({ left: u.valToPos(xs[to], 'x'), top: u.over.clientHeight / 2 })
  }
  const zoom = (factor) => {
    const middle = xs[at] ?? (min + max) / 2
    plot.zoom({ min: middle - (middle - min) * factor, max: middle + (max - middle) * factor })
  }
  const stride = event.shiftKey ? Math.ceil(xs.length / 20) : 1
  const actions = {
    ArrowLeft: () => move(at - stride),
    ArrowRight: () => move(at + stride),
    Home: () => move(0),
    End: () => move(xs.length - 1),
    '+': () => zoom(0.5),
    '=': () => zoom(0.5),
    '-': () => zoom(2),
    0: () => plot.zoom(null),
  }
  if (event.target.closest('button') !== null || actions[event.key] === undefined) return
  event.preventDefault()
  actions[event.key]()
}

const hosts = new Map()
const observer = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) hosts.get(target)?.resize(contentRect.width)
})
for (const [index, data] of JSON.parse(
  document.getElementById('plot-data').textContent,
).entries()) {
  const host = document.getElementById(`plot-${index}`)
  const plot = makePlot(data, host)
  plots.push(plot)
  hosts.set(host, plot)
  observer.observe(host)
}

const redrawAll = () => plots.forEach((plot) => plot.redraw())
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll)

window.addEventListener('beforeprint', () => {
  document.documentElement.classList.add('print')
  for (const fold of document.querySelectorAll('details.fold')) fold.open = true
  plots.forEach((plot) => plot.draw(PRINT_WIDTH_PX))
})
window.addEventListener('afterprint', () => {
  document.documentElement.classList.remove('print')
  redrawAll()
})
