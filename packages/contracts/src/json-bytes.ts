/** The longest text that is looked at. Messages in the usual form have a quarter of that. */
export const SCANNED_BYTES_MAX = 4_096

const QUOTE = 0x22
const MINUS = 0x2d
const ZERO = 0x30
const COLON = 0x3a
const BACKSLASH = 0x5c
const DELETE = 0x7f
const SPACE = 0x20
/** What `.` becomes where digits become 0 to 9. */
const POINT = 0x2e ^ ZERO

/** Zeros behind a text: longer than any literal that is compared. */
const PADDING = 64

/** Digits that an `int32` holds whatever they are. */
const INT_DIGITS = 9
/** Digits that a double holds exactly. */
const EXACT_DIGITS = 15
/** More than any program writes, and few enough that every number is finite. */
const DIGITS_MAX = 40
/** Exact powers of ten: a quotient of two exact doubles is the double nearest to the decimal. */
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => Number(`1e${i}`))

/** What the readers of `JsonBytes` give where something else stands. */
export const NOWHERE = -1

/**
 * Reads JSON as most programs write it, straight from its bytes: plain ASCII, numbers in plain
 * digits. Every reader takes the place where to read and gives the place behind what it read, or
 * `NOWHERE` where something else stands. That is no verdict on the text: a full parser has to look
 * at it.
 *
 * The bytes are copied to one place and end in a zero there, which no JSON holds: so no reader has
 * to look for the end, and every text is read by the same machine code, whatever it came in. Places
 * are handed on rather than kept in a field, as one in a register costs nothing.
 */
export class JsonBytes {
  readonly bytes = new Uint8Array(SCANNED_BYTES_MAX + PADDING)
  readonly view: DataView = new DataView(this.bytes.buffer)
  #length = 0
  /** An array, for a double in a field may be allocated anew at every change. */
  readonly #value = new Float64Array(1)

  /** Takes in a text. @returns false when it is too long */
  load(text: Uint8Array): boolean {
    const { length } = text
    if (length > SCANNED_BYTES_MAX) return false
    this.bytes.set(text)
    this.bytes[length] = 0
    this.#length = length
    return true
  }

  /** Bytes of the text. */
  get length(): number {
    return this.#length
  }

  /** Whether nothing is left but white space. */
  isEnd(at: number): boolean {
    return this.next(at) === this.#length
  }

  /** The next place that is no white space. */
  next(at: number): number {
    return (this.bytes[at] ?? 0) > SPACE ? at : this.#behindSpace(at)
  }

  #behindSpace(at: number): number {
    const { bytes } = this
    let place = at
    let c = bytes[place] ?? 0
    while (c === SPACE || c === 0x0a || c === 0x0d || c === 0x09) c = bytes[++place] ?? 0
    return place
  }

  /** A character, and the white space around it. */
  character(at: number, expected: number): number {
    const place = this.next(at)
    return this.bytes[place] === expected ? this.next(place + 1) : NOWHERE
  }

  /** The colon behind a key, and the white space around it. */
  colon(at: number): number {
    const { bytes } = this
    const isPlain = bytes[at] === COLON && (bytes[at + 1] ?? 0) > SPACE
    return isPlain ? at + 1 : this.character(at, COLON)
  }

  /** These very bytes. */
  literal(at: number, expected: Uint8Array): number {
    const { bytes } = this
    const { length } = expected
    for (let i = 0; i < length; i++) if (bytes[at + i] !== expected[i]) return NOWHERE
    return at + length
  }

  /** A string without escapes, quotes included. */
  string(at: number): number {
    const { bytes } = this
    if (bytes[at] !== QUOTE) return NOWHERE
    for (let place = at + 1; ; place++) {
      const c = bytes[place] ?? 0
      if (c === QUOTE) return place + 1
      if (c < SPACE || c >= DELETE || c === BACKSLASH) return NOWHERE
    }
  }

  /** A number without an exponent, of at most 40 digits; the first 15 are the fast ones. `value` is what it says. */
  number(at: number): number {
    const { bytes } = this
    const isNegative = bytes[at] === MINUS
    const start = isNegative ? at + 1 : at
    let end = start
    let mantissa = 0
    let digit = (bytes[end] ?? 0) ^ ZERO
    while (digit < 10) {
      mantissa = (Math.imul(mantissa, 10) + digit) | 0
      digit = (bytes[++end] ?? 0) ^ ZERO
    }
    const wholeDigits = end - start
    // No number starts with a zero but zero itself.
    if (wholeDigits === 0 || (wholeDigits > 1 && bytes[start] === ZERO)) return NOWHERE
    let decimals = 0
    if (digit === POINT) {
      const point = end
      digit = (bytes[++end] ?? 0) ^ ZERO
      while (digit < 10) {
        mantissa = (Math.imul(mantissa, 10) + digit) | 0
        digit = (bytes[++end] ?? 0) ^ ZERO
      }
      decimals = end - point - 1
      if (decimals === 0) return NOWHERE
    }
    if (wholeDigits + decimals > INT_DIGITS) return this.#longNumber(start, end, isNegative)
    const size = decimals === 0 ? mantissa : mantissa / (POWERS_OF_TEN[decimals] ?? 1)
    this.#value[0] = isNegative ? 0 - size : size
    return end
  }

  /** The double nearest to what `number` read last; never a negative zero. */
  get value(): number {
    return this.#value[0] ?? NaN
  }

  /** So many digits, up to nine, as a number; −1 where something else stands. */
  digits(at: number, count: number): number {
    const { bytes } = this
    const end = at + count
    let value = 0
    for (let place = at; place < end; place++) {
      const digit = (bytes[place] ?? 0) ^ ZERO
      if (digit > 9) return -1
      value = (Math.imul(value, 10) + digit) | 0
    }
    return value
  }

  /** A string, a number, or one of the three words; none of what nests. */
  scalar(at: number): number {
    switch (this.bytes[at]) {
      case QUOTE:
        return this.string(at)
      case NULL[0]:
        return this.literal(at, NULL)
      case TRUE[0]:
        return this.literal(at, TRUE)
      case FALSE[0]:
        return this.literal(at, FALSE)
      default:
        return this.number(at)
    }
  }

  /** A key without escapes and its value, which does not nest. */
  member(at: number): number {
    const keyEnd = this.string(at)
    if (keyEnd === NOWHERE) return NOWHERE
    const value = this.colon(keyEnd)
    return value === NOWHERE ? NOWHERE : this.scalar(value)
  }

  /** Whether the same bytes lie in two places. */
  isRepeated(from: number, to: number, otherFrom: number, otherTo: number): boolean {
    const { bytes } = this
    const length = to - from
    if (otherTo - otherFrom !== length) return false
    for (let i = 0; i < length; i++) if (bytes[from + i] !== bytes[otherFrom + i]) return false
    return true
  }

  /** The same for digits that are too many for an `int32`. */
  #longNumber(start: number, end: number, isNegative: boolean): number {
    const { bytes } = this
    let mantissa = 0
    let digits = 0
    let decimals = 0
    let isBehindPoint = false
    for (let at = start; at < end; at++) {
      const digit = (bytes[at] ?? 0) ^ ZERO
      if (digit === POINT) {
        isBehindPoint = true
        continue
      }
      mantissa = mantissa * 10 + digit
      digits++
      if (isBehindPoint) decimals++
    }
    if (digits > DIGITS_MAX) return NOWHERE
    const size =
      digits <= EXACT_DIGITS
        ? mantissa / (POWERS_OF_TEN[decimals] ?? 1)
        : Number(String.fromCharCode(...bytes.subarray(start, end)))
    this.#value[0] = isNegative ? 0 - size : size
    return end
  }
}

/** ASCII text as bytes. */
export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export const NULL: Uint8Array = asciiBytes('null')
export const TRUE: Uint8Array = asciiBytes('true')
export const FALSE: Uint8Array = asciiBytes('false')
