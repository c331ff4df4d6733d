import { NS_PER_S } from '@levels/kernel'
import { exp, log } from '../numeric/elementary.ts'
import type { ExcitationKernel } from '../profile.ts'
import type { Random } from '../random.ts'

/**
 * When the next event comes: a Hawkes process with exponential kernels (A. G. Hawkes, Biometrika
 * 58, 1971). Events come of themselves at a rate, and each brings about others that come sooner or
 * later by the kernels.
 *
 * Each kernel's next event is drawn by inverting its fading rate, so nothing is drawn in vain
 * (A. Dassios and H. Zhao, "Exact simulation of Hawkes process with exponentially decaying
 * intensity", Electronic Communications in Probability 18, 2013).
 */
export class BurstClock {
  readonly #random: Random
  readonly #children: Float64Array
  readonly #decayPerNs: Float64Array
  /** Events that each kernel still has to bring about, on average. */
  readonly #pending: Float64Array
  readonly #count: number

  constructor(kernels: readonly ExcitationKernel[], random: Random) {
    this.#random = random
    this.#children = Float64Array.from(kernels, (kernel) => kernel.children)
    this.#decayPerNs = Float64Array.from(kernels, (kernel) => kernel.decayPerS / NS_PER_S)
    this.#pending = new Float64Array(kernels.length)
    this.#count = kernels.length
  }

  /**
   * @param ratePerNs of events that come of themselves, while nothing else happens
   * @returns ns until the next event, > 0; Infinity when none comes
   */
  untilNext(ratePerNs: number): number {
    const random = this.#random
    let next = ratePerNs > 0 ? random.exponential() / ratePerNs : Infinity
    for (let i = 0; i < this.#count; i++) {
      const pending = this.#pending[i] ?? 0
      if (pending < 1e-7) continue
      const share = random.exponential() / pending
      const decay = this.#decayPerNs[i] ?? 1
      // −ln(1 − x) ≥ x: most need no logarithm to be known as too late.
      if (share >= 1 || share >= next * decay) continue
      const wait = -log(1 - share) / decay
      if (wait < next) next = wait
    }
    return next
  }

  /** Lets time pass. */
  pass(ns: number): void {
    for (let i = 0; i < this.#count; i++) {
      const pending = this.#pending[i] ?? 0
      if (pending === 0) continue
      const faded = ns * (this.#decayPerNs[i] ?? 1)
      this.#pending[i] = faded > 30 ? 0 : pending * (faded < 0.01 ? soon(faded) : exp(-faded))
    }
  }

  /** Takes note of an event that happens now. */
  excite(): void {
    for (let i = 0; i < this.#count; i++) {
      this.#pending[i] = (this.#pending[i] ?? 0) + (this.#children[i] ?? 0)
    }
  }
}

/** e^−x for x below 0.01, to 1e-12. */
function soon(x: number): number {
  return 1 - x * (1 - x * (1 / 2 - x * (1 / 6 - x / 24)))
}
