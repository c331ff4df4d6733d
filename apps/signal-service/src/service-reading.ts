import type { ServiceState } from '@levels/contracts'
import type { CapacityLosses } from '@levels/level-signals'
import type { Reason } from './health.ts'
import type { RunCounts } from './run-state.ts'

/** How the service is at one moment: what status and metrics say. */
export interface ServiceReading {
  /** `-` before there is a run. */
  readonly runId: string
  readonly state: ServiceState
  readonly reason: Reason | null
  /** Of the run, whoever counted them. */
  readonly counts: RunCounts
  /** By this process: they never fall, as counters of a metric must not. */
  readonly processCounts: RunCounts
  /** Newest event time taken, Unix ms; null before the first. */
  readonly newestMs: number | null
  /** Behind the newest message, ms; null before the first. */
  readonly lagMs: number | null
  readonly outboxDepth: number
  readonly waitingCount: number
  readonly pooledCount: number
  /** Of the run; null before there is one. */
  readonly capacityLosses: CapacityLosses | null
  readonly suppressedCount: number
  readonly droppedCount: number
  /** s; null before the first snapshot. */
  readonly snapshotAgeS: number | null
}
