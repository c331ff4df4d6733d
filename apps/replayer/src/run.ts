import { realpathSync } from 'node:fs'
import { basename, join, relative, resolve, sep } from 'node:path'
import { SessionClock } from '@levels/calendar'
import { faultText, isoOfNs, openSources, replay, replayEpoch, SymbolGate } from '@levels/feed'
import type { EventSource, OrderBookCounts, ReplayResult } from '@levels/feed'
import { ES_SPY, fromRelNs, NS_PER_MS, relNsToUnixMs } from '@levels/kernel'
import type { LevelsConfig } from '@levels/level-signals'
import { MANIFEST_SCHEMA, sha256OfJson, writeManifest } from './manifest.ts'
import type {
  Counts,
  Manifest,
  ManifestReject,
  ManifestSource,
  ManifestStream,
  RunState,
} from './manifest.ts'
import { packageVersions } from './package-versions.ts'
import type { RunProgress } from './progress-line.ts'
import { prepareRunFolder, refuseRepeated } from './run-folder.ts'
import { RunOutput } from './run-output.ts'
import type { SessionSummary } from './session-summary.ts'
import { SourceDigests, type FileDigest } from './source-digest.ts'
import { type StreamRange, StreamSource } from './stream-source.ts'

/** How long a user who wants to stop waits for the inputs' SHA-256. */
const PATIENCE_MS = 1_000

export interface RunOptions {
  /** Empty when the events come from a stream. */
  readonly files: readonly string[]
  /** In place of files. */
  readonly stream?: StreamRange | null
  readonly config: LevelsConfig
  readonly symbol?: string | null
  /**
   * No snap before it is written. All that comes before still counts: the payloads are those of the
   * whole run. Unix ns; null: from the first on.
   */
  readonly fromNs?: bigint | null
  /** Nothing after it is applied. Unix ns; null: the end of the input. */
  readonly toNs?: bigint | null
  /** Event time over wall time; 0: as fast as possible. */
  readonly speed?: number
  /** Folder for the results; null: `runs/<run id>` under the working directory. */
  readonly outDir?: string | null
  /** File for every flow of liquidity; null: none. */
  readonly traceFlowsPath?: string | null
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RunProgress) => void
  /** Called when all that is left is to hash the inputs. */
  readonly onReplayed?: () => void
}

export interface RunOutcome {
  readonly dir: string
  readonly manifest: Manifest
  readonly summary: SessionSummary
  readonly result: ReplayResult
  /** Futures that are there beside the chosen one, the first twenty of them. */
  readonly passedOver: readonly string[]
  /** Lines of the trace of flows; null without one. */
  readonly flowCount: number | null
  /** Wall time of the replay, seconds. */
  readonly elapsedS: number
}

/**
 * Replays files or a stream into `signals.ndjson` and `manifest.json`.
 *
 * @throws FeedError when an input cannot be used at all; a fault further on ends the run, is in
 *   the manifest, and what came before it is written
 * @throws UsageError when an input is given twice, or the results cannot be written
 */
export async function runFiles(options: RunOptions): Promise<RunOutcome> {
  const startedAt = new Date()
  const { files, config, traceFlowsPath = null } = options
  refuseRepeated(files)
  const gate = new SymbolGate(ES_SPY, options.symbol ?? null)
  const sources = await openInputs(options, gate)
  const epochNs = replayEpoch(sources)
  const runId = runIdOf(options, sources)
  const outDir = options.outDir ?? join('runs', runId)
  const { dir, realDir } = prepareRunFolder(outDir, files, traceFlowsPath)
  const isLive = (options.speed ?? 0) > 0
  const fromNs = options.fromNs ?? null
  const output = new RunOutput({ dir, epochNs, config, fromNs, traceFlowsPath, isLive })
  const digests = new SourceDigests(files)
  try {
    const beganMs = performance.now()
    const result = await replaySources(sources, epochNs, output, options)
    const elapsedS = (performance.now() - beganMs) / 1_000
    const digest = output.close()
    options.onReplayed?.()
    const isAborted = result.outcome === 'aborted'
    const inputs = await digests.results(isAborted ? PATIENCE_MS : undefined)
    const { summary, flowCount } = output
    const manifest: Manifest = {
      schema: MANIFEST_SCHEMA,
      run_id: runId,
      ...endOf(result, sources, inputs),
      sources: sources.map((source, i) => describeSource(source, inputs[i], realDir)),
      ...choicesOf(options),
      versions: packageVersions(),
      node: process.version,
      events: result.events,
      rejects: output.addRefusals(result.rejects),
      rejected: result.rejected.map((rejected) => describeReject(rejected, sources, realDir)),
      depth: output.depthCounts,
      capacity_losses: output.pipeline.capacityLosses,
      first_event: isoOrNull(absolute(result.firstRelNs, epochNs)),
      last_event: isoOrNull(absolute(result.lastRelNs, epochNs)),
      snaps: summary.snapCount,
      first_snap_ts: summary.firstTs,
      last_snap_ts: summary.lastTs,
      digest,
      started_at: startedAt.toISOString(),
      ended_at: new Date().toISOString(),
    }
    writeManifest(dir, manifest)
    return {
      dir,
      manifest,
      summary,
      result,
      passedOver: gate.passedOverSymbols,
      flowCount,
      elapsedS,
    }
  } finally {
    output.close()
    await digests.stop()
  }
}

async function openInputs(
  { files, stream = null }: RunOptions,
  gate: SymbolGate,
): Promise<readonly EventSource[]> {
  return stream === null ? openSources(files, { gate }) : [await StreamSource.open(stream, gate)]
}

async function replaySources(
  sources: readonly EventSource[],
  epochNs: bigint,
  output: RunOutput,
  options: RunOptions,
): Promise<ReplayResult> {
  const { config, onProgress } = options
  return replay({
    sources,
    consumer: output.pipeline,
    hours: new SessionClock(epochNs),
    epochNs,
    latenessNs: config.feed.latenessMs * NS_PER_MS,
    intervalNs: config.levels.snapIntervalMs * NS_PER_MS,
    paceFromNs: options.fromNs ?? null,
    toNs: options.toNs ?? null,
    speed: options.speed ?? 0,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onProgress: ({ share, tsRelNs, eventCount }) => {
      const eventTs = tsRelNs === null ? null : relNsToUnixMs(tsRelNs, epochNs)
      onProgress?.({ share, eventTs, eventCount })
    },
  })
}

function endOf(
  result: ReplayResult,
  sources: readonly EventSource[],
  inputs: readonly FileDigest[],
): { state: RunState; reason: string | null } {
  const faults = result.faults.map(faultText)
  if (faults.length > 0) return { state: 'faulted', reason: faults.join('\n') }
  if (result.outcome === 'aborted') return { state: 'interrupted', reason: 'stopped by the user' }
  const changes = sources.flatMap(({ info }, i) => changeOf(info, inputs[i]) ?? [])
  return changes.length > 0
    ? { state: 'faulted', reason: changes.join('\n') }
    : { state: 'complete', reason: null }
}

/** What shows that an input is no longer the one that was replayed. */
function changeOf(
  { path, sizeBytes }: EventSource['info'],
  digest: FileDigest | undefined,
): string | null {
  if (digest === undefined) return null
  if (digest.problem !== null) {
    const place = `${path}: byte ${digest.sizeBytes}`
    return `${place}: expected to read it to its end: ${digest.problem}`
  }
  if (digest.sizeBytes === sizeBytes) return null
  const expected = `expected its ${sizeBytes} bytes, was changed during the run`
  return `${path}: byte ${Math.min(sizeBytes, digest.sizeBytes)}: ${expected}`
}

function describeSource(
  source: EventSource,
  digest: FileDigest | undefined,
  realDir: string,
): ManifestSource {
  const { info, orderBook } = source
  return {
    path: pathOf(source, realDir),
    size_bytes: source instanceof StreamSource ? source.payloadBytes : info.sizeBytes,
    sha256: digest?.sha256 ?? null,
    format: info.format,
    compression: info.compression,
    schema: info.schema,
    symbols: info.symbols,
    order_book: orderBookCounts(orderBook ?? null),
    ...(source instanceof StreamSource ? { stream: describeStream(source) } : {}),
  }
}

function describeStream({ extent, messageCount }: StreamSource): ManifestStream {
  return {
    created_at: extent.createdAt,
    first_seq: extent.firstSeq,
    last_seq: extent.lastSeq,
    messages: messageCount,
  }
}

/** A stream's name stands as it is. */
function pathOf({ info }: EventSource, realDir: string): string {
  return info.format === 'stream' ? info.path : pathFrom(realDir, info.path)
}

function orderBookCounts(counts: OrderBookCounts | null): Counts | null {
  if (counts === null) return null
  return {
    unknown_orders: counts.unknownOrders,
    duplicate_orders: counts.duplicateOrders,
    excess_cancels: counts.excessCancels,
    refused_orders: counts.refusedOrders,
    ignored_records: counts.ignoredRecords,
  }
}

function describeReject(
  { file, code, byteOffset, line, message, path }: ReplayResult['rejected'][number],
  sources: readonly EventSource[],
  realDir: string,
): ManifestReject {
  const from = sources.find(({ info }) => info.path === file)
  const source = from === undefined ? pathFrom(realDir, file) : pathOf(from, realDir)
  return { code, source, byte_offset: byteOffset, line, message, path }
}

/** The path of an input as seen from the run's folder, whatever links lead to either. */
function pathFrom(realDir: string, path: string): string {
  return relative(realDir, realPathOf(path)).split(sep).join('/')
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path) // gone by now, which is what the manifest's reason says
  }
}

function choicesOf({ symbol = null, fromNs = null, toNs = null, config }: RunOptions) {
  return {
    symbol,
    from: isoOrNull(fromNs),
    to: isoOrNull(toNs),
    config,
    config_sha256: sha256OfJson(config),
  }
}

/** The same inputs, by name, size and first event, and the same choices give the same id. */
function runIdOf(options: RunOptions, sources: readonly EventSource[]): string {
  const firstNs = sources.flatMap(({ info }) => info.firstRecvNs ?? [])[0] ?? 0n
  const { symbol, from, to, config } = choicesOf(options)
  const inputs = sources.map((source) => {
    const { path, sizeBytes, firstEventNs } = source.info
    if (source instanceof StreamSource) {
      const { name, createdAt, firstSeq, lastSeq } = source.extent
      return [name, createdAt, firstSeq, lastSeq]
    }
    return [basename(path), sizeBytes, String(firstEventNs)]
  })
  const hash = sha256OfJson([config, symbol, from, to, inputs])
  return `${isoOfNs(firstNs).slice(0, 10)}-${hash.slice(0, 8)}`
}

function absolute(tsRelNs: number | null, epochNs: bigint): bigint | null {
  return tsRelNs === null ? null : fromRelNs(tsRelNs, epochNs)
}

function isoOrNull(tsNs: bigint | null): string | null {
  return tsNs === null ? null : isoOfNs(tsNs)
}
