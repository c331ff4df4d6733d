import type { SmoothMetrics } from '@levels/contracts'
import { NS_PER_S, type StateReader, type StateWriter } from '@levels/kernel'
import type { LevelConfig } from './level-parameters.ts'

/** What is smoothed of a level. */
export interface LevelReading {
  /** 0–100. */
  readonly score: number
  readonly metrics: SmoothMetrics
}

/** A level's smoothed values and the snap they are of. */
interface Remembered extends LevelReading {
  readonly id: string
  tsRelNs: number
  score: number
  metrics: SmoothMetrics
}

/** The share of a step that each average takes after a time. */
interface Weights {
  readonly elapsedNs: number
  readonly score: number
  readonly deltaLiq: number
  readonly replenishmentRatio: number
  readonly velocity: number
  readonly netDealerGamma: number
}

/**
 * Exponentially smoothed values of every level seen lately.
 *
 * `x̄ += (1 − e^(−Δt/τ))(x − x̄)`; the first value is taken as it is. A level that was out of
 * band for longer than `forgetAfterS` starts anew. Bounded by the levels in band within that
 * time.
 */
export class LevelMemory {
  readonly #config: LevelConfig
  readonly #levels = new Map<string, Remembered>()
  /** Nearly always those of one snap interval, so that they are computed once. */
  #weights: Weights

  constructor(config: LevelConfig) {
    this.#config = config
    this.#weights = weightsAfter(0, config)
  }

  /**
   * Takes a level's reading at a snap. Taking it again at the same time changes nothing.
   *
   * @returns the smoothed values; borrowed, valid until the level's next update
   */
  update(id: string, tsRelNs: number, reading: LevelReading): LevelReading {
    const known = this.#levels.get(id)
    if (known === undefined) {
      this.#levels.set(id, { id, tsRelNs, score: reading.score, metrics: reading.metrics })
      return reading
    }
    const weights = this.#weightsAfter(tsRelNs - known.tsRelNs)
    const { metrics } = reading
    const from = known.metrics
    known.tsRelNs = tsRelNs
    known.score += weights.score * (reading.score - known.score)
    known.metrics = {
      deltaLiq: from.deltaLiq + weights.deltaLiq * (metrics.deltaLiq - from.deltaLiq),
      replenishmentRatio:
        from.replenishmentRatio +
        weights.replenishmentRatio * (metrics.replenishmentRatio - from.replenishmentRatio),
      velocity: from.velocity + weights.velocity * (metrics.velocity - from.velocity),
      netDealerGamma:
        from.netDealerGamma +
        weights.netDealerGamma * (metrics.netDealerGamma - from.netDealerGamma),
    }
    return known
  }

  /** Drops the levels that were not in band for longer than `forgetAfterS`. */
  forgetBefore(tsRelNs: number): void {
    const edge = tsRelNs - this.#config.forgetAfterS * NS_PER_S
    for (const level of this.#levels.values()) {
      if (level.tsRelNs < edge) this.#levels.delete(level.id)
    }
  }

  encode(writer: StateWriter): void {
    writer.number(this.#levels.size)
    for (const { id, tsRelNs, score, metrics } of this.#levels.values()) {
      writer.string(id).number(tsRelNs).number(score)
      writer.number(metrics.deltaLiq).number(metrics.replenishmentRatio)
      writer.number(metrics.velocity).number(metrics.netDealerGamma)
    }
  }

  /** Replaces what is remembered with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#levels.clear()
    for (let count = reader.number(); count > 0; count--) {
      const id = reader.string()
      const tsRelNs = reader.number()
      const score = reader.number()
      const metrics = {
        deltaLiq: reader.number(),
        replenishmentRatio: reader.number(),
        velocity: reader.number(),
        netDealerGamma: reader.number(),
      }
      this.#levels.set(id, { id, tsRelNs, score, metrics })
    }
  }

  #weightsAfter(elapsedNs: number): Weights {
    if (elapsedNs !== this.#weights.elapsedNs) {
      this.#weights = weightsAfter(elapsedNs, this.#config)
    }
    return this.#weights
  }
}

function weightsAfter(elapsedNs: number, config: LevelConfig): Weights {
  const weightFor = (tauS: number): number => 1 - Math.exp(-elapsedNs / NS_PER_S / tauS)
  return {
    elapsedNs,
    score: weightFor(config.scoreTauS),
    deltaLiq: weightFor(config.deltaLiqTauS),
    replenishmentRatio: weightFor(config.ratioTauS),
    velocity: weightFor(config.velocityTauS),
    netDealerGamma: weightFor(config.gammaTauS),
  }
}
