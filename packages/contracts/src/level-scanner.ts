import type { RejectCode } from './errors.ts'
import { INT32_MAX } from './event-words.ts'
import { type JsonBytes, NOWHERE } from './json-bytes.ts'
import { tickOf } from './tick-grid.ts'

/** Levels a side in an `Mbp10`, always. */
export const MBP_DEPTH = 10

/** Where a scanned book's columns begin, ten slots each. */
export const ScanColumn = { BidTicks: 0, BidLots: 10, AskTicks: 20, AskLots: 30 } as const

/** A level's numbers: price and size of its bid, then of its ask. */
const BID_PX = 0
const ASK_PX = 2

const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** The four keys, quotes included, are eight characters: two words of memory. */
const BID = wordOf('"bid')
const ASK = wordOf('"ask')
const PX = wordOf('_px"')
const SZ = wordOf('_sz"')

export const LEVEL_KEY_LENGTH = 8
const HAS_ALL = 0b1111

/**
 * Which number's key stands at a place, quotes included: 0 the bid's price, 1 its size, 2 and 3 those
 * of the ask. For texts that are at fault: `LevelScanner` does the same in place, as a call costs it 3 %.
 */
export function levelKeyAt({ view }: JsonBytes, at: number): number {
  const first = view.getInt32(at, true)
  const second = view.getInt32(at + 4, true)
  if ((first !== BID && first !== ASK) || (second !== PX && second !== SZ)) return NOWHERE
  return (first === BID ? BID_PX : ASK_PX) + (second === PX ? 0 : 1)
}

/** Reads the `levels` of an `Mbp10`. */
export class LevelScanner {
  /** Ticks and lots in the columns of `ScanColumn`; 0 in empty slots. */
  readonly book = new Int32Array(4 * MBP_DEPTH)
  /** Slots that are not empty. */
  bidCount = 0
  askCount = 0
  /** What is wrong with a list of levels, each of which is one: they are too few, or do not agree. */
  fault: RejectCode | null = null
  readonly #tickSize: number
  /** The level in hand. */
  readonly #level = new Float64Array(4)

  /** @param tickSize in index points, > 0 */
  constructor(tickSize: number) {
    this.#tickSize = tickSize
  }

  /** Reads up to ten levels, and fails at what is no level. @returns the place behind */
  scan(json: JsonBytes, from: number): number {
    const { bytes } = json
    const level = this.#level
    this.bidCount = 0
    this.askCount = 0
    this.fault = null
    if (bytes[from] !== OPEN_BRACKET) return NOWHERE
    let at = from
    for (let slot = 0; slot < MBP_DEPTH; slot++) {
      // Behind the bracket, or the comma after the level before.
      at = this.#readLevel(json, json.next(at + 1))
      if (at === NOWHERE) return NOWHERE
      at = json.next(at)
      const c = bytes[at]
      if (c !== (slot < MBP_DEPTH - 1 ? COMMA : CLOSE_BRACKET)) {
        if (c !== CLOSE_BRACKET) return NOWHERE
        // Too few are no list of levels, whatever they say.
        this.fault = 'SCHEMA'
        return at + 1
      }
      if (!this.#put(slot, BID_PX, this.bidCount) || !this.#put(slot, ASK_PX, this.askCount)) {
        return NOWHERE
      }
      if (level[BID_PX] !== 0) this.bidCount = slot + 1
      if (level[ASK_PX] !== 0) this.askCount = slot + 1
    }
    return at + 1
  }

  #readLevel(json: JsonBytes, from: number): number {
    const { view, bytes } = json
    const level = this.#level
    if (bytes[from] !== OPEN_BRACE) return NOWHERE
    let at = from
    let seen = 0
    do {
      at = json.next(at + 1)
      const first = view.getInt32(at, true)
      const second = view.getInt32(at + 4, true)
      if ((first !== BID && first !== ASK) || (second !== PX && second !== SZ)) {
        at = json.member(at)
      } else {
        const place = (first === BID ? BID_PX : ASK_PX) + (second === PX ? 0 : 1)
        at = json.colon(at + LEVEL_KEY_LENGTH)
        if ((seen & (1 << place)) !== 0 || at === NOWHERE) return NOWHERE
        seen |= 1 << place
        at = json.number(at)
        level[place] = json.value
      }
      if (at === NOWHERE) return NOWHERE
      at = json.next(at)
    } while (bytes[at] === COMMA)
    return bytes[at] === CLOSE_BRACE && seen === HAS_ALL ? at + 1 : NOWHERE
  }

  /**
   * Puts the level's bid or ask where it belongs, and checks it against the one before.
   *
   * @returns whether its numbers may stand in a level at all
   */
  #put(slot: number, place: number, count: number): boolean {
    const { book } = this
    const price = this.#level[place] ?? NaN
    const lots = this.#level[place + 1] ?? NaN
    const ticksAt = (place === BID_PX ? ScanColumn.BidTicks : ScanColumn.AskTicks) + slot
    if (!(lots >= 0 && lots <= INT32_MAX) || lots !== Math.floor(lots)) return false
    book[ticksAt + MBP_DEPTH] = lots
    if (price === 0) {
      book[ticksAt] = 0
      return lots === 0 || this.#isFaulty('SCHEMA')
    }
    const tick = tickOf(price, this.#tickSize)
    const before = book[ticksAt - 1] ?? 0
    book[ticksAt] = tick
    const isOnGrid = !Number.isNaN(tick)
    const isNext = slot === 0 || (place === BID_PX ? tick < before : tick > before)
    if (count === slot && isNext && isOnGrid) return true
    return price > 0 && this.#isFaulty(count === slot && !isOnGrid ? 'OFF_TICK' : 'SCHEMA')
  }

  /** @returns true: the levels are read on, as what is wrong with their shape comes before it */
  #isFaulty(code: RejectCode): true {
    this.fault ??= code
    return true
  }
}

function wordOf(text: string): number {
  return Array.from(text).reduce((word, c, i) => word | (c.charCodeAt(0) << (8 * i)), 0)
}
