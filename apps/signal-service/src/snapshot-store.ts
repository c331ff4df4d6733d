import type { ObjectInfo, ObjectStore } from '@levels/bus'
import { decodeSnapshot, encodeSnapshot, SnapshotError, type RunSnapshot } from './run-snapshot.ts'

/** Object store that holds the snapshots. */
export const SNAPSHOT_BUCKET = 'LEVELS_STATE'

const PREFIX = 'snapshot'
/** After this long the market stream no longer holds what a snapshot goes on from. */
const FOREIGN_KEPT_MS = 24 * 3_600_000

/** A snapshot that was passed over. */
export interface SkippedSnapshot {
  readonly name: string
  readonly error: SnapshotError
}

export interface SnapshotStoreOptions {
  readonly objects: ObjectStore
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
   * @param accept throws a `SnapshotError` for one that is not to be gone on from
   * @returns what `accept` made of it; null when there is none
   * @throws BusError when the store cannot be read
   */
  async newest<T>(accept: (snapshot: RunSnapshot) => T): Promise<T | null> {
    const { objects, onSkipped } = this.#options
    for (const { name } of await this.#list()) {
      try {
        const snapshot = await this.#read(objects, name)
        if (snapshot !== null) return accept(snapshot)
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
    const { runId } = snapshot.run
    const parts = await encodeSnapshot(snapshot)
    // Names sort by the place in the stream: the newest of a run is its last.
    const seq = String(snapshot.state.coveredSeq).padStart(16, '0')
    await this.#options.objects.put(`${PREFIX}.${runId}.${seq}`, parts, { run: runId })
    await this.#prune(runId, Date.parse(snapshot.takenAt))
    return parts.reduce((sizeBytes, { length }) => sizeBytes + length, 0)
  }

  async #read(objects: ObjectStore, name: string): Promise<RunSnapshot | null> {
    let bytes: Uint8Array | null
    try {
      bytes = await objects.get(name)
    } catch (cause) {
      if (!isDamage(cause)) throw cause
      throw SnapshotError.of('DAMAGED', 'expected what was stored, was something else', { cause })
    }
    return bytes === null ? null : decodeSnapshot(bytes)
  }

  async #prune(runId: string, nowMs: number): Promise<void> {
    const { objects, keep } = this.#options
    const all = await this.#list()
    const own = all.filter(({ name }) => name.startsWith(`${PREFIX}.${runId}.`))
    const foreign = all.filter((info) => !own.includes(info))
    const old = foreign.filter(({ modifiedAt }) => nowMs - Date.parse(modifiedAt) > FOREIGN_KEPT_MS)
    for (const { name } of [...own.slice(keep), ...old]) await objects.delete(name)
  }

  /** Newest first. */
  async #list(): Promise<ObjectInfo[]> {
    const all = await this.#options.objects.list()
    return all
      .filter(({ name }) => name.startsWith(`${PREFIX}.`))
      .sort((a, b) => compare(b.modifiedAt, a.modifiedAt) || compare(b.name, a.name))
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'OBJECT_DAMAGED'
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
