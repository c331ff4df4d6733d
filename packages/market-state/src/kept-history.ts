import { RangeViolationError } from '@levels/kernel'

/** @throws RangeViolationError when a state keeps none: an empty answer would say that nothing was */
export function keptHistory<T>(history: T | null): T {
  if (history !== null) return history
  throw new RangeViolationError(
    'expected a state that keeps single updates and trades, was one made without a history',
  )
}
