import type { BreakDirection } from '@levels/contracts/metrics'
import { NS_PER_S } from '@levels/kernel'
import type { ScoreConfig } from './score-parameters.ts'

/** "Since" of a condition that does not hold now: no time has passed since then. */
export const NEVER = Infinity

/** What one level's trigger remembers from snap to snap. Plain data, refilled in place. */
export interface TriggerMemory {
  /** Null before the first snap. */
  direction: BreakDirection | null
  /** The signal that was given and not yet given up. */
  held: 'BREAK' | 'REJECT' | null
  /** First snap (ns since the epoch) of the stretch that lasts until now, or `NEVER`. */
  highSinceNs: number
  touchedLowSinceNs: number
  awaySinceNs: number
}

/** One look at one level. */
export interface TriggerSnap {
  readonly tsRelNs: number
  readonly breakDirection: BreakDirection
  /** Of spot from the level, SPY dollars, ≥ 0. */
  readonly distanceUsd: number
}

/**
 * Prices are decimal fractions, their difference carries rounding (687.1 − 687 is a little over
 * 0.1): a distance that is the touch band on paper touches.
 */
const DISTANCE_TOLERANCE_USD = 1e-9

/** The memory of a level that was never seen. */
export function createTriggerMemory(): TriggerMemory {
  return {
    direction: null,
    held: null,
    highSinceNs: NEVER,
    touchedLowSinceNs: NEVER,
    awaySinceNs: NEVER,
  }
}

const BLANK: Readonly<TriggerMemory> = Object.freeze(createTriggerMemory())

/**
 * Takes one level's trigger from one snap to the next.
 *
 * A condition has lasted d seconds on end when it held at every snap since one at least d
 * seconds ago. BREAK is given after S > `breakScore` has lasted `triggerHoldS`, and kept until
 * S < `breakReleaseScore`. REJECT is given after S < `rejectScore` within the touch band has
 * lasted as long, and kept until S > `rejectReleaseScore` or until not being touched has lasted
 * `rejectAwayS`. A level whose break direction is another than before starts anew.
 *
 * @param before left as it is
 * @param score S, 0–100
 * @param after receives the memory after the snap, may not be `before`
 */
export function stepTrigger(
  before: Readonly<TriggerMemory>,
  snap: TriggerSnap,
  score: number,
  config: ScoreConfig,
  after: TriggerMemory,
): void {
  const from = before.direction === snap.breakDirection ? before : BLANK
  const nowNs = snap.tsRelNs
  const isTouched = snap.distanceUsd <= config.touchBandUsd + DISTANCE_TOLERANCE_USD
  const isTouchedLow = isTouched && score < config.rejectScore
  after.direction = snap.breakDirection
  after.highSinceNs = since(from.highSinceNs, score > config.breakScore, nowNs)
  after.touchedLowSinceNs = since(from.touchedLowSinceNs, isTouchedLow, nowNs)
  after.awaySinceNs = since(from.awaySinceNs, !isTouched, nowNs)
  after.held = heldSignal(from.held, after, score, nowNs, config)
}

function heldSignal(
  held: TriggerMemory['held'],
  now: TriggerMemory,
  score: number,
  nowNs: number,
  config: ScoreConfig,
): TriggerMemory['held'] {
  const holdNs = config.triggerHoldS * NS_PER_S
  const isAway = nowNs - now.awaySinceNs >= config.rejectAwayS * NS_PER_S
  if (held === 'BREAK' && score >= config.breakReleaseScore) return 'BREAK'
  if (held === 'REJECT' && score <= config.rejectReleaseScore && !isAway) return 'REJECT'
  if (nowNs - now.highSinceNs >= holdNs) return 'BREAK'
  if (nowNs - now.touchedLowSinceNs >= holdNs) return 'REJECT'
  return null
}

function since(sinceNs: number, holds: boolean, nowNs: number): number {
  if (!holds) return NEVER
  return sinceNs === NEVER ? nowNs : sinceNs
}
