import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { MAX_PAYLOAD_BYTES } from '@levels/contracts'
import { GatewayError, reasonOf, unreadable } from './errors.ts'
import { RUN_SNAPS_MAX, RunIndex } from './run-index.ts'
import type { FileLine } from './run-lines.ts'
import { readLines } from './run-lines.ts'
import type { RunManifest } from './run-manifest.ts'
import { readRunManifest } from './run-manifest.ts'
import type { HistoryLimits } from './session-history.ts'
import { SessionRecord } from './session-record.ts'
import { snapRowOf } from './snap-row.ts'

const SIGNALS_FILE = 'signals.ndjson'

/** How far opening a run is. */
export interface OpeningProgress {
  readonly byteCount: number
  readonly byteTotal: number
}

export interface ReplayRunOptions {
  readonly limits: HistoryLimits
  readonly onProgress: (progress: OpeningProgress) => void
}

/** The run's signals are no longer what they were when it was opened. */
export class RunChangedError extends Error {
  override readonly name = 'RunChangedError'
}

/** A finished run, open: any of its snaps at the cost of one read from its file. */
export class ReplayRun {
  readonly manifest: RunManifest
  readonly record: SessionRecord
  readonly #file: FileHandle
  readonly #index: RunIndex

  private constructor(
    manifest: RunManifest,
    file: FileHandle,
    scan: { readonly index: RunIndex; readonly record: SessionRecord },
  ) {
    this.manifest = manifest
    this.record = scan.record
    this.#file = file
    this.#index = scan.index
  }

  /**
   * Reads the manifest, and the signals once from end to end.
   *
   * @throws GatewayError `RUN_UNREADABLE`, `RUN_DAMAGED`
   */
  static async open(dir: string, options: ReplayRunOptions): Promise<ReplayRun> {
    const manifest = await readRunManifest(dir)
    const path = join(dir, SIGNALS_FILE)
    const file = await openSignals(path)
    try {
      return new ReplayRun(manifest, file, await scan(file, path, manifest, options))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get snapCount(): number {
    return this.#index.count
  }

  /** Place of the last snap not after a moment, of the first one if it is before all. */
  indexAt(ts: number): number {
    return this.#index.at(ts)
  }

  /** Unix ms of a snap, by its place from 0. */
  tsOf(index: number): number {
    return this.#index.tsOf(index)
  }

  /**
   * A snap as it was written.
   *
   * @throws RunChangedError when the file is another than that which was opened
   */
  async payload(index: number): Promise<Uint8Array> {
    const { byteOffset, byteCount } = this.#index.rangeOf(index)
    const bytes = Buffer.allocUnsafe(byteCount)
    const { bytesRead } = await this.#file.read(bytes, 0, byteCount, byteOffset)
    const isWhole = bytesRead === byteCount && bytes[byteCount - 1] === 0x0a
    const line = bytes.subarray(0, byteCount - 1)
    if (isWhole && crc32(line) === this.#index.crcOf(index)) return line
    throw new RunChangedError('the run: expected the signals that were opened, was others')
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

async function openSignals(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw unreadable(path, 'the signals of a run', cause)
  }
}

async function scan(
  file: FileHandle,
  path: string,
  manifest: RunManifest,
  { limits, onProgress }: ReplayRunOptions,
) {
  const index = new RunIndex()
  // A run is shown whole, whatever gaps are in it.
  const record = new SessionRecord({ limits, sessionGapMs: Infinity })
  const { runId, digest, snapCount } = manifest.info
  const add = (line: FileLine): void => {
    const row = snapRowOf(line.bytes)
    if (typeof row === 'string') throw damaged(line, row)
    if (index.count === RUN_SNAPS_MAX)
      throw damaged(line, `expected ${RUN_SNAPS_MAX} snaps at most`)
    const outcome = record.append(runId, row)
    if (outcome !== 'added')
      throw damaged(line, 'expected a later boundary than in the line before')
    index.add(row.ts, line.byteOffset + line.bytes.length + 1, crc32(line.bytes))
  }
  let found: string
  try {
    const byteTotal = (await file.stat()).size
    found = await readLines(file, MAX_PAYLOAD_BYTES, add, (byteCount) => {
      onProgress({ byteCount, byteTotal })
    })
  } catch (cause) {
    throw new GatewayError('RUN_DAMAGED', `${path}: ${reasonOf(cause)}`, { cause })
  }
  if (found !== digest || index.count !== snapCount) {
    const message = `${path}: expected ${snapCount} snaps with SHA-256 ${digest}, was ${index.count} with ${found}`
    throw new GatewayError('RUN_DAMAGED', message)
  }
  return { index, record }
}

function damaged(line: FileLine, reason: string): Error {
  return new Error(`line ${line.number}: ${reason}`)
}
