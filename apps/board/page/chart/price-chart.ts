import type { LevelSignal } from '@levels/contracts'
import type { SignalEvent } from '@levels/gateway/protocol'
import uPlot from 'uplot'
import type { HistoryColumns } from '../model/history-columns.ts'
import { idName } from '../text/level-names.ts'
import { priceText, scoreText, UNKNOWN } from '../text/format.ts'
import { minuteText, timeText } from '../text/new-york-time.ts'
import { HeatLayer } from './heat-layer.ts'
import type { PointRange } from './heat-segments.ts'
import { readPalette, type Palette } from './palette.ts'
import { tracePrice } from './price-path.ts'
import { extentOf, steadyRange, type PriceRange } from './price-range.ts'
import { drawPriceTags } from './price-tags.ts'
import { LinearProjection } from './projection.ts'
import { drawSignalMark } from './signal-mark.ts'

/** What the chart shows. */
export interface PriceView {
  readonly columns: HistoryColumns
  /** The right edge, Unix ms; null before the first snap. */
  readonly cursorTs: number | null
  /** Infinity: from the first point on. */
  readonly windowMs: number
  readonly spotUsd: number | null
  /** Levels of the snap, highest price first. */
  readonly ladder: readonly LevelSignal[]
  readonly selectedId: string | null
  /** Changes of signals, oldest first; those up to `eventEnd` are drawn. */
  readonly events: readonly SignalEvent[]
  readonly eventEnd: number
}

const WIDE_PX_MIN = 560
const WIDE_GUTTER = 148
const NARROW_GUTTER = 62
const TOP = 10
/** A level that was seen this many points beside the pointer is still pointed at. */
const NEAR_POINTS = 2
const AXIS_WIDTH = 52
/** Share of the time shown that is left free behind the newest point: a line needs air to end in. */
const AHEAD = 0.015

/** Price and levels over time on one canvas; levels are strokes coloured by their break score. */
export class PriceChart {
  readonly #host: HTMLElement
  readonly #readout: HTMLElement
  readonly #onPick: (levelId: string) => void
  readonly #heat = new HeatLayer()
  readonly #resize: ResizeObserver
  #gutter = WIDE_GUTTER
  #plot: uPlot
  #palette: Palette
  #view: PriceView | null = null
  #drawnKey = ''
  #range: PriceRange | null = null
  #points: PointRange = { begin: 0, end: 0 }

  /**
   * @param readout element that tells time and price under the pointer
   * @param onPick is told the level that was clicked at
   */
  constructor(host: HTMLElement, readout: HTMLElement, onPick: (levelId: string) => void) {
    this.#host = host
    this.#readout = readout
    this.#onPick = onPick
    this.#palette = readPalette(host)
    this.#plot = this.#make()
    this.#resize = new ResizeObserver(() => this.#fit())
    this.#resize.observe(host)
    host.addEventListener('click', (event) => this.#pick(event))
  }

  /** Draws what has changed since the last time. @returns whether anything has */
  draw(view: PriceView): boolean {
    this.#view = view
    const { columns, cursorTs, windowMs, selectedId, eventEnd, spotUsd } = view
    const key = `${columns.version} ${columns.bucketMs} ${columns.count} ${cursorTs} ${windowMs} ${selectedId} ${eventEnd} ${spotUsd}`
    if (key === this.#drawnKey) return false
    this.#drawnKey = key
    this.#points = pointsOf(view)
    const { begin, end } = this.#points
    this.#plot.setData([columns.tsMs.subarray(begin, end), columns.spotUsd.subarray(begin, end)])
    return true
  }

  /** Takes the colours anew, after the theme has changed. */
  recolour(): void {
    this.#palette = readPalette(this.#host)
    this.#remake()
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#plot.destroy()
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#host
    if (width === 0 || height === 0) return
    const wideMin = WIDE_PX_MIN * this.#palette.textScale
    if (width >= wideMin !== this.#plot.width >= wideMin) return this.#remake()
    if (width !== this.#plot.width || height !== this.#plot.height)
      this.#plot.setSize({ width, height })
  }

  #remake(): void {
    this.#plot.destroy()
    this.#plot = this.#make()
    this.#drawnKey = ''
    if (this.#view !== null) this.draw(this.#view)
  }

  #make(): uPlot {
    // Asked once: to ask for a width while drawing would make the browser lay out the page anew.
    const { textScale } = this.#palette
    const isWide = this.#host.clientWidth >= WIDE_PX_MIN * textScale
    this.#gutter = (isWide ? WIDE_GUTTER : NARROW_GUTTER) * textScale
    const options: uPlot.Options = {
      width: Math.max(200, this.#host.clientWidth),
      height: Math.max(120, this.#host.clientHeight),
      ms: 1,
      padding: [TOP, this.#gutter, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: true, range: () => this.#timeRange() },
        y: { range: () => this.#priceRange() },
      },
      axes: [this.#timeAxis(), this.#priceAxis()],
      series: [
        {},
        {
          paths: () => this.#pricePath(),
          stroke: this.#palette.text,
          width: 1.5,
          points: { show: false },
        },
      ],
      hooks: {
        drawAxes: [() => this.#drawHeat()],
        draw: [() => this.#drawMarks()],
        setCursor: [() => this.#tellCursor()],
      },
    }
    return new uPlot(options, [[], []], this.#host)
  }

  #timeAxis(): uPlot.Axis {
    return {
      ...this.#axisLook(),
      size: 26 * this.#palette.textScale,
      space: 80 * this.#palette.textScale,
      // Without a moment there is no time either.
      values: (_, splits) => splits.map(this.#isTimed ? minuteOrSecond : blank),
    }
  }

  #priceAxis(): uPlot.Axis {
    return {
      ...this.#axisLook(),
      size: AXIS_WIDTH * this.#palette.textScale,
      space: 36 * this.#palette.textScale,
      // Without a price there is no scale: one of its own would be made up.
      values: (_, splits) => splits.map(this.#range === null ? blank : priceText),
    }
  }

  get #isTimed(): boolean {
    return (this.#view?.cursorTs ?? null) !== null
  }

  #axisLook(): uPlot.Axis {
    const { line, textSoft, font, textScale } = this.#palette
    return {
      stroke: textSoft,
      font: `${11 * textScale}px ${font}`,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
      gap: 6,
    }
  }

  #timeRange(): [number, number] {
    const view = this.#view
    const cursorTs = view?.cursorTs ?? null
    if (view === null || cursorTs === null) return [0, 1]
    const first = view.columns.firstTs ?? cursorTs
    const from = view.windowMs === Infinity ? first : cursorTs - view.windowMs
    const span = Math.max(1000, cursorTs - from)
    return [cursorTs - span, cursorTs + span * AHEAD]
  }

  #priceRange(): [number, number] {
    const view = this.#view
    if (view === null) return [0, 1]
    let { low, high } = extentOf(view.columns, this.#points)
    for (const { price } of view.ladder) {
      low = Math.min(low, price)
      high = Math.max(high, price)
    }
    if (low > high) {
      this.#range = null
      return [0, 1]
    }
    this.#range = steadyRange(low, high, this.#range)
    return [this.#range.low, this.#range.high]
  }

  #projection(): LinearProjection {
    const { left, top, width, height } = this.#plot.bbox
    const { min: fromTs = 0, max: toTs = 1 } = this.#plot.scales.x ?? {}
    const { min: low = 0, max: high = 1 } = this.#plot.scales.y ?? {}
    return new LinearProjection({
      left,
      bottom: top + height,
      fromTs,
      pixelsPerMs: width / (toTs - fromTs),
      low,
      pixelsPerUnit: height / (high - low),
    })
  }

  #pricePath(): uPlot.Series.Paths {
    const stroke = new Path2D()
    if (this.#view !== null)
      tracePrice(this.#view.columns, this.#points, this.#projection(), stroke)
    return { stroke }
  }

  #drawHeat(): void {
    const view = this.#view
    if (view === null) return
    const { ctx, bbox } = this.#plot
    const { min: fromTs, max: toTs } = this.#plot.scales.x ?? {}
    const { low: lowUsd, high: highUsd } = this.#range ?? { low: 0, high: 1 }
    if (fromTs === undefined || toTs === undefined) return
    const pixelRatio = devicePixelRatio
    const pixelsPerMs = bbox.width / (toTs - fromTs)
    this.#inPlot(() => {
      if (view.selectedId !== null) {
        ctx.strokeStyle = this.#palette.text
        ctx.globalAlpha = 0.28
        const look = { projection: this.#projection(), pixelRatio }
        this.#heat.outline(ctx, view.columns, view.selectedId, this.#points, look)
        ctx.globalAlpha = 1
      }
      const frame = { ...bbox, fromTs, pixelsPerMs, lowUsd, highUsd, pixelRatio }
      this.#heat.draw(ctx, view.columns, this.#points, frame, this.#palette.scores)
    })
  }

  #inPlot(draw: () => void): void {
    const { ctx, bbox } = this.#plot
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    draw()
    ctx.restore()
  }

  #drawMarks(): void {
    const view = this.#view
    if (view === null) return
    const projection = this.#projection()
    const from = this.#plot.scales.x?.min ?? 0
    this.#inPlot(() => {
      for (let i = view.eventEnd - 1; i >= 0; i--) {
        const event = view.events[i]
        if (event === undefined || event.ts < from) break
        if (event.signal === 'NEUTRAL') continue
        const { signal, direction } = event
        const at = { x: projection.x(event.ts), y: projection.y(event.price) }
        drawSignalMark(
          this.#plot.ctx,
          { signal, direction, ...at, radius: 6 * devicePixelRatio },
          this.#palette,
        )
      }
    })
    const { ctx, bbox } = this.#plot
    const margin = {
      plotRight: bbox.left + bbox.width,
      top: bbox.top,
      bottom: bbox.top + bbox.height,
      width: this.#gutter * devicePixelRatio,
      pixelRatio: devicePixelRatio * this.#palette.textScale,
      projection,
    }
    drawPriceTags(ctx, view, margin, this.#palette)
  }

  #tellCursor(): void {
    const { left = -1 } = this.#plot.cursor
    const view = this.#view
    if (left < 0 || view === null) {
      this.#readout.textContent = ''
      return
    }
    const ts = this.#plot.posToVal(left, 'x')
    const price = this.#plot.posToVal(this.#plot.cursor.top ?? 0, 'y')
    const point = this.#pointAt(view, ts)
    const spot = view.columns.spotUsd[point] ?? NaN
    const spotText = Number.isNaN(spot) ? UNKNOWN : priceText(spot)
    this.#readout.textContent = `${timeText(ts)}  spot ${spotText}  ${this.#levelAt(ts, price)}`
  }

  /** The level under the pointer, with the score it had there. */
  #levelAt(ts: number, priceUsd: number): string {
    const track = this.#nearest(ts, priceUsd)
    if (track === null) return ''
    return `${idName(track.id)} ${priceText(track.priceUsd)}  score ${scoreText(track.score)}`
  }

  /** The last point shown at or before a moment; in replay more points follow, which are not shown. */
  #pointAt({ columns }: PriceView, ts: number): number {
    return Math.max(0, Math.min(columns.endAt(ts), this.#points.end) - 1)
  }

  #nearest(ts: number, priceUsd: number): { id: string; priceUsd: number; score: number } | null {
    const view = this.#view
    if (view === null) return null
    const { columns } = view
    const point = this.#pointAt(view, ts)
    const reach = 14 * (this.#plot.posToVal(0, 'y') - this.#plot.posToVal(1, 'y'))
    let best: { id: string; priceUsd: number; score: number } | null = null
    let bestDistance = reach
    for (const track of columns.tracks.values()) {
      const index = track.firstFrom(point - NEAR_POINTS)
      const at = track.at[index] ?? Infinity
      if (index >= track.count || at > point + NEAR_POINTS || at >= this.#points.end) continue
      const price = track.priceUsd[index] ?? NaN
      const distance = Math.abs(price - priceUsd)
      if (!(distance < bestDistance)) continue
      bestDistance = distance
      best = { id: track.id, priceUsd: price, score: track.score[index] ?? NaN }
    }
    return best
  }

  #pick(event: MouseEvent): void {
    const box = this.#plot.over.getBoundingClientRect()
    const ts = this.#plot.posToVal(Math.min(event.clientX - box.left, box.width), 'x')
    const price = this.#plot.posToVal(event.clientY - box.top, 'y')
    const picked = this.#nearest(ts, price)
    if (picked !== null) this.#onPick(picked.id)
  }
}

function pointsOf({ columns, cursorTs, windowMs }: PriceView): PointRange {
  if (cursorTs === null) return { begin: 0, end: 0 }
  const end = columns.endAt(cursorTs)
  const begin = windowMs === Infinity ? 0 : columns.firstFrom(cursorTs - windowMs)
  // One before the edge, so that the line comes in from outside.
  return { begin: Math.max(0, Math.min(begin, end) - 1), end }
}

function blank(): string {
  return ''
}

function minuteOrSecond(ts: number): string {
  return ts % 60_000 === 0 ? minuteText(ts) : timeText(ts)
}
