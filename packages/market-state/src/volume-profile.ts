import { invariant } from '@levels/kernel'
import type { StateReader, StateWriter } from '@levels/kernel'

const START_HALF_SPAN = 1024
/** Buckets kept on either side of the first trade's: beyond, volume is not counted. */
export const PROFILE_HALF_SPAN_MAX = 32_768

export interface VolumeProfileConfig {
  /** Price units per bucket; a price belongs to the nearest one, halfway to the upper. */
  readonly bucketUnits: number
  /** Share of the volume that the value area holds at least, in (0, 1]. */
  readonly valueAreaShare: number
}

/** The prices a profile is read for, in price units. */
export interface ValueArea {
  poc: number
  vah: number
  val: number
}

/**
 * Volume at price since it was last cleared. Adding is O(1); the value area is found in
 * O(buckets from lowest to highest) when it is asked for and something was added since.
 *
 * Memory: one double a bucket, doubling from 2,049 to at most 65,537 buckets (0.5 MB).
 */
export class VolumeProfile {
  readonly #bucketUnits: number
  readonly #valueAreaShare: number
  #volumes = new Float64Array(2 * START_HALF_SPAN + 1)
  #halfSpan = START_HALF_SPAN
  /** Bucket of the first trade, the middle of the array. */
  #center = 0
  /** Occupied buckets, relative to `#center`; `#low > #high` when there is none. */
  #low = Infinity
  #high = -Infinity
  #total = 0
  #outOfSpan = 0
  readonly #area: ValueArea = { poc: 0, vah: 0, val: 0 }
  #isAreaCurrent = false

  constructor({ bucketUnits, valueAreaShare }: VolumeProfileConfig) {
    invariant(
      Number.isInteger(bucketUnits) && bucketUnits > 0 && valueAreaShare > 0 && valueAreaShare <= 1,
      'a bucket is a whole number of units and a value area a share of the volume',
    )
    this.#bucketUnits = bucketUnits
    this.#valueAreaShare = valueAreaShare
  }

  /** Volume that was not counted because its price was too far from the first. */
  get outOfSpanVolume(): number {
    return this.#outOfSpan
  }

  /** Volume counted. */
  get total(): number {
    return this.#total
  }

  add(price: number, size: number): void {
    const bucket = Math.round(price / this.#bucketUnits)
    if (this.#total === 0) this.#center = bucket
    const at = bucket - this.#center
    const distance = Math.abs(at)
    if (distance > this.#halfSpan) {
      if (distance > PROFILE_HALF_SPAN_MAX) {
        this.#outOfSpan += size
        return
      }
      this.#growTo(distance)
    }
    const slot = at + this.#halfSpan
    this.#volumes[slot] = (this.#volumes[slot] ?? 0) + size
    this.#total += size
    if (at < this.#low) this.#low = at
    if (at > this.#high) this.#high = at
    this.#isAreaCurrent = false
  }

  clear(): void {
    if (this.#total > 0) {
      this.#volumes.fill(0, this.#low + this.#halfSpan, this.#high + this.#halfSpan + 1)
    }
    this.#low = Infinity
    this.#high = -Infinity
    this.#total = 0
    this.#isAreaCurrent = false
  }

  /**
   * Point of control, value area high and low, in price units.
   *
   * The point of control is the bucket with the most volume; of several, the one nearest the
   * middle between the lowest and the highest traded bucket, then the lower. The value area
   * starts there and grows, while it holds less than the share: the volume of the next two
   * buckets above is compared with that of the next two below (of one, at the edge of what was
   * traded), and the larger pair joins, the upper one on a tie.
   *
   * @returns null when nothing was traded; borrowed, valid until the next call
   */
  read(): ValueArea | null {
    if (this.#total === 0) return null
    if (!this.#isAreaCurrent) {
      const poc = this.#findPointOfControl()
      this.#area.poc = this.#priceOf(poc)
      this.#growValueArea(poc)
      this.#isAreaCurrent = true
    }
    return this.#area
  }

  encode(writer: StateWriter): void {
    writer.number(this.#center).number(this.#low).number(this.#high).number(this.#outOfSpan)
    if (this.#total > 0) {
      writer.numbers(this.#volumes, this.#low + this.#halfSpan, this.#high + this.#halfSpan + 1)
    }
  }

  /** Replaces the state with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.clear()
    this.#center = reader.number()
    this.#low = reader.number()
    this.#high = reader.number()
    this.#outOfSpan = reader.number()
    if (this.#low > this.#high) return
    const distance = Math.max(Math.abs(this.#low), Math.abs(this.#high))
    if (distance > this.#halfSpan) this.#growTo(distance)
    const volumes = reader.numbers()
    this.#volumes.set(volumes, this.#low + this.#halfSpan)
    for (const volume of volumes) this.#total += volume
  }

  #priceOf(at: number): number {
    return (at + this.#center) * this.#bucketUnits
  }

  #volumeAt(at: number): number {
    return at < this.#low || at > this.#high ? 0 : (this.#volumes[at + this.#halfSpan] ?? 0)
  }

  #findPointOfControl(): number {
    const middleTwice = this.#low + this.#high
    let best = this.#low
    let bestVolume = this.#volumeAt(best)
    for (let at = this.#low + 1; at <= this.#high; at++) {
      const volume = this.#volumeAt(at)
      if (volume < bestVolume) continue
      const isNearer = Math.abs(2 * at - middleTwice) < Math.abs(2 * best - middleTwice)
      if (volume > bestVolume || isNearer) {
        best = at
        bestVolume = volume
      }
    }
    return best
  }

  #growValueArea(poc: number): void {
    // The tolerance keeps a share such as 0.7, no binary fraction, from asking for one lot more.
    const target = Math.ceil(this.#valueAreaShare * this.#total * (1 - 1e-12))
    let from = poc
    let to = poc
    let inside = this.#volumeAt(poc)
    while (inside < target) {
      const above = this.#volumeAt(to + 1) + this.#volumeAt(to + 2)
      const below = this.#volumeAt(from - 1) + this.#volumeAt(from - 2)
      if (to < this.#high && (above >= below || from === this.#low)) {
        to = Math.min(to + 2, this.#high)
        inside += above
      } else {
        from = Math.max(from - 2, this.#low)
        inside += below
      }
    }
    this.#area.vah = this.#priceOf(to)
    this.#area.val = this.#priceOf(from)
  }

  #growTo(distance: number): void {
    let halfSpan = this.#halfSpan
    while (halfSpan < distance) halfSpan *= 2
    const volumes = new Float64Array(2 * halfSpan + 1)
    volumes.set(this.#volumes, halfSpan - this.#halfSpan)
    this.#volumes = volumes
    this.#halfSpan = halfSpan
  }
}
