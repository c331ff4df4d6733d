import type { BarrierState, BreakDirection, Runway, Signal } from '@levels/contracts'
import type { UniverseLevel } from './universe.ts'

/** A path that starts at a level: where it leads and what stands in it. */
export interface RunwayInput {
  readonly level: UniverseLevel
  readonly breakDirection: BreakDirection
  readonly signal: Signal
  /** The universe, ascending by price. */
  readonly levels: readonly UniverseLevel[]
  /** Only asked for levels strictly between the two ends. */
  readonly barrierStateOf: (level: UniverseLevel) => BarrierState
  /** The next level lies further than this, SPY dollars. */
  readonly beyondUsd: number
}

/**
 * How far price could run: in the break direction, or back on a REJECT.
 *
 * The next level is the nearest that way that is no mere grid price (STRIKE, ROUND) and lies
 * beyond `beyondUsd`; failing one, the nearest grid price. The way is obstructed when a level
 * strictly between refills (WALL, ABSORPTION) or is the user's own.
 */
export function findRunway(input: RunwayInput): Runway {
  const { level, breakDirection, signal, levels, barrierStateOf, beyondUsd } = input
  const direction = signal === 'REJECT' ? opposite(breakDirection) : breakDirection
  const ahead = levelsAhead(level, direction, levels)
  const next =
    ahead.find((l) => !isGrid(l) && Math.abs(l.price - level.price) > beyondUsd) ??
    ahead.find(isGrid)
  if (next === undefined) {
    return {
      direction,
      nextLevelId: null,
      nextLevelPrice: null,
      distance: null,
      quality: 'CLEAR',
    }
  }
  const obstructed = ahead
    .slice(0, ahead.indexOf(next))
    .some((between) => between.kind === 'USER_HOTZONE' || refills(barrierStateOf(between)))
  return {
    direction,
    nextLevelId: next.id,
    nextLevelPrice: next.price,
    distance: Math.abs(next.price - level.price),
    quality: obstructed ? 'OBSTRUCTED' : 'CLEAR',
  }
}

function opposite(direction: BreakDirection): BreakDirection {
  return direction === 'UP' ? 'DOWN' : 'UP'
}

/** The levels beyond one, nearest first. */
function levelsAhead(
  from: UniverseLevel,
  direction: BreakDirection,
  levels: readonly UniverseLevel[],
): UniverseLevel[] {
  return direction === 'UP'
    ? levels.filter((l) => l.price > from.price)
    : levels.filter((l) => l.price < from.price).reverse()
}

function isGrid(level: UniverseLevel): boolean {
  return level.kind === 'STRIKE' || level.kind === 'ROUND'
}

function refills(state: BarrierState): boolean {
  return state === 'WALL' || state === 'ABSORPTION'
}
