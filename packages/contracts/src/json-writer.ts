const MINUS = 0x2d
const ZERO = 0x30

const INITIAL_BYTES = 1 << 14
/** Bytes that are copied in one go. */
const WORD = 8
/** Of the longest 32-bit integer. */
const DIGITS_MAX = 10
/** Texts that are kept as pieces, and the longest of them. */
const TEXTS_MAX = 1_024
const TEXT_LENGTH_MAX = 64

const utf8 = new TextEncoder()

/** Signals a number that JSON cannot write; the caller looks for it the slow way. */
export class NonFiniteNumber extends Error {}

/** A piece of JSON that is written often, as UTF-8. */
export class JsonPiece {
  readonly length: number
  /** Whole words of `WORD` bytes: behind the piece lie zeros. */
  readonly view: DataView

  constructor(json: string) {
    const bytes = utf8.encode(json)
    const padded = new Uint8Array(Math.ceil(bytes.length / WORD) * WORD)
    padded.set(bytes)
    this.length = bytes.length
    this.view = new DataView(padded.buffer)
  }
}

const NULL = new JsonPiece('null')
const TRUE = new JsonPiece('true')
const FALSE = new JsonPiece('false')

/**
 * Writes JSON as UTF-8 into one buffer that is kept and grows: strings in between would have to be
 * made, joined, copied out and collected again. What stands before a value, such as its key, is
 * handed over with it.
 *
 * Texts come back from payload to payload: up to 1,024 of up to 64 characters are kept as they are
 * written, then all are forgotten, which shows in the cost only.
 */
export class JsonWriter {
  #bytes = new Uint8Array(INITIAL_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  readonly #texts = new Map<string, JsonPiece>()

  /** Starts anew: what was written before is overwritten. */
  begin(): this {
    this.#at = 0
    return this
  }

  /** What was written; borrowed, valid until the next `begin`. */
  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  /** Bytes since `begin`. */
  get length(): number {
    return this.#at
  }

  /** Writes once more what lies between two places. */
  again(from: number, to: number): this {
    const length = to - from
    if (this.#at + length > this.#bytes.length) this.#grow(length)
    this.#bytes.copyWithin(this.#at, from, to)
    this.#at += length
    return this
  }

  piece({ length, view: from }: JsonPiece): this {
    const at = this.#at
    if (at + length + WORD > this.#bytes.length) this.#grow(length + WORD)
    const to = this.#view
    for (let i = 0; i < length; i += WORD) to.setBigInt64(at + i, from.getBigInt64(i, true), true)
    this.#at = at + length
    return this
  }

  /** @throws NonFiniteNumber when the number is NaN or infinite */
  number(before: JsonPiece, value: number): this {
    this.piece(before)
    const integer = value | 0
    if (integer === value) return this.#integer(integer)
    if (!Number.isFinite(value)) throw new NonFiniteNumber()
    return this.#ascii(String(value))
  }

  /** @throws NonFiniteNumber when the number is NaN or infinite */
  numberOrNull(before: JsonPiece, value: number | null): this {
    return value === null ? this.piece(before).piece(NULL) : this.number(before, value)
  }

  boolean(before: JsonPiece, value: boolean): this {
    return this.piece(before).piece(value ? TRUE : FALSE)
  }

  text(before: JsonPiece, value: string): this {
    return this.piece(before).piece(this.#texts.get(value) ?? this.#keep(value))
  }

  textOrNull(before: JsonPiece, value: string | null): this {
    return value === null ? this.piece(before).piece(NULL) : this.text(before, value)
  }

  #keep(text: string): JsonPiece {
    const piece = new JsonPiece(JSON.stringify(text))
    if (text.length > TEXT_LENGTH_MAX) return piece
    if (this.#texts.size === TEXTS_MAX) this.#texts.clear()
    this.#texts.set(text, piece)
    return piece
  }

  #integer(value: number): this {
    if (this.#at + DIGITS_MAX + 1 > this.#bytes.length) this.#grow(DIGITS_MAX + 1)
    const bytes = this.#bytes
    if (value < 0) bytes[this.#at++] = MINUS
    let left = Math.abs(value)
    let count = 1
    for (let limit = 10; left >= limit; limit *= 10) count++
    const from = this.#at
    this.#at = from + count
    for (let at = from + count - 1; at >= from; at--) {
      const rest = Math.floor(left / 10)
      bytes[at] = ZERO + left - 10 * rest
      left = rest
    }
    return this
  }

  #ascii(text: string): this {
    const { length } = text
    const at = this.#at
    if (at + length > this.#bytes.length) this.#grow(length)
    const bytes = this.#bytes
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i)
    this.#at = at + length
    return this
  }

  #grow(roomBytes: number): void {
    const bytes = new Uint8Array(2 * this.#bytes.length + roomBytes)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}
