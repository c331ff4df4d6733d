import type { StateReader, StateWriter } from '@levels/kernel'

/**
 * The volume-weighted average price since it was last cleared, from exact integer sums: what a
 * day adds up to fits a double's 53 bits many times over (6.9 million times 200 million for an
 * equity in 1e-4 dollars is 1.4e15), and a trade that would not fit is left out and counted.
 */
export class VolumeAverage {
  #notional = 0
  #volume = 0
  #droppedCount = 0

  /** Trades left out because the sum would have lost its last digit. */
  get droppedCount(): number {
    return this.#droppedCount
  }

  /** @returns whether the trade was counted */
  add(price: number, size: number): boolean {
    const notional = this.#notional + price * size
    if (!(Math.abs(notional) <= Number.MAX_SAFE_INTEGER)) {
      this.#droppedCount++
      return false
    }
    this.#notional = notional
    this.#volume += size
    return true
  }

  clear(): void {
    this.#notional = 0
    this.#volume = 0
  }

  /** Null before the first trade. */
  get value(): number | null {
    return this.#volume === 0 ? null : this.#notional / this.#volume
  }

  encode(writer: StateWriter): void {
    writer.number(this.#notional).number(this.#volume).number(this.#droppedCount)
  }

  /** Replaces the state with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#notional = reader.number()
    this.#volume = reader.number()
    this.#droppedCount = reader.number()
  }
}
