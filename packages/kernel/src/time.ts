import { RangeViolationError } from './errors.ts'

export const NS_PER_US = 1_000
export const NS_PER_MS = 1_000_000
export const NS_PER_S = 1_000_000_000
export const NS_PER_MINUTE = 60 * NS_PER_S
export const NS_PER_HOUR = 3_600 * NS_PER_S
export const NS_PER_DAY = 86_400 * NS_PER_S

/**
 * Engines count time in nanoseconds since a run's epoch, as a `number`: a double holds every
 * such integer exactly for 104 days either way. Epoch nanoseconds (`bigint`) stay at the edges.
 */
export const MAX_REL_NS = Number.MAX_SAFE_INTEGER

/**
 * The first instant at which anything is taken to have happened, Unix ns: 1 February 2007. The
 * exchange calendar begins with that year; a month of it lies before, for the sessions before.
 */
export const FIRST_TS_NS = 1_170_288_000_000_000_000n

/**
 * The end of those instants, Unix ns: 1 December 2099. The calendar ends with that year; a month of
 * it lies behind, for the sessions after.
 */
export const END_TS_NS = 4_099_766_400_000_000_000n

/** Midnight UTC of the day an instant lies in: the epoch of a run that begins with it. */
export function epochFor(tsNs: bigint): bigint {
  const day = BigInt(NS_PER_DAY)
  const rest = tsNs % day
  return tsNs - (rest < 0n ? rest + day : rest)
}

/**
 * @returns nanoseconds since the epoch, exact
 * @throws RangeViolationError beyond ±104 days of the epoch, where a double would round
 */
export function toRelNs(tsNs: bigint, epochNs: bigint): number {
  const rel = Number(tsNs - epochNs)
  if (!Number.isSafeInteger(rel)) {
    throw new RangeViolationError(
      `expected a time within 104 days of the run's epoch ${epochNs}, was ${tsNs}`,
    )
  }
  return rel
}

/** The inverse of `toRelNs`. */
export function fromRelNs(tsRelNs: number, epochNs: bigint): bigint {
  return epochNs + BigInt(tsRelNs)
}

/**
 * Unix milliseconds of an instant that lies on a whole millisecond.
 *
 * @param epochNs a whole number of milliseconds, as `epochFor` gives
 */
export function relNsToUnixMs(tsRelNs: number, epochNs: bigint): number {
  return Number(epochNs / 1_000_000n) + Math.floor(tsRelNs / NS_PER_MS)
}
