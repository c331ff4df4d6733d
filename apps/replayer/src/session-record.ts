import type { BasisHealth, BookHealth, LevelSignals } from '@levels/contracts'
import { LevelRecords } from './level-record.ts'
import { SpotRange } from './spot-range.ts'

/** Parts of the session's time that a plot is drawn from. */
const BUCKETS_MAX = 1_800

/** Changes of health kept. */
const HEALTH_CHANGES_MAX = 200

/** What a plot shows of a part of the session: of spot the least and the greatest. */
interface Bucket {
  lowTs: number
  low: number
  highTs: number
  high: number
  /** Smoothed score of the level nearest to spot at the end; null without a level in band. */
  score: number | null
  greeksCoverage: number | null
  levels: number
}

/** A change of how far the numbers can be trusted. */
export interface HealthChange {
  readonly ts: number
  readonly book: BookHealth
  readonly basis: BasisHealth
}

/** A session as its report shows it: bounded, however long the session was. */
export class SessionRecord {
  readonly levels: LevelRecords
  readonly #fromTs: number
  readonly #bucketMs: number
  readonly #buckets = new Map<number, Bucket>()
  readonly books = new Map<BookHealth, number>()
  readonly bases = new Map<BasisHealth, number>()
  readonly healthChanges: HealthChange[] = []
  /** All of them, kept or not. */
  healthChangeCount = 0
  snaps = 0
  readonly spotRange = new SpotRange()
  #lastHealth = ''

  /** @param options.fromTs,options.toTs first and last snap, Unix ms */
  constructor(options: {
    readonly fromTs: number
    readonly toTs: number
    readonly touchBandUsd: number
    readonly snapIntervalMs: number
  }) {
    const { fromTs, toTs, touchBandUsd, snapIntervalMs } = options
    this.#fromTs = fromTs
    const shareMs = (toTs - fromTs + snapIntervalMs) / BUCKETS_MAX
    this.#bucketMs = Math.max(1, Math.ceil(shareMs / snapIntervalMs)) * snapIntervalMs
    const shortestMs = this.#bucketMs
    this.levels = new LevelRecords({ touchBandUsd, snapIntervalMs, shortestMs })
  }

  add(signals: LevelSignals): void {
    this.snaps++
    const { ts, health } = signals
    const { spot } = signals.spy
    if (health !== null) this.#addHealth(ts, health.book, health.basis)
    if (spot === null) return
    this.spotRange.add(signals)
    const bucket = this.#bucketAt(ts, spot)
    bucket.score = signals.levels[0]?.breakScoreSmooth ?? null
    bucket.levels = signals.levels.length
    bucket.greeksCoverage = health?.greeksCoverage ?? null
    for (const level of signals.levels) this.levels.add(level, ts, spot)
  }

  /** Spot at its extremes in every part of the session, in order of time. */
  get spots(): { readonly ts: number; readonly spot: number }[] {
    return [...this.#buckets.values()].flatMap(({ lowTs, low, highTs, high }) => {
      const ends = [
        { ts: lowTs, spot: low },
        { ts: highTs, spot: high },
      ].sort((one, other) => one.ts - other.ts)
      return lowTs === highTs ? ends.slice(1) : ends
    })
  }

  /** What stood at the end of every part of the session; its time is the part's beginning. */
  get parts(): {
    readonly ts: number
    readonly score: number | null
    readonly greeksCoverage: number | null
    readonly levels: number
  }[] {
    return [...this.#buckets].map(([index, { score, greeksCoverage, levels }]) => ({
      ts: this.#fromTs + index * this.#bucketMs,
      ...{ score, greeksCoverage, levels },
    }))
  }

  #bucketAt(ts: number, spot: number): Bucket {
    const index = Math.floor((ts - this.#fromTs) / this.#bucketMs)
    const bucket = this.#buckets.get(index)
    if (bucket === undefined) {
      const ends = { lowTs: ts, low: spot, highTs: ts, high: spot }
      const begun = { ...ends, score: null, greeksCoverage: null, levels: 0 }
      this.#buckets.set(index, begun)
      return begun
    }
    if (spot < bucket.low) {
      bucket.low = spot
      bucket.lowTs = ts
    }
    if (spot > bucket.high) {
      bucket.high = spot
      bucket.highTs = ts
    }
    return bucket
  }

  #addHealth(ts: number, book: BookHealth, basis: BasisHealth): void {
    this.books.set(book, (this.books.get(book) ?? 0) + 1)
    this.bases.set(basis, (this.bases.get(basis) ?? 0) + 1)
    const health = `${book} ${basis}`
    if (health === this.#lastHealth) return
    this.#lastHealth = health
    this.healthChangeCount++
    if (this.healthChanges.length < HEALTH_CHANGES_MAX) this.healthChanges.push({ ts, book, basis })
  }
}
