import type { Level } from './level.ts'
import { isWithin } from './price-tolerance.ts'

/**
 * Gives levels within `mergeUsd` of each other as one, under the first in precedence.
 *
 * @param levels in order of precedence
 * @returns ascending by price
 */
export function mergeLevels(levels: readonly Level[], mergeUsd: number): Level[] {
  const kept: Level[] = []
  for (const level of levels) {
    const at = placeFor(level.price, kept)
    // No two of those kept merge, so only the neighbours can be near enough.
    if (!isNear(kept[at - 1], level, mergeUsd) && !isNear(kept[at], level, mergeUsd)) {
      insertAt(at, level, kept)
    }
  }
  return kept
}

/** The ids of the other levels within `confluenceUsd`, in the order of `levels`. */
export function confluenceOf(
  level: Level,
  levels: readonly Level[],
  confluenceUsd: number,
): string[] {
  const ids: string[] = []
  for (const other of levels) {
    if (isWithin(other.price, level.price, confluenceUsd) && other.id !== level.id) {
      ids.push(other.id)
    }
  }
  return ids
}

function isNear(other: Level | undefined, level: Level, dollars: number): boolean {
  return other !== undefined && isWithin(other.price, level.price, dollars)
}

/** Looks from the highest down: most levels come in ascending runs. */
function placeFor(price: number, ascending: readonly Level[]): number {
  let at = ascending.length
  while (at > 0 && (ascending[at - 1]?.price ?? -Infinity) > price) at--
  return at
}

/** What `splice` does; the engine runs a plain loop several times as fast. */
function insertAt(place: number, level: Level, ascending: Level[]): void {
  for (let at = ascending.length; at > place; at--) ascending[at] = ascending[at - 1] ?? level
  ascending[place] = level
}
