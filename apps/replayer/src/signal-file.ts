import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { encodeLevelSignals, type LevelSignals } from '@levels/contracts'

const FLUSH_CHARACTERS = 1 << 20

/**
 * Writes text lines to a file in blocks and digests them on the way. Writes are synchronous: the
 * producer is never ahead of the disk, so memory stays bounded.
 */
export class LineFile {
  readonly path: string
  readonly #fd: number
  readonly #hash: Hash = createHash('sha256')
  #pending: string[] = []
  #pendingCharacters = 0
  #lineCount = 0

  /** Creates or empties the file. @throws the system's error when it cannot */
  constructor(path: string) {
    this.path = path
    this.#fd = openSync(path, 'w')
  }

  get lineCount(): number {
    return this.#lineCount
  }

  writeLine(line: string): void {
    this.#pending.push(line, '\n')
    this.#lineCount++
    this.#pendingCharacters += line.length + 1
    if (this.#pendingCharacters >= FLUSH_CHARACTERS) this.#flush()
  }

  /** Writes what is pending and closes the file. @returns its SHA-256, hexadecimal */
  close(): string {
    this.#flush()
    closeSync(this.#fd)
    return this.#hash.digest('hex')
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending.join(''))
    this.#pending = []
    this.#pendingCharacters = 0
    this.#hash.update(bytes)
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at)
  }
}

/** `signals.ndjson`: one payload a line. Its digest is the run digest. */
export class SignalFile extends LineFile {
  write(signals: LevelSignals): void {
    this.writeLine(encodeLevelSignals(signals))
  }
}
