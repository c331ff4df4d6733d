import type { FuelEffect, FuelMetrics } from '@levels/contracts/metrics'
import { NS_PER_S, RangeViolationError } from '@levels/kernel'
import { createStrikeFlows, type MarketState, type StrikeFlows } from '@levels/market-state'
import { defaultFuelConfig, type FuelConfig } from './fuel-parameters.ts'
import { nearestFlip } from './gamma-flip.ts'
import { SpotSurroundings } from './spot-surroundings.ts'
import { strikesWithin } from './strike-range.ts'
import { findWalls, MICRO, NO_WALLS, type Walls } from './walls.ts'

/** What is said while spot or the trading date is unknown. */
const UNKNOWN: FuelMetrics = {
  effect: 'NEUTRAL',
  netDealerGamma: 0,
  callWall: null,
  putWall: null,
  hvl: null,
  confidence: 0,
  gammaByStrike: new Map(),
}

/**
 * Says whether option dealers, hedging what customers traded, will amplify or dampen a move
 * through a level.
 *
 * Dealers take the other side: where customers bought options dealers are short gamma and must
 * buy as the price rises and sell as it falls, which amplifies the move; long gamma dampens it.
 * The engine reads the market state and changes nothing; it keeps a reading of the strikes around
 * spot for the levels of one snap to share, which shows in the cost of an answer only.
 */
export class FuelEngine {
  readonly #config: FuelConfig
  readonly #near = createStrikeFlows()
  readonly #surroundings: SpotSurroundings

  constructor(config: FuelConfig = defaultFuelConfig) {
    this.#config = config
    this.#surroundings = new SpotSurroundings(config.wallRangeUsd)
  }

  /**
   * The fuel at one level.
   *
   * @param levelPrice SPY dollars
   * @param expiryYmd whose options count, `yyyymmdd`; by default those of the trading date
   * @returns neutral with confidence 0 while spot is unknown. `gammaByStrike` may be the same map
   *   for all levels of a snap
   * @throws RangeViolationError when the level is not finite, or the market state keeps no window
   *   of the configured length
   */
  computeFuelState(levelPrice: number, state: MarketState, expiryYmd?: number): FuelMetrics {
    if (!Number.isFinite(levelPrice)) {
      throw new RangeViolationError(`expected a level's price in dollars, was ${levelPrice}`)
    }
    const expiry = expiryYmd ?? state.tradingYmd
    const spot = state.getSpot()
    if (expiry === null || spot === null) return UNKNOWN
    const { strikeRangeUsd, windowS, confidenceContracts, effectGamma } = this.#config
    const near = this.#near
    const { loStrikeMilli, hiStrikeMilli } = strikesWithin(levelPrice, strikeRangeUsd)
    const windowIndex = windowIndexOf(state, windowS)
    state.optionFlow.readStrikes(
      { loStrikeMilli, hiStrikeMilli, expiryYmd: expiry, windowIndex },
      near,
    )
    const netDealerGamma = sumGamma(near) / MICRO
    const around = this.#readSurroundings(state, spot, expiry)
    const { callWall, putWall } = this.#wallsFrom(levelPrice, -Infinity, Infinity)
    return {
      effect: effectOf(netDealerGamma, effectGamma),
      netDealerGamma,
      callWall,
      putWall,
      hvl: nearestFlip(around.flips, levelPrice),
      confidence: confidenceOf(near, confidenceContracts),
      gammaByStrike: around.gammaByStrike,
    }
  }

  /**
   * The walls as seen from spot. None while spot is unknown.
   *
   * @param options `minStrike` and `maxStrike` (US dollars, inclusive) leave out strikes of the
   *   range around spot
   */
  getAllWalls(
    state: MarketState,
    options: {
      readonly expiryYmd?: number
      readonly minStrike?: number
      readonly maxStrike?: number
    } = {},
  ): Walls {
    const expiry = options.expiryYmd ?? state.tradingYmd
    const spot = state.getSpot()
    if (expiry === null || spot === null) return NO_WALLS
    this.#readSurroundings(state, spot, expiry)
    return this.#wallsFrom(spot, options.minStrike ?? -Infinity, options.maxStrike ?? Infinity)
  }

  /**
   * The price nearest the given one at which dealer gamma by strike around spot changes sign.
   *
   * @returns US dollars; null when it changes sign nowhere or spot is unknown
   */
  gammaFlip(price: number, state: MarketState, expiryYmd?: number): number | null {
    const expiry = expiryYmd ?? state.tradingYmd
    const spot = state.getSpot()
    if (expiry === null || spot === null) return null
    return nearestFlip(this.#readSurroundings(state, spot, expiry).flips, price)
  }

  #readSurroundings(state: MarketState, spot: number, expiryYmd: number): SpotSurroundings {
    const windowIndex = windowIndexOf(state, this.#config.wallWindowS)
    this.#surroundings.read({ state, spot, expiryYmd, windowIndex })
    return this.#surroundings
  }

  #wallsFrom(price: number, minStrike: number, maxStrike: number): Walls {
    const { flows } = this.#surroundings
    return findWalls({ flows, price, minGamma: this.#config.wallMinGamma, minStrike, maxStrike })
  }
}

/** Which of the market state's windows of option flow has the configured length. */
function windowIndexOf(state: MarketState, windowS: number | 'session'): number | 'session' {
  if (windowS === 'session') return 'session'
  const { windowsNs } = state.config.optionFlow
  const index = windowsNs.indexOf(windowS * NS_PER_S)
  if (index < 0) {
    const had = windowsNs.map((ns) => ns / NS_PER_S).join(' and ')
    throw new RangeViolationError(
      `expected a market state with a window of ${windowS} s of option flow, was ${had} s`,
    )
  }
  return index
}

function sumGamma(flows: StrikeFlows): number {
  let micro = 0
  for (let i = 0; i < flows.count; i++) {
    micro += (flows.callGammaMicro[i] ?? 0) + (flows.putGammaMicro[i] ?? 0)
  }
  return micro
}

function effectOf(netDealerGamma: number, threshold: number): FuelEffect {
  if (netDealerGamma < -threshold) return 'AMPLIFY'
  return netDealerGamma > threshold ? 'DAMPEN' : 'NEUTRAL'
}

/** min(1, volume / enough), times the share of that volume whose gamma is known. */
function confidenceOf(flows: StrikeFlows, enough: number): number {
  let volume = 0
  let covered = 0
  for (let i = 0; i < flows.count; i++) {
    volume += flows.volume[i] ?? 0
    covered += flows.coveredVolume[i] ?? 0
  }
  return volume === 0 ? 0 : Math.min(1, volume / enough) * (covered / volume)
}
