import type { BarrierState } from '@levels/contracts'
import type { Difficulty } from '@levels/sim'

/** What the engines made of one labelled instance: small, and fit to cross a thread. */
export interface InstanceOutcome {
  readonly scenario: string
  readonly difficulty: Difficulty
  /** One a label that names a state. */
  readonly states: readonly StateOutcome[]
  readonly sweeps: SweepOutcome
  /** One a label that says what dealers hold. */
  readonly fuel: readonly FuelOutcome[]
  /** Depth and trades that were applied. */
  readonly events: number
}

/** A state that held at a level, and what was said of it. */
export interface StateOutcome {
  readonly truth: BarrierState
  readonly answer: BarrierState
  /** Snaps of the settled part by state, in the order of `BARRIER_STATES`. */
  readonly said: readonly number[]
  /** Until the truth was said and kept; null: never. */
  readonly detectMs: number | null
  readonly flips: number
  readonly settledMs: number
  /** From the level to the best price of the defending side, mean of the settled part, ticks. */
  readonly distanceTicks: number
}

/** How sweeps were found: around those that were scripted, and at all other times (`idle`). */
export interface SweepOutcome {
  readonly hits: number
  readonly misses: number
  readonly alarms: FalseAlarms
  readonly idleAlarms: FalseAlarms
  readonly idleMs: number
  /** Of the hits: from the last print to the snap that first told it, ms. */
  readonly delaysMs: readonly number[]
}

/** Statements that are of no scripted sweep. */
export interface FalseAlarms {
  readonly count: number
  /** Those among them that are right by the rule: runs of the tape that nobody scripted. */
  readonly unscripted: number
}

/** What dealers held, by customers' flow, and what was said. */
export interface FuelOutcome {
  readonly truth: -1 | 1
  /** By the effect: AMPLIFY −1, DAMPEN 1, NEUTRAL 0. */
  readonly answer: -1 | 0 | 1
  /** Until the right effect was said and kept; null: never. */
  readonly detectMs: number | null
}
