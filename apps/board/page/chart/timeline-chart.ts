import type { SignalEvent } from '@levels/gateway/protocol'
import type { HistoryColumns } from '../model/history-columns.ts'
import { readPalette, type Palette } from './palette.ts'
import { extentOf } from './price-range.ts'
import { tracePrice } from './price-path.ts'
import { drawSignalMark } from './signal-mark.ts'

/** What the timeline shows: the whole run. */
export interface TimelineView {
  readonly columns: HistoryColumns
  /** Unix ms. */
  readonly firstTs: number
  readonly lastTs: number
  readonly cursorTs: number
  readonly events: readonly SignalEvent[]
  readonly eventsVersion: number
}

/** Marks nearer than this to the former one of their kind are left out, CSS pixels. */
const MARK_GAP = 7

/** The price of the whole run, small, with every signal marked and where the user is. */
export class TimelineChart {
  readonly #host: HTMLElement
  readonly #canvas: HTMLCanvasElement
  /** All but the cursor; drawn when the run or the size changes, not at each step. */
  readonly #ground: HTMLCanvasElement
  readonly #resize: ResizeObserver
  #palette: Palette
  #view: TimelineView | null = null
  #groundKey = ''

  constructor(host: HTMLElement) {
    this.#host = host
    this.#canvas = document.createElement('canvas')
    this.#ground = document.createElement('canvas')
    host.append(this.#canvas)
    this.#palette = readPalette(host)
    this.#resize = new ResizeObserver(() => this.#redraw())
    this.#resize.observe(host)
  }

  draw(view: TimelineView): void {
    this.#view = view
    this.#redraw()
  }

  recolour(): void {
    this.#palette = readPalette(this.#host)
    this.#groundKey = ''
    this.#redraw()
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#canvas.remove()
  }

  #redraw(): void {
    const view = this.#view
    const context = this.#canvas.getContext('2d')
    if (view === null || context === null) return
    const width = Math.round(this.#host.clientWidth * devicePixelRatio)
    const height = Math.round(this.#host.clientHeight * devicePixelRatio)
    const { columns, eventsVersion } = view
    const key = `${width} ${height} ${columns.version} ${columns.count} ${eventsVersion}`
    if (key !== this.#groundKey) {
      this.#groundKey = key
      for (const canvas of [this.#canvas, this.#ground]) Object.assign(canvas, { width, height })
      this.#drawGround(view, width, height)
    }
    const x = ((view.cursorTs - view.firstTs) / Math.max(1, view.lastTs - view.firstTs)) * width
    context.clearRect(0, 0, width, height)
    context.globalAlpha = 0.14
    context.fillStyle = this.#palette.accent
    context.fillRect(0, 0, x, height)
    context.globalAlpha = 1
    if (width > 0 && height > 0) context.drawImage(this.#ground, 0, 0)
    context.fillStyle = this.#palette.text
    context.fillRect(x - devicePixelRatio, 0, 2 * devicePixelRatio, height)
  }

  #drawGround(view: TimelineView, width: number, height: number): void {
    const context = this.#ground.getContext('2d')
    if (context === null) return
    const { columns, firstTs, lastTs } = view
    const xScale = width / Math.max(1, lastTs - firstTs)
    const lane = 9 * devicePixelRatio
    const points = { begin: 0, end: columns.count }
    const { low, high } = extentOf(columns, points)
    const yScale = (height - 2 * lane - 6) / Math.max(0.01, high - low)
    const path = new Path2D()
    const y = (priceUsd: number): number => height - 3 - (priceUsd - low) * yScale
    tracePrice(columns, points, { x: (ts) => (ts - firstTs) * xScale, y }, path)
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
