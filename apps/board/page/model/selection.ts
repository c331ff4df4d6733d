import type { LevelSignal } from '@levels/contracts'

/**
 * The level to look at when nobody chose one: the one that was followed, until another one breaks
 * or rejects while it does not; at first the nearest.
 *
 * @param levels by distance
 */
export function followedLevel(
  levels: readonly LevelSignal[],
  followedId: string | null,
): LevelSignal | null {
  const followed = levels.find(({ id }) => id === followedId) ?? null
  if (followed !== null && isDecided(followed)) return followed
  const decided = levels.filter(isDecided)
  const strongest = decided.reduce<LevelSignal | null>(
    (best, level) => (best === null || leaning(level) > leaning(best) ? level : best),
    null,
  )
  return strongest ?? followed ?? levels[0] ?? null
}

/** Levels as a ladder shows them: the highest price on top, ties by id. */
export function ladderOrder(levels: readonly LevelSignal[]): LevelSignal[] {
  return [...levels].sort((a, b) => b.price - a.price || (a.id < b.id ? -1 : 1))
}

/**
 * The id that lies a number of rungs below (positive) or above another one; the ends of the ladder
 * hold. From an id that is not there it starts at the nearest level.
 */
export function neighbourId(
  ladder: readonly LevelSignal[],
  fromId: string | null,
  rungs: number,
): string | null {
  if (ladder.length === 0) return null
  const from = ladder.findIndex(({ id }) => id === fromId)
  if (from < 0) return nearest(ladder)
  const to = Math.min(ladder.length - 1, Math.max(0, from + rungs))
  return ladder[to]?.id ?? null
}

function nearest(ladder: readonly LevelSignal[]): string | null {
  return ladder.reduce((best, level) => (level.distance < best.distance ? level : best)).id
}

function isDecided({ signal }: LevelSignal): boolean {
  return signal === 'BREAK' || signal === 'REJECT'
}

function leaning({ breakScoreSmooth }: LevelSignal): number {
  return Math.abs(breakScoreSmooth - 50)
}
