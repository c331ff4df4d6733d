import type { Direction, SmoothMetrics } from '@levels/contracts'
import { NS_PER_S, type StateReader, type StateWriter } from '@levels/kernel'
import type { LevelConfig } from './level-parameters.ts'

/** What is smoothed of a level at one snap. */
export interface LevelReading extends SmoothMetrics {
  readonly score: number
}

/** What a level remembers between snaps. */
interface Remembered {
  direction: Direction
  tsRelNs: number
  score: number
  deltaLiq: number
  replenishmentRatio: number
  velocity: number
  netDealerGamma: number
}

/**
 * Exponentially smoothed values and the last direction of every level seen lately.
 *
 * `x̄ += (1 − e^(−Δt/τ))(x − x̄)`; the first value is taken as it is. A level that was out of
 * band for longer than `forgetAfterS` starts anew. Bounded by the levels in band within that
 * time.
 */
export class LevelMemory {
  readonly #config: LevelConfig
  readonly #levels = new Map<string, Remembered>()

  constructor(config: LevelConfig) {
    this.#config = config
  }

  /**
   * Which way a level faces: SUPPORT under spot, RESISTANCE over it. Exactly at spot it keeps
   * facing as it did, SUPPORT when it never did.
   */
  directionOf(id: string, price: number, spot: number): Direction {
    if (spot > price) return 'SUPPORT'
    if (spot < price) return 'RESISTANCE'
    return this.#levels.get(id)?.direction ?? 'SUPPORT'
  }

  /** Takes a level's reading at a snap and gives its smoothed values. Once a snap and level. */
  update(id: string, tsRelNs: number, direction: Direction, reading: LevelReading): LevelReading {
    const known = this.#levels.get(id)
    if (known === undefined) {
      this.#levels.set(id, { ...reading, direction, tsRelNs })
      return reading
    }
    const { scoreTauS, deltaLiqTauS, ratioTauS, velocityTauS, gammaTauS } = this.#config
    const dtS = (tsRelNs - known.tsRelNs) / NS_PER_S
    known.score += share(dtS, scoreTauS) * (reading.score - known.score)
    known.deltaLiq += share(dtS, deltaLiqTauS) * (reading.deltaLiq - known.deltaLiq)
    known.replenishmentRatio +=
      share(dtS, ratioTauS) * (reading.replenishmentRatio - known.replenishmentRatio)
    known.velocity += share(dtS, velocityTauS) * (reading.velocity - known.velocity)
    known.netDealerGamma += share(dtS, gammaTauS) * (reading.netDealerGamma - known.netDealerGamma)
    known.direction = direction
    known.tsRelNs = tsRelNs
    return { ...known }
  }

  /** Drops the levels that were not in band for longer than `forgetAfterS`. */
  forgetBefore(tsRelNs: number): void {
    const edge = tsRelNs - this.#config.forgetAfterS * NS_PER_S
    for (const [id, level] of this.#levels) if (level.tsRelNs < edge) this.#levels.delete(id)
  }

  encode(writer: StateWriter): void {
    writer.number(this.#levels.size)
    for (const [id, level] of this.#levels) {
      writer.string(id).boolean(level.direction === 'SUPPORT').number(level.tsRelNs)
      writer.number(level.score).number(level.deltaLiq).number(level.replenishmentRatio)
      writer.number(level.velocity).number(level.netDealerGamma)
    }
  }

  decode(reader: StateReader): void {
    this.#levels.clear()
    for (let count = reader.number(); count > 0; count--) {
      this.#levels.set(reader.string(), {
        direction: reader.boolean() ? 'SUPPORT' : 'RESISTANCE',
        tsRelNs: reader.number(),
        score: reader.number(),
        deltaLiq: reader.number(),
        replenishmentRatio: reader.number(),
        velocity: reader.number(),
        netDealerGamma: reader.number(),
      })
    }
  }
}

/** The share of a step that an exponential average takes after `dtS` seconds. */
function share(dtS: number, tauS: number): number {
  return 1 - Math.exp(-dtS / tauS)
}
