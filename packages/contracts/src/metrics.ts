/**
 * What the engines say, in memory: names, units and ranges that the bus messages are made from.
 * This entry point is free of zod, so that an engine can import its values.
 */

export const DIRECTIONS = ['SUPPORT', 'RESISTANCE'] as const
/** SUPPORT: spot above the level, it breaks DOWN. RESISTANCE: spot below, it breaks UP. */
export type Direction = (typeof DIRECTIONS)[number]

export const BREAK_DIRECTIONS = ['UP', 'DOWN'] as const
export type BreakDirection = (typeof BREAK_DIRECTIONS)[number]

export const BARRIER_STATES = [
  'VACUUM',
  'WALL',
  'ABSORPTION',
  'CONSUMED',
  'WEAK',
  'NEUTRAL',
] as const
export type BarrierState = (typeof BARRIER_STATES)[number]

export const SWEEP_DIRECTIONS = ['UP', 'DOWN', 'NONE'] as const
export type SweepDirection = (typeof SWEEP_DIRECTIONS)[number]

export const FUEL_EFFECTS = ['AMPLIFY', 'DAMPEN', 'NEUTRAL'] as const
export type FuelEffect = (typeof FUEL_EFFECTS)[number]

export const WALL_TYPES = ['CALL', 'PUT'] as const
export type WallType = (typeof WALL_TYPES)[number]

export const SIGNALS = ['BREAK', 'REJECT', 'CONTESTED', 'NEUTRAL'] as const
export type Signal = (typeof SIGNALS)[number]

export const CONFIDENCES = ['HIGH', 'MEDIUM', 'LOW'] as const
export type Confidence = (typeof CONFIDENCES)[number]

export const RUNWAY_QUALITIES = ['CLEAR', 'OBSTRUCTED'] as const
export type RunwayQuality = (typeof RUNWAY_QUALITIES)[number]

export const LEVEL_KINDS = [
  'STRIKE',
  'ROUND',
  'VWAP',
  'SESSION_HIGH',
  'SESSION_LOW',
  'PM_HIGH',
  'PM_LOW',
  'OR_HIGH',
  'OR_LOW',
  'ON_HIGH',
  'ON_LOW',
  'PREV_HIGH',
  'PREV_LOW',
  'PREV_CLOSE',
  'SMA_200',
  'SMA_400',
  'CALL_WALL',
  'PUT_WALL',
  'GAMMA_FLIP',
  'POC',
  'VAH',
  'VAL',
  'USER_HOTZONE',
] as const
export type LevelKind = (typeof LEVEL_KINDS)[number]

/** `live`, or why depth cannot be relied on now. */
export const BOOK_HEALTHS = ['live', 'stale', 'resync', 'crossed', 'none'] as const
export type BookHealth = (typeof BOOK_HEALTHS)[number]

/** Where the ES↔SPY ratio comes from: measured lately, the session's last, or the default. */
export const BASIS_HEALTHS = ['live', 'held', 'default'] as const
export type BasisHealth = (typeof BASIS_HEALTHS)[number]

/** The largest displayed size that defends a level. */
export interface DefendingQuote {
  /** SPY dollars; null when the side shows nothing at all. */
  readonly price: number | null
  /** ES lots, ≥ 0. */
  readonly size: number
}

export interface BarrierMetrics {
  readonly state: BarrierState
  /** added − canceled − filled, ES lots. */
  readonly deltaLiq: number
  /** added / (canceled + filled + 1e-6), ≥ 0. */
  readonly replenishmentRatio: number
  /** ES lots over the barrier window, ≥ 0. */
  readonly addedSize: number
  readonly canceledSize: number
  readonly filledSize: number
  readonly defendingQuote: DefendingQuote
  /** added + canceled + filled, ES lots. */
  readonly churn: number
  /** Displayed in the zone now, ES lots. */
  readonly depthInZone: number
  /** Visible share of the zone's ticks on the defending side, 0–1. */
  readonly visibility: number
  /** 0–1. */
  readonly confidence: number
}

export interface SweepDetection {
  readonly detected: boolean
  readonly direction: SweepDirection
  /** US dollars, 0 when none was detected. */
  readonly notional: number
  readonly numPrints: number
  /** From the first print to the last, ms. */
  readonly windowMs: number
  /** Venue ids, ascending; null when none is known. */
  readonly venues: readonly number[] | null
}

export interface TapeMetrics {
  /** (buy − sell) / (buy + sell), −1…1, 0 when nothing traded. */
  readonly imbalance: number
  /** ES lots bought and sold by aggressors in the band over the tape window. */
  readonly buyVol: number
  readonly sellVol: number
  /** SPY dollars per second, positive when rising. */
  readonly velocity: number
  readonly sweep: SweepDetection
  /** 0–1. */
  readonly confidence: number
}

export interface GammaWall {
  /** US dollars. */
  readonly strike: number
  /** Dealer gamma of the wall's options, shares per $1 move. */
  readonly netGamma: number
  readonly wallType: WallType
  /** netGamma over the least that makes a wall, ≥ 1. */
  readonly strength: number
}

export interface FuelMetrics {
  readonly effect: FuelEffect
  /** Shares per $1 move; negative: dealers are short gamma. */
  readonly netDealerGamma: number
  readonly callWall: GammaWall | null
  readonly putWall: GammaWall | null
  /** The gamma flip, US dollars; null when gamma changes sign nowhere. */
  readonly hvl: number | null
  /** 0–1. */
  readonly confidence: number
  /** Strike (US dollars) → net dealer gamma (shares per $1), ascending. */
  readonly gammaByStrike: ReadonlyMap<number, number>
}

/** Each 0–100. */
export interface ComponentScores {
  readonly liquidityScore: number
  readonly hedgeScore: number
  readonly tapeScore: number
}

export interface CompositeScore {
  /** 0–100. */
  readonly rawScore: number
  readonly componentScores: ComponentScores
  readonly signal: Signal
  readonly confidence: Confidence
}
