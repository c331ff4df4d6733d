import { invariant } from '@levels/kernel'
import type { StateReader, StateWriter } from '@levels/kernel'

/** Most samples held at once; beyond it the oldest leaves early and is counted. */
export const BASELINE_CAPACITY = 1 << 16

/** Guards the nearest rank against the last bit of `percentile · count`. */
const RANK_TOLERANCE = 1e-9
const NO_HOLE = -1

/**
 * Samples of one quantity over a rolling window, kept in order of time and in order of size.
 *
 * A percentile is one look-up. A sample costs a search and one move of memory: the sample that
 * leaves stays behind as a hole (its value keeps the order), and the one that comes moves only what
 * lies between its place and the hole. Memory: 24 bytes a sample, growing by doubling up to
 * `BASELINE_CAPACITY` samples.
 */
export class DepthBaseline {
  readonly #windowNs: number
  #timesNs = new Float64Array(1024)
  #values = new Float64Array(1024)
  /** Ascending, `#count` samples and perhaps a hole, at `#hole`. */
  #sorted = new Float64Array(1024)
  #hole = NO_HOLE
  #head = 0
  #count = 0
  #droppedCount = 0
  /** The last answer, until the samples change: many levels ask the same at one moment. */
  #answer: { percentile: number; extra: number | null; value: number | null } | null = null

  constructor(windowNs: number) {
    invariant(windowNs > 0, 'a baseline has a window')
    this.#windowNs = windowNs
  }

  get count(): number {
    return this.#count
  }

  get droppedCount(): number {
    return this.#droppedCount
  }

  /** @param tsNs not before any earlier call's */
  add(tsNs: number, value: number): void {
    this.advanceTo(tsNs)
    if (this.#count === this.#values.length) this.#makeRoom()
    const at = (this.#head + this.#count) & (this.#values.length - 1)
    this.#timesNs[at] = tsNs
    this.#values[at] = value
    this.#insert(value)
    this.#count++
  }

  /** Lets samples at or before `tsNs − windowNs` leave. */
  advanceTo(tsNs: number): void {
    const edge = tsNs - this.#windowNs
    while (this.#count > 0 && (this.#timesNs[this.#head] ?? 0) <= edge) this.#removeOldest()
  }

  /**
   * The nearest-rank percentile: the smallest sample that at least this share of all samples
   * does not exceed.
   *
   * @param percentile 0–1
   * @param extra one more sample that counts as if it had been added, or null
   * @returns null when there is no sample at all
   */
  percentile(percentile: number, extra: number | null): number | null {
    let answer = this.#answer
    if (answer === null || answer.percentile !== percentile || answer.extra !== extra) {
      answer = { percentile, extra, value: this.#find(percentile, extra) }
      this.#answer = answer
    }
    return answer.value
  }

  encode(writer: StateWriter): void {
    writer.number(this.#droppedCount).number(this.#count)
    const mask = this.#values.length - 1
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) & mask
      writer.number(this.#timesNs[at] ?? 0).number(this.#values[at] ?? 0)
    }
  }

  /** Replaces the samples with what `encode` wrote. */
  decode(reader: StateReader): void {
    const droppedCount = reader.number()
    const count = reader.number()
    this.#head = 0
    this.#count = 0
    this.#hole = NO_HOLE
    this.#answer = null
    for (let i = 0; i < count; i++) this.add(reader.number(), reader.number())
    this.#droppedCount = droppedCount
  }

  #find(percentile: number, extra: number | null): number | null {
    const count = this.#count + (extra === null ? 0 : 1)
    if (count === 0) return null
    const rank = Math.max(1, Math.ceil(percentile * count - RANK_TOLERANCE)) - 1
    if (extra === null) return this.#valueAt(rank)
    const place = this.#placeOf(extra)
    const rankOfExtra = this.#hole !== NO_HOLE && this.#hole < place ? place - 1 : place
    if (rank === rankOfExtra) return extra
    return this.#valueAt(rank < rankOfExtra ? rank : rank - 1)
  }

  /** The sample of a rank, 0 the least. */
  #valueAt(rank: number): number | null {
    const isBehindHole = this.#hole !== NO_HOLE && rank >= this.#hole
    return this.#sorted[isBehindHole ? rank + 1 : rank] ?? null
  }

  /** First place in `#sorted`, the hole counted, that is not less than `value`. */
  #placeOf(value: number): number {
    const sorted = this.#sorted
    let lo = 0
    let hi = this.#hole === NO_HOLE ? this.#count : this.#count + 1
    while (lo < hi) {
      const mid = (lo + hi) >>> 1
      if ((sorted[mid] ?? 0) < value) lo = mid + 1
      else hi = mid
    }
    return lo
  }

  #insert(value: number): void {
    this.#answer = null
    const sorted = this.#sorted
    const place = this.#placeOf(value)
    const hole = this.#hole === NO_HOLE ? this.#count : this.#hole
    if (place <= hole) {
      sorted.copyWithin(place + 1, place, hole)
      sorted[place] = value
    } else {
      sorted.copyWithin(hole, hole + 1, place)
      sorted[place - 1] = value
    }
    this.#hole = NO_HOLE
  }

  #removeOldest(): void {
    this.#answer = null
    const value = this.#values[this.#head] ?? 0
    this.#closeHole()
    this.#hole = this.#placeOf(value)
    this.#head = (this.#head + 1) & (this.#values.length - 1)
    this.#count--
  }

  #closeHole(): void {
    if (this.#hole === NO_HOLE) return
    this.#sorted.copyWithin(this.#hole, this.#hole + 1, this.#count + 1)
    this.#hole = NO_HOLE
  }

  #makeRoom(): void {
    const size = this.#values.length
    this.#closeHole()
    if (size === BASELINE_CAPACITY) {
      this.#removeOldest()
      this.#droppedCount++
      return
    }
    const timesNs = new Float64Array(size * 2)
    const values = new Float64Array(size * 2)
    const sorted = new Float64Array(size * 2)
    sorted.set(this.#sorted)
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) & (size - 1)
      timesNs[i] = this.#timesNs[at] ?? 0
      values[i] = this.#values[at] ?? 0
    }
    this.#timesNs = timesNs
    this.#values = values
    this.#sorted = sorted
    this.#head = 0
  }
}
