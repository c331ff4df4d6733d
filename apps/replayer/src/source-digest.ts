import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/** SHA-256 of files, computed beside the run on a thread of its own. */
export class SourceDigests {
  readonly #worker: Worker
  readonly #digests: Promise<readonly string[]>

  constructor(paths: readonly string[]) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: paths })
    this.#digests = new Promise((resolve, reject) => {
      this.#worker.once('message', resolve)
      this.#worker.once('error', reject)
    })
    this.#digests.catch(() => undefined) // whoever awaits it is told; nobody need await it
  }

  /** @throws the system's error when a file cannot be read */
  async results(): Promise<readonly string[]> {
    return this.#digests
  }

  /** Stops the work, finished or not. */
  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** SHA-256 of one file, hexadecimal. */
export async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer)
  }
  return hash.digest('hex')
}

if (!isMainThread && parentPort !== null) {
  const digests: string[] = []
  for (const path of workerData as readonly string[]) digests.push(await digestFile(path))
  parentPort.postMessage(digests)
}
