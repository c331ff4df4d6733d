/**
 * The gateway's clock, as its messages tell it: how old a thing is that it has stamped. A page's own
 * clock may be wrong, and may not say how long ago something came to the gateway.
 */
export class GatewayClock {
  readonly #nowMs: () => number
  #aheadMs = NaN

  /** @param nowMs a clock in ms that never steps back */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** @param nowTs what the gateway says that it is now, Unix ms; the newest word counts */
  set(nowTs: number): void {
    this.#aheadMs = nowTs - this.#nowMs()
  }

  /** Since a moment of the gateway's clock, ms, at least 0; null before the clock is known. */
  since(ts: number): number | null {
    if (Number.isNaN(this.#aheadMs)) return null
    return Math.max(0, this.#nowMs() + this.#aheadMs - ts)
  }
}
