import { asciiBytes, type JsonBytes, NOWHERE } from './json-bytes.ts'

const QUOTE = 0x22
const MINUS = 0x2d
const LETTER_A = 0x41
const LETTER_C = 0x43
const LETTER_P = 0x50
const LETTER_Z = 0x5a
const PREFIX = asciiBytes('O:')
const ROOT_LENGTH_MAX = 6
/** Of two digits for year, month and day each, the right, and eight for the strike. */
const TAIL_LENGTH = 15
const CENTURY = 20_000_000
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Reads OCC symbols without padding, `O:SPY251216C00687000`, the prefix may be left out. */
export class OccScanner {
  /** Where in the text the root lies. */
  rootFrom = 0
  rootTo = 0
  /** `yyyymmdd`, of this century. */
  expiryYmd = 0
  /** Index in `RIGHTS`. */
  right = 0
  /** Thousandths of a US dollar. */
  strikeMilli = 0

  scan(json: JsonBytes, from: number): number {
    const { bytes } = json
    const end = json.string(from)
    if (end === NOWHERE) return NOWHERE
    const prefixEnd = json.literal(from + 1, PREFIX)
    const tail = end - 1 - TAIL_LENGTH
    this.rootFrom = prefixEnd === NOWHERE ? from + 1 : prefixEnd
    this.rootTo = tail
    const rootLength = tail - this.rootFrom
    if (rootLength < 1 || rootLength > ROOT_LENGTH_MAX) return NOWHERE
    for (let at = this.rootFrom; at < tail; at++) {
      const c = bytes[at] ?? 0
      if (c < LETTER_A || c > LETTER_Z) return NOWHERE
    }
    const yymmdd = json.digits(tail, 6)
    const right = bytes[tail + 6]
    const strikeMilli = json.digits(tail + 7, 8)
    this.expiryYmd = CENTURY + yymmdd
    this.right = right === LETTER_C ? 0 : 1
    this.strikeMilli = strikeMilli
    const isRight = right === LETTER_C || right === LETTER_P
    return yymmdd >= 0 && isRight && strikeMilli >= 0 ? end : NOWHERE
  }
}

/** Characters of `"2025-12-16"`, quotes included. */
export const DAY_LENGTH = 12

/** Reads `"2025-12-16"` as 20251216; −1 where no day of the calendar stands there. */
export function scanDay(json: JsonBytes, at: number): number {
  const { bytes } = json
  const year = json.digits(at + 1, 4)
  const month = json.digits(at + 6, 2)
  const day = json.digits(at + 9, 2)
  const isWritten =
    bytes[at] === QUOTE &&
    bytes[at + 5] === MINUS &&
    bytes[at + 8] === MINUS &&
    bytes[at + 11] === QUOTE
  if (!isWritten || year < 0 || day < 1) return -1
  const isLeapDay = month === 2 && day === 29 && isLeapYear(year)
  return isLeapDay || day <= (DAYS_OF_MONTH[month - 1] ?? 0)
    ? year * 10_000 + month * 100 + day
    : -1
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}
