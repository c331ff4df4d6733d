import type { SweepDirection } from '@levels/contracts'

/** A sweep that took place. Times in ns since the run's epoch. */
export interface TrueSweep {
  readonly fromNs: number
  readonly toNs: number
  readonly direction: Exclude<SweepDirection, 'NONE'>
}

/** What the tape engine said of sweeps at one snap. */
export interface SweepReading {
  readonly tsNs: number
  readonly direction: SweepDirection
  /** US dollars; with the direction it tells one sweep from the next. */
  readonly notional: number
}

/** How sweeps were found. */
export interface SweepGrade {
  readonly hits: number
  readonly misses: number
  /** Statements that hit no sweep. */
  readonly alarms: readonly SweepReading[]
  /** Of the hits: from the last print to the snap that first told it, ms; ≤ 0 while it still ran. */
  readonly delaysMs: readonly number[]
}

/** How long after its end a sweep may be told and still be the one: snap, gap and some. */
const GRACE_NS = 600_000_000

const NS_PER_MS = 1_000_000

/**
 * Compares what was said of sweeps with what took place. A new statement (another direction, or
 * another notional) hits the sweep of its direction that runs or has just ended; several may hit
 * the same, because a sweep grows. One that hits none is a false alarm.
 *
 * @param sweeps in order of time
 * @param readings one a snap, in order of time
 */
export function matchSweeps(
  sweeps: readonly TrueSweep[],
  readings: readonly SweepReading[],
): SweepGrade {
  const foundAt = new Map<TrueSweep, number>()
  const alarms: SweepReading[] = []
  for (const [at, reading] of readings.entries()) {
    if (reading.direction === 'NONE' || isRepeated(reading, readings[at - 1])) continue
    const sweep = sweeps.find((one) => isTold(one, reading))
    if (sweep === undefined) alarms.push(reading)
    else if (!foundAt.has(sweep)) foundAt.set(sweep, reading.tsNs)
  }
  return {
    hits: foundAt.size,
    misses: sweeps.length - foundAt.size,
    alarms,
    delaysMs: [...foundAt].map(([{ toNs }, tsNs]) => (tsNs - toNs) / NS_PER_MS),
  }
}

/**
 * Whether a statement is of a run that the tape has: of its direction, and no longer over than an
 * engine remembers.
 */
export function isOnTape(
  { tsNs, direction }: SweepReading,
  tape: readonly TrueSweep[],
  lookbackNs: number,
): boolean {
  return tape.some(
    (run) => run.direction === direction && run.fromNs <= tsNs && run.toNs > tsNs - lookbackNs,
  )
}

function isRepeated(reading: SweepReading, before: SweepReading | undefined): boolean {
  return before?.direction === reading.direction && before.notional === reading.notional
}

function isTold(sweep: TrueSweep, { tsNs, direction }: SweepReading): boolean {
  return direction === sweep.direction && tsNs >= sweep.fromNs && tsNs <= sweep.toNs + GRACE_NS
}
