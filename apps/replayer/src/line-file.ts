import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { reasonOf, UsageError } from './errors.ts'

/** Bytes that wait until they are written in one go: few enough to stay in the second cache. */
const BLOCK_BYTES = 1 << 18
/** The most that a character of a string takes in UTF-8. */
const BYTES_PER_CHARACTER_MAX = 3
const NEWLINE = 0x0a

/**
 * Writes text lines to a file in blocks and digests them on the way. Writes are synchronous: the
 * producer is never ahead of the disk, so memory stays bounded. What waits is bytes in one block,
 * never strings: many of those would be copied by every collection of garbage.
 */
export class LineFile {
  readonly path: string
  readonly #isLive: boolean
  readonly #fd: number
  readonly #hash: Hash = createHash('sha256')
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #blockBytes = 0
  #lineCount = 0

  /**
   * Creates or empties the file.
   *
   * @param options.isLive every line is written at once, for whoever follows the file
   * @throws UsageError when it cannot
   */
  constructor(path: string, { isLive = false }: { readonly isLive?: boolean } = {}) {
    this.path = path
    this.#isLive = isLive
    this.#fd = this.#attempt(() => openSync(path, 'w'))
  }

  get lineCount(): number {
    return this.#lineCount
  }

  /** @throws UsageError when the block that the line completes cannot be written */
  writeLine(line: string): void {
    this.#lineCount++
    const bytesMax = line.length * BYTES_PER_CHARACTER_MAX + 1
    if (bytesMax > BLOCK_BYTES - this.#blockBytes) this.#flush()
    if (bytesMax > BLOCK_BYTES) return this.#write(Buffer.from(`${line}\n`))
    this.#blockBytes += this.#block.write(line, this.#blockBytes)
    this.#endLine()
  }

  /**
   * `writeLine` of text that is UTF-8 already; it is copied.
   *
   * @throws UsageError when the block that the line completes cannot be written
   */
  writeUtf8Line(line: Uint8Array): void {
    this.#lineCount++
    if (line.length >= BLOCK_BYTES - this.#blockBytes) this.#flush()
    if (line.length >= BLOCK_BYTES) return this.#write(Buffer.concat([line, Buffer.of(NEWLINE)]))
    this.#block.set(line, this.#blockBytes)
    this.#blockBytes += line.length
    this.#endLine()
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

  #endLine(): void {
    this.#block[this.#blockBytes++] = NEWLINE
    if (this.#isLive) this.#flush()
  }

  #flush(): void {
    const bytes = this.#block.subarray(0, this.#blockBytes)
    this.#blockBytes = 0
    if (bytes.length > 0) this.#write(bytes)
  }

  #write(bytes: Uint8Array): void {
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
