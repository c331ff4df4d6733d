import { AGGRESSORS, INT32_MAX, RIGHTS, SOURCES } from './event-words.ts'
import { asciiBytes, type JsonBytes, NOWHERE } from './json-bytes.ts'
import { type MarketSubject, Subject } from './subjects.ts'

/** Where a scanner keeps what a message says; NaN for an optional field that is null or left out. */
export const ScanSlot = {
  /** Event time: whole seconds since 1970, and the nanoseconds beside them. */
  EventS: 0,
  EventNs: 1,
  /** Capture time, likewise. */
  RecvS: 2,
  RecvNs: 3,
  Seq: 4,
  /** In points or dollars; of a future's trade in ticks too. */
  Price: 5,
  Size: 6,
  /** Index in `AGGRESSORS`. */
  Aggressor: 7,
  Exchange: 8,
  BidPx: 9,
  AskPx: 10,
  BidSz: 11,
  AskSz: 12,
  OptBid: 13,
  OptAsk: 14,
  Delta: 15,
  Gamma: 16,
  Strike: 17,
  /** Index in `RIGHTS`. */
  Right: 18,
  /** 1: a resync; NaN when it is left out, which is none. */
  IsSnapshot: 19,
  /** `yyyymmdd` */
  Expiry: 20,
  /** What is checked and goes nowhere. */
  Unused: 21,
  PriceTicks: 22,
} as const
export const SCAN_SLOT_COUNT = 23

/** How the value of a field is read. */
export const ScanType = {
  Nanoseconds: 0,
  Number: 1,
  Word: 2,
  /** A word, or a number that stands for it. */
  Aggressor: 3,
  Flag: 4,
  Symbol: 5,
  OccSymbol: 6,
  Day: 7,
  /** A list of integers. */
  Conditions: 8,
  Levels: 9,
} as const
export type ScanType = (typeof ScanType)[keyof typeof ScanType]

/** One field of a message, as its schema has it. */
export interface ScanField {
  readonly name: string
  /** Characters of its key, quotes included. */
  readonly keyLength: number
  readonly type: ScanType
  readonly slot: number
  /** May be left out. */
  readonly isOptional: boolean
  /** May be null. */
  readonly isNullable: boolean
  /** Bounds of a number, inclusive. */
  readonly least: number
  readonly most: number
  readonly isWhole: boolean
  /** Words in quotes. */
  readonly words: readonly Uint8Array[]
}

const COMMON = {
  slot: ScanSlot.Unused,
  isOptional: false,
  isNullable: false,
  least: -Infinity,
  most: Infinity,
  isWhole: false,
  words: [] as Uint8Array[],
}
const NULLISH = { isOptional: true, isNullable: true }
/** The least double above zero: prices are positive. */
const POSITIVE = Number.MIN_VALUE

type NumberRange = Partial<Pick<ScanField, 'least' | 'most' | 'isWhole'>>

function field(name: string, type: ScanType, more: Partial<ScanField> = {}): ScanField {
  return { ...COMMON, name, keyLength: name.length + 2, type, ...more }
}

function number(name: string, slot: number, range: NumberRange, more = {}): ScanField {
  return field(name, ScanType.Number, { slot, ...range, ...more })
}

function wordsOf(words: readonly string[]): readonly Uint8Array[] {
  return words.map((word) => asciiBytes(`"${word}"`))
}

const AGGRESSOR = { slot: ScanSlot.Aggressor, words: wordsOf(AGGRESSORS) }
const PRICE: NumberRange = { least: POSITIVE }
const DISPLAYED: NumberRange = { least: 0, most: INT32_MAX, isWhole: true }
const TRADED: NumberRange = { least: 1, most: INT32_MAX, isWhole: true }

const STAMP: readonly ScanField[] = [
  field('ts_event_ns', ScanType.Nanoseconds, { slot: ScanSlot.EventS }),
  field('ts_recv_ns', ScanType.Nanoseconds, { slot: ScanSlot.RecvS }),
  field('source', ScanType.Word, { words: wordsOf(SOURCES) }),
  number('seq', ScanSlot.Seq, { least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: true }, NULLISH),
]
const SYMBOL = field('symbol', ScanType.Symbol)
const PRICE_AND_SIZE: readonly ScanField[] = [
  number('price', ScanSlot.Price, PRICE),
  number('size', ScanSlot.Size, TRADED),
]
const EXCHANGE = number('exchange', ScanSlot.Exchange, DISPLAYED, NULLISH)
const CONDITIONS = field('conditions', ScanType.Conditions, NULLISH)

/** The fields of each market message, in the order in which they are usually written. */
const FIELDS: Readonly<Record<MarketSubject, readonly ScanField[]>> = {
  [Subject.FuturesMbp10]: [
    ...STAMP,
    SYMBOL,
    field('levels', ScanType.Levels),
    field('is_snapshot', ScanType.Flag, { slot: ScanSlot.IsSnapshot, isOptional: true }),
  ],
  [Subject.FuturesTrades]: [
    ...STAMP,
    SYMBOL,
    ...PRICE_AND_SIZE,
    field('aggressor', ScanType.Aggressor, AGGRESSOR),
    EXCHANGE,
    CONDITIONS,
  ],
  [Subject.StockTrades]: [...STAMP, SYMBOL, ...PRICE_AND_SIZE, EXCHANGE, CONDITIONS],
  [Subject.StockQuotes]: [
    ...STAMP,
    SYMBOL,
    number('bid_px', ScanSlot.BidPx, PRICE),
    number('ask_px', ScanSlot.AskPx, PRICE),
    number('bid_sz', ScanSlot.BidSz, DISPLAYED),
    number('ask_sz', ScanSlot.AskSz, DISPLAYED),
    number('bid_exch', ScanSlot.Unused, DISPLAYED, NULLISH),
    number('ask_exch', ScanSlot.Unused, DISPLAYED, NULLISH),
  ],
  [Subject.OptionTrades]: [
    ...STAMP,
    field('underlying', ScanType.Symbol),
    field('option_symbol', ScanType.OccSymbol),
    field('exp_date', ScanType.Day, { slot: ScanSlot.Expiry }),
    number('strike', ScanSlot.Strike, PRICE),
    field('right', ScanType.Word, { slot: ScanSlot.Right, words: wordsOf(RIGHTS) }),
    ...PRICE_AND_SIZE,
    number('opt_bid', ScanSlot.OptBid, { least: 0 }, NULLISH),
    number('opt_ask', ScanSlot.OptAsk, PRICE, NULLISH),
    field('aggressor', ScanType.Aggressor, { ...AGGRESSOR, ...NULLISH }),
    CONDITIONS,
    number('delta', ScanSlot.Delta, { least: -1, most: 1 }, NULLISH),
    number('gamma', ScanSlot.Gamma, { least: 0 }, NULLISH),
  ],
}

/** A message's fields, to be found by their keys, in any order. */
export class ScanTable {
  readonly fields: readonly ScanField[]
  /** A bit for every field that must be there. */
  readonly required: number
  readonly #keys: readonly Uint8Array[]
  /** Which field came after each: publishers keep to an order. The last one is the beginning. */
  readonly #next: Uint8Array

  constructor(subject: MarketSubject) {
    this.fields = FIELDS[subject]
    this.required = this.fields.reduce(
      (bits, { isOptional }, index) => (isOptional ? bits : bits | (1 << index)),
      0,
    )
    this.#keys = this.fields.map(({ name }) => asciiBytes(`"${name}"`))
    this.#next = Uint8Array.from(
      { length: this.fields.length + 1 },
      (_, i) => (i + 1) % this.fields.length,
    )
    this.#next[this.start] = 0
  }

  /** What stands before the first field. */
  get start(): number {
    return this.fields.length
  }

  /** Which field's key stands at a place; −1 for none of them. */
  find(json: JsonBytes, at: number, previous: number): number {
    const keys = this.#keys
    const guess = this.#next[previous] ?? 0
    const guessed = keys[guess]
    if (guessed !== undefined && json.literal(at, guessed) !== NOWHERE) return guess
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]
      if (key === undefined || json.literal(at, key) === NOWHERE) continue
      this.#next[previous] = index
      return index
    }
    return -1
  }
}
