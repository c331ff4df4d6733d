import type { SweepDetection, TapeMetrics } from '@levels/contracts/metrics'
import { NO_TICK, NS_PER_MS, RangeViolationError, tickZone } from '@levels/kernel'
import type { BandReading, MarketState, SweepReading } from '@levels/market-state'
import { defaultTapeConfig } from './tape-parameters.ts'
import type { TapeConfig } from './tape-parameters.ts'

const NO_SWEEP: SweepDetection = Object.freeze({
  detected: false,
  direction: 'NONE',
  notional: 0,
  numPrints: 0,
  windowMs: 0,
  venues: null,
})

/**
 * Says what futures trades do near a level: who is the aggressor, how fast price moves, whether
 * somebody sweeps through it. It only reads the market state and remembers nothing between
 * calls, so the answer depends on the state alone, however often it is asked.
 */
export class TapeEngine {
  readonly #config: TapeConfig
  readonly #bounds = new Int32Array(2)
  readonly #band: BandReading = { buyLots: 0, sellLots: 0 }
  readonly #sweep: SweepReading = {
    direction: 0,
    notionalUsd: 0,
    prints: 0,
    windowNs: 0,
    venueCount: 0,
    venues: [],
  }

  constructor(config: TapeConfig = defaultTapeConfig) {
    this.#config = config
  }

  /**
   * Reads the band of `bandUsd` either side of a level. O(ticks in the band).
   *
   * @param levelPrice SPY dollars, > 0
   * @throws RangeViolationError when the price is not one
   */
  computeTapeState(levelPrice: number, state: MarketState): TapeMetrics {
    const config = this.#config
    const converter = state.priceConverter
    const centerTicks = converter.spyToTicks(levelPrice)
    const halfWidthTicks = converter.spyToTicks(config.bandUsd)
    if (!(centerTicks > 0 && centerTicks < -NO_TICK - halfWidthTicks - 1)) {
      throw new RangeViolationError(`expected a level price in SPY dollars, was ${levelPrice}`)
    }
    tickZone(centerTicks, halfWidthTicks, this.#bounds)
    const loTick = this.#bounds[0] ?? 0
    const hiTick = this.#bounds[1] ?? 0
    state.tape.readBand(loTick, hiTick, this.#band)
    const { buyLots, sellLots } = this.#band
    return {
      imbalance: tapeImbalance(buyLots, sellLots),
      buyVol: buyLots,
      sellVol: sellLots,
      velocity: converter.ticksToSpy(state.tape.velocityTicksPerS()),
      sweep: state.tape.findSweep(loTick, hiTick, config.sweepMinVenues, this.#sweep)
        ? sweepDetection(this.#sweep)
        : NO_SWEEP,
      confidence: Math.min(1, (buyLots + sellLots) / config.confidenceLots),
    }
  }
}

/** (buy − sell) / (buy + sell): −1 when all sell, 1 when all buy, 0 when nothing traded. */
export function tapeImbalance(buyLots: number, sellLots: number): number {
  const totalLots = buyLots + sellLots
  return totalLots > 0 ? (buyLots - sellLots) / totalLots : 0
}

function sweepDetection(sweep: SweepReading): SweepDetection {
  return {
    detected: true,
    direction: sweep.direction > 0 ? 'UP' : 'DOWN',
    notional: sweep.notionalUsd,
    numPrints: sweep.prints,
    windowMs: sweep.windowNs / NS_PER_MS,
    venues: sweep.venueCount > 0 ? [...sweep.venues] : null,
  }
}
