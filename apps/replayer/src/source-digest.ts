import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
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

/** SHA-256 of one file. Never throws: what is wrong with the file is in the result. */
export async function digestFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const bytes = chunk as Buffer
      hash.update(bytes)
      sizeBytes += bytes.length
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
  for (const path of workerData.paths) parentPort.postMessage(await digestFile(path))
}
