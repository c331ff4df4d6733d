import type { LevelKind } from '@levels/contracts/metrics'

const FIRST_CAPACITY = 64

/**
 * One level over time: columns with one entry a point in which it was seen. They double as they
 * fill, up to `capacity`; the owner starts anew before that is passed.
 */
export class LevelTrack {
  readonly id: string
  readonly kind: LevelKind
  readonly capacity: number
  count = 0
  /** Index of the point, ascending. */
  at = new Uint32Array(FIRST_CAPACITY)
  /** SPY dollars. */
  priceUsd = new Float64Array(FIRST_CAPACITY)
  /** Smoothed break score, 0–100. */
  score = new Float32Array(FIRST_CAPACITY)
  /** Index into `SIGNALS`. */
  signal = new Uint8Array(FIRST_CAPACITY)

  constructor(id: string, kind: LevelKind, capacity: number) {
    this.id = id
    this.kind = kind
    this.capacity = capacity
  }

  /** @returns false when it is full: the entry was not taken */
  add(at: number, priceUsd: number, score: number, signal: number): boolean {
    if (this.count === this.at.length && !this.#grow()) return false
    const index = this.count++
    this.at[index] = at
    this.priceUsd[index] = priceUsd
    this.score[index] = score
    this.signal[index] = signal
    return true
  }

  /** Index of the first entry whose point is not before `point`; `count` when there is none. */
  firstFrom(point: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.at[middle] ?? 0) < point) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(): boolean {
    const length = Math.min(this.capacity, this.at.length * 2)
    if (length <= this.count) return false
    this.at = widened(this.at, new Uint32Array(length))
    this.priceUsd = widened(this.priceUsd, new Float64Array(length))
    this.score = widened(this.score, new Float32Array(length))
    this.signal = widened(this.signal, new Uint8Array(length))
    return true
  }
}

function widened<T extends { set(source: T): void }>(from: T, into: T): T {
  into.set(from)
  return into
}
