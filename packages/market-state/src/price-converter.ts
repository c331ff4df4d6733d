import { invariant } from '@levels/kernel'
import type { InstrumentPair, StateReader, StateWriter } from '@levels/kernel'

/**
 * Where the ratio comes from: `live`, a sample no older than `sampleMaxAgeNs`; `held`, the last
 * ratio of this session, its samples being older; `default`, no sample in this session yet.
 */
export type Basis = 'live' | 'held' | 'default'

export interface PriceConverterConfig {
  /** Time constant of the exponential average. */
  readonly timeConstantNs: number
  /** Oldest futures book a sample may be taken from; the caller checks it. */
  readonly bookMaxAgeNs: number
  /** For how long a sample keeps the ratio `live`. */
  readonly sampleMaxAgeNs: number
  /** A sample further than this share from the pair's default ratio is refused, e.g. 0.05. */
  readonly ratioBand: number
}

export interface PriceConverterCounters {
  /** Samples averaged in. */
  samples: number
  /** Samples refused because their ratio lies outside the band. */
  refused: number
  /** Quotes that gave no sample: crossed, locked or one-sided. */
  unusable: number
}

/**
 * Converts between prices of the equity and of the future by their ratio, measured whenever the
 * equity is quoted: `ratio += (1 − e^(−Δt/τ)) · (futures mid / equity mid − ratio)`.
 */
export class PriceConverter {
  readonly config: PriceConverterConfig
  readonly counters: PriceConverterCounters = { samples: 0, refused: 0, unusable: 0 }
  readonly #pair: InstrumentPair
  readonly #ratioMin: number
  readonly #ratioMax: number
  #ratio: number
  #nowRelNs = -Infinity
  /** Time of the last accepted sample of the session, −∞ before the first. */
  #sampleRelNs = -Infinity

  constructor(pair: InstrumentPair, config: PriceConverterConfig) {
    invariant(
      config.timeConstantNs > 0 && config.sampleMaxAgeNs > 0 && config.ratioBand > 0,
      'the time constant, the sample age and the ratio band are positive',
    )
    this.config = config
    this.#pair = pair
    this.#ratio = pair.defaultRatio
    this.#ratioMin = pair.defaultRatio * (1 - config.ratioBand)
    this.#ratioMax = pair.defaultRatio * (1 + config.ratioBand)
  }

  /** Futures price over equity price. */
  get ratio(): number {
    return this.#ratio
  }

  get basis(): Basis {
    if (this.#sampleRelNs === -Infinity) return 'default'
    return this.#sampleRelNs > this.#nowRelNs - this.config.sampleMaxAgeNs ? 'live' : 'held'
  }

  /**
   * Averages in a sample, taken when the equity is quoted while the futures book is fresh,
   * two-sided and uncrossed.
   *
   * @param esMidHalfTicks best bid + best ask of the future, in ticks: twice its mid
   * @param spyBid US dollars
   * @param spyAsk US dollars
   * @returns whether it was used
   */
  addSample(tsRelNs: number, esMidHalfTicks: number, spyBid: number, spyAsk: number): boolean {
    this.advanceTo(tsRelNs)
    if (!(spyBid > 0 && spyBid < spyAsk && spyAsk < Infinity)) {
      this.counters.unusable++
      return false
    }
    const sample = (esMidHalfTicks * this.#pair.tick) / (spyBid + spyAsk) // both mids twice
    if (!(sample >= this.#ratioMin && sample <= this.#ratioMax)) {
      this.counters.refused++
      return false
    }
    if (this.#sampleRelNs === -Infinity) {
      this.#ratio = sample
    } else {
      const elapsedNs = tsRelNs - this.#sampleRelNs
      const weight = 1 - Math.exp(-elapsedNs / this.config.timeConstantNs)
      this.#ratio += weight * (sample - this.#ratio)
    }
    this.#sampleRelNs = tsRelNs
    this.counters.samples++
    return true
  }

  /** Lets time pass: only `basis` depends on it. */
  advanceTo(tsRelNs: number): void {
    invariant(tsRelNs >= this.#nowRelNs, 'a price converter never goes back in time')
    this.#nowRelNs = tsRelNs
  }

  /** Forgets what was measured: the default ratio holds until the next sample. */
  startSession(): void {
    this.#ratio = this.#pair.defaultRatio
    this.#sampleRelNs = -Infinity
  }

  /** The future's price, in index points, of an equity price in US dollars. */
  spyToEs(price: number): number {
    return price * this.#ratio
  }

  /** The equity's price, in US dollars, of a futures price in index points. */
  esToSpy(price: number): number {
    return price / this.#ratio
  }

  /** The future's price in ticks, not rounded, of an equity price in US dollars. */
  spyToTicks(price: number): number {
    return (price * this.#ratio) / this.#pair.tick
  }

  /** The equity's price, in US dollars, of a futures price in ticks, whole or not. */
  ticksToSpy(ticks: number): number {
    return (ticks * this.#pair.tick) / this.#ratio
  }

  encode(writer: StateWriter): void {
    const { samples, refused, unusable } = this.counters
    writer.number(this.#ratio).number(this.#nowRelNs).number(this.#sampleRelNs)
    writer.number(samples).number(refused).number(unusable)
  }

  /** Replaces the state with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#ratio = reader.number()
    this.#nowRelNs = reader.number()
    this.#sampleRelNs = reader.number()
    this.counters.samples = reader.number()
    this.counters.refused = reader.number()
    this.counters.unusable = reader.number()
  }
}
