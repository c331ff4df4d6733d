import { join } from 'node:path'
import { encodeLevelSignalsInUtf8 } from '@levels/contracts'
import { ES_SPY, NS_PER_MS } from '@levels/kernel'
import { LevelSignalPipeline, type LevelsConfig } from '@levels/level-signals'
import { flowWriter } from './flow-trace.ts'
import { LineFile } from './line-file.ts'
import { discardManifest, SIGNALS_FILE, type Counts } from './manifest.ts'
import { SessionSummary } from './session-summary.ts'

export interface RunOutputOptions {
  readonly dir: string
  readonly epochNs: bigint
  readonly config: LevelsConfig
  /** No payload before it is written, though it is computed: levels remember. Unix ns. */
  readonly fromNs: bigint | null
  /** File for every flow of liquidity, null for none. */
  readonly traceFlowsPath: string | null
  /** Lines are written as they come, for whoever follows the files. */
  readonly isLive: boolean
}

/** What a run gives, while it lasts: signals, a summary, and flows where they were asked for. */
export class RunOutput {
  readonly pipeline: LevelSignalPipeline
  readonly summary: SessionSummary
  readonly #trace: LineFile | null
  readonly #signals: LineFile
  readonly #refused = { LATE: 0, DUPLICATE: 0 }
  #digest: string | null = null

  /** @throws UsageError when a file cannot be written */
  constructor({ dir, epochNs, config, fromNs, traceFlowsPath, isLive }: RunOutputOptions) {
    const fromMs = fromNs === null ? -Infinity : Number(fromNs) / NS_PER_MS
    // First what may be named wrongly: then an earlier run is still whole. And no manifest ever
    // stands beside signals that it does not describe, whatever happens next.
    const trace = traceFlowsPath === null ? null : new LineFile(traceFlowsPath, { isLive })
    discardManifest(dir)
    const signals = new LineFile(join(dir, SIGNALS_FILE), { isLive })
    const summary = new SessionSummary({
      touchBandUsd: config.score.touchBandUsd,
      snapIntervalMs: config.levels.snapIntervalMs,
    })
    this.#trace = trace
    this.#signals = signals
    this.summary = summary
    this.pipeline = new LevelSignalPipeline({
      epochNs,
      config,
      keepsHistory: false,
      onSignals: (payload) => {
        if (payload.ts < fromMs) return
        signals.writeUtf8Line(encodeLevelSignalsInUtf8(payload))
        summary.add(payload)
      },
      onRefused: (_event, code) => {
        this.#refused[code]++
      },
      flowObserver: trace === null ? null : flowWriter(trace, epochNs, ES_SPY),
    })
  }

  /** Lines of the trace; null without one. */
  get flowCount(): number | null {
    return this.#trace?.lineCount ?? null
  }

  /** What the depth could not be compared or matched for. */
  get depthCounts(): Counts {
    const counters = this.pipeline.state.depth.counters
    return {
      updates: counters.updates,
      crossed: counters.crossed,
      resyncs: counters.resyncs,
      unmatched_fill_lots: counters.unmatchedFillLots,
      unobserved_lots: counters.unobservedLots,
      dropped: counters.pendingDropped + counters.flowDropped + counters.baselineDropped,
    }
  }

  /** The feed's counts with those of the state added. */
  addRefusals(counts: Counts): Counts {
    const sum: Record<string, number> = { ...counts }
    for (const [code, count] of Object.entries(this.#refused)) sum[code] = (sum[code] ?? 0) + count
    return sum
  }

  /**
   * Completes the files, once.
   *
   * @returns the run digest: SHA-256 of the signals
   * @throws UsageError when they cannot be written
   */
  close(): string {
    if (this.#digest === null) {
      this.#digest = '' // a second call, after this one has thrown, is not to throw another error
      this.#trace?.close()
      this.#digest = this.#signals.close()
    }
    return this.#digest
  }
}
