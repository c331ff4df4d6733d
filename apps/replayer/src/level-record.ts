import type { BarrierState, LevelKind, LevelSignal, Signal } from '@levels/contracts'

/** A signal that began: what was said of which level, when, and where price stood. */
export interface GivenSignalAt {
  readonly id: string
  readonly signal: Signal
  readonly direction: LevelSignal['direction']
  /** Unix ms. */
  readonly ts: number
  /** SPY dollars. */
  readonly spot: number
}

/** A level over a time in which neither its price nor its score moved much. */
export interface LevelStretch {
  readonly id: string
  /** SPY dollars. */
  readonly price: number
  readonly fromTs: number
  toTs: number
  /** Mean smoothed break score, 0–100. */
  score: number
  snaps: number
}

/** How far a score moves before a level is drawn in another colour. */
const SCORE_STEP = 5

/** Half a cent: a price that moves less is drawn as one line. SPY dollars. */
const PRICE_STEP_USD = 0.005

/** Stretches kept, of all levels: more would be too many to draw. */
const STRETCHES_MAX = 20_000

/** What became of the levels in the monitor band: one row a level, and the stretches of all. */
export class LevelRecords {
  readonly #touchBandUsd: number
  readonly #snapIntervalMs: number
  readonly #shortestMs: number
  readonly #rows = new Map<string, LevelRow>()
  readonly #open = new Map<string, LevelStretch>()
  readonly stretches: LevelStretch[] = []
  readonly signals: GivenSignalAt[] = []
  /** Stretches that found no room. */
  droppedStretches = 0

  /** @param options.shortestMs no stretch is ended by its score before it is as long as this */
  constructor(options: {
    readonly touchBandUsd: number
    readonly snapIntervalMs: number
    readonly shortestMs: number
  }) {
    this.#touchBandUsd = options.touchBandUsd
    this.#snapIntervalMs = options.snapIntervalMs
    this.#shortestMs = options.shortestMs
  }

  /** In order of their first snap in band. */
  get rows(): LevelRow[] {
    return [...this.#rows.values()]
  }

  add(level: LevelSignal, ts: number, spot: number): void {
    let row = this.#rows.get(level.id)
    if (row === undefined) this.#rows.set(level.id, (row = new LevelRow(level, ts)))
    const wasAway = row.snaps > 0 && ts - row.lastTs > this.#snapIntervalMs
    const isTouching = level.distance <= this.#touchBandUsd
    const begun = row.add(level, ts, { wasAway, isTouching })
    if (begun !== null) {
      this.signals.push({ id: level.id, signal: begun, direction: level.direction, ts, spot })
    }
    this.#extend(level, ts, wasAway)
  }

  #extend(level: LevelSignal, ts: number, wasAway: boolean): void {
    const { id, price, breakScoreSmooth: score } = level
    const open = this.#open.get(id)
    if (open !== undefined && !wasAway && !this.#isOther(open, price, score)) {
      open.toTs = ts
      open.snaps++
      open.score += (score - open.score) / open.snaps
      return
    }
    if (open !== undefined && !wasAway) open.toTs = ts // no gap where only the colour changes
    if (this.stretches.length >= STRETCHES_MAX) {
      this.droppedStretches++
      this.#open.delete(id)
      return
    }
    const begun = { id, price, fromTs: ts, toTs: ts, score, snaps: 1 }
    this.#open.set(id, begun)
    this.stretches.push(begun)
  }

  #isOther(open: LevelStretch, price: number, score: number): boolean {
    if (open.toTs - open.fromTs < this.#shortestMs) return false
    return (
      Math.abs(price - open.price) > PRICE_STEP_USD || Math.abs(score - open.score) >= SCORE_STEP
    )
  }
}

/** One level over a session, while it was in the monitor band. */
export class LevelRow {
  readonly id: string
  readonly kind: LevelKind
  readonly firstTs: number
  lastTs: number
  snaps = 0
  touches = 0
  lowestPrice = Infinity
  highestPrice = -Infinity
  highestScore = -Infinity
  highestScoreTs = 0
  lowestScore = Infinity
  lowestScoreTs = 0
  /** Snaps by barrier state. */
  readonly states = new Map<BarrierState, number>()
  /** Times each signal began. */
  readonly given = new Map<Signal, number>()
  #signal: Signal = 'NEUTRAL'
  #wasTouching = false

  constructor({ id, kind }: LevelSignal, ts: number) {
    this.id = id
    this.kind = kind
    this.firstTs = ts
    this.lastTs = ts
  }

  /** @returns the signal that begins with this snap; null: none does */
  add(
    level: LevelSignal,
    ts: number,
    { wasAway, isTouching }: { wasAway: boolean; isTouching: boolean },
  ): Signal | null {
    this.snaps++
    this.lowestPrice = Math.min(this.lowestPrice, level.price)
    this.highestPrice = Math.max(this.highestPrice, level.price)
    this.#addScore(level.breakScoreRaw, ts)
    this.states.set(level.barrier.state, (this.states.get(level.barrier.state) ?? 0) + 1)
    if (isTouching && (wasAway || !this.#wasTouching)) this.touches++
    const before = wasAway ? 'NEUTRAL' : this.#signal // who leaves the band starts anew
    this.#wasTouching = isTouching
    this.#signal = level.signal
    this.lastTs = ts
    if (level.signal === before || level.signal === 'NEUTRAL') return null
    this.given.set(level.signal, (this.given.get(level.signal) ?? 0) + 1)
    return level.signal
  }

  #addScore(score: number, ts: number): void {
    if (score > this.highestScore) {
      this.highestScore = score
      this.highestScoreTs = ts
    }
    if (score < this.lowestScore) {
      this.lowestScore = score
      this.lowestScoreTs = ts
    }
  }
}
