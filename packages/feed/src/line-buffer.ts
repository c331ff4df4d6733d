const LINE_FEED = 0x0a
const NOTHING = new Uint8Array(0)

/**
 * Cuts chunks of bytes into lines. A line longer than the limit is not kept, however long it is:
 * it comes out empty and marked.
 */
export class LineBuffer {
  readonly #bytesMax: number
  #bytes: Uint8Array = NOTHING
  #at = 0
  #isEnded = false
  /** Bytes of the line in hand that were dropped because it is too long. */
  #dropped = 0
  /** Offset in the input of the line to come. */
  #nextOffset = 0
  #offset = 0
  #line = 0
  #isTooLong = false
  #isTerminated = true

  /** @param bytesMax the longest line that is kept */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Offset in the input of the line that `next` gave last. */
  get offset(): number {
    return this.#offset
  }

  /** Its number, from 1. */
  get line(): number {
    return this.#line
  }

  /** Whether it was longer than the limit. */
  get isTooLong(): boolean {
    return this.#isTooLong
  }

  /** Whether a line feed ended it, and not the end of input. */
  get isTerminated(): boolean {
    return this.#isTerminated
  }

  /** Adds input. It is borrowed until `next` returns null. */
  push(chunk: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    this.#at = 0
  }

  /** Says that no more input comes. */
  end(): void {
    this.#isEnded = true
  }

  /** The next line without its end, borrowed until the next call; null: more input is needed. */
  next(): Uint8Array | null {
    const from = this.#at
    const end = this.#bytes.indexOf(LINE_FEED, from)
    if (end >= 0) {
      this.#at = end + 1
      return this.#emit(this.#bytes.subarray(from, end), 1)
    }
    const rest = this.#bytes.subarray(from)
    if (this.#isEnded) {
      this.#bytes = NOTHING
      this.#at = 0
      return rest.length + this.#dropped === 0 ? null : this.#emit(rest, 0)
    }
    this.#keep(rest)
    return null
  }

  #emit(line: Uint8Array, endBytes: 0 | 1): Uint8Array {
    this.#isTooLong = this.#dropped + line.length > this.#bytesMax
    this.#isTerminated = endBytes === 1
    this.#offset = this.#nextOffset
    this.#line++
    this.#nextOffset += this.#dropped + line.length + endBytes
    this.#dropped = 0
    return this.#isTooLong ? NOTHING : line
  }

  /** Copies what belongs to the next line, for the chunk it lies in is about to be reused. */
  #keep(rest: Uint8Array): void {
    if (this.#dropped + rest.length > this.#bytesMax) {
      this.#dropped += rest.length
      this.#bytes = NOTHING
    } else {
      this.#bytes = new Uint8Array(rest) // `slice` of a Buffer would not copy
    }
    this.#at = 0
  }
}
