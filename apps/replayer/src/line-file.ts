import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { reasonOf, UsageError } from './errors.ts'

/** Characters that wait until they are written in one go. */
const PENDING_MAX = 1 << 20

/**
 * Writes text lines to a file in blocks and digests them on the way. Writes are synchronous: the
 * producer is never ahead of the disk, so memory stays bounded.
 */
export class LineFile {
  readonly path: string
  readonly #pendingMax: number
  readonly #fd: number
  readonly #hash: Hash = createHash('sha256')
  #pending: string[] = []
  #pendingCharacters = 0
  #lineCount = 0

  /**
   * Creates or empties the file.
   *
   * @param options.isLive every line is written at once, for whoever follows the file
   * @throws UsageError when it cannot
   */
  constructor(path: string, { isLive = false }: { readonly isLive?: boolean } = {}) {
    this.path = path
    this.#pendingMax = isLive ? 0 : PENDING_MAX
    this.#fd = this.#attempt(() => openSync(path, 'w'))
  }

  get lineCount(): number {
    return this.#lineCount
  }

  /** @throws UsageError when the block that the line completes cannot be written */
  writeLine(line: string): void {
    this.#pending.push(line, '\n')
    this.#lineCount++
    this.#pendingCharacters += line.length + 1
    if (this.#pendingCharacters >= this.#pendingMax) this.#flush()
  }

  /**
   * Writes what is pending and closes the file.
   *
   * @returns its SHA-256, hexadecimal
   * @throws UsageError when it cannot be written
   */
  close(): string {
    try {
      this.#flush()
    } finally {
      closeSync(this.#fd)
    }
    return this.#hash.digest('hex')
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending.join(''))
    this.#pending = []
    this.#pendingCharacters = 0
    this.#hash.update(bytes)
    this.#attempt(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at)
    })
  }

  #attempt<T>(write: () => T): T {
    try {
      return write()
    } catch (cause) {
      throw new UsageError(`${this.path}: expected to write it: ${reasonOf(cause)}`, { cause })
    }
  }
}
