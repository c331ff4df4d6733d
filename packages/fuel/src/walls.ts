import type { GammaWall, WallType } from '@levels/contracts/metrics'
import type { StrikeFlows } from '@levels/market-state'

/** Option flow keeps gamma in millionths of a share per $1, strikes in thousandths of a dollar. */
export const MICRO = 1_000_000
export const MILLI = 1_000

/** The call wall above a price and the put wall below it, null where there is none. */
export interface Walls {
  readonly callWall: GammaWall | null
  readonly putWall: GammaWall | null
}

export const NO_WALLS: Walls = { callWall: null, putWall: null }

/**
 * Call wall: the strike at or above the price whose calls have the largest positive dealer gamma.
 * Put wall: the strike at or below the price whose puts have. Of equals the strike nearer the
 * price, below `minGamma` none.
 */
export function findWalls(query: {
  readonly flows: StrikeFlows
  /** US dollars. */
  readonly price: number
  /** Shares per $1, > 0. */
  readonly minGamma: number
  /** US dollars, inclusive. */
  readonly minStrike: number
  readonly maxStrike: number
}): Walls {
  const { flows, price, minGamma, minStrike, maxStrike } = query
  let callStrike = NaN
  let callMicro = 0
  let putStrike = NaN
  let putMicro = 0
  for (let i = 0; i < flows.count; i++) {
    const strike = (flows.strikeMilli[i] ?? 0) / MILLI
    if (strike < minStrike || strike > maxStrike) continue
    const call = flows.callGammaMicro[i] ?? 0
    const put = flows.putGammaMicro[i] ?? 0
    // Strikes ascend: of equal calls the first is the nearest, of equal puts the last.
    if (strike >= price && call > callMicro) {
      callStrike = strike
      callMicro = call
    }
    if (strike <= price && put > 0 && put >= putMicro) {
      putStrike = strike
      putMicro = put
    }
  }
  return {
    callWall: wallOf('CALL', callStrike, callMicro / MICRO, minGamma),
    putWall: wallOf('PUT', putStrike, putMicro / MICRO, minGamma),
  }
}

function wallOf(
  wallType: WallType,
  strike: number,
  netGamma: number,
  minGamma: number,
): GammaWall | null {
  return netGamma < minGamma ? null : { strike, netGamma, wallType, strength: netGamma / minGamma }
}
