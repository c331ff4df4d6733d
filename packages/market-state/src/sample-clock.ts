import type { StateReader, StateWriter } from '@levels/kernel'

/**
 * When the depth baseline is due for a sample: at the multiples of an interval, from the first
 * one on. A boundary's sample is taken when time passes it, not when it is reached, because more
 * events of that nanosecond may come.
 */
export class SampleClock {
  readonly #intervalNs: number
  #nextRelNs = -Infinity

  constructor(intervalNs: number) {
    this.#intervalNs = intervalNs
  }

  /** The first boundary that was not passed yet; −Infinity before the first event. */
  get nextRelNs(): number {
    return this.#nextRelNs
  }

  /**
   * Passes every boundary before a time.
   *
   * @param keptNs boundaries further back than this are skipped: their samples would be gone
   */
  passBefore(tsRelNs: number, keptNs: number, sample: (boundaryRelNs: number) => void): void {
    if (this.#nextRelNs === -Infinity) {
      this.#nextRelNs = this.#atOrAfter(tsRelNs)
      return
    }
    if (tsRelNs <= this.#nextRelNs) return
    let boundary = Math.max(this.#nextRelNs, this.#atOrAfter(tsRelNs - keptNs))
    for (; boundary < tsRelNs; boundary += this.#intervalNs) sample(boundary)
    this.#nextRelNs = boundary
  }

  #atOrAfter(tsRelNs: number): number {
    return Math.ceil(tsRelNs / this.#intervalNs) * this.#intervalNs
  }

  encode(writer: StateWriter): void {
    writer.number(this.#nextRelNs)
  }

  decode(reader: StateReader): void {
    this.#nextRelNs = reader.number()
  }
}
