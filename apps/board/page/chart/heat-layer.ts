import type { HistoryColumns } from '../model/history-columns.ts'
import { HeatSegments, type PointRange } from './heat-segments.ts'
import { SCORE_STEPS } from './palette.ts'
import { LinearProjection, type Projection } from './projection.ts'

/** Where the layer lies and how it is scaled, device pixels. */
export interface HeatFrame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** The left edge, Unix ms. */
  readonly fromTs: number
  readonly pixelsPerMs: number
  readonly lowUsd: number
  readonly highUsd: number
  readonly pixelRatio: number
}

/** The layer is wider than what it shows, so that time can move on before it is drawn anew. */
const ROOM = 1.5
/** CSS pixels; broader than any stroke. */
const OUTLINE_WIDTH = 10

/**
 * All levels' strokes on a canvas of their own, drawn once: as time moves on the canvas is shifted
 * and only what is new is added. It is drawn anew when scale, colours or the past change.
 */
export class HeatLayer {
  readonly #canvas = document.createElement('canvas')
  readonly #heat = new HeatSegments()
  #key = ''
  #originTs = 0
  #end = 0

  /** Puts the strokes of a range of points onto a canvas. */
  draw(
    target: CanvasRenderingContext2D,
    columns: HistoryColumns,
    points: PointRange,
    frame: HeatFrame,
    colours: readonly string[],
  ): void {
    const { left, top, width, height, fromTs, pixelsPerMs } = frame
    const key = `${columns.generation} ${columns.bucketMs} ${width} ${height} ${pixelsPerMs} ${frame.lowUsd} ${frame.highUsd} ${colours[0]} ${colours.at(-1)}`
    const shift = Math.round((fromTs - this.#originTs) * pixelsPerMs)
    const isInside = shift >= 0 && shift <= width * (ROOM - 1)
    if (key !== this.#key || !isInside || points.end < this.#end) {
      this.#key = key
      this.#begin(points, frame)
    }
    this.#add(
      columns,
      { begin: Math.max(points.begin, this.#end - 1), end: points.end },
      frame,
      colours,
    )
    this.#end = points.end
    const from = Math.round((fromTs - this.#originTs) * pixelsPerMs)
    if (width > 0 && height > 0) {
      target.drawImage(this.#canvas, from, 0, width, height, left, top, width, height)
    }
  }

  /** Strokes one level broader and in one colour beneath the others: the chosen one. */
  outline(
    target: CanvasRenderingContext2D,
    columns: HistoryColumns,
    levelId: string,
    points: PointRange,
    { projection, pixelRatio }: { readonly projection: Projection; readonly pixelRatio: number },
  ): void {
    const track = columns.tracks.get(levelId)
    if (track === undefined) return
    this.#heat.clear()
    this.#heat.addTrack(track, columns.tsMs, points, projection)
    target.lineWidth = OUTLINE_WIDTH * pixelRatio
    this.#heat.traceAll(target)
    target.stroke()
  }

  #begin(points: PointRange, { width, height, fromTs }: HeatFrame): void {
    const room = Math.ceil(width * ROOM)
    if (this.#canvas.width !== room || this.#canvas.height !== height) {
      Object.assign(this.#canvas, { width: room, height })
    } else {
      this.#canvas.getContext('2d')?.clearRect(0, 0, room, height)
    }
    this.#originTs = fromTs
    this.#end = points.begin
  }

  #add(
    columns: HistoryColumns,
    range: PointRange,
    { height, pixelsPerMs, lowUsd, highUsd, pixelRatio }: HeatFrame,
    colours: readonly string[],
  ): void {
    const context = this.#canvas.getContext('2d')
    if (context === null) return
    const projection = new LinearProjection({
      left: 0,
      bottom: height,
      fromTs: this.#originTs,
      pixelsPerMs,
      low: lowUsd,
      pixelsPerUnit: height / (highUsd - lowUsd),
    })
    this.#heat.clear()
    for (const track of columns.tracks.values()) {
      this.#heat.addTrack(track, columns.tsMs, range, projection)
    }
    // From the middle outwards: what is decided lies on top.
    const middle = (SCORE_STEPS - 1) / 2
    for (let distance = 0; distance <= middle; distance++) {
      for (const step of distance === 0 ? [middle] : [middle - distance, middle + distance]) {
        context.strokeStyle = colours[step] ?? ''
        context.lineWidth = strokeWidth(step) * pixelRatio
        if (this.#heat.trace(step, context)) context.stroke()
      }
    }
  }
}

/** The surer, the broader, CSS pixels. */
function strokeWidth(step: number): number {
  const middle = (SCORE_STEPS - 1) / 2
  return 2 + (Math.abs(step - middle) / middle) * 4
}
