import { Action, RecordSide } from '@levels/dbn'
import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  BOOK_SLOTS,
  EventKind,
  type MarketEvent,
  NO_TICK,
  Side,
} from '@levels/kernel'
import type { BookChange } from '../src/index.ts'

/**
 * Checks every event of a future's market against the one before: no empty or negative level, no
 * crossed book, trades at the best price, and at every visible price
 * `after = before + added − canceled − traded`, by what the events themselves say.
 */
export class MarketCheck {
  events = 0
  trades = 0
  /** Lots that were displayed anew in the event that took them: of icebergs. */
  refilledLots = 0
  readonly #before = new Int32Array(BOOK_SLOTS)
  readonly #tradedTicks = new Int32Array(BOOK_DEPTH + 30)
  readonly #tradedLots = new Int32Array(BOOK_DEPTH + 30)
  #tradedCount = 0
  #tradedSide: Side = Side.Bid
  #hasBook = false
  #lastRelNs = 0
  #lastSeq = 0

  take(event: MarketEvent, change: BookChange): void {
    this.events++
    if (event.tsRelNs < this.#lastRelNs) throw new Error('event time steps back')
    if (event.tsRecvRelNs <= event.tsRelNs) throw new Error('captured before it happened')
    this.#lastRelNs = event.tsRelNs
    // Events of one time and number count as one: prints of one order too need numbers of their own.
    if (event.seq <= this.#lastSeq) throw new Error('the numbers of events do not rise')
    this.#lastSeq = event.seq
    if (event.kind === EventKind.FuturesTrade) return this.#takeTrade(event)
    checkBook(event)
    if (this.#hasBook) {
      this.#compare(Side.Bid, event.book, change)
      this.#compare(Side.Ask, event.book, change)
    }
    this.#hasBook = true
    this.#before.set(event.book)
    this.#tradedCount = 0
  }

  #takeTrade(event: MarketEvent): void {
    this.trades++
    if (event.size <= 0) throw new Error('a trade of nothing')
    const side = event.aggressor === Aggressor.Buy ? Side.Ask : Side.Bid
    const ticksAt = side === Side.Bid ? BID_TICKS : ASK_TICKS
    const at = this.#tradedCount++
    this.#tradedTicks[at] = event.priceTicks
    this.#tradedLots[at] = event.size
    this.#tradedSide = side
    // Each print of an order takes the next price, the first the best; the one before it is gone.
    if (at < BOOK_DEPTH && this.#before[ticksAt + at] !== event.priceTicks) {
      throw new Error(`print ${at} not at the best price`)
    }
    if (at === 0 || at > BOOK_DEPTH) return
    const shown = this.#before[ticksAt + BOOK_DEPTH + at - 1] ?? 0
    if ((this.#tradedLots[at - 1] ?? 0) < shown) throw new Error('a better price was passed over')
  }

  #compare(side: Side, book: Int32Array, change: BookChange): void {
    const sign = side === Side.Bid ? -1 : 1
    const ticksAt = side === Side.Bid ? BID_TICKS : ASK_TICKS
    const before = this.#before
    const end = Math.min(
      (before[ticksAt + BOOK_DEPTH - 1] ?? 0) * sign,
      (book[ticksAt + BOOK_DEPTH - 1] ?? 0) * sign,
    )
    let i = 0
    let j = 0
    for (;;) {
      const old = i < BOOK_DEPTH ? (before[ticksAt + i] ?? 0) * sign : Infinity
      const now = j < BOOK_DEPTH ? (book[ticksAt + j] ?? 0) * sign : Infinity
      const at = Math.min(old, now)
      if (at > end) return
      const was = old === at ? (before[ticksAt + BOOK_DEPTH + i++] ?? 0) : 0
      const is = now === at ? (book[ticksAt + BOOK_DEPTH + j++] ?? 0) : 0
      this.#conserve(side, at * sign, is - was, change)
    }
  }

  #conserve(side: Side, tick: number, delta: number, change: BookChange): void {
    const traded = side === this.#tradedSide ? this.#tradedAt(tick) : 0
    const isSide = change.side === (side === Side.Bid ? RecordSide.Bid : RecordSide.Ask)
    let told = -traded
    if (isSide && change.action === Action.Add && change.tick === tick) told += change.lots
    if (isSide && change.action === Action.Cancel && change.tick === tick) told -= change.lots
    if (isSide && change.action === Action.Modify) {
      if (change.tick === tick) told += change.lots
      if (change.fromTick === tick) told -= change.lots
    }
    if (delta === told) return
    // Only an iceberg shows more than it was seen to have, and only where it traded.
    if (traded === 0 || delta < told) {
      throw new Error(`at ${tick}: expected a change of ${told} lots, was ${delta}`)
    }
    this.refilledLots += delta - told
  }

  #tradedAt(tick: number): number {
    for (let i = 0; i < this.#tradedCount; i++) {
      if (this.#tradedTicks[i] === tick) return this.#tradedLots[i] ?? 0
    }
    return 0
  }
}

function checkBook({ book, bidCount, askCount }: MarketEvent): void {
  if ((book[BID_TICKS] ?? 0) >= (book[ASK_TICKS] ?? 0)) throw new Error('crossed')
  if (bidCount < 1 || askCount < 1) throw new Error('a side is empty')
  for (let i = 0; i < BOOK_DEPTH; i++) {
    checkLevel(book, BID_TICKS, BID_LOTS, i, i < bidCount, -1)
    checkLevel(book, ASK_TICKS, ASK_LOTS, i, i < askCount, 1)
  }
}

function checkLevel(
  book: Int32Array,
  ticks: number,
  lots: number,
  i: number,
  isThere: boolean,
  sign: number,
): void {
  const tick = book[ticks + i] ?? NO_TICK
  const size = book[lots + i] ?? 0
  if (!isThere) {
    if (tick !== NO_TICK || size !== 0) throw new Error(`level ${i} is not empty`)
    return
  }
  if (size <= 0) throw new Error(`level ${i} has ${size} lots`)
  if (i > 0 && (tick - (book[ticks + i - 1] ?? 0)) * sign <= 0)
    throw new Error(`level ${i} is out of order`)
}
