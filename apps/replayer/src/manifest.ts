import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LevelsConfig } from '@levels/level-signals'
import { reasonOf, RunFolderError, UsageError } from './errors.ts'

export const MANIFEST_FILE = 'manifest.json'
export const SIGNALS_FILE = 'signals.ndjson'
/** Where a trace of the flows may stand beside them. */
export const FLOWS_FILE = 'flows.ndjson'
/** What `report` makes of them. */
export const REPORT_FILE = 'report.html'
export const MANIFEST_SCHEMA = 'levels.run.v1'

/** How a run ended. */
export const RUN_STATES = ['complete', 'faulted', 'interrupted'] as const
export type RunState = (typeof RUN_STATES)[number]

/** Counts by name. */
export type Counts = Readonly<Record<string, number>>

/** Which messages of a stream a run was made from. */
export interface ManifestStream {
  /** ISO 8601: tells the stream from a successor of the same name. */
  readonly created_at: string
  /** Sequences, both included. */
  readonly first_seq: number
  readonly last_seq: number
  /** Messages read. */
  readonly messages: number
}

/** One input of a run. */
export interface ManifestSource {
  /** Relative to the run's folder; of a stream, its name. */
  readonly path: string
  /** Of a stream, of the payloads read. */
  readonly size_bytes: number
  /**
   * Null of a stream, and where the run ended before it was known, or the file could not be read to
   * its end.
   */
  readonly sha256: string | null
  readonly format: string
  readonly compression: string
  readonly schema: string | null
  /** Instruments it names up front. */
  readonly symbols: readonly string[]
  /** What its order book could not make sense of; null where the input holds no single orders. */
  readonly order_book: Counts | null
  /** Left out for a file. */
  readonly stream?: ManifestStream
}

/** A message of an input that was refused. */
export interface ManifestReject {
  readonly code: string
  /** The input's path, as under `sources`. */
  readonly source: string
  /** In the decompressed input. */
  readonly byte_offset: number
  /** From 1; of a stream the message's sequence; null where the format has no lines. */
  readonly line: number | null
  readonly message: string
  /** JSON path of the value at fault. */
  readonly path: string | null
}

/** What a run was made from and what it gave: enough to make it again and compare. */
export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA
  readonly run_id: string
  readonly state: RunState
  /** Why it is not complete; null when it is. */
  readonly reason: string | null
  readonly sources: readonly ManifestSource[]
  /** The future that was chosen; null: the only one there was. */
  readonly symbol: string | null
  /** ISO 8601 in UTC with nanoseconds; null for the whole input. */
  readonly from: string | null
  readonly to: string | null
  readonly config: LevelsConfig
  /** Of `config` as JSON without white space. */
  readonly config_sha256: string
  /** Of every package that a signal passes through. */
  readonly versions: Readonly<Record<string, string>>
  readonly node: string
  /** Events applied, by kind. */
  readonly events: Counts
  /** Messages refused, by code. */
  readonly rejects: Counts
  /** The first of them. */
  readonly rejected: readonly ManifestReject[]
  /** What the ES depth could not be compared or matched for; see the README. */
  readonly depth: Counts
  /** What bounded memory left out, `CAPACITY_LOSSES`; older manifests do not tell. */
  readonly capacity_losses?: Counts
  /** Event time of the first and last event applied, as `from`; null without any. */
  readonly first_event: string | null
  readonly last_event: string | null
  readonly snaps: number
  /** Event time of the first and last snap, Unix ms; null without any. */
  readonly first_snap_ts: number | null
  readonly last_snap_ts: number | null
  /** SHA-256 of signals.ndjson. */
  readonly digest: string
  /** Wall clock, ISO 8601. */
  readonly started_at: string
  readonly ended_at: string
}

/** SHA-256 of a value as JSON, hexadecimal. */
export function sha256OfJson(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/**
 * Puts the manifest into a run's folder, whole or not at all.
 *
 * @throws UsageError when it cannot be written
 */
export function writeManifest(dir: string, manifest: Manifest): void {
  const path = join(dir, MANIFEST_FILE)
  try {
    writeFileSync(`${path}.partial`, `${JSON.stringify(manifest, null, 2)}\n`)
    renameSync(`${path}.partial`, path)
  } catch (cause) {
    throw new UsageError(`${path}: expected to write it: ${reasonOf(cause)}`, { cause })
  }
}

/** Takes away an earlier run's manifest and report, before its signals are written over. */
export function discardManifest(dir: string): void {
  rmSync(join(dir, MANIFEST_FILE), { force: true })
  rmSync(join(dir, REPORT_FILE), { force: true })
}

/**
 * @throws RunFolderError when the folder holds no manifest, or one that is none of ours, naming the
 *   field
 */
export function readManifest(dir: string): Manifest {
  const path = join(dir, MANIFEST_FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const was = isAbsence(cause) ? unlikeRunFolder(dir) : null
    const fault = was === null ? `${path}: expected to read it: ${reasonOf(cause)}` : null
    throw new RunFolderError(fault ?? `${dir}: expected the folder of a run, was ${was}`, { cause })
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new RunFolderError(`${path}: expected JSON: ${reasonOf(cause)}`, { cause })
  }
  const fault = faultOf(parsed)
  if (fault !== null) throw new RunFolderError(`${path}: ${fault}`)
  return parsed as Manifest
}

/** Whether there was nothing at a path: anything else may keep us from looking at the folder too. */
function isAbsence(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && /^(ENOENT|ENOTDIR)$/.test(String(cause.code))
}

/** What stands where the folder of a run was expected, a manifest in it not being there. */
function unlikeRunFolder(dir: string): string {
  const stats = statSync(dir, { throwIfNoEntry: false })
  if (stats === undefined) return 'missing'
  return stats.isDirectory() ? `one without ${MANIFEST_FILE}` : 'a file'
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTextOrNull = (value: unknown): boolean => value === null || isText(value)
const isNumber = (value: unknown): boolean => typeof value === 'number'
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSource = (value: unknown): boolean =>
  isObject(value) &&
  isText(value.path) &&
  isTextOrNull(value.sha256) &&
  isNumber(value.size_bytes) &&
  (value.stream === undefined || isStream(value.stream))
const isStream = (value: unknown): boolean =>
  isObject(value) &&
  isText(value.created_at) &&
  isNumber(value.first_seq) &&
  isNumber(value.last_seq)

/** What `verify` relies on. */
const CHECKS: Readonly<
  Record<string, readonly [expected: string, check: (v: unknown) => boolean]>
> = {
  schema: [`"${MANIFEST_SCHEMA}"`, (v) => v === MANIFEST_SCHEMA],
  state: [RUN_STATES.join(', '), (v) => RUN_STATES.some((state) => state === v)],
  sources: ['a list of inputs', (v) => Array.isArray(v) && v.every(isSource)],
  symbol: ['a symbol or null', isTextOrNull],
  from: ['a time or null', isTextOrNull],
  to: ['a time or null', isTextOrNull],
  config: ['an object', isObject],
  config_sha256: ['a SHA-256', isText],
  versions: ['an object', isObject],
  events: ['an object', isObject],
  rejects: ['an object', isObject],
  depth: ['an object', isObject],
  snaps: ['a number', isNumber],
  last_snap_ts: ['a number or null', (v) => v === null || isNumber(v)],
  digest: ['a SHA-256', isText],
}

function faultOf(value: unknown): string | null {
  if (!isObject(value)) return 'expected a JSON object'
  for (const [field, [expected, check]] of Object.entries(CHECKS)) {
    if (check(value[field])) continue
    const was = field in value ? JSON.stringify(value[field]).slice(0, 80) : 'missing'
    return `${field}: expected ${expected}, was ${was}`
  }
  return null
}
