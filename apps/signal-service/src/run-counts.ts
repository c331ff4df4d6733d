import { MARKET_SUBJECTS, REJECT_CODES } from '@levels/contracts'
import type { RunCounts } from './run-state.ts'

/** A zero for every name. */
function zeroOf<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>
}

/** The counts of a run that has taken nothing. */
export const noCounts: RunCounts = {
  events: zeroOf(MARKET_SUBJECTS),
  rejects: zeroOf(REJECT_CODES),
  passedOver: 0,
}

export function addCounts(some: RunCounts, more: RunCounts): RunCounts {
  return combine(some, more, 1)
}

/** What was counted since then. */
export function countsSince(then: RunCounts, now: RunCounts): RunCounts {
  return combine(now, then, -1)
}

function combine(some: RunCounts, more: RunCounts, sign: 1 | -1): RunCounts {
  return {
    events: combineEach(some.events, more.events, sign),
    rejects: combineEach(some.rejects, more.rejects, sign),
    passedOver: some.passedOver + sign * more.passedOver,
  }
}

function combineEach<K extends string>(
  some: Readonly<Record<K, number>>,
  more: Readonly<Record<K, number>>,
  sign: 1 | -1,
): Record<K, number> {
  const keys = Object.keys(some) as K[]
  return Object.fromEntries(keys.map((key) => [key, some[key] + sign * more[key]])) as Record<
    K,
    number
  >
}
