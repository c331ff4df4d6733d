import { join, relative, sep } from 'node:path'
import { SessionClock } from '@levels/calendar'
import {
  openSources,
  replay,
  replayEpoch,
  type EventSource,
  type PaceClock,
  type ReplayResult,
} from '@levels/feed'
import { ES_SPY, NS_PER_MS, relNsToUnixMs } from '@levels/kernel'
import { LevelSignalPipeline, type LevelsConfig } from '@levels/level-signals'
import { FlowTrace } from './flow-trace.ts'
import {
  MANIFEST_SCHEMA,
  packageVersions,
  sha256OfJson,
  SIGNALS_FILE,
  writeManifest,
  type Manifest,
  type RunState,
} from './manifest.ts'
import { prepareRunFolder } from './run-folder.ts'
import type { RunProgress } from './progress-line.ts'
import { SessionSummary } from './session-summary.ts'
import { SignalFile } from './signal-file.ts'
import { SourceDigests } from './source-digest.ts'

export interface RunOptions {
  readonly files: readonly string[]
  readonly config: LevelsConfig
  readonly symbol?: string | null
  /** Unix ns. */
  readonly fromNs?: bigint | null
  readonly toNs?: bigint | null
  /** As fast as possible at 0, else event time over wall time. */
  readonly speed?: number
  /** Folder for the results; null: `runs/<run id>` under the working directory. */
  readonly outDir?: string | null
  /** File for every flow of liquidity, null for none. */
  readonly traceFlowsPath?: string | null
  readonly signal?: AbortSignal
  readonly clock?: PaceClock
  readonly onProgress?: (progress: RunProgress) => void
}

export interface RunOutcome {
  readonly dir: string
  readonly manifest: Manifest
  readonly summary: SessionSummary
  readonly result: ReplayResult
  readonly flowCount: number | null
}

/**
 * Replays files into `signals.ndjson` and `manifest.json`.
 *
 * @throws FeedError when an input cannot be used at all; a fault further on ends the run, is in
 *   the manifest, and what came before it is written
 * @throws UsageError when the folder holds something else
 */
export async function runFiles(options: RunOptions): Promise<RunOutcome> {
  const startedAt = new Date().toISOString()
  const { config, symbol = null } = options
  const sources = await openSources(options.files, { symbol })
  const epochNs = replayEpoch(sources)
  const runId = runIdOf(options, sources)
  const dir = prepareRunFolder(options.outDir ?? join('runs', runId))
  const digests = new SourceDigests(sources.map((source) => source.info.path))
  const output = new RunOutput(dir, epochNs, options)
  try {
    const result = await replay({
      sources,
      consumer: output.pipeline,
      hours: new SessionClock(epochNs),
      epochNs,
      latenessNs: config.feed.latenessMs * NS_PER_MS,
      intervalNs: config.levels.snapIntervalMs * NS_PER_MS,
      fromNs: options.fromNs ?? null,
      toNs: options.toNs ?? null,
      speed: options.speed ?? 0,
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onProgress: ({ share, tsRelNs, eventCount }) => {
        options.onProgress?.({
          share,
          eventTs: tsRelNs === null ? null : relNsToUnixMs(tsRelNs, epochNs),
          eventCount,
        })
      },
    })
    const digest = output.close()
    const { summary } = output
    const manifest: Manifest = {
      schema: MANIFEST_SCHEMA,
      run_id: runId,
      ...endOf(result),
      sources: await describeSources(sources, digests, dir),
      symbol,
      from: isoOf(options.fromNs ?? null),
      to: isoOf(options.toNs ?? null),
      config,
      config_sha256: sha256OfJson(config),
      versions: packageVersions(),
      node: process.version,
      events: result.events,
      rejects: output.addRefusals(result.rejects),
      rejected: result.rejected,
      snaps: result.boundaryCount,
      first_snap_ts: summary.firstTs,
      last_snap_ts: summary.lastTs,
      digest,
      started_at: startedAt,
      ended_at: new Date().toISOString(),
    }
    writeManifest(dir, manifest)
    return { dir, manifest, summary, result, flowCount: output.flowCount }
  } finally {
    output.close()
    await digests.stop()
  }
}

/** Where a run's results go while it lasts. */
class RunOutput {
  readonly pipeline: LevelSignalPipeline
  readonly summary: SessionSummary
  readonly #signals: SignalFile
  readonly #trace: FlowTrace | null
  readonly #refused = { LATE: 0, DUPLICATE: 0 }
  #digest: string | null = null

  constructor(dir: string, epochNs: bigint, options: RunOptions) {
    const { config, traceFlowsPath = null } = options
    this.summary = new SessionSummary({
      touchBandUsd: config.score.touchBandUsd,
      snapIntervalMs: config.levels.snapIntervalMs,
    })
    this.#signals = new SignalFile(join(dir, SIGNALS_FILE))
    this.#trace = traceFlowsPath === null ? null : new FlowTrace(traceFlowsPath)
    this.pipeline = new LevelSignalPipeline({
      epochNs,
      config,
      onSignals: (signals) => {
        this.#signals.write(signals)
        this.summary.add(signals)
      },
      onRefused: (_event, code) => {
        this.#refused[code]++
      },
      flowObserver: this.#trace?.observer(epochNs, ES_SPY) ?? null,
    })
  }

  get flowCount(): number | null {
    return this.#trace?.flowCount ?? null
  }

  /** The feed's counts with those of the state added. */
  addRefusals(counts: Readonly<Record<string, number>>): Record<string, number> {
    const sum = { ...counts }
    for (const [code, count] of Object.entries(this.#refused)) sum[code] = (sum[code] ?? 0) + count
    return sum
  }

  /** Completes the files. @returns the run digest */
  close(): string {
    if (this.#digest === null) {
      this.#trace?.close()
      this.#digest = this.#signals.close()
    }
    return this.#digest
  }
}

function endOf(result: ReplayResult): { state: RunState; reason: string | null } {
  const [fault] = result.faults
  if (fault !== undefined) {
    const reason = `${fault.file}: byte ${fault.byteOffset}: ${fault.reason}`
    return { state: 'faulted', reason }
  }
  return result.outcome === 'aborted'
    ? { state: 'interrupted', reason: 'stopped by the user' }
    : { state: 'complete', reason: null }
}

async function describeSources(
  sources: readonly EventSource[],
  digests: SourceDigests,
  dir: string,
): Promise<Manifest['sources']> {
  const sha256 = await digests.results()
  return sources.map(({ info }, i) => ({
    path: relative(dir, info.path).split(sep).join('/'),
    size_bytes: info.sizeBytes,
    sha256: sha256[i] ?? '',
    format: info.format,
    schema: info.schema,
    symbols: info.symbols,
  }))
}

/** The same inputs, sizes and configuration give the same id. */
function runIdOf(options: RunOptions, sources: readonly EventSource[]): string {
  const firstNs = sources.flatMap(({ info }) => info.firstRecvNs ?? [])[0] ?? 0n
  const date = new Date(Number(firstNs / 1_000_000n)).toISOString().slice(0, 10)
  const hash = sha256OfJson([
    options.config,
    options.symbol ?? null,
    String(options.fromNs ?? null),
    String(options.toNs ?? null),
    sources.map(({ info }) => [
      info.sizeBytes,
      info.format,
      info.schema,
      String(info.firstEventNs),
    ]),
  ])
  return `${date}-${hash.slice(0, 8)}`
}

function isoOf(tsNs: bigint | null): string | null {
  if (tsNs === null) return null
  const seconds = new Date(Number(tsNs / 1_000_000n)).toISOString().slice(0, 19)
  return `${seconds}.${String(tsNs % 1_000_000_000n).padStart(9, '0')}Z`
}
