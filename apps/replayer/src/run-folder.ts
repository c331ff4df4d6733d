import { mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { reasonOf, UsageError } from './errors.ts'
import { FLOWS_FILE, MANIFEST_FILE, readManifest, REPORT_FILE, SIGNALS_FILE } from './manifest.ts'

/** What a run's folder may hold: what runs put there, and the inputs that `demo` makes. */
const OURS: ReadonlySet<string> = new Set([
  MANIFEST_FILE,
  `${MANIFEST_FILE}.partial`,
  SIGNALS_FILE,
  FLOWS_FILE,
  REPORT_FILE,
  `${REPORT_FILE}.partial`,
  'input',
])

/** Where a run writes. */
export interface RunFolder {
  /** As it was given. */
  readonly dir: string
  /** The same, absolute and without links: what the manifest's paths are relative to. */
  readonly realDir: string
}

/**
 * Makes the folder of a run. One that holds an earlier run may be written over; one that holds
 * anything else is to be left alone, and so are the inputs.
 *
 * @param traceFlowsPath file for the flows; null: none
 * @throws UsageError naming what is in the way
 */
export function prepareRunFolder(
  dir: string,
  inputs: readonly string[],
  traceFlowsPath: string | null,
): RunFolder {
  const present = makeFolder(dir)
  const isTraceHere = traceFlowsPath !== null && resolve(dirname(traceFlowsPath)) === resolve(dir)
  const traceName = isTraceHere ? basename(traceFlowsPath) : null
  if (traceName === MANIFEST_FILE || traceName === SIGNALS_FILE || traceName === REPORT_FILE) {
    throw new UsageError(`--trace-flows: expected a file of its own, was the run's ${traceName}`)
  }
  const foreign = present.find((name) => !OURS.has(name) && name !== traceName)
  if (foreign !== undefined) {
    throw new UsageError(
      `${dir}: expected an empty folder or that of an earlier run, was one that holds ${foreign}`,
    )
  }
  if (present.includes(MANIFEST_FILE)) checkEarlierRun(dir)
  const outputs = [join(dir, SIGNALS_FILE), join(dir, MANIFEST_FILE), traceFlowsPath ?? []].flat()
  refuseInputs(inputs, outputs)
  return { dir, realDir: realpathSync(dir) }
}

/** @throws UsageError when a file is given twice, under whatever names */
export function refuseRepeated(paths: readonly string[]): void {
  const seen = new Map<string, string>()
  for (const path of paths) {
    const id = identityOf(path)
    if (id === null) continue // whoever opens it says why not
    const earlier = seen.get(id)
    if (earlier !== undefined) {
      const also = earlier === path ? 'twice' : `also as ${earlier}`
      throw new UsageError(`${path}: expected every file once, was given ${also}`)
    }
    seen.set(id, path)
  }
}

function makeFolder(dir: string): string[] {
  try {
    mkdirSync(dir, { recursive: true })
    return readdirSync(dir)
  } catch (cause) {
    throw new UsageError(`${dir}: expected a folder to write to: ${reasonOf(cause)}`, { cause })
  }
}

function checkEarlierRun(dir: string): void {
  try {
    readManifest(dir)
  } catch (cause) {
    throw new UsageError(
      `${dir}: expected an empty folder or that of an earlier run: ${reasonOf(cause)}`,
      { cause },
    )
  }
}

function refuseInputs(inputs: readonly string[], outputs: readonly string[]): void {
  const written = new Map(outputs.map((path) => [identityOf(path), path]))
  for (const path of inputs) {
    const id = identityOf(path)
    const output = id === null ? undefined : written.get(id)
    if (output === undefined) continue
    throw new UsageError(`${output}: expected a file to write, was the input ${path}`)
  }
}

/** What a path leads to, links followed; null when nothing is there. */
function identityOf(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`
}
