import type { MarketSubject, RejectCode } from '@levels/contracts'
import type { DeliveryMark } from '@levels/feed'

/** Counts of a run: events taken by subject, messages refused by code. */
export interface RunCounts {
  readonly events: Readonly<Record<MarketSubject, number>>
  readonly rejects: Readonly<Record<RejectCode, number>>
  /** Valid messages of another future than the chosen one. */
  readonly passedOver: number
}

/** What the market looked like to a run: there is none before the first readable message. */
export interface RunMarket {
  /** What the run's times count from, Unix ns. */
  readonly epochNs: bigint
  readonly delivery: DeliveryMark
  /**
   * The state and what the levels remember, each a checksummed byte string of its own. Borrowed
   * from the runner: valid until it saves again.
   */
  readonly marketState: Uint8Array
  readonly levelSignals: Uint8Array
}

/** Everything it takes to go on where a run stood. */
export interface RunState {
  /** Place of the last message taken. */
  readonly coveredSeq: number
  /** Place of the oldest message whose event still waited; `coveredSeq + 1` when none did. */
  readonly rereadSeq: number
  /** The future that is taken; null while none was chosen or seen. */
  readonly futuresSymbol: string | null
  readonly counts: RunCounts
  /** Boundary of the last payload, Unix ms; null before the first. */
  readonly lastBoundaryMs: number | null
  readonly market: RunMarket | null
}
