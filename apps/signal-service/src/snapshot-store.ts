import type { ObjectInfo, ObjectStore } from '@levels/bus'
import { decodeSnapshot, encodeSnapshot, SnapshotError, type RunSnapshot } from './run-snapshot.ts'

/** Object store that holds the snapshots. */
export const SNAPSHOT_BUCKET = 'LEVELS_STATE'

const PREFIX = 'snapshot'
/** Digits of the numbers in a name, so that names sort as they do. */
const ORDER_DIGITS = 10
const SEQ_DIGITS = 16
/** After this long the market stream no longer holds what a snapshot goes on from. */
const FOREIGN_KEPT_MS = 24 * 3_600_000

/** A snapshot that was passed over. */
export interface SkippedSnapshot {
  readonly name: string
  readonly error: SnapshotError
}

export interface SnapshotStoreOptions {
  /** Opens the object store, and makes it when missing: it may be deleted at any time. */
  readonly open: () => Promise<ObjectStore>
  /** Snapshots of a run that stay. */
  readonly keep: number
  readonly onSkipped: (skipped: SkippedSnapshot) => void
}

/** The snapshots in the object store. */
export class SnapshotStore {
  readonly #options: SnapshotStoreOptions

  constructor(options: SnapshotStoreOptions) {
    this.#options = options
  }

  /**
   * The newest snapshot that is whole and accepted; the others are reported and passed over.
   *
   * @param accept throws, or rejects with, a `SnapshotError` for one that is not to be gone on from
   * @returns what `accept` made of it; null when there is none
   * @throws BusError when the store cannot be read
   */
  async newest<T>(accept: (snapshot: RunSnapshot) => T | Promise<T>): Promise<T | null> {
    const { open, onSkipped } = this.#options
    const objects = await open()
    for (const { name } of await list(objects)) {
      try {
        const snapshot = await read(objects, name)
        if (snapshot !== null) return await accept(snapshot)
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw error
        onSkipped({ name, error })
      }
    }
    return null
  }

  /**
   * Stores a snapshot and drops those that are no longer needed. Its bytes must stay as they are
   * until then.
   *
   * @returns its size, bytes
   * @throws BusError when it could not be stored
   */
  async save(snapshot: RunSnapshot): Promise<number> {
    const { open, keep } = this.#options
    const { runId } = snapshot.run
    const parts = await encodeSnapshot(snapshot)
    const objects = await open()
    const former = await list(objects)
    // Neither the wall clock, which may be set back, nor the place in the stream, which a stream that
    // lost its end repeats, tells which one was stored last.
    const order = 1 + Math.max(0, ...former.map(({ name }) => orderOf(name)))
    await objects.put(nameOf(runId, order, snapshot.state.coveredSeq), parts, { run: runId })
    const own = former.filter(({ name }) => name.startsWith(`${PREFIX}.${runId}.`))
    const foreign = former.filter((info) => !own.includes(info))
    const nowMs = Date.parse(snapshot.takenAt)
    const old = foreign.filter(({ modifiedAt }) => nowMs - Date.parse(modifiedAt) > FOREIGN_KEPT_MS)
    for (const { name } of [...own.slice(keep - 1), ...old]) await objects.delete(name)
    return parts.reduce((sizeBytes, { length }) => sizeBytes + length, 0)
  }
}

async function read(objects: ObjectStore, name: string): Promise<RunSnapshot | null> {
  let bytes: Uint8Array | null
  try {
    bytes = await objects.get(name)
  } catch (cause) {
    if (!isDamage(cause)) throw cause
    throw SnapshotError.of('DAMAGED', 'expected what was stored, was something else', { cause })
  }
  return bytes === null ? null : decodeSnapshot(bytes)
}

/** The snapshots, stored last first. */
async function list(objects: ObjectStore): Promise<ObjectInfo[]> {
  const all = await objects.list()
  return all
    .filter(({ name }) => name.startsWith(`${PREFIX}.`))
    .sort((a, b) => orderOf(b.name) - orderOf(a.name) || compare(b.name, a.name))
}

/** A name says in which order it was stored, among those of all runs, and the place it covers. */
function nameOf(runId: string, order: number, coveredSeq: number): string {
  const [orderText, seq] = [
    String(order).padStart(ORDER_DIGITS, '0'),
    String(coveredSeq).padStart(SEQ_DIGITS, '0'),
  ]
  return `${PREFIX}.${runId}.${orderText}.${seq}`
}

/** 0 for a name that does not say. */
function orderOf(name: string): number {
  const [, , order = '', seq] = name.split('.')
  return seq === undefined || !/^\d+$/.test(order) ? 0 : Number(order)
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'OBJECT_DAMAGED'
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
