import type { LevelTrack } from '../model/level-track.ts'
import { SCORE_STEPS, scoreStep } from './palette.ts'
import type { Projection } from './projection.ts'

/** Segments held at most; beyond it the rest is not drawn and counted. */
const SEGMENTS_MAX = 32_768
/** A level that was not seen for more points than this is drawn as gone. */
const GAP_POINTS_MAX = 2
const NONE = -1
/** Device pixels. */
const OVERLAP = 1

/** A stretch of points, `begin` inclusive, `end` exclusive. */
export interface PointRange {
  readonly begin: number
  readonly end: number
}

/**
 * Horizontal strokes coloured by score. Neighbouring entries of the same colour and height become
 * one stroke, and strokes of one colour are drawn in one path: thousands of entries cost a few
 * hundred strokes in seventeen paths. The arrays are made once.
 */
export class HeatSegments {
  readonly #x0 = new Float32Array(SEGMENTS_MAX)
  readonly #x1 = new Float32Array(SEGMENTS_MAX)
  readonly #y0 = new Float32Array(SEGMENTS_MAX)
  readonly #y1 = new Float32Array(SEGMENTS_MAX)
  readonly #next = new Int32Array(SEGMENTS_MAX)
  readonly #heads = new Int32Array(SCORE_STEPS)
  count = 0
  droppedCount = 0

  clear(): void {
    this.count = 0
    this.#heads.fill(NONE)
  }

  /** Adds what a level did within a range of points. */
  addTrack(track: LevelTrack, tsMs: Float64Array, range: PointRange, projection: Projection): void {
    let x0 = 0
    let y0 = 0
    let x = 0
    let y = 0
    let step = NONE
    let previous = NONE
    for (let i = track.firstFrom(range.begin); i < track.count; i++) {
      const point = track.at[i] ?? 0
      if (point >= range.end) break
      const nextX = projection.x(tsMs[point] ?? 0)
      const nextY = projection.y(track.priceUsd[i] ?? 0)
      const nextStep = scoreStep(track.score[i] ?? 50)
      const isGap = previous === NONE || point - previous > GAP_POINTS_MAX
      if (isGap) {
        if (step !== NONE) this.#add(step, x0, y0, x, y)
        x0 = nextX
        y0 = nextY
      } else if (nextStep !== step || Math.abs(nextY - y0) > 0.5) {
        // The stroke reaches to where the next one begins, so that no seam shows.
        this.#add(step, x0, y0, nextX, Math.abs(nextY - y0) > 0.5 ? nextY : y0)
        x0 = nextX
        y0 = nextY
      }
      x = nextX
      y = nextY
      step = nextStep
      previous = point
    }
    if (step !== NONE) this.#add(step, x0, y0, x, y)
  }

  /** Makes the strokes of a colour the context's path. @returns false when there are none */
  trace(step: number, context: CanvasRenderingContext2D): boolean {
    if (this.#heads[step] === NONE) return false
    context.beginPath()
    this.#trace(step, context)
    return true
  }

  /** Makes all strokes one path: stroked at once, overlaps of a translucent colour do not show. */
  traceAll(context: CanvasRenderingContext2D): void {
    context.beginPath()
    for (let step = 0; step < SCORE_STEPS; step++) this.#trace(step, context)
  }

  #trace(step: number, context: CanvasRenderingContext2D): void {
    let index = this.#heads[step] ?? NONE
    for (; index !== NONE; index = this.#next[index] ?? NONE) {
      const x0 = this.#x0[index] ?? 0
      context.moveTo(x0, this.#y0[index] ?? 0)
      // A little longer than it is: neighbours overlap, so that no seam shows, and a level that was
      // seen in a single point is a dot.
      context.lineTo((this.#x1[index] ?? 0) + OVERLAP, this.#y1[index] ?? 0)
    }
  }

  #add(step: number, x0: number, y0: number, x1: number, y1: number): void {
    if (this.count >= SEGMENTS_MAX) {
      this.droppedCount++
      return
    }
    const index = this.count++
    this.#x0[index] = x0
    this.#y0[index] = y0
    this.#x1[index] = x1
    this.#y1[index] = y1
    this.#next[index] = this.#heads[step] ?? NONE
    this.#heads[step] = index
  }
}
