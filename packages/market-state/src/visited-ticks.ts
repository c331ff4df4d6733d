import type { StateReader, StateWriter } from '@levels/kernel'

/** Intervals of adjoining ticks remembered; a tick that would open a further one is left out. */
export const VISITED_INTERVALS = 64

/**
 * A set of ticks as ascending, disjoint intervals: exact and small, because prices that trade
 * one after the other mostly adjoin.
 */
export class VisitedTicks {
  readonly #lo = new Int32Array(VISITED_INTERVALS)
  readonly #hi = new Int32Array(VISITED_INTERVALS)
  #count = 0
  #distinct = 0

  /** How many different ticks are in the set. */
  get distinct(): number {
    return this.#distinct
  }

  clear(): void {
    this.#count = 0
    this.#distinct = 0
  }

  /** @returns false when there was no room for the tick and it was left out */
  add(tick: number): boolean {
    const lo = this.#lo
    const hi = this.#hi
    let i = 0
    while (i < this.#count && (hi[i] ?? 0) < tick) i++
    // hi[i − 1] < tick ≤ hi[i]
    if (i < this.#count && (lo[i] ?? 0) <= tick) return true
    const joinsLeft = i > 0 && hi[i - 1] === tick - 1
    const joinsRight = i < this.#count && lo[i] === tick + 1
    if (joinsLeft && joinsRight) {
      hi[i - 1] = hi[i] ?? 0
      this.#removeAt(i)
    } else if (joinsLeft) {
      hi[i - 1] = tick
    } else if (joinsRight) {
      lo[i] = tick
    } else {
      if (this.#count === VISITED_INTERVALS) return false
      this.#insertAt(i, tick)
    }
    this.#distinct++
    return true
  }

  /** Whether any tick of `loTick … hiTick` is in the set. */
  touches(loTick: number, hiTick: number): boolean {
    for (let i = 0; i < this.#count; i++) {
      if ((this.#hi[i] ?? 0) >= loTick) return (this.#lo[i] ?? 0) <= hiTick && loTick <= hiTick
    }
    return false
  }

  encode(writer: StateWriter): void {
    writer.numbers(this.#lo, 0, this.#count).numbers(this.#hi, 0, this.#count)
  }

  /** Replaces the set with what `encode` wrote. */
  decode(reader: StateReader): void {
    const lo = reader.numbers()
    const hi = reader.numbers()
    this.#lo.set(lo)
    this.#hi.set(hi)
    this.#count = lo.length
    this.#distinct = 0
    for (let i = 0; i < this.#count; i++) {
      this.#distinct += (this.#hi[i] ?? 0) - (this.#lo[i] ?? 0) + 1
    }
  }

  #insertAt(i: number, tick: number): void {
    this.#lo.copyWithin(i + 1, i, this.#count)
    this.#hi.copyWithin(i + 1, i, this.#count)
    this.#lo[i] = tick
    this.#hi[i] = tick
    this.#count++
  }

  #removeAt(i: number): void {
    this.#lo.copyWithin(i, i + 1, this.#count)
    this.#hi.copyWithin(i, i + 1, this.#count)
    this.#count--
  }
}
