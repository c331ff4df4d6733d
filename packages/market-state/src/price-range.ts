import type { StateReader, StateWriter } from '@levels/kernel'

/** The highest and lowest price since it was last cleared, and the last one. */
export class PriceRange {
  #high = -Infinity
  #low = Infinity
  #last: number | null = null

  include(price: number): void {
    if (price > this.#high) this.#high = price
    if (price < this.#low) this.#low = price
    this.#last = price
  }

  clear(): void {
    this.#high = -Infinity
    this.#low = Infinity
    this.#last = null
  }

  /** Takes over what another range holds. */
  assign(other: PriceRange): void {
    this.#high = other.#high
    this.#low = other.#low
    this.#last = other.#last
  }

  get isEmpty(): boolean {
    return this.#last === null
  }

  /** Null, as `low` and `last`, before the first price. */
  get high(): number | null {
    return this.isEmpty ? null : this.#high
  }

  get low(): number | null {
    return this.isEmpty ? null : this.#low
  }

  get last(): number | null {
    return this.#last
  }

  encode(writer: StateWriter): void {
    writer.number(this.#high).number(this.#low).nullable(this.#last)
  }

  /** Replaces the state with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#high = reader.number()
    this.#low = reader.number()
    this.#last = reader.nullable()
  }
}
