import type { BarrierMetrics, DefendingQuote, Direction } from '@levels/contracts/metrics'
import { NO_TICK, RangeViolationError, Side, tickZone } from '@levels/kernel'
import { createZoneReading } from '@levels/market-state'
import type { MarketState, ZoneReading } from '@levels/market-state'
import { classifyBarrier, deltaLiquidity, replenishmentRatio } from './barrier-classes.ts'
import { defaultBarrierConfig } from './barrier-parameters.ts'
import type { BarrierConfig } from './barrier-parameters.ts'

/**
 * Says what the resting liquidity that defends a level does: bids below a support, offers above
 * a resistance. It only reads the market state and remembers nothing between calls, so the
 * answer depends on the state alone, however often it is asked.
 */
export class BarrierEngine {
  readonly #config: BarrierConfig
  readonly #zone: ZoneReading = createZoneReading()
  readonly #bounds = new Int32Array(2)

  constructor(config: BarrierConfig = defaultBarrierConfig) {
    this.#config = config
  }

  /**
   * Reads the zone of `zoneTicks` futures ticks either side of a level. O(ticks in the zone).
   *
   * @param levelPrice SPY dollars, > 0
   * @param direction SUPPORT reads the bid side, RESISTANCE the ask side
   * @throws RangeViolationError when the price is not one
   */
  computeBarrierState(
    levelPrice: number,
    direction: Direction,
    state: MarketState,
  ): BarrierMetrics {
    const config = this.#config
    const zone = this.#zone
    const side = direction === 'SUPPORT' ? Side.Bid : Side.Ask
    const centerTicks = state.priceConverter.spyToTicks(levelPrice)
    if (!(centerTicks > 0 && centerTicks < -NO_TICK - config.zoneTicks - 1)) {
      throw new RangeViolationError(`expected a level price in SPY dollars, was ${levelPrice}`)
    }
    tickZone(centerTicks, config.zoneTicks, this.#bounds)
    state.depth.readZone(side, centerTicks, this.#bounds[0] ?? 0, this.#bounds[1] ?? 0, zone)

    const churn = zone.addedLots + zone.canceledLots + zone.filledLots
    const visibility = zone.zoneTicks > 0 ? zone.visibleTicks / zone.zoneTicks : 0
    return {
      state: classifyBarrier(zone, isThin(zone, side, state), config),
      deltaLiq: deltaLiquidity(zone),
      replenishmentRatio: replenishmentRatio(zone),
      addedSize: zone.addedLots,
      canceledSize: zone.canceledLots,
      filledSize: zone.filledLots,
      defendingQuote: defendingQuote(zone, state),
      churn,
      depthInZone: zone.depthLots,
      visibility,
      confidence: Math.min(1, churn / config.confidenceLots) * visibility,
    }
  }
}

/**
 * Whether the zone's mean size per visible tick lies below what is usual for its side. Where no
 * tick of the zone is visible, or too little was sampled, that is unknown and so not said.
 */
function isThin(zone: ZoneReading, side: Side, state: MarketState): boolean {
  if (zone.visibleTicks === 0) return false
  const threshold = state.depth.thinThreshold(side, state.tsRelNs, state.isOnBoundary)
  return threshold !== null && zone.depthLots / zone.visibleTicks < threshold
}

function defendingQuote(zone: ZoneReading, state: MarketState): DefendingQuote {
  if (zone.defendingTick === NO_TICK) return { price: null, size: 0 }
  return {
    price: state.priceConverter.ticksToSpy(zone.defendingTick),
    size: zone.defendingLots,
  }
}
