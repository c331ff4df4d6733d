const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

const INITIAL_BYTES = 1 << 14
/** Bytes that are copied in one go. */
const WORD = 8
/** Room for any number: none takes more than 25 as JSON. */
const NUMBER_BYTES = 32
/** Numbers of six places at most are written without looking for their digits. */
const PLACES = 6
const MILLION = 1_000_000
/** In millionths: what has fewer has fifteen digits at most. */
const DECIMALS_BELOW = 1e15
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
    if (this.#at + NUMBER_BYTES > this.#bytes.length) this.#grow(NUMBER_BYTES)
    const integer = value | 0
    if (integer === value) {
      this.#integer(integer)
      return this
    }
    const millionths = value * MILLION
    const isDecimal = millionths < DECIMALS_BELOW && millionths > -DECIMALS_BELOW
    if (isDecimal && Math.floor(millionths) === millionths && millionths / MILLION === value) {
      this.#decimal(millionths)
      return this
    }
    if (!Number.isFinite(value)) throw new NonFiniteNumber()
    this.#ascii(String(value))
    return this
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

  #integer(value: number): void {
    if (value < 0) this.#bytes[this.#at++] = MINUS
    const digits = Math.abs(value)
    let count = 1
    for (let limit = 10; digits >= limit; limit *= 10) count++
    this.#digits(digits, count)
  }

  /**
   * A number of at most six places. It has no more than fifteen digits, and no two decimals of so
   * few are the same double: these digits are the shortest.
   */
  #decimal(millionths: number): void {
    if (millionths < 0) this.#bytes[this.#at++] = MINUS
    const size = Math.abs(millionths)
    const whole = Math.floor(size / MILLION)
    this.#integer(whole)
    let places = PLACES
    let rest = (size - whole * MILLION) | 0
    for (; rest % 10 === 0; rest = (rest / 10) | 0) places--
    this.#bytes[this.#at++] = POINT
    this.#digits(rest, places)
  }

  /** The last so many digits of a whole number from 0 on. */
  #digits(value: number, count: number): void {
    const bytes = this.#bytes
    const from = this.#at
    let left = value
    for (let at = from + count - 1; at >= from; at--) {
      const rest = (left / 10) | 0
      bytes[at] = ZERO + left - 10 * rest
      left = rest
    }
    this.#at = from + count
  }

  #ascii(text: string): void {
    const bytes = this.#bytes
    const at = this.#at
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
    this.#at = at + text.length
  }

  #grow(roomBytes: number): void {
    const bytes = new Uint8Array(2 * this.#bytes.length + roomBytes)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}
