import type { Direction, LevelKind } from '@levels/contracts/metrics'
import type { FuelEngine } from '@levels/fuel'
import type { StateReader, StateWriter } from '@levels/kernel'
import { createStrikeFlows, type MarketState, type SessionLevels } from '@levels/market-state'
import type { LevelConfig } from './level-parameters.ts'
import type { Level } from './level.ts'
import { mergeLevels } from './merge-levels.ts'
import { PriceIds } from './price-ids.ts'
import { isWithin, PRICE_TOLERANCE_USD } from './price-tolerance.ts'

/** The levels around spot. */
export interface UniverseReading {
  /** One level a price: no two lie within `mergeUsd`. Ascending by price. */
  readonly levels: readonly Level[]
  /** Every level, those that were merged too, in order of precedence. */
  readonly candidates: readonly Level[]
}

type Add = (kind: LevelKind, price: number | null, id?: string) => void

/**
 * Every level within `universeRangeUsd` of spot. In precedence the user's own come first, what
 * only repeats a grid comes last.
 *
 * It remembers which way each level faced when it was last read: exactly at spot a level keeps
 * facing as it did, SUPPORT where it never did.
 */
export class Universe {
  readonly #config: LevelConfig
  readonly #fuel: FuelEngine
  readonly #strikes = createStrikeFlows()
  readonly #hotzones: readonly number[]
  readonly #hotzoneIds = new PriceIds('HOTZONE')
  readonly #strikeIds = new PriceIds('STRIKE')
  readonly #roundIds = new PriceIds('ROUND')
  #before: readonly Pick<Level, 'id' | 'direction'>[] = []

  constructor(config: LevelConfig, fuel: FuelEngine) {
    this.#config = config
    this.#fuel = fuel
    this.#hotzones = [...new Set(config.hotzonesUsd)]
  }

  /** @param spot SPY dollars */
  read(state: MarketState, spot: number): UniverseReading {
    const candidates = this.#candidates(state, spot)
    this.#before = candidates
    return { levels: mergeLevels(candidates, this.#config.mergeUsd), candidates }
  }

  encode(writer: StateWriter): void {
    writer.number(this.#before.length)
    for (const { id, direction } of this.#before) writer.string(id).boolean(direction === 'SUPPORT')
  }

  /** Replaces what is remembered with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#before = Array.from({ length: reader.number() }, () => ({
      id: reader.string(),
      direction: reader.boolean() ? 'SUPPORT' : 'RESISTANCE',
    }))
  }

  #candidates(state: MarketState, spot: number): Level[] {
    const range = this.#config.universeRangeUsd
    const levels: Level[] = []
    const add: Add = (kind, price, id = kind) => {
      if (price === null || !(price > 0) || !isWithin(price, spot, range)) return
      levels.push({ id, kind, price, direction: this.#directionOf(id, price, spot) })
    }
    for (const price of this.#hotzones) add('USER_HOTZONE', price, this.#hotzoneIds.of(price))
    const { callWall, putWall } = this.#fuel.getAllWalls(state)
    add('CALL_WALL', callWall?.strike ?? null)
    add('PUT_WALL', putWall?.strike ?? null)
    add('GAMMA_FLIP', this.#fuel.gammaFlip(spot, state))
    addSessionLevels(state.getSessionLevels(), add)
    this.#addStrikes(state, spot, add)
    this.#addRounds(spot, add)
    return levels
  }

  #directionOf(id: string, price: number, spot: number): Direction {
    if (isWithin(spot, price, 0)) {
      return this.#before.find((level) => level.id === id)?.direction ?? 'SUPPORT'
    }
    return spot > price ? 'SUPPORT' : 'RESISTANCE'
  }

  /** Strikes at which any expiry was traded in this session. */
  #addStrikes(state: MarketState, spot: number, add: Add): void {
    const range = this.#config.universeRangeUsd + PRICE_TOLERANCE_USD
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
    for (let i = 0; i < flows.count; i++) {
      const strike = (flows.strikeMilli[i] ?? 0) / 1_000
      add('STRIKE', strike, this.#strikeIds.of(strike))
    }
  }

  #addRounds(spot: number, add: Add): void {
    const { universeRangeUsd, roundStepUsd } = this.#config
    const range = universeRangeUsd + PRICE_TOLERANCE_USD
    const last = Math.floor((spot + range) / roundStepUsd)
    for (let i = Math.ceil((spot - range) / roundStepUsd); i <= last; i++) {
      const price = withoutNoise(i * roundStepUsd)
      add('ROUND', price, this.#roundIds.of(price))
    }
  }
}

function addSessionLevels(session: SessionLevels, add: Add): void {
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

/** A multiple of a decimal step, as it is written: 686.8, where 6868 · 0.1 is 686.8000000000001. */
function withoutNoise(price: number): number {
  return Math.round(price * 1e6) / 1e6
}
