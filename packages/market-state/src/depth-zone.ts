import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  NO_TICK,
  Side,
  TICK_TOLERANCE,
} from '@levels/kernel'

/** What one side of the book did and shows in a zone of ticks. Filled in by the reader. */
export interface ZoneReading {
  /** Flows of the window, ES lots, ≥ 0. */
  addedLots: number
  canceledLots: number
  filledLots: number
  /** Displayed in the zone now, ES lots, ≥ 0. */
  depthLots: number
  /** Ticks of the zone that are visible on this side now, 0 … `zoneTicks`. */
  visibleTicks: number
  zoneTicks: number
  /**
   * Tick of the largest displayed size in the zone; the side's best quote where the zone shows
   * none; `NO_TICK` where the side is empty.
   */
  defendingTick: number
  /** The size there, ES lots, ≥ 0. */
  defendingLots: number
}

/** A reading to be reused by its owner. */
export function createZoneReading(): ZoneReading {
  return {
    addedLots: 0,
    canceledLots: 0,
    filledLots: 0,
    depthLots: 0,
    visibleTicks: 0,
    zoneTicks: 0,
    defendingTick: NO_TICK,
    defendingLots: 0,
  }
}

/**
 * The last visible tick of one side, seen from the best: with ten levels the tenth, with fewer
 * every price is visible (∓Infinity).
 */
export function visibleLimit(book: Int32Array, count: number, side: Side): number {
  if (side === Side.Bid) {
    return count < BOOK_DEPTH ? -Infinity : (book[BID_TICKS + BOOK_DEPTH - 1] ?? 0)
  }
  return count < BOOK_DEPTH ? Infinity : (book[ASK_TICKS + BOOK_DEPTH - 1] ?? 0)
}

/** How many of the ticks `loTick … hiTick` are visible on one side. */
export function countVisible(limit: number, side: Side, loTick: number, hiTick: number): number {
  const lo = side === Side.Bid ? Math.max(loTick, limit) : loTick
  const hi = side === Side.Bid ? hiTick : Math.min(hiTick, limit)
  return Math.max(0, hi - lo + 1)
}

/**
 * Displayed lots of a side per tick from its best to its deepest level, both included; null where
 * it is empty.
 */
export function meanLotsPerTick(book: Int32Array, count: number, side: Side): number | null {
  if (count === 0) return null
  const ticksAt = side === Side.Bid ? BID_TICKS : ASK_TICKS
  const lotsAt = side === Side.Bid ? BID_LOTS : ASK_LOTS
  let lots = 0
  for (let i = 0; i < count; i++) lots += book[lotsAt + i] ?? 0
  const best = book[ticksAt] ?? 0
  const deepest = book[ticksAt + count - 1] ?? 0
  return lots / (Math.abs(best - deepest) + 1)
}

/**
 * Reads what one side displays in `loTick … hiTick` into `out` (`depthLots`, `defending…`).
 *
 * The defending quote is the largest size; ties go to the tick nearest `centerTicks` (distances
 * within `TICK_TOLERANCE` are the same distance), then to the lower price.
 *
 * @param count levels displayed on that side
 */
export function readDisplayed(
  book: Int32Array,
  count: number,
  side: Side,
  centerTicks: number,
  loTick: number,
  hiTick: number,
  out: ZoneReading,
): void {
  const ticksAt = side === Side.Bid ? BID_TICKS : ASK_TICKS
  const lotsAt = side === Side.Bid ? BID_LOTS : ASK_LOTS
  let depthLots = 0
  let bestTick = NO_TICK
  let bestLots = 0
  let bestDistance = Infinity
  for (let i = 0; i < count; i++) {
    const tick = book[ticksAt + i] ?? 0
    if (tick < loTick || tick > hiTick) continue
    const lots = book[lotsAt + i] ?? 0
    depthLots += lots
    if (lots === 0 || lots < bestLots) continue
    const distance = Math.abs(tick - centerTicks)
    if (
      lots > bestLots ||
      distance < bestDistance - TICK_TOLERANCE ||
      (distance <= bestDistance + TICK_TOLERANCE && tick < bestTick)
    ) {
      bestTick = tick
      bestLots = lots
      bestDistance = distance
    }
  }
  if (bestLots === 0 && count > 0) {
    bestTick = book[ticksAt] ?? NO_TICK
    bestLots = book[lotsAt] ?? 0
  }
  out.depthLots = depthLots
  out.defendingTick = bestTick
  out.defendingLots = bestLots
}
