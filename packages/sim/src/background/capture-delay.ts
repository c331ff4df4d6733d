import type { Random } from '../random.ts'

/** Capture time less event time, drawn from equal shares with a straight line between. */
export class CaptureDelay {
  readonly #quantilesNs: Float64Array
  readonly #random: Random

  /** @param quantilesNs rising, two at least */
  constructor(quantilesNs: readonly number[], random: Random) {
    this.#quantilesNs = Float64Array.from(quantilesNs)
    this.#random = random
  }

  /** ns, whole. */
  next(): number {
    const quantiles = this.#quantilesNs
    const x = this.#random.unit() * (quantiles.length - 1)
    const at = Math.floor(x)
    const low = quantiles[at] ?? 0
    return Math.floor(low + (x - at) * ((quantiles[at + 1] ?? low) - low))
  }
}
