import { exp, log } from './numeric/elementary.ts'

const LAYERS = 256
const TWO_32 = 4_294_967_296
/** Where the tail of the exponential law begins, and the area of each layer. */
const TAIL_FROM = 7.697117470131487
const LAYER_AREA = 3.949659822581572e-3

/**
 * Tables of the ziggurat for the exponential law: G. Marsaglia and W. W. Tsang, "The Ziggurat Method
 * for Generating Random Variables", Journal of Statistical Software 5 (2000).
 */
const acceptBelow = new Uint32Array(LAYERS)
const widths = new Float64Array(LAYERS)
const heights = new Float64Array(LAYERS)
fillLayers()

function fillLayers(): void {
  let edge = TAIL_FROM
  const base = LAYER_AREA / exp(-edge)
  acceptBelow[0] = Math.floor((edge / base) * TWO_32)
  acceptBelow[1] = 0
  widths[0] = base / TWO_32
  widths[LAYERS - 1] = edge / TWO_32
  heights[0] = 1
  heights[LAYERS - 1] = exp(-edge)
  for (let i = LAYERS - 2; i >= 1; i--) {
    const next = -log(LAYER_AREA / edge + exp(-edge))
    acceptBelow[i + 1] = Math.floor((next / edge) * TWO_32)
    heights[i] = exp(-next)
    widths[i] = next / TWO_32
    edge = next
  }
}

/**
 * A seeded stream of random numbers (sfc32, Chris Doty-Humphrey's PractRand): integer arithmetic
 * only, and what is made of it uses + − × ÷ √ alone, so a seed gives the same numbers on every
 * platform.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1
  #spareNormal = NaN

  /**
   * @param seed any integer; its low 32 bits count
   * @param stream tells apart streams of one seed; an integer
   */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0
    this.#b = (seed ^ 0x9e3779b9) | 0
    this.#c = (0x243f6a88 ^ Math.imul(stream, 0x85ebca6b)) | 0
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
    return this.uint32() / TWO_32
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

  /** From the exponential law of mean 1. */
  exponential(): number {
    for (;;) {
      const bits = this.uint32()
      // The lowest bits choose the layer; what they add to x is 2⁻²⁴ of it at most.
      const layer = bits & (LAYERS - 1)
      const x = bits * (widths[layer] ?? 0)
      if (bits < (acceptBelow[layer] ?? 0)) return x
      if (layer === 0) return TAIL_FROM - log((this.uint32() + 1) / TWO_32)
      const low = heights[layer] ?? 0
      const high = heights[layer - 1] ?? 0
      if (low + this.unit() * (high - low) < exp(-x)) return x
    }
  }

  /** From the standard normal law (G. Marsaglia's polar method). */
  normal(): number {
    const spare = this.#spareNormal
    if (spare === spare) {
      this.#spareNormal = NaN
      return spare
    }
    for (;;) {
      const x = 2 * this.unit() - 1
      const y = 2 * this.unit() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const scale = Math.sqrt((-2 * log(square)) / square)
      this.#spareNormal = y * scale
      return x * scale
    }
  }
}
