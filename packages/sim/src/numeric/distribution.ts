/** Counts by whole number, with a last class for all above. */
export class CountDistribution {
  readonly #weights: Float64Array
  #total = 0
  #sum = 0

  /** @param limit values from this on count as it */
  constructor(limit: number) {
    this.#weights = new Float64Array(limit + 1)
  }

  get total(): number {
    return this.#total
  }

  get mean(): number {
    return this.#total === 0 ? 0 : this.#sum / this.#total
  }

  add(value: number, weight = 1): void {
    const at = value < this.#weights.length ? value : this.#weights.length - 1
    this.#weights[at] = (this.#weights[at] ?? 0) + weight
    this.#total += weight
    this.#sum += value * weight
  }

  /** Share of a value. */
  share(value: number): number {
    return this.#total === 0 ? 0 : (this.#weights[value] ?? 0) / this.#total
  }

  /** Values with their weights, those of weight 0 left out. */
  entries(): [value: number, weight: number][] {
    return [...this.#weights.entries()].filter(([, weight]) => weight > 0)
  }

  /** The value below or at which lies this share. */
  quantile(share: number): number {
    let left = share * this.#total
    for (let i = 0; i < this.#weights.length; i++) {
      left -= this.#weights[i] ?? 0
      if (left <= 0) return i
    }
    return this.#weights.length - 1
  }

  /** Cumulated shares, 0 … 1. */
  cumulated(): number[] {
    let sum = 0
    return Array.from(this.#weights, (weight) => (sum += weight) / Math.max(this.#total, 1e-300))
  }

  /** Largest difference of the cumulated shares (Kolmogorov and Smirnov). */
  distance(other: CountDistribution): number {
    const mine = this.cumulated()
    const its = other.cumulated()
    return mine.reduce((most, share, i) => Math.max(most, Math.abs(share - (its[i] ?? 1))), 0)
  }
}
