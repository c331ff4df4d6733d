import type { RejectCode } from './errors.ts'
import { FaultScanner } from './fault-scanner.ts'
import { FALSE, JsonBytes, NOWHERE, NULL, TRUE } from './json-bytes.ts'
import { LevelScanner } from './level-scanner.ts'
import { DAY_LENGTH, OccScanner, scanDay } from './occ-scanner.ts'
import { SCAN_SLOT_COUNT, type ScanField, ScanSlot, ScanTable, ScanType } from './scan-fields.ts'
import { type MarketSubject, Subject } from './subjects.ts'
import { ES_TICK_SIZE, type TickOptions, tickOf } from './tick-grid.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

const SYMBOL_LENGTH_MAX = 32
/** Whole seconds of the largest nanoseconds that an `int64` holds; those of that second are rare. */
const INT64_MAX_S = 9_223_372_036
/** Indices in `AGGRESSORS` of what 1, −1 and 0 stand for. */
const BUY = 0
const SELL = 1
const MID = 2

/**
 * Reads market messages straight from their bytes into numbers, without making an object, where
 * they are written as programs usually write them: ASCII, plain decimal numbers,
 * nanoseconds of 19, no escapes, every field once, in any order and with any white space, beside
 * unknown fields that do not nest. It accepts nothing that `decodeMarketEvent` would refuse, and
 * reads the same values. What it does not accept may still be valid: that is for
 * `decodeMarketEvent` to say.
 */
export class MarketScanner {
  /** What the last message said, by `ScanSlot`. Valid until the next `scan`. */
  readonly numbers = new Float64Array(SCAN_SLOT_COUNT)
  /** The book of the last depth message. Valid until the next `scan`. */
  readonly depth: LevelScanner
  readonly #tickSize: number
  readonly #json = new JsonBytes()
  readonly #tables: Readonly<Record<MarketSubject, ScanTable>>
  readonly #occ = new OccScanner()
  readonly #faults = new FaultScanner(this.#json, (field, at) => this.#read(field, at))
  /** Whether the last text was left in its midst. */
  #isLeft = false
  /** What was found at the end of the last text that was not. */
  #fault: RejectCode | null = null
  /** Where in the text the symbol lies. */
  #symbolFrom = 0
  #symbolTo = 0

  /** @param options the tick grid of the futures */
  constructor({ tickSize = ES_TICK_SIZE }: TickOptions = {}) {
    this.#tickSize = tickSize
    this.depth = new LevelScanner(tickSize)
    this.#tables = {
      [Subject.StockTrades]: new ScanTable(Subject.StockTrades),
      [Subject.StockQuotes]: new ScanTable(Subject.StockQuotes),
      [Subject.OptionTrades]: new ScanTable(Subject.OptionTrades),
      [Subject.FuturesTrades]: new ScanTable(Subject.FuturesTrades),
      [Subject.FuturesMbp10]: new ScanTable(Subject.FuturesMbp10),
    }
  }

  /**
   * Reads a payload.
   *
   * @returns whether it is a valid message in the usual form; if not, nothing that was read counts
   */
  scan(subject: MarketSubject, payload: Uint8Array): boolean {
    const json = this.#json
    const { bytes } = json
    this.#fault = null
    this.#isLeft = json.load(payload)
    if (!this.#isLeft) return false
    const table = this.#tables[subject]
    this.numbers.fill(NaN)
    let at = json.next(0)
    if (bytes[at] !== OPEN_BRACE) return false
    let seen = 0
    let previous = table.start
    do {
      at = json.next(at + 1)
      const index = table.find(json, at, previous)
      const field = table.fields[index]
      if (field === undefined) {
        at = json.member(at)
      } else {
        if ((seen & (1 << index)) !== 0) return false
        seen |= 1 << index
        previous = index
        at = json.colon(at + field.keyLength)
        if (at !== NOWHERE) at = this.#read(field, at)
      }
      if (at === NOWHERE) return false
      at = json.next(at)
    } while (bytes[at] === COMMA)
    if (bytes[at] !== CLOSE_BRACE || !json.isEnd(at + 1)) return false
    this.#isLeft = false
    const isWhole = (seen & table.required) === table.required
    this.#fault = isWhole ? this.#faultBetween(subject) : 'SCHEMA'
    return this.#fault === null
  }

  /**
   * Why a payload that the last `scan` did not take is refused: the code that `decodeMarketEvent`
   * gives for it. Null where it takes that to say; it may be valid then.
   *
   * @param subject the same as the scan's
   */
  faultOf(subject: MarketSubject): RejectCode | null {
    return this.#isLeft ? this.#faults.scan(this.#tables[subject]) : this.#fault
  }

  /** Whether the last message's `symbol`, or an option trade's `underlying`, is this one. */
  isOf(symbol: Uint8Array): boolean {
    const { bytes } = this.#json
    const from = this.#symbolFrom
    if (this.#symbolTo - from !== symbol.length) return false
    for (let i = 0; i < symbol.length; i++) if (bytes[from + i] !== symbol[i]) return false
    return true
  }

  /** The last message's `symbol`, or an option trade's `underlying`. */
  get symbol(): string {
    return String.fromCharCode(...this.#json.bytes.subarray(this.#symbolFrom, this.#symbolTo))
  }

  /** Reads a field's value. @returns the place behind it */
  #read(field: ScanField, at: number): number {
    const json = this.#json
    if (field.isNullable && json.bytes[at] === NULL[0]) return json.literal(at, NULL)
    switch (field.type) {
      case ScanType.Number:
        return this.#readNumber(field, at)
      case ScanType.Nanoseconds:
        return this.#readNanoseconds(field.slot, at)
      case ScanType.Word:
        return this.#readWord(field, at)
      case ScanType.Aggressor:
        return json.bytes[at] === QUOTE ? this.#readWord(field, at) : this.#readAggressorNumber(at)
      case ScanType.Flag:
        return this.#readFlag(field.slot, at)
      case ScanType.Symbol:
        return this.#readSymbol(at)
      case ScanType.OccSymbol:
        return this.#occ.scan(json, at)
      case ScanType.Day:
        return this.#readDay(field.slot, at)
      case ScanType.Conditions:
        return this.#readConditions(at)
      case ScanType.Levels:
        return this.depth.scan(json, at)
    }
  }

  #readNumber({ slot, least, most, isWhole }: ScanField, at: number): number {
    const json = this.#json
    const end = json.number(at)
    const { value } = json
    if (!(value >= least && value <= most) || (isWhole && value !== Math.floor(value))) {
      return NOWHERE
    }
    this.numbers[slot] = value
    return end
  }

  /** Nineteen digits, in quotes or not: such times began in 2001. */
  #readNanoseconds(slot: number, at: number): number {
    const json = this.#json
    const { bytes } = json
    const isQuoted = bytes[at] === QUOTE
    const from = isQuoted ? at + 1 : at
    const high = json.digits(from, 9)
    const low = json.digits(from + 9, 1)
    const ns = json.digits(from + 10, 9)
    const s = high * 10 + low
    if (high < 100_000_000 || low < 0 || ns < 0 || s >= INT64_MAX_S) return NOWHERE
    this.numbers[slot] = s
    this.numbers[slot + 1] = ns
    const end = from + 19
    if (!isQuoted) return end
    return bytes[end] === QUOTE ? end + 1 : NOWHERE
  }

  #readWord({ slot, words }: ScanField, at: number): number {
    const json = this.#json
    for (let index = 0; index < words.length; index++) {
      const word = words[index]
      const end = word === undefined ? NOWHERE : json.literal(at, word)
      if (end === NOWHERE) continue
      this.numbers[slot] = index
      return end
    }
    return NOWHERE
  }

  #readAggressorNumber(at: number): number {
    const json = this.#json
    const end = json.number(at)
    const { value } = json
    if (value !== 0 && value !== 1 && value !== -1) return NOWHERE
    this.numbers[ScanSlot.Aggressor] = value === 0 ? MID : value === 1 ? BUY : SELL
    return end
  }

  #readFlag(slot: number, at: number): number {
    const json = this.#json
    const end = json.literal(at, TRUE)
    this.numbers[slot] = end === NOWHERE ? 0 : 1
    return end === NOWHERE ? json.literal(at, FALSE) : end
  }

  #readSymbol(at: number): number {
    const end = this.#json.string(at)
    this.#symbolFrom = at + 1
    this.#symbolTo = end - 1
    const length = end - at - 2
    return length >= 1 && length <= SYMBOL_LENGTH_MAX ? end : NOWHERE
  }

  #readDay(slot: number, at: number): number {
    const day = scanDay(this.#json, at)
    this.numbers[slot] = day
    return day < 0 ? NOWHERE : at + DAY_LENGTH
  }

  /** Sale conditions are integers; no event carries them. */
  #readConditions(from: number): number {
    const json = this.#json
    const { bytes } = json
    if (bytes[from] !== OPEN_BRACKET) return NOWHERE
    let at = json.next(from + 1)
    if (bytes[at] === CLOSE_BRACKET) return at + 1
    for (;;) {
      at = json.number(at)
      if (at === NOWHERE || !Number.isSafeInteger(json.value)) return NOWHERE
      at = json.next(at)
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_BRACKET ? at + 1 : NOWHERE
      at = json.next(at + 1)
    }
  }

  /** The rules between fields; those of depth were checked level by level. */
  #faultBetween(subject: MarketSubject): RejectCode | null {
    switch (subject) {
      case Subject.FuturesMbp10:
        return this.depth.fault
      case Subject.FuturesTrades:
        return this.#isOnTick() ? null : 'OFF_TICK'
      case Subject.OptionTrades:
        return this.#agreesWithOcc() ? null : 'SCHEMA'
      default:
        return null
    }
  }

  #isOnTick(): boolean {
    const { numbers } = this
    const tick = tickOf(numbers[ScanSlot.Price] ?? NaN, this.#tickSize)
    numbers[ScanSlot.PriceTicks] = tick
    return !Number.isNaN(tick)
  }

  /** The rule between the fields of an option trade: its symbol says the same as they do. */
  #agreesWithOcc(): boolean {
    const { numbers } = this
    const { rootFrom, rootTo, expiryYmd, right, strikeMilli } = this.#occ
    return (
      this.#json.isRepeated(this.#symbolFrom, this.#symbolTo, rootFrom, rootTo) &&
      numbers[ScanSlot.Expiry] === expiryYmd &&
      numbers[ScanSlot.Right] === right &&
      Math.abs(strikeMilli / 1000 - (numbers[ScanSlot.Strike] ?? NaN)) <= 1e-6
    )
  }
}
