import { mkdirSync, readdirSync } from 'node:fs'
import { MANIFEST_FILE, SIGNALS_FILE } from './manifest.ts'
import { reasonOf, UsageError } from './settings.ts'

const OURS: ReadonlySet<string> = new Set([
  MANIFEST_FILE,
  `${MANIFEST_FILE}.partial`,
  SIGNALS_FILE,
  'input',
  'flows.ndjson',
])

/**
 * Makes the folder of a run. One that holds an earlier run is written over; one that holds
 * anything else is left alone.
 *
 * @throws UsageError naming what is in the way
 */
export function prepareRunFolder(dir: string): string {
  let present: string[]
  try {
    mkdirSync(dir, { recursive: true })
    present = readdirSync(dir)
  } catch (cause) {
    throw new UsageError(`${dir}: expected a folder to write to: ${reasonOf(cause)}`, { cause })
  }
  const foreign = present.filter((name) => !OURS.has(name))
  if (foreign.length > 0) {
    throw new UsageError(
      `${dir}: expected an empty folder or that of an earlier run, it holds ${foreign[0] ?? ''}`,
    )
  }
  return dir
}
