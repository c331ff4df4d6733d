import type { Direction, LevelKind } from '@levels/contracts/metrics'

/** A price that matters, before anything was computed at it. */
export interface Level {
  /** Stable for a session; no two levels share one. */
  readonly id: string
  readonly kind: LevelKind
  /** SPY dollars, > 0. */
  readonly price: number
  /** SUPPORT while spot is above, RESISTANCE while it is below. */
  readonly direction: Direction
}
