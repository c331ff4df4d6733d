import { BarrierEngine } from '@levels/barrier'
import type {
  BarrierMetrics,
  BarrierState,
  BreakDirection,
  Direction,
  LevelSignal,
  LevelSignals,
  SignalHealth,
} from '@levels/contracts'
import { FuelEngine } from '@levels/fuel'
import { relNsToUnixMs, StateCodecError, StateReader, StateWriter } from '@levels/kernel'
import type { MarketState } from '@levels/market-state'
import { ScoreEngine } from '@levels/score'
import { TapeEngine } from '@levels/tape'
import { LevelMemory } from './level-memory.ts'
import { resolveConfig, type LevelsConfig } from './levels-config.ts'
import { describeLevel } from './note.ts'
import { findRunway } from './runway.ts'
import { Universe, type UniverseLevel } from './universe.ts'

const STATE_KIND = 'LVSG'
const STATE_VERSION = 1
/** Slack of the monitor band, far under any tick: 0.25 must not depend on the last bit. */
const BAND_EPSILON_USD = 1e-9

/** One snap in the making: what all levels share. */
interface Snap {
  readonly state: MarketState
  readonly spot: number
  readonly levels: readonly UniverseLevel[]
  readonly health: SignalHealth
  /** Barriers computed so far, by level id: in band, or asked for by a runway. */
  readonly barriers: Map<string, BarrierMetrics>
}

/**
 * Asks every engine about every level near spot and makes the payload of `levels.signals`.
 *
 * The engines read the market state; what this class itself remembers is each level's smoothed
 * values, its direction and its trigger.
 */
export class LevelSignalService {
  readonly config: LevelsConfig
  readonly #universe: Universe
  readonly #barrier: BarrierEngine
  readonly #tape: TapeEngine
  readonly #fuel: FuelEngine
  readonly #score: ScoreEngine
  readonly #memory: LevelMemory

  constructor(config: LevelsConfig = resolveConfig()) {
    this.config = config
    this.#barrier = new BarrierEngine(config.barrier)
    this.#tape = new TapeEngine(config.tape)
    this.#fuel = new FuelEngine(config.fuel)
    this.#score = new ScoreEngine(config.score)
    this.#universe = new Universe(config.levels, this.#fuel)
    this.#memory = new LevelMemory(config.levels)
  }

  /**
   * The payload at the state's present time: call it once a snap boundary, after
   * `state.advanceTo(boundary)`.
   *
   * Without a spot, without depth, or while the book is crossed there are no levels: nothing
   * could be said about them that was measured.
   *
   * @param tsRelNs the boundary, which must be the state's present time
   */
  computeLevelSignals(state: MarketState, tsRelNs: number): LevelSignals {
    const spot = state.getSpot()
    const { bid, ask } = state.getBidAsk()
    const health: SignalHealth = {
      book: state.bookHealth,
      basis: state.priceConverter.basis,
      greeksCoverage: state.optionFlow.sessionGreeksCoverage,
    }
    const isReadable = health.book !== 'none' && health.book !== 'crossed'
    this.#score.beginSnap(tsRelNs)
    this.#memory.forgetBefore(tsRelNs)
    return {
      ts: relNsToUnixMs(tsRelNs, state.epochNs),
      spy: { spot, bid, ask },
      levels: spot !== null && isReadable ? this.#levels(state, spot, health, tsRelNs) : [],
      health,
    }
  }

  #levels(
    state: MarketState,
    spot: number,
    health: SignalHealth,
    tsRelNs: number,
  ): LevelSignal[] {
    const levels = this.#universe.read(state, spot)
    const snap: Snap = { state, spot, levels, health, barriers: new Map() }
    const band = this.config.levels.monitorBandUsd + BAND_EPSILON_USD
    return levels
      .filter((level) => Math.abs(spot - level.price) <= band)
      .map((level) => this.#signal(snap, level, tsRelNs))
      .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
  }

  #signal(snap: Snap, level: UniverseLevel, tsRelNs: number): LevelSignal {
    const { state, spot, health } = snap
    const direction = this.#memory.directionOf(level.id, level.price, spot)
    const breakDirection: BreakDirection = direction === 'SUPPORT' ? 'DOWN' : 'UP'
    const distance = Math.abs(spot - level.price)
    const barrier = this.#barrierAt(snap, level, direction)
    const tape = this.#tape.computeTapeState(level.price, state)
    const fuel = this.#fuel.computeFuelState(level.price, state)
    const score = this.#score.computeScore({
      levelId: level.id,
      barrier,
      tape,
      fuel,
      breakDirection,
      tsRelNs,
      distanceUsd: distance,
      bookReliable: health.book === 'live',
    })
    const smooth = this.#memory.update(level.id, tsRelNs, direction, {
      score: score.rawScore,
      deltaLiq: barrier.deltaLiq,
      replenishmentRatio: barrier.replenishmentRatio,
      velocity: tape.velocity,
      netDealerGamma: fuel.netDealerGamma,
    })
    return {
      id: level.id,
      price: level.price,
      kind: level.kind,
      direction,
      distance,
      breakScoreRaw: score.rawScore,
      breakScoreSmooth: smooth.score,
      signal: score.signal,
      confidence: score.confidence,
      barrier,
      tape,
      fuel,
      runway: findRunway({
        level,
        breakDirection,
        signal: score.signal,
        levels: snap.levels,
        barrierStateOf: (between) => this.#barrierStateAt(snap, between),
        beyondUsd: this.config.levels.confluenceUsd,
      }),
      note: describeLevel({
        barrier: barrier.state,
        fuel: fuel.effect,
        sweep: tape.sweep.direction,
        breakDirection,
        book: health.book,
      }),
      components: score.componentScores,
      confluence: level.confluence,
      smooth,
    }
  }

  #barrierStateAt(snap: Snap, level: UniverseLevel): BarrierState {
    const direction = this.#memory.directionOf(level.id, level.price, snap.spot)
    return this.#barrierAt(snap, level, direction).state
  }

  #barrierAt(snap: Snap, level: UniverseLevel, direction: Direction): BarrierMetrics {
    const known = snap.barriers.get(level.id)
    if (known !== undefined) return known
    const metrics = this.#barrier.computeBarrierState(level.price, direction, snap.state)
    snap.barriers.set(level.id, metrics)
    return metrics
  }

  /** What the levels remember, as one versioned, checksummed byte string. */
  snapshot(): Uint8Array {
    const writer = new StateWriter(STATE_KIND, STATE_VERSION)
    writer.string(JSON.stringify(this.config))
    this.#memory.encode(writer)
    this.#score.encode(writer)
    return writer.finish()
  }

  /**
   * Replaces what the levels remember with a saved state.
   *
   * @throws StateCodecError when the bytes are damaged, or were saved under another configuration
   */
  restore(bytes: Uint8Array): void {
    const reader = new StateReader(bytes, STATE_KIND, STATE_VERSION)
    const saved = reader.string()
    const mine = JSON.stringify(this.config)
    if (saved !== mine) {
      throw new StateCodecError(`expected state saved under ${mine}, was saved under ${saved}`)
    }
    this.#memory.decode(reader)
    this.#score.decode(reader)
    reader.end()
  }
}
