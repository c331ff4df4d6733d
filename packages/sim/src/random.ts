/**
 * A seeded stream of random numbers (sfc32, Chris Doty-Humphrey's PractRand): integer arithmetic
 * only, so a seed gives the same numbers on every platform.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** @param seed any integer; its low 32 bits count */
  constructor(seed: number) {
    this.#a = seed | 0
    this.#b = (seed ^ 0x9e3779b9) | 0
    this.#c = 0x243f6a88
    for (let i = 0; i < 15; i++) this.uint32()
  }

  /** 0 … 2³² − 1. */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + sum) | 0
    return sum >>> 0
  }

  /** Uniform in [0, 1), a multiple of 2⁻³². */
  unit(): number {
    return this.uint32() / 4_294_967_296
  }

  /** Uniform integer in [0, below). */
  below(below: number): number {
    return Math.floor(this.unit() * below)
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** 1, 2, 3 … with the given mean (≥ 1): a geometric law. */
  count(mean: number): number {
    const stop = 1 / mean
    let n = 1
    while (n < 1_000 && this.unit() >= stop) n++
    return n
  }
}
