import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check, JsonObject } from './check.ts'
import { faultOf, isCount, isInteger, isObject, isText, listOf, oneOf, orNull } from './check.ts'
import { GatewayError, reasonOf, unreadable } from './errors.ts'
import type { RunInfo } from './messages.ts'
import type { SourceFacts } from './source.ts'

const MANIFEST_FILE = 'manifest.json'
const MANIFEST_SCHEMA = 'levels.run.v1'

/** What is read of a run's manifest. */
export interface RunManifest {
  readonly info: RunInfo
  readonly instrument: SourceFacts['instrument']
  readonly snapIntervalMs: number
}

const isSource: Check = (value) => isObject(value) && listOf(isText)(value.symbols)
const isConfig: Check = (value) =>
  isObject(value) && isObject(value.levels) && isPositive(value.levels.snapIntervalMs)
const isPositive: Check = (value) => isCount(value) && value !== 0

const SHAPE = {
  schema: [`"${MANIFEST_SCHEMA}"`, oneOf([MANIFEST_SCHEMA])],
  run_id: ['a text', isText],
  state: ['complete, faulted or interrupted', oneOf(['complete', 'faulted', 'interrupted'])],
  reason: ['a text or null', orNull(isText)],
  sources: ['a list of inputs', listOf(isSource)],
  symbol: ['a symbol or null', orNull(isText)],
  config: ['a configuration', isConfig],
  snaps: ['a count', isCount],
  first_snap_ts: ['Unix ms or null', orNull(isInteger)],
  last_snap_ts: ['Unix ms or null', orNull(isInteger)],
  digest: [
    'a SHA-256',
    (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  ],
} as const

/** The fields of `SHAPE`, once they are checked. */
interface ManifestFields {
  readonly run_id: string
  readonly state: RunInfo['state']
  readonly reason: string | null
  readonly sources: readonly { readonly symbols: readonly string[] }[]
  readonly symbol: string | null
  readonly config: { readonly levels: { readonly snapIntervalMs: number } }
  readonly snaps: number
  readonly first_snap_ts: number | null
  readonly last_snap_ts: number | null
  readonly digest: string
}

/**
 * Reads the manifest of a finished run.
 *
 * @throws GatewayError `RUN_UNREADABLE` when there is none, `RUN_DAMAGED` naming the field at fault
 */
export async function readRunManifest(dir: string): Promise<RunManifest> {
  const path = join(dir, MANIFEST_FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw unreadable(path, 'the manifest of a finished run', cause)
  }
  const parsed = parse(text, path)
  const fault = faultOf(parsed, SHAPE)
  if (fault !== null) throw new GatewayError('RUN_DAMAGED', `${path}: ${fault}`)
  const fields = parsed as unknown as ManifestFields
  return {
    info: {
      runId: fields.run_id,
      state: fields.state,
      reason: fields.reason,
      snapCount: fields.snaps,
      firstTs: fields.first_snap_ts,
      lastTs: fields.last_snap_ts,
      digest: fields.digest,
    },
    instrument: { equity: 'SPY', future: futureOf(fields) },
    snapIntervalMs: fields.config.levels.snapIntervalMs,
  }
}

/** The future that was chosen, else the only one that the inputs name. */
function futureOf({ symbol, sources }: ManifestFields): string | null {
  const named = new Set(sources.flatMap(({ symbols }) => symbols))
  const [only] = named.size === 1 ? named : []
  return symbol ?? only ?? null
}

function parse(text: string, path: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new GatewayError('RUN_DAMAGED', `${path}: expected JSON: ${reasonOf(cause)}`, { cause })
  }
  if (isObject(value)) return value
  throw new GatewayError('RUN_DAMAGED', `${path}: expected a JSON object`)
}
