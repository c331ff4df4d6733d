import type { OpeningProgress } from './replay-run.ts'
import { ReplayRun } from './replay-run.ts'
import { ReplaySession } from './replay-session.ts'
import { ReplayView } from './replay-view.ts'
import { HISTORY_LIMITS } from './session-history.ts'
import type { HistoryLimits } from './session-history.ts'
import type { GatewaySource } from './source.ts'

export interface ReplaySourceOptions {
  /** Told while the run is opened, after each mebibyte. */
  readonly onProgress?: (progress: OpeningProgress) => void
  readonly historyLimits?: HistoryLimits
}

/**
 * Shows a finished run: a folder with `manifest.json` and `signals.ndjson`, as the replayer writes
 * them. Every client has a position of its own.
 */
export function replaySource(dir: string, options: ReplaySourceOptions = {}): GatewaySource {
  return {
    async open(metrics) {
      const limits = options.historyLimits ?? HISTORY_LIMITS
      const onProgress = options.onProgress ?? (() => undefined)
      const run = await ReplayRun.open(dir, { limits, onProgress })
      const firstPayload = run.snapCount === 0 ? null : await run.payload(0)
      const session = new ReplaySession(run, firstPayload, metrics)
      const { info, instrument, snapIntervalMs } = run.manifest
      metrics.historySnaps.set(run.record.history.snapCount)
      metrics.historyEntries.set(run.record.history.entryCount)
      metrics.historyDropped.set(run.record.history.droppedSnaps)
      return {
        facts: { mode: 'replay', instrument, snapIntervalMs, run: info },
        connect: (outlet) => new ReplayView(session, outlet),
        close: () => run.close(),
      }
    },
  }
}
