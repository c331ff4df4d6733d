/** Messages a client may send at once, and in a second on the long run. */
const BURST = 200
const PER_SECOND = 100

/** How many messages a client may still send: a bucket that fills up with time. */
export class MessageRate {
  readonly #now: () => number
  #left = BURST
  #at: number
  #refused = 0

  /** @param now a clock in ms that never steps back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#at = now()
  }

  /** Times there was not enough left. */
  get refused(): number {
    return this.#refused
  }

  /** Takes so many; false, and takes none, when there are not so many left. */
  take(count = 1): boolean {
    const now = this.#now()
    this.#left = Math.min(BURST, this.#left + ((now - this.#at) / 1000) * PER_SECOND)
    this.#at = now
    if (this.#left < count) {
      this.#refused++
      return false
    }
    this.#left -= count
    return true
  }
}
