import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  MarketEvent,
  NO_TICK,
} from '@levels/kernel'
import { seededRandom } from './seeded-random.ts'

/** How often an update is of a kind; what is left repeats the book unchanged. */
export interface BookMix {
  /** One level's size changes. */
  readonly size: number
  /** One level empties and the next deeper price comes into view, or the reverse. */
  readonly level: number
  /** The whole book moves by one tick. */
  readonly shift: number
}

/** About what an ES feed shows; the shares of the real hour lie close to it. */
export const ES_MIX: BookMix = { size: 0.86, level: 0.06, shift: 0.03 }

/**
 * A walk of books and back again, so that it can be repeated without a jump. Sizes are 1–200,
 * prices adjoin save where a level is missing.
 */
export function syntheticBooks(count: number, mix: BookMix, seed: number): MarketEvent[] {
  const random = seededRandom(seed)
  const depth = BOOK_DEPTH + 2
  const lots = () => 1 + Math.floor(random() * 200)
  let mid = 22_000
  const bids = Array.from({ length: depth }, lots)
  const asks = Array.from({ length: depth }, lots)
  const events: MarketEvent[] = []
  for (let n = 0; n < count; n++) {
    const kind = random()
    const side = random() < 0.5 ? bids : asks
    const at = Math.floor(random() ** 2 * BOOK_DEPTH)
    if (kind < mix.size) side[at] = side[at] === 0 ? 0 : lots()
    else if (kind < mix.size + mix.level) side[at] = side[at] === 0 || at === 0 ? lots() : 0
    else if (kind < mix.size + mix.level + mix.shift) {
      const isUp = random() < 0.5
      mid += isUp ? 1 : -1
      const gains = isUp ? bids : asks
      const loses = isUp ? asks : bids
      gains.unshift(lots())
      gains.pop()
      loses.shift()
      loses.push(lots())
      if (loses[0] === 0) loses[0] = lots()
    }
    events.push(bookEvent(mid, bids, asks))
  }
  return [...events, ...events.slice(1, -1).reverse()]
}

function bookEvent(mid: number, bids: readonly number[], asks: readonly number[]): MarketEvent {
  const event = new MarketEvent()
  event.kind = EventKind.Depth
  event.book.fill(NO_TICK, BID_TICKS, BID_TICKS + BOOK_DEPTH)
  event.book.fill(NO_TICK, ASK_TICKS, ASK_TICKS + BOOK_DEPTH)
  bids.forEach((size, i) => {
    if (size === 0 || event.bidCount === BOOK_DEPTH) return
    event.book[BID_TICKS + event.bidCount] = mid - i
    event.book[BID_LOTS + event.bidCount++] = size
  })
  asks.forEach((size, i) => {
    if (size === 0 || event.askCount === BOOK_DEPTH) return
    event.book[ASK_TICKS + event.askCount] = mid + 1 + i
    event.book[ASK_LOTS + event.askCount++] = size
  })
  return event
}
