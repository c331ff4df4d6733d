import type { HistoryCommand, HistoryMessage, LevelHistory } from './messages.ts'
import type { HistoryVisitor, KnownLevel, SessionHistory } from './session-history.ts'

/** What to show of a history. */
export type HistoryQuery = Omit<HistoryCommand, 'type' | 'id'>

/** Of the history that every client gets at first: all levels, all of it. */
export const WHOLE_HISTORY: HistoryQuery = {
  fromTs: null,
  toTs: null,
  pointsMax: 2000,
  levelIds: null,
}

/**
 * Durations of a bucket, in snap intervals: at 4 Hz ¼ s to one hour. Few and fixed, and buckets
 * begin at multiples of them, so that a bucket once complete stays as it is while the session grows.
 */
const BUCKET_INTERVALS = [
  1, 2, 4, 8, 20, 40, 60, 120, 240, 480, 720, 1200, 2400, 3600, 4800, 7200, 14_400,
]

/** The part of a `history` message that comes from the history itself. */
export type HistoryColumns = Omit<HistoryMessage, 'type' | 'id' | 'runId'>

/** Brings a history, or a part of it, into at most `pointsMax` buckets. */
export function historyColumns(
  history: SessionHistory,
  query: HistoryQuery,
  snapIntervalMs: number,
): HistoryColumns {
  const fromTs = Math.max(query.fromTs ?? -Infinity, history.firstTs ?? Infinity)
  const toTs = Math.min(query.toTs ?? Infinity, history.lastTs ?? -Infinity)
  const bucketMs = bucketFor(toTs - fromTs, query.pointsMax, snapIntervalMs)
  const buckets = new Buckets(bucketMs, history.levels, query.levelIds)
  if (fromTs <= toTs) history.visit(fromTs, toTs, buckets)
  return { bucketMs, ...buckets.columns(), droppedSnaps: history.droppedSnaps }
}

/** The shortest bucket with which so long a time takes no more than so many. */
function bucketFor(durationMs: number, pointsMax: number, snapIntervalMs: number): number {
  if (durationMs <= 0) return snapIntervalMs
  // A time of n buckets may touch n + 1, since buckets begin at multiples of their duration.
  const least = durationMs / (pointsMax - 1)
  const found = BUCKET_INTERVALS.find((count) => count * snapIntervalMs >= least)
  const hourly = 14_400 * snapIntervalMs
  return found === undefined ? Math.ceil(least / hourly) * hourly : found * snapIntervalMs
}

/** The columns of one level, while they are made. */
interface LevelColumns extends LevelHistory {
  readonly at: number[]
  readonly price: number[]
  readonly score: number[]
  readonly signal: number[]
}

/** Collects snaps into buckets. */
class Buckets implements HistoryVisitor {
  readonly #bucketMs: number
  readonly #known: readonly KnownLevel[]
  readonly #isWanted: (id: string) => boolean
  readonly #ts: number[] = []
  readonly #spot: (number | null)[] = []
  readonly #spotLow: (number | null)[] = []
  readonly #spotHigh: (number | null)[] = []
  /** By index of the level; null: not wanted. */
  readonly #levels: (LevelColumns | null | undefined)[] = []
  #bucket = NaN

  constructor(bucketMs: number, known: readonly KnownLevel[], levelIds: readonly string[] | null) {
    const wanted = levelIds === null ? null : new Set(levelIds)
    this.#bucketMs = bucketMs
    this.#known = known
    this.#isWanted = (id) => wanted === null || wanted.has(id)
  }

  onSnap(ts: number, spot: number): void {
    const bucket = Math.floor(ts / this.#bucketMs)
    if (bucket !== this.#bucket) {
      this.#bucket = bucket
      this.#ts.push(ts)
      this.#spot.push(null)
      this.#spotLow.push(null)
      this.#spotHigh.push(null)
    }
    const at = this.#ts.length - 1
    this.#ts[at] = ts
    if (Number.isNaN(spot)) return
    const price = roundedPrice(spot)
    this.#spot[at] = price
    this.#spotLow[at] = Math.min(this.#spotLow[at] ?? price, price)
    this.#spotHigh[at] = Math.max(this.#spotHigh[at] ?? price, price)
  }

  onLevel(level: number, price: number, score: number, signal: number): void {
    const columns = this.#levels[level] ?? this.#begin(level)
    if (columns === null) return
    const bucket = this.#ts.length - 1
    const last = columns.at.length - 1
    if (columns.at[last] === bucket) {
      columns.price[last] = roundedPrice(price)
      columns.score[last] = score / 100
      // SIGNALS names the strongest first.
      columns.signal[last] = Math.min(columns.signal[last] ?? signal, signal)
      return
    }
    columns.at.push(bucket)
    columns.price.push(roundedPrice(price))
    columns.score.push(score / 100)
    columns.signal.push(signal)
  }

  columns(): Pick<HistoryMessage, 'ts' | 'spot' | 'spotLow' | 'spotHigh' | 'levels'> {
    const levels = this.#levels.filter((level) => level !== null && level !== undefined)
    const spots = { spot: this.#spot, spotLow: this.#spotLow, spotHigh: this.#spotHigh }
    return { ts: this.#ts, ...spots, levels }
  }

  #begin(level: number): LevelColumns | null {
    if (this.#levels[level] === null) return null
    const known = this.#known[level]
    const isWanted = known !== undefined && this.#isWanted(known.id)
    const columns = isWanted ? { ...known, at: [], price: [], score: [], signal: [] } : null
    this.#levels[level] = columns
    return columns
  }
}

/** To 0.0001 dollars: what a chart can show, at half the length. */
function roundedPrice(dollars: number): number {
  return Math.round(dollars * 10_000) / 10_000
}
