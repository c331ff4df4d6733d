import { NO_EXCHANGE } from '@levels/kernel'
import type { FuturesTradeEvent, StateReader, StateWriter } from '@levels/kernel'
import { VisitedTicks } from './visited-ticks.ts'

/** Distinct known venues remembered of one run; further ones are counted and left out. */
export const RUN_VENUES = 32

/** One run of prints: its facts, where it printed and on which venues. Reused. */
export class SweepRun {
  /** 1 BUY, −1 SELL, 0 while there is none. */
  direction: -1 | 0 | 1 = 0
  prints = 0
  startNs = -Infinity
  endNs = -Infinity
  firstTick = 0
  lastTick = 0
  /** Σ ticks · lots: exact. */
  tickLots = 0
  /** Grows from run to run as they are kept. */
  serial = 0
  readonly visited = new VisitedTicks()
  readonly #venues = new Int32Array(RUN_VENUES)
  #venueCount = 0

  /** Distinct known venues. */
  get venueCount(): number {
    return this.#venueCount
  }

  /** The i-th lowest venue id. */
  venueAt(i: number): number {
    return this.#venues[i] ?? 0
  }

  /** Begins anew, still without a print. */
  start(event: FuturesTradeEvent, direction: -1 | 1): void {
    this.direction = direction
    this.prints = 0
    this.startNs = event.tsRelNs
    this.firstTick = event.priceTicks
    this.tickLots = 0
    this.visited.clear()
    this.#venueCount = 0
  }

  /** Takes a print; its place is added to `visited`, its venue by `addVenue`. */
  extend(event: FuturesTradeEvent): void {
    this.prints++
    this.endNs = event.tsRelNs
    this.lastTick = event.priceTicks
    this.tickLots += event.priceTicks * event.size
  }

  /** @returns false when there was no room for the venue and it was left out */
  addVenue(venue: number): boolean {
    if (venue === NO_EXCHANGE) return true
    const venues = this.#venues
    let at = 0
    while (at < this.#venueCount && (venues[at] ?? 0) < venue) at++
    if (at < this.#venueCount && venues[at] === venue) return true
    if (this.#venueCount === RUN_VENUES) return false
    venues.copyWithin(at + 1, at, this.#venueCount)
    venues[at] = venue
    this.#venueCount++
    return true
  }

  encode(writer: StateWriter): void {
    writer.number(this.direction).number(this.prints).number(this.startNs).number(this.endNs)
    writer.number(this.firstTick).number(this.lastTick).number(this.tickLots)
    this.visited.encode(writer)
    writer.numbers(this.#venues, 0, this.#venueCount)
  }

  /** Replaces the run with what `encode` wrote. */
  decode(reader: StateReader): void {
    const direction = reader.number()
    this.direction = direction > 0 ? 1 : direction < 0 ? -1 : 0
    this.prints = reader.number()
    this.startNs = reader.number()
    this.endNs = reader.number()
    this.firstTick = reader.number()
    this.lastTick = reader.number()
    this.tickLots = reader.number()
    this.visited.decode(reader)
    const venues = reader.numbers()
    this.#venues.set(venues)
    this.#venueCount = venues.length
  }
}
