import type { BarrierState, BreakDirection, Runway, Signal } from '@levels/contracts'
import { isWithin } from './price-tolerance.ts'
import type { Level } from './level.ts'

/** A path that starts at a level: where it leads and what stands in it. */
export interface RunwayInput {
  /** The universe, ascending by price. */
  readonly levels: readonly Level[]
  /** Place in `levels` of the level it starts at. */
  readonly from: number
  readonly breakDirection: BreakDirection
  readonly signal: Signal
  /** The next level lies further than this, SPY dollars. */
  readonly beyondUsd: number
  /** Of a level and its place in `levels`. Only asked for levels strictly between the two ends. */
  readonly barrierStateOf: (level: Level, place: number) => BarrierState
}

/**
 * How far price could run: in the break direction, or back on a REJECT.
 *
 * The next level is the nearest that way that is no mere grid price (STRIKE, ROUND) and lies
 * beyond `beyondUsd`; failing one, the nearest grid price. The way is obstructed when a level
 * strictly between refills (WALL, ABSORPTION) or is the user's own.
 */
export function findRunway(input: RunwayInput): Runway {
  const direction =
    input.signal === 'REJECT' ? opposite(input.breakDirection) : input.breakDirection
  const step = direction === 'UP' ? 1 : -1
  const from = input.levels[input.from]
  const place = placeOfNext(input, step)
  const next = input.levels[place]
  if (from === undefined || next === undefined) {
    return { direction, nextLevelId: null, nextLevelPrice: null, distance: null, quality: 'CLEAR' }
  }
  return {
    direction,
    nextLevelId: next.id,
    nextLevelPrice: next.price,
    distance: Math.abs(next.price - from.price),
    quality: isObstructed(input, place, step) ? 'OBSTRUCTED' : 'CLEAR',
  }
}

function opposite(direction: BreakDirection): BreakDirection {
  return direction === 'UP' ? 'DOWN' : 'UP'
}

/** @returns −1 when there is no level that way */
function placeOfNext({ levels, from, beyondUsd }: RunwayInput, step: 1 | -1): number {
  const start = levels[from]?.price ?? NaN
  let nearestGrid = -1
  for (let place = from + step; ; place += step) {
    const level = levels[place]
    if (level === undefined) return nearestGrid
    const isGrid = level.kind === 'STRIKE' || level.kind === 'ROUND'
    if (!isGrid && !isWithin(level.price, start, beyondUsd)) return place
    if (isGrid && nearestGrid === -1) nearestGrid = place
  }
}

function isObstructed(
  { levels, from, barrierStateOf }: RunwayInput,
  to: number,
  step: 1 | -1,
): boolean {
  for (let place = from + step; place !== to; place += step) {
    const level = levels[place]
    if (level === undefined) return false
    if (level.kind === 'USER_HOTZONE') return true
    const state = barrierStateOf(level, place)
    if (state === 'WALL' || state === 'ABSORPTION') return true
  }
  return false
}
