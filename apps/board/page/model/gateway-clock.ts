/**
 * The gateway's clock, as its messages tell it: how old a thing is that it has stamped. A page's own
 * clock may be wrong, and may not say how long ago something came to the gateway.
 *
 * What says the time may have been on its way for long, behind everything else on a slow line. Of
 * all that was said on a connection, the word that was on its way for the shortest time counts.
 */
export class GatewayClock {
  readonly #nowMs: () => number
  #aheadMs = NaN

  /** @param nowMs a clock in ms that never steps back */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** The first word of a connection. @param nowTs what the gateway says that it is now, Unix ms */
  begin(nowTs: number): void {
    this.#aheadMs = nowTs - this.#nowMs()
  }

  /** A later word. @param nowTs what the gateway says that it is now, Unix ms */
  hear(nowTs: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, nowTs - this.#nowMs())
  }

  /** Since a moment of the gateway's clock, ms, at least 0; null before the clock is known. */
  since(ts: number): number | null {
    if (Number.isNaN(this.#aheadMs)) return null
    return Math.max(0, this.#nowMs() + this.#aheadMs - ts)
  }
}
