import type {
  BarrierMetrics,
  BasisHealth,
  BookHealth,
  BreakDirection,
  ComponentScores,
  Confidence,
  Direction,
  FuelMetrics,
  LevelKind,
  RunwayQuality,
  Signal,
  SweepDetection,
  TapeMetrics,
} from './metrics.ts'

/** `T` as a message carries it: the fields `K` are null where the publisher left them out. */
type Optionally<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]: T[P] | null }

/** Barrier metrics as a level carries them; any `BarrierMetrics` is one. */
export type BarrierReading = Optionally<BarrierMetrics, 'confidence' | 'visibility'>

/** Tape metrics as a level carries them (a sweep's venues stay home); any `TapeMetrics` is one. */
export type TapeReading = Omit<Optionally<TapeMetrics, 'confidence'>, 'sweep'> & {
  readonly sweep: Omit<SweepDetection, 'venues'>
}

/** Fuel metrics as a level carries them; any `FuelMetrics` is one. */
export type FuelReading = Optionally<FuelMetrics, 'confidence'>

/** How far price could run beyond a level. The three nullable fields are null together. */
export interface Runway {
  readonly direction: BreakDirection
  readonly nextLevelId: string | null
  /** SPY dollars. */
  readonly nextLevelPrice: number | null
  /** From this level to the next, SPY dollars, ≥ 0. */
  readonly distance: number | null
  readonly quality: RunwayQuality
}

/** Exponentially smoothed values of a level, in the units of what they smooth. */
export interface SmoothMetrics {
  /** ES lots. */
  readonly deltaLiq: number
  readonly replenishmentRatio: number
  /** SPY dollars per second. */
  readonly velocity: number
  /** Shares per $1 move. */
  readonly netDealerGamma: number
}

/** One level near spot: what defends it, what pushes, and whether it will break. */
export interface LevelSignal {
  /** Stable for a session and unique in a payload, e.g. `STRIKE_687`. */
  readonly id: string
  /** SPY dollars. */
  readonly price: number
  readonly kind: LevelKind
  readonly direction: Direction
  /** |spot − price|, SPY dollars, ≥ 0. */
  readonly distance: number
  /** 0–100. */
  readonly breakScoreRaw: number
  /** 0–100. */
  readonly breakScoreSmooth: number
  readonly signal: Signal
  readonly confidence: Confidence
  readonly barrier: BarrierReading
  readonly tape: TapeReading
  readonly fuel: FuelReading
  readonly runway: Runway
  /** For people, never empty. */
  readonly note: string
  readonly components: ComponentScores | null
  /** Ids of other levels at this price, within $0.05. */
  readonly confluence: readonly string[] | null
  readonly smooth: SmoothMetrics | null
}

/** SPY in dollars, null until known. Without a spot there are no levels. */
export interface SpyPrices {
  readonly spot: number | null
  readonly bid: number | null
  readonly ask: number | null
}

/** How far the numbers of a payload can be trusted. */
export interface SignalHealth {
  readonly book: BookHealth
  readonly basis: BasisHealth
  /** Share of option trades whose greeks are known, 0–1; null when there were no trades. */
  readonly greeksCoverage: number | null
}

/** One snap of `levels.signals`, version 1. */
export interface LevelSignals {
  /** Unix ms of the snap boundary, event time. */
  readonly ts: number
  readonly spy: SpyPrices
  /** By distance, then by id. */
  readonly levels: readonly LevelSignal[]
  readonly health: SignalHealth | null
}
