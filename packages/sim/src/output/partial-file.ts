import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/** A file that gets its name when it is whole: a crash leaves nothing that looks finished. */
export class PartialFile {
  readonly path: string
  readonly #fd: number
  #sizeBytes = 0
  #isOpen = true

  /** @throws the system's error when the file cannot be made */
  constructor(path: string) {
    this.path = path
    this.#fd = openSync(`${path}.partial`, 'w')
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at)
    this.#sizeBytes += bytes.length
  }

  finish(): void {
    this.#close()
    renameSync(`${this.path}.partial`, this.path)
  }

  /** Removes what was written, also after a failed `finish`. */
  abandon(): void {
    this.#close()
    rmSync(`${this.path}.partial`, { force: true })
  }

  #close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.#fd)
  }
}

const LINES_HELD = 4_096

/** Lines of text, written some thousand at a time. */
export class LineFile {
  readonly #file: PartialFile
  #lines: string[] = []
  #count = 0

  constructor(path: string) {
    this.#file = new PartialFile(path)
  }

  get count(): number {
    return this.#count
  }

  write(line: string): void {
    this.#lines.push(line, '\n')
    this.#count++
    if (this.#lines.length >= 2 * LINES_HELD) this.#flush()
  }

  finish(): void {
    this.#flush()
    this.#file.finish()
  }

  abandon(): void {
    this.#file.abandon()
  }

  #flush(): void {
    this.#file.write(Buffer.from(this.#lines.join('')))
    this.#lines = []
  }
}
