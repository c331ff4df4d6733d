import type { LevelKind } from '@levels/contracts/metrics'
import type { FuelEngine } from '@levels/fuel'
import { createStrikeFlows, type MarketState, type SessionLevels } from '@levels/market-state'
import type { LevelConfig } from './level-parameters.ts'

/** A price that matters, before anything was computed at it. */
export interface Level {
  readonly id: string
  readonly kind: LevelKind
  /** SPY dollars. */
  readonly price: number
}

/** A level that is given as one signal, with the ids of the others that share its price. */
export interface UniverseLevel extends Level {
  readonly confluence: readonly string[]
}

/** Slack of a comparison of two SPY prices, far under any tick. */
const PRICE_EPSILON_USD = 1e-9

/**
 * Every level within `universeRangeUsd` of spot, in the order of precedence: the user's own
 * first, what only repeats a grid last.
 */
export class Universe {
  readonly #config: LevelConfig
  readonly #fuel: FuelEngine
  readonly #strikes = createStrikeFlows()

  constructor(config: LevelConfig, fuel: FuelEngine) {
    this.#config = config
    this.#fuel = fuel
  }

  /**
   * @param spot SPY dollars
   * @returns levels no two of which lie within `mergeUsd`, ascending by price
   */
  read(state: MarketState, spot: number): UniverseLevel[] {
    return mergeLevels(this.#candidates(state, spot), this.#config)
  }

  #candidates(state: MarketState, spot: number): Level[] {
    const range = this.#config.universeRangeUsd
    const levels: Level[] = []
    const add = (kind: LevelKind, price: number | null, id: string = kind): void => {
      if (price !== null && Math.abs(price - spot) <= range + PRICE_EPSILON_USD) {
        levels.push({ id, kind, price })
      }
    }
    for (const price of new Set(this.#config.hotzonesUsd)) {
      add('USER_HOTZONE', price, `HOTZONE_${price}`)
    }
    const { callWall, putWall } = this.#fuel.getAllWalls(state)
    add('CALL_WALL', callWall?.strike ?? null)
    add('PUT_WALL', putWall?.strike ?? null)
    add('GAMMA_FLIP', this.#fuel.gammaFlip(spot, state))
    addSessionLevels(state.getSessionLevels(), add)
    for (const strike of this.#strikesWithFlow(state, spot)) {
      add('STRIKE', strike, `STRIKE_${strike}`)
    }
    const step = this.#config.roundStepUsd
    const last = Math.floor((spot + range) / step + PRICE_EPSILON_USD)
    for (let i = Math.ceil((spot - range) / step - PRICE_EPSILON_USD); i <= last; i++) {
      const price = roundToGrid(i * step)
      add('ROUND', price, `ROUND_${price}`)
    }
    return levels
  }

  /** Strikes near spot at which any expiry was traded in this session, SPY dollars. */
  #strikesWithFlow(state: MarketState, spot: number): number[] {
    const range = this.#config.universeRangeUsd
    const flows = this.#strikes
    state.optionFlow.readStrikes(
      {
        loStrikeMilli: Math.ceil((spot - range) * 1_000),
        hiStrikeMilli: Math.floor((spot + range) * 1_000),
        expiryYmd: null,
        windowIndex: 'session',
      },
      flows,
    )
    return Array.from(flows.strikeMilli.subarray(0, flows.count), (milli) => milli / 1_000)
  }
}

function addSessionLevels(
  session: SessionLevels,
  add: (kind: LevelKind, price: number | null) => void,
): void {
  add('SESSION_HIGH', session.sessionHigh)
  add('SESSION_LOW', session.sessionLow)
  add('OR_HIGH', session.openingRangeHigh)
  add('OR_LOW', session.openingRangeLow)
  add('PM_HIGH', session.premarketHigh)
  add('PM_LOW', session.premarketLow)
  add('ON_HIGH', session.overnightHigh)
  add('ON_LOW', session.overnightLow)
  add('PREV_HIGH', session.previousHigh)
  add('PREV_LOW', session.previousLow)
  add('PREV_CLOSE', session.previousClose)
  add('VWAP', session.vwap)
  add('POC', session.pointOfControl)
  add('VAH', session.valueAreaHigh)
  add('VAL', session.valueAreaLow)
  add('SMA_200', session.sma200)
  add('SMA_400', session.sma400)
}

/** A multiple of a decimal step without the noise of the multiplication. */
function roundToGrid(price: number): number {
  return Math.round(price * 1e6) / 1e6
}

/**
 * Gives levels within `mergeUsd` of each other as one, under the first in precedence, and names
 * for each the others within `confluenceUsd`, merged ones included.
 *
 * @param levels in order of precedence; at most some hundred, so that comparing all pairs is fine
 */
export function mergeLevels(
  levels: readonly Level[],
  { mergeUsd, confluenceUsd }: { readonly mergeUsd: number; readonly confluenceUsd: number },
): UniverseLevel[] {
  const kept: Level[] = []
  for (const level of levels) {
    if (!kept.some((other) => isWithin(other, level, mergeUsd))) kept.push(level)
  }
  return kept
    .map((level) => ({
      ...level,
      confluence: levels
        .filter((other) => other.id !== level.id && isWithin(other, level, confluenceUsd))
        .map((other) => other.id),
    }))
    .sort((a, b) => a.price - b.price)
}

function isWithin(a: Level, b: Level, dollars: number): boolean {
  return Math.abs(a.price - b.price) <= dollars + PRICE_EPSILON_USD
}
