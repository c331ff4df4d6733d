import { SIGNALS, type LevelSignals } from '@levels/contracts'
import type { HistoryMessage } from '@levels/gateway/protocol'
import { LevelTrack } from './level-track.ts'

/** Points held at most: the longest history the gateway gives, and some minutes of snaps on top. */
export const POINTS_MAX = 8192
/** Levels held at most; a session knows some two hundred. */
export const TRACKS_MAX = 512

/**
 * Price and levels over a stretch of time, as columns: what the gateway's history said, and each
 * snap since. `isFull` says when to ask for a new history, in wider buckets.
 */
export class HistoryColumns {
  /** Unix ms, ascending. */
  readonly tsMs = new Float64Array(POINTS_MAX)
  /** SPY dollars, NaN where unknown. */
  readonly spotUsd = new Float64Array(POINTS_MAX)
  readonly lowUsd = new Float64Array(POINTS_MAX)
  readonly highUsd = new Float64Array(POINTS_MAX)
  readonly tracks = new Map<string, LevelTrack>()
  count = 0
  /** Event time between two points, ms. */
  bucketMs = 0
  /** Entries that found no room since the start. */
  droppedCount = 0
  /** Rises with every change, so that a reader knows whether to look again. */
  version = 0
  /** Rises when points were replaced; while it stays, points are only added. */
  generation = 0

  /** Whether the next snap finds no room. */
  get isFull(): boolean {
    return this.count >= POINTS_MAX
  }

  get firstTs(): number | null {
    return this.count === 0 ? null : (this.tsMs[0] ?? null)
  }

  get lastTs(): number | null {
    return this.count === 0 ? null : (this.tsMs[this.count - 1] ?? null)
  }

  clear(): void {
    this.tracks.clear()
    this.count = 0
    this.bucketMs = 0
    this.version++
    this.generation++
  }

  /** Takes a history in place of all that was there. */
  load(history: HistoryMessage): void {
    this.clear()
    this.bucketMs = history.bucketMs
    const count = Math.min(history.ts.length, POINTS_MAX)
    for (let i = 0; i < count; i++) {
      this.tsMs[i] = history.ts[i] ?? NaN
      this.spotUsd[i] = history.spot[i] ?? NaN
      this.lowUsd[i] = history.spotLow[i] ?? NaN
      this.highUsd[i] = history.spotHigh[i] ?? NaN
    }
    this.count = count
    this.droppedCount += history.ts.length - count
    for (const level of history.levels) {
      const track = this.#track(level.id, level.kind)
      for (let i = 0; track !== null && i < level.at.length; i++) {
        const at = level.at[i] ?? count
        const isTaken =
          at < count &&
          track.add(at, level.price[i] ?? NaN, level.score[i] ?? NaN, level.signal[i] ?? 0)
        if (!isTaken) this.droppedCount++
      }
    }
  }

  /** Adds a snap that is later than all before; another one, or one without room, is dropped. */
  append({ ts, spy, levels }: LevelSignals): void {
    const last = this.lastTs
    if (this.isFull || (last !== null && ts <= last)) {
      this.droppedCount++
      return
    }
    const point = this.count++
    this.tsMs[point] = ts
    this.spotUsd[point] = spy.spot ?? NaN
    this.lowUsd[point] = spy.spot ?? NaN
    this.highUsd[point] = spy.spot ?? NaN
    for (const { id, kind, price, breakScoreSmooth, signal } of levels) {
      const code = SIGNALS.indexOf(signal)
      if (this.#track(id, kind)?.add(point, price, breakScoreSmooth, code) !== true) {
        this.droppedCount++
      }
    }
    this.version++
  }

  /** Index of the first point at or after a moment; `count` when there is none. */
  firstFrom(tsMs: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.tsMs[middle] ?? 0) < tsMs) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Index behind the last point at or before a moment; 0 when there is none. */
  endAt(tsMs: number): number {
    return this.firstFrom(tsMs + 0.5)
  }

  #track(id: string, kind: LevelTrack['kind']): LevelTrack | null {
    const known = this.tracks.get(id)
    if (known !== undefined) return known
    if (this.tracks.size >= TRACKS_MAX) return null
    const track = new LevelTrack(id, kind, POINTS_MAX)
    this.tracks.set(id, track)
    return track
  }
}
