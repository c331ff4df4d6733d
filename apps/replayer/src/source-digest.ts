import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { parentPort, Worker, workerData } from 'node:worker_threads'

// The thread runs this very file, from sources and from a build alike: so it imports nothing but
// Node, and knows by its first message that it is the thread.

/** What hashing one file gave. */
export interface FileDigest {
  /** Hexadecimal; null while it is not known, or when the file cannot be read. */
  readonly sha256: string | null
  /** Bytes that were read. */
  readonly sizeBytes: number
  /** Why the file cannot be read; null when nothing is known against it. */
  readonly problem: string | null
}

/** Bytes read at a time: few enough to be hashed while they are in the second cache. */
const PIECE_BYTES = 1 << 16

const UNKNOWN: FileDigest = { sha256: null, sizeBytes: 0, problem: null }

interface Task {
  readonly task: 'levels:sha256'
  readonly paths: readonly string[]
}

/** SHA-256 of files, computed beside the run on a thread of its own. */
export class SourceDigests {
  readonly #worker: Worker
  readonly #digests: FileDigest[]
  readonly #isDone: Promise<void>

  constructor(paths: readonly string[]) {
    this.#digests = paths.map(() => UNKNOWN)
    const task: Task = { task: 'levels:sha256', paths }
    this.#worker = new Worker(new URL(import.meta.url), { workerData: task, execArgv: [] })
    let known = 0
    this.#isDone = new Promise((resolve) => {
      this.#worker.on('message', (digest: FileDigest) => {
        this.#digests[known++] = digest
        if (known === paths.length) resolve()
      })
      const fail = (problem: string): void => {
        this.#digests.fill({ ...UNKNOWN, problem }, known)
        resolve()
      }
      this.#worker.once('error', (error) => {
        fail(`its SHA-256 could not be computed: ${String(error)}`)
      })
      this.#worker.once('exit', (code) => {
        if (known < paths.length) fail(`its SHA-256 could not be computed: exit code ${code}`)
      })
      if (paths.length === 0) resolve()
    })
  }

  /**
   * One digest a path, in the order of the paths.
   *
   * @param patienceMs after which those that are not done are given as unknown; left out: all are
   *   waited for
   */
  async results(patienceMs?: number): Promise<readonly FileDigest[]> {
    const patience =
      patienceMs === undefined ? [] : [setTimeout(patienceMs, undefined, { ref: false })]
    await Promise.race([this.#isDone, ...patience])
    return [...this.#digests]
  }

  /** Stops the work, finished or not. */
  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** SHA-256 of one file, computed on a thread of its own. What is wrong with it is in the result. */
export async function digestFile(path: string): Promise<FileDigest> {
  const digests = new SourceDigests([path])
  try {
    const [digest = UNKNOWN] = await digests.results()
    return digest
  } finally {
    await digests.stop()
  }
}

/** Reads and hashes without a pause: nothing else waits on the thread that this is for. */
function hashFile(path: string): FileDigest {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  let sizeBytes = 0
  try {
    const fd = openSync(path, 'r')
    try {
      for (;;) {
        const count = readSync(fd, piece)
        if (count === 0) break
        hash.update(piece.subarray(0, count))
        sizeBytes += count
      }
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    return { sha256: null, sizeBytes, problem }
  }
  return { sha256: hash.digest('hex'), sizeBytes, problem: null }
}

function isTask(data: unknown): data is Task {
  return (
    typeof data === 'object' && data !== null && 'task' in data && data.task === 'levels:sha256'
  )
}

if (parentPort !== null && isTask(workerData)) {
  for (const path of workerData.paths) parentPort.postMessage(hashFile(path))
}
