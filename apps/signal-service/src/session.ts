import type { Bus } from '@levels/bus'
import type { Logger } from 'pino'
import type { Health } from './health.ts'
import type { LiveRunner } from './live-runner.ts'
import type { ServiceMetrics } from './metrics.ts'
import type { Outbox } from './outbox.ts'
import type { RefusedMessage } from './refused-message.ts'
import type { ServiceConfig } from './settings.ts'

/** What a session works with; it outlives the session. */
export interface SessionContext {
  readonly bus: Bus
  readonly config: ServiceConfig
  readonly health: Health
  readonly metrics: ServiceMetrics
  readonly log: Logger
  readonly onRefused: (refused: RefusedMessage) => void
  /** Runs that are over: they published what the market stream can no longer make. */
  readonly endedRuns: Set<string>
  /** Called once the run is known. */
  readonly onRun: (runId: string) => void
}

/** One run, from a start to its end or to a fault that needs another start. */
export interface Session {
  readonly runner: LiveRunner | null
  readonly outbox: Outbox
  /** Age of the newest snapshot, s; null: none. */
  readonly snapshotAgeS: number | null
  /**
   * Brings the run up to the present, and keeps it there.
   *
   * @returns when the session was stopped
   * @throws BusError when it cannot go on: another session may
   */
  run(): Promise<void>
  /** Events cannot come, and can again. */
  hold(): void
  resume(): void
  /** Messages may have been lost. */
  expectGap(): void
  /** How far the stream is ahead, ms. */
  lagMs(): Promise<number>
  /** Whether a lull still waits for a first message. */
  readonly isWaiting: boolean
  /** Ends it in order: what is due is published, the state is saved; at `signal` it gives up on that. */
  stop(signal: AbortSignal): Promise<void>
}
