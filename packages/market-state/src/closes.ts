import { NS_PER_MINUTE, RangeViolationError } from '@levels/kernel'
import type { StateReader, StateWriter } from '@levels/kernel'
import type { Now } from './now.ts'

/** Length of the bars whose closes are averaged, aligned to the clock. */
const CLOSE_INTERVAL_NS = 2 * NS_PER_MINUTE
/** Closes kept: the longest average. */
const CLOSES_CAPACITY = 400
const RING_SIZE = CLOSES_CAPACITY + 1

/**
 * The last closes of two-minute bars; a bar without a trade makes none. Kept as running totals,
 * so that an average of any length is one subtraction: `ring[k]` holds the sum of the first k
 * closes of the run (exact: integers, 2^53 / 1e7 is 900 million closes).
 */
export class Closes {
  readonly #totals = new Float64Array(RING_SIZE)
  #count = 0
  /** When the bar in progress ends, ∞ when no trade has begun one. */
  #barEndRelNs = Infinity
  #lastPrice = 0

  /** Closes so far, those that were forgotten included. */
  get count(): number {
    return this.#count
  }

  /** The price must be an integer. */
  onTrade(now: Now, price: number): void {
    this.advanceWith(now)
    if (this.#barEndRelNs === Infinity) {
      this.#barEndRelNs = (Math.floor(now.tsRelNs / CLOSE_INTERVAL_NS) + 1) * CLOSE_INTERVAL_NS
    }
    this.#lastPrice = price
  }

  /** Closes the bar in progress once its two minutes are over. */
  advanceWith(now: Now): void {
    if (now.tsRelNs < this.#barEndRelNs) return
    this.#push(this.#lastPrice)
    this.#barEndRelNs = Infinity
  }

  /**
   * The mean of the last closes, in price units.
   *
   * @param length 1 … 400
   * @returns null until there are as many
   * @throws RangeViolationError for any other length
   */
  average(length: number): number | null {
    if (!Number.isInteger(length) || length < 1 || length > CLOSES_CAPACITY) {
      throw new RangeViolationError(
        `expected an average over 1 to ${CLOSES_CAPACITY} closes, was ${length}`,
      )
    }
    if (this.#count < length) return null
    return (this.#totalOf(this.#count) - this.#totalOf(this.#count - length)) / length
  }

  encode(writer: StateWriter): void {
    writer.number(this.#count).number(this.#barEndRelNs).number(this.#lastPrice)
    writer.numbers(this.#totals)
  }

  /** Replaces the state with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#count = reader.number()
    this.#barEndRelNs = reader.number()
    this.#lastPrice = reader.number()
    this.#totals.set(reader.numbers().subarray(0, RING_SIZE))
  }

  #push(price: number): void {
    const total = this.#totalOf(this.#count) + price
    this.#count++
    this.#totals[this.#count % RING_SIZE] = total
  }

  #totalOf(count: number): number {
    return this.#totals[count % RING_SIZE] ?? 0
  }
}
