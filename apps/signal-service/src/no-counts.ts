import { MARKET_SUBJECTS, REJECT_CODES } from '@levels/contracts'
import type { RunCounts } from './run-state.ts'

/** A zero for every name. */
export function zeroOf<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>
}

/** The counts of a run that has taken nothing. */
export const noCounts: RunCounts = {
  events: zeroOf(MARKET_SUBJECTS),
  rejects: zeroOf(REJECT_CODES),
  passedOver: 0,
}
