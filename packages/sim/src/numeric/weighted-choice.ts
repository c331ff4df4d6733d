import { invariant } from '@levels/kernel'
import type { Random } from '../random.ts'

/** Draws values by their weights in constant time (A. J. Walker's alias method, 1977). */
export class WeightedChoice {
  readonly #values: Float64Array
  readonly #keep: Float64Array
  readonly #other: Int32Array

  /** @param pairs values with weights ≥ 0, one of them above 0 */
  constructor(pairs: readonly (readonly [value: number, weight: number])[]) {
    const total = pairs.reduce((sum, [, weight]) => sum + weight, 0)
    invariant(total > 0, 'a weighted choice has a weight above 0')
    const count = pairs.length
    this.#values = Float64Array.from(pairs, ([value]) => value)
    this.#keep = Float64Array.from(pairs, ([, weight]) => (weight * count) / total)
    this.#other = Int32Array.from(pairs, (_, i) => i)
    const small: number[] = []
    const large: number[] = []
    this.#keep.forEach((share, i) => (share < 1 ? small : large).push(i))
    for (;;) {
      const low = small.pop()
      const high = large.pop()
      if (low === undefined || high === undefined) break
      this.#other[low] = high
      const rest = (this.#keep[high] ?? 0) - (1 - (this.#keep[low] ?? 0))
      this.#keep[high] = rest
      ;(rest < 1 ? small : large).push(high)
    }
    // What is left over is 1 but for rounding.
    for (const i of large) this.#keep[i] = 1
  }

  draw(random: Random): number {
    const x = random.unit() * this.#keep.length
    const at = Math.floor(x)
    const chosen = x - at < (this.#keep[at] ?? 1) ? at : (this.#other[at] ?? at)
    return this.#values[chosen] ?? 0
  }
}
