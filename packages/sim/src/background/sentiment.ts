import { exp } from '../numeric/elementary.ts'
import type { Random } from '../random.ts'

/** How buyers and sellers wax and wane: an Ornstein–Uhlenbeck process in fixed steps. */
export class Sentiment {
  readonly #stay: number
  readonly #kick: number
  readonly #random: Random
  #value: number

  constructor(
    law: { readonly spread: number; readonly returnPerS: number },
    at: { readonly stepS: number; readonly random: Random },
  ) {
    this.#stay = exp(-law.returnPerS * at.stepS)
    this.#kick = law.spread * Math.sqrt(1 - this.#stay * this.#stay)
    this.#random = at.random
    this.#value = law.spread * at.random.normal()
  }

  next(): number {
    this.#value = this.#value * this.#stay + this.#kick * this.#random.normal()
    return this.#value
  }
}
