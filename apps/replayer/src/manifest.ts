import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { LevelsConfig } from '@levels/level-signals'
import { UsageError, reasonOf } from './settings.ts'

export const MANIFEST_FILE = 'manifest.json'
export const SIGNALS_FILE = 'signals.ndjson'
export const MANIFEST_SCHEMA = 'levels.run.v1'

/** How a run ended. */
export type RunState = 'complete' | 'faulted' | 'interrupted'

/** One input of a run. */
export interface ManifestSource {
  /** Relative to the run's folder. */
  readonly path: string
  readonly size_bytes: number
  readonly sha256: string
  readonly format: string
  readonly schema: string | null
  readonly symbols: readonly string[]
}

/** What a run was made from and what it gave: enough to make it again and compare. */
export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA
  readonly run_id: string
  readonly state: RunState
  /** Why it is not complete; null when it is. */
  readonly reason: string | null
  readonly sources: readonly ManifestSource[]
  readonly symbol: string | null
  /** ISO 8601 with nanoseconds as given, or null for the whole input. */
  readonly from: string | null
  readonly to: string | null
  readonly config: LevelsConfig
  readonly config_sha256: string
  readonly versions: Readonly<Record<string, string>>
  readonly node: string
  /** Events applied, by kind. */
  readonly events: Readonly<Record<string, number>>
  /** Messages refused, by code. */
  readonly rejects: Readonly<Record<string, number>>
  /** The first of them. */
  readonly rejected: readonly unknown[]
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

const PACKAGES = [
  'barrier',
  'calendar',
  'contracts',
  'dbn',
  'feed',
  'fuel',
  'greeks',
  'kernel',
  'level-signals',
  'market-state',
  'score',
  'tape',
] as const

/** The versions of the packages that a signal passes through. */
export function packageVersions(): Record<string, string> {
  const require = createRequire(import.meta.url)
  return Object.fromEntries(
    PACKAGES.map((name) => {
      const { version } = require(`@levels/${name}/package.json`) as { version: string }
      return [`@levels/${name}`, version]
    }),
  )
}

/** SHA-256 of a value as JSON, hexadecimal. */
export function sha256OfJson(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/** Puts the manifest into a run's folder, whole or not at all. */
export function writeManifest(dir: string, manifest: Manifest): void {
  const path = join(dir, MANIFEST_FILE)
  writeFileSync(`${path}.partial`, `${JSON.stringify(manifest, null, 2)}\n`)
  renameSync(`${path}.partial`, path)
}

/** @throws UsageError when the folder holds no manifest of a run */
export function readManifest(dir: string): Manifest {
  const path = join(dir, MANIFEST_FILE)
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new UsageError(`${path}: expected the manifest of a run: ${reasonOf(cause)}`, { cause })
  }
  if (!isManifest(parsed)) {
    throw new UsageError(`${path}: expected a manifest of schema ${MANIFEST_SCHEMA}`)
  }
  return parsed
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    value.schema === MANIFEST_SCHEMA &&
    'sources' in value &&
    Array.isArray(value.sources) &&
    'config' in value &&
    'digest' in value
  )
}
