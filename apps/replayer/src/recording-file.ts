import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Transform, type Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { createGzip, createZstdCompress, type Gzip, type ZstdCompress } from 'node:zlib'
import { reasonOf, UsageError } from './errors.ts'

/**
 * A file that grows for as long as something is recorded; compressed where its name ends in `.gz`
 * or `.zst`. What is written waits in memory until the disk has taken it: the caller stops when it
 * is told to.
 */
export class RecordingFile {
  readonly path: string
  readonly #head: Writable
  readonly #compressor: (Transform & Pick<Gzip | ZstdCompress, 'flush'>) | null
  readonly #isWritten: Promise<void>
  /** Rejects as soon as the file cannot be written; never resolves. */
  readonly failed: Promise<never>

  private constructor(path: string, file: Writable) {
    this.path = path
    this.#compressor = compressorFor(path)
    this.#head = this.#compressor ?? file
    this.#isWritten = this.#compressor === null ? finished(file) : pipeline(this.#compressor, file)
    this.failed = new Promise((_resolve, reject) => {
      this.#isWritten.catch((cause: unknown) => {
        reject(new UsageError(`${path}: expected to write it: ${reasonOf(cause)}`, { cause }))
      })
    })
    this.failed.catch(() => undefined) // told to whoever waits
  }

  /** Makes the file. @throws UsageError when there is one already, or it cannot be made */
  static async create(path: string): Promise<RecordingFile> {
    try {
      const fd = await open(path, 'wx')
      return new RecordingFile(path, createWriteStream(path, { fd }))
    } catch (cause) {
      const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
      const reason = isThere ? 'expected no such file yet, was one' : reasonOf(cause)
      throw new UsageError(`${path}: ${reason}`, { cause })
    }
  }

  /** Bytes that wait to be compressed or written. */
  get waitingBytes(): number {
    return this.#head.writableLength
  }

  /** @returns false when the caller is to wait for `drained` before the next */
  write(bytes: Uint8Array): boolean {
    return this.#head.write(bytes)
  }

  /** @throws UsageError when the file cannot be written */
  async drained(): Promise<void> {
    await Promise.race([once(this.#head, 'drain'), this.failed])
  }

  /** Brings what was compressed so far to the disk, so that a crash costs little. */
  flush(): void {
    this.#compressor?.flush()
  }

  /** Completes the file. @throws UsageError when it cannot be written */
  async close(): Promise<void> {
    this.#head.end()
    await Promise.race([this.#isWritten, this.failed])
  }
}

function compressorFor(path: string): Gzip | ZstdCompress | null {
  if (path.endsWith('.gz')) return createGzip()
  return path.endsWith('.zst') ? createZstdCompress() : null
}
