import { BarrierEngine } from '@levels/barrier'
import type {
  BarrierMetrics,
  BreakDirection,
  LevelSignal,
  LevelSignals,
  SignalHealth,
} from '@levels/contracts'
import { FuelEngine } from '@levels/fuel'
import {
  RangeViolationError,
  relNsToUnixMs,
  StateCodecError,
  type StateBuffer,
  StateReader,
  StateWriter,
} from '@levels/kernel'
import type { MarketState } from '@levels/market-state'
import { ScoreEngine } from '@levels/score'
import { TapeEngine } from '@levels/tape'
import { LevelMemory } from './level-memory.ts'
import type { Level } from './level.ts'
import { resolveConfig, type LevelsConfig } from './levels-config.ts'
import { confluenceOf } from './merge-levels.ts'
import { describeLevel } from './note.ts'
import { isWithin } from './price-tolerance.ts'
import { findRunway } from './runway.ts'
import { Universe, type UniverseReading } from './universe.ts'

const STATE_KIND = 'LVSG'
const STATE_VERSION = 2

/** One snap in the making: what all levels share. */
interface Snap extends UniverseReading {
  readonly state: MarketState
  /** SPY dollars. */
  readonly spot: number
  readonly health: SignalHealth
  /** By place in `levels`: those in band, and those that a runway asked for. */
  readonly barriers: (BarrierMetrics | undefined)[]
}

/**
 * Asks every engine about every level near spot and makes the payload of `levels.signals`.
 *
 * The engines read the market state; what this class itself remembers from snap to snap is which
 * way each level faced, its smoothed values and its trigger.
 */
export class LevelSignalService {
  readonly config: LevelsConfig
  readonly #barrier: BarrierEngine
  readonly #tape: TapeEngine
  readonly #fuel: FuelEngine
  readonly #score: ScoreEngine
  readonly #universe: Universe
  readonly #memory: LevelMemory

  /** @throws ConfigError when weights or thresholds of the score contradict each other */
  constructor(config: LevelsConfig = resolveConfig()) {
    this.config = config
    this.#barrier = new BarrierEngine(config.barrier)
    this.#tape = new TapeEngine(config.tape)
    this.#fuel = new FuelEngine(config.fuel)
    this.#score = new ScoreEngine(config.score)
    this.#universe = new Universe(config.levels, this.#fuel)
    this.#memory = new LevelMemory(config.levels)
  }

  /** Snaps at which levels were not remembered, since there were more than `score.levelCapacity`. */
  get overflowedSnaps(): number {
    return this.#score.counters.overflowedSnaps
  }

  /**
   * The payload at the state's present time: to be asked for at every snap boundary, after
   * `state.advanceTo(boundary)`, and at no other time. Asking again at the same time gives the
   * same.
   *
   * Without spot, bid and ask, without depth, or while the book is crossed there are no levels: nothing
   * could be said about them that was measured.
   *
   * @throws RangeViolationError when the state has no time yet, or one before the newest snap
   */
  computeLevelSignals(state: MarketState): LevelSignals {
    const { tsRelNs } = state
    if (!Number.isFinite(tsRelNs)) {
      throw new RangeViolationError(`expected a state that has a time, was at ${tsRelNs}`)
    }
    const spot = state.getSpot()
    const health: SignalHealth = {
      book: state.bookHealth,
      basis: state.priceConverter.basis,
      greeksCoverage: state.optionFlow.sessionGreeksCoverage,
    }
    this.#score.beginSnap(tsRelNs)
    this.#memory.forgetBefore(tsRelNs)
    const isReadable = health.book !== 'none' && health.book !== 'crossed'
    const { bid, ask } = state.getBidAsk()
    const isPriced = bid !== null && ask !== null
    return {
      ts: relNsToUnixMs(tsRelNs, state.epochNs),
      spy: { spot, bid, ask },
      levels: spot === null || !isPriced || !isReadable ? [] : this.#signals(state, spot, health),
      health,
    }
  }

  #signals(state: MarketState, spot: number, health: SignalHealth): LevelSignal[] {
    const { levels, candidates } = this.#universe.read(state, spot)
    const barriers = levels.map(() => undefined)
    const snap: Snap = { state, spot, health, levels, candidates, barriers }
    const band = this.config.levels.monitorBandUsd
    const signals: LevelSignal[] = []
    levels.forEach((level, place) => {
      if (isWithin(level.price, spot, band)) insert(this.#signal(snap, level, place), signals)
    })
    return signals
  }

  #signal(snap: Snap, level: Level, place: number): LevelSignal {
    const { state, spot, health } = snap
    const { id, price, kind, direction } = level
    const breakDirection: BreakDirection = direction === 'SUPPORT' ? 'DOWN' : 'UP'
    const distance = Math.abs(spot - price)
    const barrier = this.#barrierAt(snap, place, level)
    const tape = this.#tape.computeTapeState(price, state)
    const fuel = this.#fuel.computeFuelState(price, state)
    const score = this.#score.computeScore({
      levelId: id,
      barrier,
      tape,
      fuel,
      breakDirection,
      tsRelNs: state.tsRelNs,
      distanceUsd: distance,
      bookReliable: health.book === 'live',
    })
    const smoothed = this.#memory.update(id, state.tsRelNs, {
      score: score.rawScore,
      metrics: {
        deltaLiq: barrier.deltaLiq,
        replenishmentRatio: barrier.replenishmentRatio,
        velocity: tape.velocity,
        netDealerGamma: fuel.netDealerGamma,
      },
    })
    return {
      id,
      price,
      kind,
      direction,
      distance,
      breakScoreRaw: score.rawScore,
      breakScoreSmooth: smoothed.score,
      signal: score.signal,
      confidence: score.confidence,
      barrier,
      tape,
      fuel,
      runway: findRunway({
        levels: snap.levels,
        from: place,
        breakDirection,
        signal: score.signal,
        beyondUsd: this.config.levels.confluenceUsd,
        barrierStateOf: (between, at) => this.#barrierAt(snap, at, between).state,
      }),
      note: describeLevel({
        barrier: barrier.state,
        fuel: fuel.effect,
        sweep: tape.sweep.direction,
        breakDirection,
        book: health.book,
      }),
      components: score.componentScores,
      confluence: confluenceOf(level, snap.candidates, this.config.levels.confluenceUsd),
      smooth: smoothed.metrics,
    }
  }

  #barrierAt(snap: Snap, place: number, level: Level): BarrierMetrics {
    return (snap.barriers[place] ??= this.#barrier.computeBarrierState(
      level.price,
      level.direction,
      snap.state,
    ))
  }

  /**
   * What the levels remember, as one versioned, checksummed byte string.
   *
   * @param buffer where to write it; what is given then lies in it
   */
  snapshot(buffer?: StateBuffer): Uint8Array {
    const writer = new StateWriter(STATE_KIND, STATE_VERSION, buffer)
    writer.string(JSON.stringify(this.config))
    this.#universe.encode(writer)
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
    if (saved !== JSON.stringify(this.config)) {
      throw new StateCodecError(`expected the present configuration, was ${saved}`)
    }
    this.#universe.decode(reader)
    this.#memory.decode(reader)
    this.#score.decode(reader)
    reader.end()
  }
}

/** Keeps signals in order of distance, equally distant ones in that of their ids. */
function insert(signal: LevelSignal, nearestFirst: LevelSignal[]): void {
  let at = nearestFirst.length
  for (let before = nearestFirst[at - 1]; before !== undefined; before = nearestFirst[at - 1]) {
    if (before.distance < signal.distance) break
    if (before.distance === signal.distance && before.id < signal.id) break
    nearestFirst[at--] = before
  }
  nearestFirst[at] = signal
}
