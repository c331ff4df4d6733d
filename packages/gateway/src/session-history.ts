import type { LevelKind, Signal } from '@levels/contracts'
import { SIGNALS } from '@levels/contracts'

/** What is kept of a level in a snap. */
export interface LevelRow {
  readonly id: string
  readonly kind: LevelKind
  /** SPY dollars. */
  readonly price: number
  /** 0–100. */
  readonly breakScoreSmooth: number
  readonly signal: Signal
}

/** What is kept of a snap; any `LevelSignals` is one. */
export interface SnapRow {
  /** Unix ms. */
  readonly ts: number
  /** SPY dollars, null: not known. */
  readonly spy: { readonly spot: number | null }
  readonly levels: readonly LevelRow[]
}

/** How much of a session is kept. What is beyond goes from the oldest end, 4,096 snaps at a time. */
export interface HistoryLimits {
  readonly snapsMax: number
  /** Levels of all snaps together. */
  readonly entriesMax: number
  /** Different levels; entries of further ones are not kept, and counted. */
  readonly levelsMax: number
}

/**
 * 23 hours at 4 Hz with twelve levels a snap, which is a futures session; 58 MiB when full, and as
 * much as is used before.
 */
export const HISTORY_LIMITS: HistoryLimits = {
  snapsMax: 331_200,
  entriesMax: 4_000_000,
  levelsMax: 4096,
}

/** A level in the order of first appearance. */
export interface KnownLevel {
  readonly id: string
  readonly kind: LevelKind
}

/** Called for a snap, then for each of its levels. Numbers only: it is called a million times. */
export interface HistoryVisitor {
  /** @param spot SPY dollars, NaN: not known */
  onSnap(ts: number, spot: number): void
  /** @param level index into `levels` @param score in hundredths @param signal index into `SIGNALS` */
  onLevel(level: number, price: number, score: number, signal: number): void
}

/** Snaps in one chunk; a whole chunk goes when the oldest must. */
const CHUNK_SNAPS = 4096

/** Levels of one snap that are kept, the nearest: so that the newest chunk is bounded as well. */
const SNAP_LEVELS_MAX = 256

/** Columns of up to 4,096 successive snaps. */
class Chunk {
  readonly ts = new Float64Array(CHUNK_SNAPS)
  readonly spot = new Float64Array(CHUNK_SNAPS)
  /** Where the entries of a snap end; they begin where those of the one before end. */
  readonly end = new Uint32Array(CHUNK_SNAPS)
  count = 0
  entryCount = 0
  level = new Uint16Array(CHUNK_SNAPS)
  price = new Float64Array(CHUNK_SNAPS)
  /** Hundredths. */
  score = new Uint16Array(CHUNK_SNAPS)
  signal = new Uint8Array(CHUNK_SNAPS)

  addEntry(level: number, row: LevelRow): void {
    const at = this.entryCount
    if (at === this.level.length) this.#grow()
    this.level[at] = level
    this.price[at] = row.price
    this.score[at] = Math.round(row.breakScoreSmooth * 100)
    this.signal[at] = SIGNALS.indexOf(row.signal)
    this.entryCount = at + 1
  }

  #grow(): void {
    const size = this.level.length * 2
    const grown = { level: new Uint16Array(size), price: new Float64Array(size) }
    const rest = { score: new Uint16Array(size), signal: new Uint8Array(size) }
    grown.level.set(this.level)
    grown.price.set(this.price)
    rest.score.set(this.score)
    rest.signal.set(this.signal)
    Object.assign(this, grown, rest)
  }
}

/**
 * The session so far, as columns: time, spot, and for each level near it the price, the smoothed
 * break score and the signal. Bounded by `HistoryLimits`.
 */
export class SessionHistory {
  readonly #limits: HistoryLimits
  #chunks: Chunk[] = []
  #levels: KnownLevel[] = []
  #indexById = new Map<string, number>()
  #lastTs = -Infinity
  #snapCount = 0
  #entryCount = 0
  #droppedSnaps = 0
  #unkeptEntries = 0

  constructor(limits: HistoryLimits = HISTORY_LIMITS) {
    this.#limits = limits
  }

  /** In the order in which they were first seen. */
  get levels(): readonly KnownLevel[] {
    return this.#levels
  }

  get snapCount(): number {
    return this.#snapCount
  }

  get entryCount(): number {
    return this.#entryCount
  }

  /** Snaps that are no longer held, for want of room. */
  get droppedSnaps(): number {
    return this.#droppedSnaps
  }

  /** Entries that were not kept, there being too many levels in a snap or altogether. */
  get unkeptEntries(): number {
    return this.#unkeptEntries
  }

  /** Unix ms of the first snap held; null without any. */
  get firstTs(): number | null {
    return this.#chunks[0]?.ts[0] ?? null
  }

  /** Unix ms of the last snap; null without any. */
  get lastTs(): number | null {
    return this.#snapCount === 0 ? null : this.#lastTs
  }

  /**
   * Adds a snap.
   *
   * @returns false, and adds nothing, when it is not later than the last one
   */
  append(snap: SnapRow): boolean {
    if (snap.ts <= this.#lastTs) return false
    const chunk = this.#chunkForNext()
    const before = chunk.entryCount
    for (const [index, row] of snap.levels.entries()) {
      const level = index < SNAP_LEVELS_MAX ? this.#levelIndex(row) : -1
      if (level >= 0) chunk.addEntry(level, row)
      else this.#unkeptEntries++
    }
    const at = chunk.count
    chunk.ts[at] = snap.ts
    chunk.spot[at] = snap.spy.spot ?? NaN
    chunk.end[at] = chunk.entryCount
    chunk.count = at + 1
    this.#lastTs = snap.ts
    this.#snapCount++
    this.#entryCount += chunk.entryCount - before
    this.#makeRoom()
    return true
  }

  clear(): void {
    this.#chunks = []
    this.#levels = []
    this.#indexById = new Map()
    this.#lastTs = -Infinity
    this.#snapCount = 0
    this.#entryCount = 0
    this.#droppedSnaps = 0
    this.#unkeptEntries = 0
  }

  /** Calls the visitor for every snap from `fromTs` to `toTs`, both included, in order of time. */
  visit(fromTs: number, toTs: number, visitor: HistoryVisitor): void {
    for (const chunk of this.#chunks) {
      const { ts, spot, end, level, price, score, signal, count } = chunk
      if ((ts[count - 1] ?? 0) < fromTs) continue
      if ((ts[0] ?? 0) > toTs) return
      for (let at = lowerBound(ts, count, fromTs); at < count; at++) {
        if ((ts[at] ?? 0) > toTs) return
        visitor.onSnap(ts[at] ?? 0, spot[at] ?? NaN)
        const last = end[at] ?? 0
        for (let i = at === 0 ? 0 : (end[at - 1] ?? 0); i < last; i++) {
          visitor.onLevel(level[i] ?? 0, price[i] ?? 0, score[i] ?? 0, signal[i] ?? 0)
        }
      }
    }
  }

  #chunkForNext(): Chunk {
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.count < CHUNK_SNAPS) return last
    const chunk = new Chunk()
    this.#chunks.push(chunk)
    return chunk
  }

  #makeRoom(): void {
    const { snapsMax, entriesMax } = this.#limits
    while (
      this.#chunks.length > 1 &&
      (this.#snapCount > snapsMax || this.#entryCount > entriesMax)
    ) {
      const oldest = this.#chunks.shift()
      if (oldest === undefined) return
      this.#snapCount -= oldest.count
      this.#entryCount -= oldest.entryCount
      this.#droppedSnaps += oldest.count
    }
  }

  #levelIndex({ id, kind }: LevelRow): number {
    const known = this.#indexById.get(id)
    if (known !== undefined) return known
    const index = this.#levels.length
    if (index >= this.#limits.levelsMax) return -1
    this.#levels.push({ id, kind })
    this.#indexById.set(id, index)
    return index
  }
}

/** The first of `count` ascending values that is not less than `wanted`. */
function lowerBound(values: Float64Array, count: number, wanted: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
