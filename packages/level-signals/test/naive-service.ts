import { BarrierEngine } from '@levels/barrier'
import type { BreakDirection, Direction, LevelKind, Runway, SmoothMetrics } from '@levels/contracts'
import { FuelEngine } from '@levels/fuel'
import { ScoreEngine } from '@levels/score'
import { TapeEngine } from '@levels/tape'
import type { MarketState } from '@levels/market-state'
import type { LevelsConfig } from '../src/index.ts'

/** Smaller than any difference between two prices that is meant. */
const HAIR = 1e-9

/** The order in which levels at one price go by their names. */
const PRECEDENCE: readonly LevelKind[] = [
  ...(['USER_HOTZONE', 'CALL_WALL', 'PUT_WALL', 'GAMMA_FLIP'] as const),
  ...(['SESSION_HIGH', 'SESSION_LOW', 'OR_HIGH', 'OR_LOW', 'PM_HIGH', 'PM_LOW'] as const),
  ...(['ON_HIGH', 'ON_LOW', 'PREV_HIGH', 'PREV_LOW', 'PREV_CLOSE', 'VWAP'] as const),
  ...(['POC', 'VAH', 'VAL', 'SMA_200', 'SMA_400', 'STRIKE', 'ROUND'] as const),
]

interface NaiveLevel {
  readonly id: string
  readonly kind: LevelKind
  readonly price: number
  readonly direction: Direction
}

export interface NaiveSignal extends NaiveLevel {
  readonly distance: number
  readonly confluence: readonly string[]
  readonly rawScore: number
  readonly signal: string
  readonly smoothScore: number
  readonly smooth: SmoothMetrics
  readonly runway: Runway
}

/** What a level gave at one snap: smoothed values are computed from all of it, every time. */
interface Reading extends SmoothMetrics {
  readonly tsNs: number
  readonly score: number
}

/**
 * The level signals straight from their specification: plain lists, every pair compared, all
 * history kept, nothing carried over from snap to snap. The engines are the real ones.
 */
export class NaiveService {
  readonly #config: LevelsConfig
  readonly #barrier: BarrierEngine
  readonly #tape: TapeEngine
  readonly #fuel: FuelEngine
  readonly #score: ScoreEngine
  readonly #readings = new Map<string, Reading[]>()
  #before: readonly NaiveLevel[] = []

  constructor(config: LevelsConfig) {
    this.#config = config
    this.#barrier = new BarrierEngine(config.barrier)
    this.#tape = new TapeEngine(config.tape)
    this.#fuel = new FuelEngine(config.fuel)
    this.#score = new ScoreEngine(config.score)
  }

  /** @param strikes at which options were traded in this session, SPY dollars */
  snap(state: MarketState, strikes: ReadonlySet<number>): NaiveSignal[] {
    this.#score.beginSnap(state.tsRelNs)
    const spot = state.getSpot()
    const { bid, ask } = state.getBidAsk()
    if (spot === null || bid === null || ask === null) return []
    if (['none', 'crossed'].includes(state.bookHealth)) return []
    const all = this.#allLevels(state, spot, strikes)
    this.#before = all
    const levels = mergedOf(all, this.#config.levels.mergeUsd)
    return levels
      .filter((l) => Math.abs(l.price - spot) <= this.#config.levels.monitorBandUsd + HAIR)
      .map((level) => this.#signal(level, levels, all, state, spot))
      .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
  }

  #allLevels(state: MarketState, spot: number, strikes: ReadonlySet<number>): NaiveLevel[] {
    const session = state.getSessionLevels()
    const { callWall, putWall } = this.#fuel.getAllWalls(state)
    const single: Partial<Record<LevelKind, number | null>> = {
      CALL_WALL: callWall?.strike ?? null,
      PUT_WALL: putWall?.strike ?? null,
      GAMMA_FLIP: this.#fuel.gammaFlip(spot, state),
      SESSION_HIGH: session.sessionHigh,
      SESSION_LOW: session.sessionLow,
      OR_HIGH: session.openingRangeHigh,
      OR_LOW: session.openingRangeLow,
      PM_HIGH: session.premarketHigh,
      PM_LOW: session.premarketLow,
      ON_HIGH: session.overnightHigh,
      ON_LOW: session.overnightLow,
      PREV_HIGH: session.previousHigh,
      PREV_LOW: session.previousLow,
      PREV_CLOSE: session.previousClose,
      VWAP: session.vwap,
      POC: session.pointOfControl,
      VAH: session.valueAreaHigh,
      VAL: session.valueAreaLow,
      SMA_200: session.sma200,
      SMA_400: session.sma400,
    }
    const many: Partial<Record<LevelKind, readonly number[]>> = {
      USER_HOTZONE: this.#config.levels.hotzonesUsd,
      STRIKE: [...strikes].sort((a, b) => a - b),
      ROUND: Array.from({ length: 21 }, (_, i) => Math.round(spot) - 10 + i),
    }
    const range = this.#config.levels.universeRangeUsd
    return PRECEDENCE.flatMap((kind) => {
      const name = kind === 'USER_HOTZONE' ? 'HOTZONE' : kind
      const named = (many[kind] ?? []).map((price) => ({ id: `${name}_${price}`, price }))
      const price = single[kind] ?? null
      return [...named, ...(price === null ? [] : [{ id: kind, price }])]
        .filter((l) => l.price > 0 && Math.abs(l.price - spot) <= range + HAIR)
        .map((l) => ({ ...l, kind, direction: this.#directionOf(l.id, l.price, spot) }))
    })
  }

  #directionOf(id: string, price: number, spot: number): Direction {
    if (spot > price + HAIR) return 'SUPPORT'
    if (spot < price - HAIR) return 'RESISTANCE'
    return this.#before.find((l) => l.id === id)?.direction ?? 'SUPPORT'
  }

  #signal(
    level: NaiveLevel,
    levels: readonly NaiveLevel[],
    all: readonly NaiveLevel[],
    state: MarketState,
    spot: number,
  ): NaiveSignal {
    const { price } = level
    const breakDirection = level.direction === 'SUPPORT' ? 'DOWN' : 'UP'
    const barrier = this.#barrier.computeBarrierState(price, level.direction, state)
    const tape = this.#tape.computeTapeState(price, state)
    const fuel = this.#fuel.computeFuelState(price, state)
    const distance = Math.abs(spot - price)
    const { rawScore, signal } = this.#score.computeScore({
      ...{ levelId: level.id, barrier, tape, fuel, breakDirection },
      tsRelNs: state.tsRelNs,
      distanceUsd: distance,
      bookReliable: state.bookHealth === 'live',
    })
    const { deltaLiq, replenishmentRatio } = barrier
    const { velocity } = tape
    const { netDealerGamma } = fuel
    const metrics = { deltaLiq, replenishmentRatio, velocity, netDealerGamma }
    const history = this.#readings.get(level.id) ?? []
    this.#readings.set(level.id, history)
    history.push({ tsNs: state.tsRelNs, score: rawScore, ...metrics })
    const { score: smoothScore, ...smooth } = smoothed(history, this.#config)
    const confluence = all.filter((l) => l.id !== level.id && apart(l, level) <= 0.05 + HAIR)
    return {
      ...level,
      distance,
      confluence: confluence.map((l) => l.id),
      rawScore,
      signal,
      smoothScore,
      smooth,
      runway: this.#runway(
        level,
        levels,
        state,
        signal === 'REJECT' ? back(breakDirection) : breakDirection,
      ),
    }
  }

  #runway(
    from: NaiveLevel,
    levels: readonly NaiveLevel[],
    state: MarketState,
    direction: BreakDirection,
  ): Runway {
    const ahead = levels
      .filter((l) => (direction === 'UP' ? l.price > from.price : l.price < from.price))
      .sort((a, b) => apart(a, from) - apart(b, from))
    const isGrid = (l: NaiveLevel): boolean => ['STRIKE', 'ROUND'].includes(l.kind)
    const next = ahead.find((l) => !isGrid(l) && apart(l, from) > 0.05 + HAIR) ?? ahead.find(isGrid)
    if (next === undefined) {
      return {
        direction,
        nextLevelId: null,
        nextLevelPrice: null,
        distance: null,
        quality: 'CLEAR',
      }
    }
    const stands = ahead
      .filter((l) => apart(l, from) < apart(next, from))
      .some((l) => {
        const { state: name } = this.#barrier.computeBarrierState(l.price, l.direction, state)
        return l.kind === 'USER_HOTZONE' || name === 'WALL' || name === 'ABSORPTION'
      })
    return {
      direction,
      nextLevelId: next.id,
      nextLevelPrice: next.price,
      distance: apart(next, from),
      quality: stands ? 'OBSTRUCTED' : 'CLEAR',
    }
  }
}

function apart(a: NaiveLevel, b: NaiveLevel): number {
  return Math.abs(a.price - b.price)
}

function back(direction: BreakDirection): BreakDirection {
  return direction === 'UP' ? 'DOWN' : 'UP'
}

/** Ascending by price. */
function mergedOf(all: readonly NaiveLevel[], mergeUsd: number): NaiveLevel[] {
  const kept: NaiveLevel[] = []
  for (const level of all) {
    if (kept.every((k) => apart(k, level) > mergeUsd + HAIR)) kept.push(level)
  }
  return kept.sort((a, b) => a.price - b.price)
}

/** From the first reading after the last gap of more than a minute on. */
function smoothed(history: readonly Reading[], { levels }: LevelsConfig): Omit<Reading, 'tsNs'> {
  const gapNs = (i: number): number => (history[i]?.tsNs ?? 0) - (history[i - 1]?.tsNs ?? -Infinity)
  let from = history.length - 1
  while (gapNs(from) <= levels.forgetAfterS * 1e9) from--
  const over = (key: keyof Reading, tauS: number): number =>
    history.slice(from).reduce((mean, reading, i) => {
      const x = reading[key]
      return i === 0 ? x : mean + (1 - Math.exp(-gapNs(from + i) / 1e9 / tauS)) * (x - mean)
    }, 0)
  return {
    score: over('score', levels.scoreTauS),
    deltaLiq: over('deltaLiq', levels.deltaLiqTauS),
    replenishmentRatio: over('replenishmentRatio', levels.ratioTauS),
    velocity: over('velocity', levels.velocityTauS),
    netDealerGamma: over('netDealerGamma', levels.gammaTauS),
  }
}
