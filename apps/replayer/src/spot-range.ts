import type { LevelSignals } from '@levels/contracts'

/**
 * The lowest and highest spot of a session, SPY dollars: by the measured ratio as soon as there is
 * one, as the default that a session begins with may be some dollars off.
 */
export class SpotRange {
  low = Infinity
  high = -Infinity
  #isMeasured = false

  /** Whether spot was ever known. */
  get isKnown(): boolean {
    return this.high >= this.low
  }

  add({ spy: { spot }, health }: LevelSignals): void {
    if (spot === null) return
    const isMeasured = health?.basis !== 'default'
    if (isMeasured && !this.#isMeasured) {
      this.#isMeasured = true
      this.low = Infinity
      this.high = -Infinity
    }
    if (isMeasured !== this.#isMeasured) return
    this.low = Math.min(this.low, spot)
    this.high = Math.max(this.high, spot)
  }

  /** `687.18 – 688.20` */
  toString(): string {
    return `${this.low.toFixed(2)} – ${this.high.toFixed(2)}`
  }
}
