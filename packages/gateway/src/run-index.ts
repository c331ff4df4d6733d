/** Snaps an index may hold: four months of sessions, 320 MiB. */
export const RUN_SNAPS_MAX = 2 ** 24

/** Where every snap of a run begins in its file, by time, and the CRC-32 of its line: 20 bytes each. */
export class RunIndex {
  #ts = new Float64Array(4096)
  /** One more than there are snaps: the last is the end of the file. */
  #offset = new Float64Array(4097)
  #crc = new Uint32Array(4096)
  #count = 0

  get count(): number {
    return this.#count
  }

  /**
   * @param endOffset of the byte after the snap's line feed; snaps follow each other without gaps
   * @param crc CRC-32 of the line without its line feed
   */
  add(ts: number, endOffset: number, crc: number): void {
    if (this.#count === this.#ts.length) this.#grow()
    this.#ts[this.#count] = ts
    this.#crc[this.#count] = crc
    this.#count++
    this.#offset[this.#count] = endOffset
  }

  /** Unix ms of a snap, by its place; NaN where there is none. */
  tsOf(index: number): number {
    return index < this.#count ? (this.#ts[index] ?? NaN) : NaN
  }

  /** Of its line, without the line feed; NaN where there is none. */
  crcOf(index: number): number {
    return index < this.#count ? (this.#crc[index] ?? NaN) : NaN
  }

  /** Where its line is, with the line feed. */
  rangeOf(index: number): { readonly byteOffset: number; readonly byteCount: number } {
    const byteOffset = this.#offset[index] ?? NaN
    return { byteOffset, byteCount: (this.#offset[index + 1] ?? NaN) - byteOffset }
  }

  /** The last snap not after a moment; the first one when it is before all. 0 without any. */
  at(ts: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ts[middle] ?? 0) <= ts) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  #grow(): void {
    const size = this.#ts.length * 2
    const ts = new Float64Array(size)
    const offset = new Float64Array(size + 1)
    const crc = new Uint32Array(size)
    ts.set(this.#ts)
    offset.set(this.#offset)
    this.#ts = ts
    this.#offset = offset
    crc.set(this.#crc)
    this.#crc = crc
  }
}
