/**
 * Calls back for what has come, at once, but no more often than once in an interval: what comes
 * sooner is told at the interval's end, once.
 */
export class Pace {
  readonly #intervalMs: number
  readonly #onDue: () => void
  #lastMs = -Infinity
  #timer: NodeJS.Timeout | null = null

  constructor(intervalMs: number, onDue: () => void) {
    this.#intervalMs = intervalMs
    this.#onDue = onDue
  }

  notify(): void {
    if (this.#timer !== null) return
    const waitMs = this.#lastMs + this.#intervalMs - performance.now()
    if (waitMs <= 0) return this.#tell()
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#tell()
    }, waitMs)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #tell(): void {
    this.#lastMs = performance.now()
    this.#onDue()
  }
}
