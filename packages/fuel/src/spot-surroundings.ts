import { createStrikeFlows, type MarketState, type StrikeFlows } from '@levels/market-state'
import { findFlips, type GammaFlip } from './gamma-flip.ts'
import { strikesWithin } from './strike-range.ts'
import { MICRO, MILLI } from './walls.ts'

const NO_GAMMA: ReadonlyMap<number, number> = new Map()

/**
 * Dealer gamma of the strikes around spot, the same for every level of a snap: read once and kept
 * until the option flow or spot changes. What is kept never shows in an answer but in its cost.
 */
export class SpotSurroundings {
  readonly #rangeUsd: number
  readonly #flows = createStrikeFlows()
  #gammaByStrike = NO_GAMMA
  #flips: readonly GammaFlip[] = []
  #state: MarketState | null = null
  #version = -1
  #spot = NaN
  #expiryYmd = -1

  /** @param rangeUsd strikes within so many dollars of spot, inclusive */
  constructor(rangeUsd: number) {
    this.#rangeUsd = rangeUsd
  }

  /** Calls and puts apart. Valid until the next `read`. */
  get flows(): StrikeFlows {
    return this.#flows
  }

  /** Calls and puts together, of the strikes with a trade of known gamma. Not changed later. */
  get gammaByStrike(): ReadonlyMap<number, number> {
    return this.#gammaByStrike
  }

  /** Where gamma by strike changes sign. */
  get flips(): readonly GammaFlip[] {
    return this.#flips
  }

  read(query: {
    readonly state: MarketState
    readonly spot: number
    readonly expiryYmd: number
    readonly windowIndex: number | 'session'
  }): void {
    const { state, spot, expiryYmd, windowIndex } = query
    const { version } = state.optionFlow
    if (
      state === this.#state &&
      version === this.#version &&
      spot === this.#spot &&
      expiryYmd === this.#expiryYmd
    ) {
      return
    }
    const { loStrikeMilli, hiStrikeMilli } = strikesWithin(spot, this.#rangeUsd)
    state.optionFlow.readStrikes(
      { loStrikeMilli, hiStrikeMilli, expiryYmd, windowIndex },
      this.#flows,
    )
    this.#gammaByStrike = sumByStrike(this.#flows)
    this.#flips = findFlips(this.#gammaByStrike)
    this.#state = state
    this.#version = version
    this.#spot = spot
    this.#expiryYmd = expiryYmd
  }
}

function sumByStrike(flows: StrikeFlows): ReadonlyMap<number, number> {
  const gammaByStrike = new Map<number, number>()
  for (let i = 0; i < flows.count; i++) {
    if ((flows.coveredVolume[i] ?? 0) === 0) continue // nothing is known: not a zero
    const micro = (flows.callGammaMicro[i] ?? 0) + (flows.putGammaMicro[i] ?? 0)
    gammaByStrike.set((flows.strikeMilli[i] ?? 0) / MILLI, micro / MICRO)
  }
  return gammaByStrike
}
