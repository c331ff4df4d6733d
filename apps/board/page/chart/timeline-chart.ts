import type { SignalEvent } from '@levels/gateway/protocol'
import type { HistoryColumns } from '../model/history-columns.ts'
import { readPalette, type Palette } from './palette.ts'
import { extentOf } from './price-range.ts'
import { tracePrice } from './price-path.ts'
import { LinearProjection } from './projection.ts'
import { drawSignalMark } from './signal-mark.ts'

/** What the timeline shows: the whole run. */
export interface TimelineView {
  readonly columns: HistoryColumns
  /** Unix ms. */
  readonly firstTs: number
  readonly lastTs: number
  readonly events: readonly SignalEvent[]
  readonly eventsVersion: number
}

/** Marks nearer than this to the former one of their kind are left out, CSS pixels. */
const MARK_GAP = 7

/**
 * The price of the whole run, small, with every signal marked. Where the user is lies over it, so
 * that a move along the run draws nothing anew.
 */
export class TimelineChart {
  readonly #host: HTMLElement
  readonly #canvas: HTMLCanvasElement
  readonly #resize: ResizeObserver
  #palette: Palette
  #view: TimelineView | null = null
  #drawnKey = ''
  // Asked once: to ask for a width while drawing would make the browser lay out the page anew.
  #size = { width: 0, height: 0 }

  constructor(host: HTMLElement) {
    this.#host = host
    this.#canvas = document.createElement('canvas')
    host.append(this.#canvas)
    this.#palette = readPalette(host)
    this.#resize = new ResizeObserver(() => {
      this.#size = {
        width: Math.round(host.clientWidth * devicePixelRatio),
        height: Math.round(host.clientHeight * devicePixelRatio),
      }
      this.#redraw()
    })
    this.#resize.observe(host)
  }

  /** Draws what has changed since the last time. @returns whether anything has */
  draw(view: TimelineView): boolean {
    this.#view = view
    return this.#redraw()
  }

  recolour(): void {
    this.#palette = readPalette(this.#host)
    this.#drawnKey = ''
    this.#redraw()
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#canvas.remove()
  }

  #redraw(): boolean {
    if (this.#view === null) return false
    const { width, height } = this.#size
    const { columns, eventsVersion, firstTs, lastTs } = this.#view
    const key = `${width} ${height} ${columns.version} ${columns.count} ${eventsVersion} ${firstTs} ${lastTs}`
    if (key === this.#drawnKey) return false
    this.#drawnKey = key
    Object.assign(this.#canvas, { width, height })
    this.#drawRun(this.#view, width, height)
    return true
  }

  #drawRun(view: TimelineView, width: number, height: number): void {
    const context = this.#canvas.getContext('2d')
    if (context === null) return
    const { columns, firstTs, lastTs } = view
    const xScale = width / Math.max(1, lastTs - firstTs)
    const lane = 9 * devicePixelRatio
    const points = { begin: 0, end: columns.count }
    const { low, high } = extentOf(columns, points)
    const yScale = (height - 2 * lane - 6) / Math.max(0.01, high - low)
    const path = new Path2D()
    const projection = new LinearProjection({
      left: 0,
      bottom: height - 3,
      fromTs: firstTs,
      pixelsPerMs: xScale,
      low,
      pixelsPerUnit: yScale,
    })
    tracePrice(columns, points, projection, path)
    context.strokeStyle = this.#palette.textSoft
    context.lineWidth = devicePixelRatio
    context.stroke(path)
    this.#drawSignals(context, view, xScale)
  }

  #drawSignals(context: CanvasRenderingContext2D, view: TimelineView, xScale: number): void {
    const radius = 4 * devicePixelRatio
    const lastX: Record<string, number> = {}
    for (const { signal, direction, ts } of view.events) {
      if (signal === 'NEUTRAL') continue
      const x = (ts - view.firstTs) * xScale
      if (x - (lastX[signal] ?? -Infinity) < MARK_GAP * devicePixelRatio) continue
      lastX[signal] = x
      const lane = signal === 'CONTESTED' ? 3.2 : 1.2
      drawSignalMark(context, { signal, direction, x, y: radius * lane, radius }, this.#palette)
    }
  }
}
