import type { StateReader, StateWriter } from '@levels/kernel'

/** Different ticks remembered; further ones are left out. */
export const VISITED_TICKS = 256

/** A small set of ticks, ascending. Memory: 4 bytes for each of `VISITED_TICKS`, allocated once. */
export class VisitedTicks {
  readonly #ticks = new Int32Array(VISITED_TICKS)
  #count = 0

  /** How many ticks are in the set. */
  get count(): number {
    return this.#count
  }

  /** The i-th lowest tick, i from 0 to `count − 1`. */
  at(i: number): number {
    return this.#ticks[i] ?? 0
  }

  clear(): void {
    this.#count = 0
  }

  /** @returns false when there was no room for the tick and it was left out */
  add(tick: number): boolean {
    const ticks = this.#ticks
    const place = this.#placeOf(tick)
    if (place < this.#count && ticks[place] === tick) return true
    if (this.#count === VISITED_TICKS) return false
    for (let i = this.#count; i > place; i--) ticks[i] = ticks[i - 1] ?? 0
    ticks[place] = tick
    this.#count++
    return true
  }

  /** Whether any tick of `loTick … hiTick` is in the set. */
  touches(loTick: number, hiTick: number): boolean {
    const place = this.#placeOf(loTick)
    return place < this.#count && (this.#ticks[place] ?? 0) <= hiTick
  }

  encode(writer: StateWriter): void {
    writer.numbers(this.#ticks, 0, this.#count)
  }

  /** Replaces the set with what `encode` wrote. */
  decode(reader: StateReader): void {
    const ticks = reader.numbers()
    this.#ticks.set(ticks)
    this.#count = ticks.length
  }

  /** First place whose tick is not below `tick`. */
  #placeOf(tick: number): number {
    let lo = 0
    let hi = this.#count
    while (lo < hi) {
      const mid = (lo + hi) >>> 1
      if ((this.#ticks[mid] ?? 0) < tick) lo = mid + 1
      else hi = mid
    }
    return lo
  }
}
