import type { BarrierState, Direction, LevelSignals, LevelSignal, Signal } from '@levels/contracts'
import { SpotRange } from './spot-range.ts'

/** A signal that began at a moment. */
export interface GivenSignal {
  readonly signal: Signal
  /** Unix ms. */
  readonly ts: number
}

/** What happened at one level that price touched. */
export interface TouchedLevel {
  readonly id: string
  /** At the first touch: Unix ms, SPY dollars, and which way the level faced. */
  readonly firstTouchTs: number
  readonly price: number
  readonly direction: Direction
  /** Times price came into the touch band. */
  touches: number
  /** Over all snaps in the monitor band since the first touch, 0–100. */
  highestScore: number
  highestScoreTs: number
  lowestScore: number
  lowestScoreTs: number
  /** What the barrier said there over the same snaps: how many of each state. */
  readonly states: Map<BarrierState, number>
  /** Other than NEUTRAL, in order of time. */
  readonly signals: GivenSignal[]
}

interface Track {
  touched: TouchedLevel | null
  lastSignal: Signal
  lastTs: number
  wasTouching: boolean
}

/**
 * Collects what a trader asks of a session: which levels were touched, when, and what was said
 * about them. Memory is bounded by the number of distinct levels.
 */
export class SessionSummary {
  readonly #touchBandUsd: number
  readonly #snapIntervalMs: number
  readonly #tracks = new Map<string, Track>()
  snapCount = 0
  /** Snaps whose SPY prices hang on the default ratio, for want of quotes. */
  defaultBasisCount = 0
  firstTs: number | null = null
  lastTs: number | null = null
  readonly spotRange = new SpotRange()

  constructor(options: { readonly touchBandUsd: number; readonly snapIntervalMs: number }) {
    this.#touchBandUsd = options.touchBandUsd
    this.#snapIntervalMs = options.snapIntervalMs
  }

  add(signals: LevelSignals): void {
    this.snapCount++
    if (signals.health?.basis === 'default') this.defaultBasisCount++
    this.firstTs ??= signals.ts
    this.lastTs = signals.ts
    this.spotRange.add(signals)
    for (const level of signals.levels) this.#addLevel(level, signals.ts)
  }

  /** Levels that were touched, in order of their first touch. */
  get touched(): TouchedLevel[] {
    return [...this.#tracks.values()]
      .flatMap((track) => track.touched ?? [])
      .sort((a, b) => a.firstTouchTs - b.firstTouchTs || (a.id < b.id ? -1 : 1))
  }

  /** What the barrier said at the touched levels, over all of them: snaps of each state. */
  get states(): Map<BarrierState, number> {
    const all = new Map<BarrierState, number>()
    for (const { states } of this.touched) {
      for (const [state, snaps] of states) all.set(state, (all.get(state) ?? 0) + snaps)
    }
    return all
  }

  #addLevel(level: LevelSignal, ts: number): void {
    let track = this.#tracks.get(level.id)
    if (track === undefined) {
      track = { touched: null, lastSignal: 'NEUTRAL', lastTs: ts, wasTouching: false }
      this.#tracks.set(level.id, track)
    }
    if (ts - track.lastTs > this.#snapIntervalMs) {
      track.lastSignal = 'NEUTRAL' // it left the band in between and started anew
      track.wasTouching = false
    }
    const isTouching = level.distance <= this.#touchBandUsd
    if (isTouching) {
      track.touched ??= firstTouch(level, ts)
      if (!track.wasTouching) track.touched.touches++
    }
    if (track.touched !== null) addSnap(track.touched, level, ts)
    if (track.touched !== null && level.signal !== track.lastSignal && level.signal !== 'NEUTRAL') {
      track.touched.signals.push({ signal: level.signal, ts })
    }
    track.lastSignal = level.signal
    track.lastTs = ts
    track.wasTouching = isTouching
  }
}

function firstTouch(level: LevelSignal, ts: number): TouchedLevel {
  return {
    id: level.id,
    firstTouchTs: ts,
    price: level.price,
    direction: level.direction,
    touches: 0,
    highestScore: -Infinity,
    highestScoreTs: ts,
    lowestScore: Infinity,
    lowestScoreTs: ts,
    states: new Map(),
    signals: [],
  }
}

function addSnap(touched: TouchedLevel, level: LevelSignal, ts: number): void {
  const { state } = level.barrier
  touched.states.set(state, (touched.states.get(state) ?? 0) + 1)
  if (level.breakScoreRaw > touched.highestScore) {
    touched.highestScore = level.breakScoreRaw
    touched.highestScoreTs = ts
  }
  if (level.breakScoreRaw < touched.lowestScore) {
    touched.lowestScore = level.breakScoreRaw
    touched.lowestScoreTs = ts
  }
}
