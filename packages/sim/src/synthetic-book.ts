import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  NO_TICK,
  type MarketEvent,
} from '@levels/kernel'

const SPAN_TICKS = 4_096

/**
 * Displayed lots by price, one array a side, around a start price. It is never crossed and never
 * negative: what would cross is refused by the caller asking `canPlace…` first.
 */
export class SyntheticBook {
  readonly #base: number
  readonly #bids = new Int32Array(SPAN_TICKS)
  readonly #asks = new Int32Array(SPAN_TICKS)
  #bestBid: number
  #bestAsk: number

  /** @param midTicks where the book opens: best bid here, best ask one tick above */
  constructor(midTicks: number, lotsAtDistance: (ticks: number) => number) {
    this.#base = midTicks - SPAN_TICKS / 2
    this.#bestBid = midTicks
    this.#bestAsk = midTicks + 1
    for (let d = 0; d < 60; d++) {
      this.#bids[this.#index(midTicks - d)] = lotsAtDistance(d)
      this.#asks[this.#index(midTicks + 1 + d)] = lotsAtDistance(d)
    }
  }

  get bestBidTicks(): number {
    return this.#bestBid
  }

  get bestAskTicks(): number {
    return this.#bestAsk
  }

  bidLots(tick: number): number {
    return this.#bids[this.#index(tick)] ?? 0
  }

  askLots(tick: number): number {
    return this.#asks[this.#index(tick)] ?? 0
  }

  /** Changes the bid at a tick below the best ask by some lots, not below zero. */
  changeBid(tick: number, lots: number): void {
    const at = this.#index(tick)
    this.#bids[at] = Math.max(0, (this.#bids[at] ?? 0) + lots)
    if (tick > this.#bestBid && (this.#bids[at] ?? 0) > 0) this.#bestBid = tick
    while ((this.#bids[this.#index(this.#bestBid)] ?? 0) === 0) this.#bestBid--
  }

  /** Changes the ask at a tick above the best bid by some lots, not below zero. */
  changeAsk(tick: number, lots: number): void {
    const at = this.#index(tick)
    this.#asks[at] = Math.max(0, (this.#asks[at] ?? 0) + lots)
    if (tick < this.#bestAsk && (this.#asks[at] ?? 0) > 0) this.#bestAsk = tick
    while ((this.#asks[this.#index(this.#bestAsk)] ?? 0) === 0) this.#bestAsk++
  }

  /** Writes the ten best levels a side into an event. */
  copyInto(event: MarketEvent): void {
    const { book } = event
    book.fill(0)
    event.bidCount = fillSide(book, BID_TICKS, BID_LOTS, this.#bestBid, -1, (t) => this.bidLots(t))
    event.askCount = fillSide(book, ASK_TICKS, ASK_LOTS, this.#bestAsk, 1, (t) => this.askLots(t))
  }

  #index(tick: number): number {
    const index = tick - this.#base
    if (index < 100 || index >= SPAN_TICKS - 100) {
      throw new RangeError(
        `expected a price within ${SPAN_TICKS / 2} ticks of the start, was ${tick}`,
      )
    }
    return index
  }
}

function fillSide(
  book: Int32Array,
  ticksAt: number,
  lotsAt: number,
  best: number,
  step: 1 | -1,
  lotsOf: (tick: number) => number,
): number {
  let count = 0
  for (let i = 0; i < 90 && count < BOOK_DEPTH; i++) {
    const tick = best + i * step
    const lots = lotsOf(tick)
    if (lots === 0) continue
    book[ticksAt + count] = tick
    book[lotsAt + count] = lots
    count++
  }
  for (let i = count; i < BOOK_DEPTH; i++) book[ticksAt + i] = NO_TICK
  return count
}
