const CAPACITY = 1_024

/**
 * Ids of the levels that are named by their price, such as `STRIKE_687.5`. The same few come back
 * at every snap, and finding a string costs less than making it: up to 1,024 are kept, then all
 * are forgotten, which shows in the cost only.
 */
export class PriceIds {
  readonly #prefix: string
  readonly #ids = new Map<number, string>()

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** @param price SPY dollars */
  of(price: number): string {
    const known = this.#ids.get(price)
    if (known !== undefined) return known
    if (this.#ids.size === CAPACITY) this.#ids.clear()
    const id = `${this.#prefix}_${price}`
    this.#ids.set(price, id)
    return id
  }
}
