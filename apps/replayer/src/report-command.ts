import { createHash } from 'node:crypto'
import { createReadStream, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { decodeLevelSignals } from '@levels/contracts'
import { resolveConfig } from '@levels/level-signals'
import { htmlReport } from '@levels/report'
import { reasonOf, RunFolderError, UsageError } from './errors.ts'
import { ExitCode } from './exit-code.ts'
import { readManifest, REPORT_FILE, SIGNALS_FILE, type Manifest } from './manifest.ts'
import { writeFacts } from './run-report.ts'
import { SessionRecord } from './session-record.ts'
import { sessionReport } from './session-report.ts'
import type { Terminal } from './terminal.ts'

export interface ReportCommandOptions {
  /** Default: `report.html` in the run's folder. */
  readonly out?: string | undefined
}

/**
 * `replayer report DIR`: a run as one HTML file that needs no network.
 *
 * @throws RunFolderError when the folder holds no run, or its signals cannot be read
 * @throws UsageError when the report cannot be written
 * @throws ConfigError when the run's configuration is none of this version
 */
export async function reportCommand(
  dir: string,
  { out: path = join(dir, REPORT_FILE) }: ReportCommandOptions,
  { out, err }: Terminal,
): Promise<ExitCode> {
  const manifest = readManifest(dir)
  const { record, digest, differences } = await readSession(dir, manifest)
  const incomplete =
    manifest.state === 'complete' ? [] : [`This run is ${manifest.state}: ${manifest.reason ?? ''}`]
  // The report is of what the file holds, which need not be what the manifest expects.
  const report = sessionReport({ ...manifest, digest }, record, [...incomplete, ...differences])
  writeReport(path, htmlReport(report))
  writeFacts(out, [
    ['report', path],
    ['digest', digest],
  ])
  for (const difference of differences) err.write(`${err.paint('red', difference)}\n`)
  return differences.length === 0 ? ExitCode.Done : ExitCode.Differs
}

/** Reads the signals line by line, their digest too, and checks that they are the manifest's. */
async function readSession(
  dir: string,
  manifest: Manifest,
): Promise<{ record: SessionRecord | null; digest: string; differences: string[] }> {
  const { first_snap_ts: fromTs, last_snap_ts: toTs, digest: expected } = manifest
  const config = resolveConfig({ ...manifest.config })
  const path = join(dir, SIGNALS_FILE)
  const record =
    fromTs === null || toTs === null
      ? null
      : new SessionRecord({
          ...{ fromTs, toTs },
          touchBandUsd: config.score.touchBandUsd,
          snapIntervalMs: config.levels.snapIntervalMs,
        })
  const hash = createHash('sha256')
  const differences: string[] = []
  let line = 0
  try {
    const input = createReadStream(path, { highWaterMark: 1 << 20 })
    input.on('data', (bytes) => hash.update(bytes))
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line++
      const decoded = decodeLevelSignals(text)
      if (decoded.ok) record?.add(decoded.value)
      else if (differences.length === 0) {
        differences.push(`${path}: line ${line}: ${decoded.reject.message}`)
      }
    }
  } catch (cause) {
    throw new RunFolderError(`${path}: expected to read it: ${reasonOf(cause)}`, { cause })
  }
  const digest = hash.digest('hex')
  if (digest !== expected) differences.push(`${path}: expected digest ${expected}, was ${digest}`)
  return { record, digest, differences }
}

function writeReport(path: string, html: string): void {
  try {
    writeFileSync(`${path}.partial`, html)
    renameSync(`${path}.partial`, path)
  } catch (cause) {
    throw new UsageError(`${path}: expected to write it: ${reasonOf(cause)}`, { cause })
  }
}
