import type { RejectCode } from './errors.ts'
import { INT32_MAX } from './event-words.ts'
import { FALSE, type JsonBytes, NOWHERE, NULL, TRUE } from './json-bytes.ts'
import { LEVEL_KEY_LENGTH, levelKeyAt, MBP_DEPTH } from './level-scanner.ts'
import { MAX_DEPTH } from './payload-text.ts'
import { type ScanField, type ScanTable, ScanType } from './scan-fields.ts'

const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const LOWER_E = 0x65
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const DELETE = 0x7f
const SPACE = 0x20

/** A text that has to be read in full: where it goes on, what it means is not plain. */
const UNSURE = -2
/** Nesting that is followed. Messages need three. */
const DEPTH_MAX = 8
/** Of a level: price and size of its bid and of its ask. */
const HAS_ALL = 0b1111

/** Reads a field's value as a scanner does. @returns the place behind it, or `NOWHERE` */
export type FieldReader = (field: ScanField, at: number) => number

/**
 * Says why a text that is not taken is refused, where its bytes leave no doubt: it is no JSON, or a
 * field is missing or cannot be what it is. It goes over all of the text, as it has to be JSON for a
 * field to count, and gives up where the same could be written in several ways: escapes, other than
 * ASCII, a key that is repeated, deep nesting. A full parser then has to look.
 */
export class FaultScanner {
  readonly #json: JsonBytes
  readonly #read: FieldReader
  #isFaulty = false
  #brokenAt = 0

  /** @param json where the text lies. @param read what tells whether a value is valid */
  constructor(json: JsonBytes, read: FieldReader) {
    this.#json = json
    this.#read = read
  }

  /** @returns the code with which the full parser refuses the text; null where that is not certain */
  scan(table: ScanTable): RejectCode | null {
    const json = this.#json
    this.#isFaulty = false
    const from = json.next(0)
    let at: number
    if (json.bytes[from] === OPEN_BRACE) at = this.#message(table, from)
    else {
      this.#isFaulty = true
      at = this.#value(from, 0)
    }
    if (at >= 0 && !json.isEnd(at)) at = this.#broken(at)
    if (at === UNSURE) return null
    // What nests too deep is refused as such, whether it is JSON or not.
    if (at === NOWHERE) return this.#mayNestBehind(this.#brokenAt) ? null : 'INVALID_JSON'
    return this.#isFaulty ? 'SCHEMA' : null
  }

  #broken(at: number): number {
    this.#brokenAt = at
    return NOWHERE
  }

  #mayNestBehind(from: number): boolean {
    const { bytes, length } = this.#json
    let count = 0
    for (let at = from; at < length; at++) {
      const c = bytes[at]
      if (c === OPEN_BRACE || c === OPEN_BRACKET) count++
    }
    return count > MAX_DEPTH - DEPTH_MAX
  }

  #message(table: ScanTable, from: number): number {
    const json = this.#json
    const { bytes } = json
    let at = json.next(from + 1)
    let isOver = bytes[at] === CLOSE_BRACE
    let seen = 0
    let previous = table.start
    while (!isOver) {
      const index = table.find(json, at, previous)
      const field = table.fields[index]
      at = this.#colon(field === undefined ? this.#string(at) : at + field.keyLength)
      if (at < 0) return at
      if (field === undefined) at = this.#value(at, 1)
      else {
        if ((seen & (1 << index)) !== 0) return UNSURE
        seen |= 1 << index
        previous = index
        at = this.#field(field, at)
      }
      if (at < 0) return at
      at = json.next(at)
      isOver = bytes[at] === CLOSE_BRACE
      if (!isOver) at = this.#comma(at)
      if (at < 0) return at
    }
    if ((seen & table.required) !== table.required) this.#isFaulty = true
    return at + 1
  }

  #field(field: ScanField, at: number): number {
    if (field.type === ScanType.Levels && this.#json.bytes[at] === OPEN_BRACKET) {
      return this.#levels(at)
    }
    const plain = this.#read(field, at)
    if (plain !== NOWHERE && this.#isValueEnd(plain)) return plain
    const end = this.#value(at, 1)
    if (end >= 0 && plain !== end && this.#isCertain(field.type, at, end)) this.#isFaulty = true
    return end
  }

  /** Whether a value that was read up to here cannot go on: a number with an exponent does. */
  #isValueEnd(at: number): boolean {
    const c = this.#json.bytes[at] ?? 0
    return c === COMMA || c === CLOSE_BRACE || c === SPACE
  }

  /** Whether a value that a scanner does not take is not valid in any case. */
  #isCertain(type: ScanType, at: number, end: number): boolean {
    const json = this.#json
    const c = json.bytes[at]
    const isText = c === QUOTE
    const isNumber = !isText && c !== OPEN_BRACE && c !== OPEN_BRACKET && !isWord(c)
    switch (type) {
      case ScanType.Number:
      case ScanType.Aggressor:
        return !isNumber || json.number(at) === end
      case ScanType.Nanoseconds:
        return !isNumber && !isText
      case ScanType.OccSymbol:
      case ScanType.Day:
        return !isText
      case ScanType.Conditions:
        return c !== OPEN_BRACKET
      default:
        return true
    }
  }

  #levels(from: number): number {
    const json = this.#json
    const { bytes } = json
    let at = json.next(from + 1)
    let isOver = bytes[at] === CLOSE_BRACKET
    let count = 0
    while (!isOver) {
      if (bytes[at] === OPEN_BRACE) at = this.#level(at)
      else {
        this.#isFaulty = true
        at = this.#value(at, 2)
      }
      if (at < 0) return at
      count++
      at = json.next(at)
      isOver = bytes[at] === CLOSE_BRACKET
      if (!isOver) at = this.#comma(at)
      if (at < 0) return at
    }
    if (count !== MBP_DEPTH) this.#isFaulty = true
    return at + 1
  }

  #level(from: number): number {
    const json = this.#json
    const { bytes } = json
    let at = json.next(from + 1)
    let isOver = bytes[at] === CLOSE_BRACE
    let seen = 0
    while (!isOver) {
      const place = levelKeyAt(json, at)
      at = this.#colon(place === NOWHERE ? this.#string(at) : at + LEVEL_KEY_LENGTH)
      if (at < 0) return at
      if (place === NOWHERE) at = this.#value(at, 3)
      else {
        if ((seen & (1 << place)) !== 0) return UNSURE
        seen |= 1 << place
        at = this.#levelNumber(at, (place & 1) !== 0)
      }
      if (at < 0) return at
      at = json.next(at)
      isOver = bytes[at] === CLOSE_BRACE
      if (!isOver) at = this.#comma(at)
      if (at < 0) return at
    }
    if (seen !== HAS_ALL) this.#isFaulty = true
    return at + 1
  }

  #levelNumber(at: number, isSize: boolean): number {
    const json = this.#json
    const end = json.number(at)
    if (end !== NOWHERE && this.#isValueEnd(end)) {
      const { value } = json
      const isWrong = isSize && (value > INT32_MAX || value !== Math.floor(value))
      if (value < 0 || isWrong) this.#isFaulty = true
      return end
    }
    const c = json.bytes[at] ?? 0
    if (c !== MINUS && !isDigit(c)) this.#isFaulty = true
    return this.#value(at, 3)
  }

  /** The colon behind a key, and the white space around it; whatever the key was, if it was none. */
  #colon(keyEnd: number): number {
    if (keyEnd < 0) return keyEnd
    const json = this.#json
    const at = json.next(keyEnd)
    return json.bytes[at] === COLON ? json.next(at + 1) : this.#broken(at)
  }

  #comma(at: number): number {
    const json = this.#json
    return json.bytes[at] === COMMA ? json.next(at + 1) : this.#broken(at)
  }

  /** Any value. @param depth of what it lies in */
  #value(at: number, depth: number): number {
    const json = this.#json
    const c = json.bytes[at] ?? 0
    if (c === QUOTE) return this.#string(at)
    if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      return depth < DEPTH_MAX ? this.#container(at, depth + 1, c === OPEN_BRACE) : UNSURE
    }
    if (!isWord(c)) return this.#number(at)
    const end = json.literal(at, c === NULL[0] ? NULL : c === TRUE[0] ? TRUE : FALSE)
    return end === NOWHERE ? this.#broken(at) : end
  }

  #container(from: number, depth: number, isObject: boolean): number {
    const json = this.#json
    const { bytes } = json
    const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET
    let at = json.next(from + 1)
    let isOver = bytes[at] === close
    while (!isOver) {
      if (isObject) at = this.#colon(this.#string(at))
      if (at >= 0) at = this.#value(at, depth)
      if (at < 0) return at
      at = json.next(at)
      isOver = bytes[at] === close
      if (!isOver) at = this.#comma(at)
      if (at < 0) return at
    }
    return at + 1
  }

  #string(at: number): number {
    const { bytes } = this.#json
    if (bytes[at] !== QUOTE) return this.#broken(at)
    for (let place = at + 1; ; place++) {
      const c = bytes[place] ?? 0
      if (c === QUOTE) return place + 1
      if (c < SPACE) return this.#broken(place)
      if (c >= DELETE || c === BACKSLASH) return UNSURE
    }
  }

  #number(from: number): number {
    const { bytes } = this.#json
    const first = bytes[from] === MINUS ? from + 1 : from
    let at = bytes[first] === ZERO ? first + 1 : this.#digits(first)
    if (at === first) return this.#broken(at)
    if (bytes[at] === POINT) {
      const decimals = at + 1
      at = this.#digits(decimals)
      if (at === decimals) return this.#broken(at)
    }
    if (!isExponent(bytes[at])) return at
    const sign = bytes[at + 1]
    const exponent = sign === PLUS || sign === MINUS ? at + 2 : at + 1
    at = this.#digits(exponent)
    return at === exponent ? this.#broken(at) : at
  }

  #digits(from: number): number {
    const { bytes } = this.#json
    let at = from
    while (isDigit(bytes[at] ?? 0)) at++
    return at
  }
}

function isExponent(c: number | undefined): boolean {
  return ((c ?? 0) | 0x20) === LOWER_E
}

function isDigit(c: number): boolean {
  return (c ^ ZERO) < 10
}

/** Whether one of the three words may begin with it. */
function isWord(c: number | undefined): boolean {
  return c === NULL[0] || c === TRUE[0] || c === FALSE[0]
}
