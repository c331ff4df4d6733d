import type { DepthState } from './depth-state.ts'

/** Whether depth can be relied on now, and if not, why. */
export type BookHealth = 'live' | 'stale' | 'resync' | 'crossed' | 'none'

/**
 * How a book that is there can be relied on.
 *
 * @param ageMaxNs a book without an update for longer is stale
 */
export function bookHealthOf(
  depth: DepthState,
  tsRelNs: number,
  ageMaxNs: number,
): Exclude<BookHealth, 'none'> {
  if (depth.isCrossed) return 'crossed'
  if (depth.isResync) return 'resync'
  return tsRelNs - depth.lastUpdateRelNs > ageMaxNs ? 'stale' : 'live'
}
