import {
  Aggressor,
  epochFor,
  MarketEvent,
  NO_EXCHANGE,
  NS_PER_HOUR,
  NS_PER_MS,
} from '@levels/kernel'
import { defaultMarketStateConfig, MarketState } from '@levels/market-state'
import type { MarketStateConfig } from '@levels/market-state'

/** Tuesday 2025-12-16, 10:00 in New York: the regular session. */
const START_NS = epochFor(1_765_897_200_000_000_000n)
const OPEN_REL_NS = 15 * NS_PER_HOUR

/** SPY 687 at the default ratio of 10: ES 6870.00. */
export const LEVEL = 687
export const LEVEL_TICK = 27_480

/** A market state fed by hand, in ms since the session's 10:00 and in ES ticks. */
export class Market {
  readonly state: MarketState

  constructor(config: MarketStateConfig = defaultMarketStateConfig) {
    this.state = new MarketState({ epochNs: START_NS, config })
  }

  trade(
    ms: number,
    priceTicks: number,
    size: number,
    aggressor: Aggressor,
    exchange: number = NO_EXCHANGE,
  ): void {
    const event = new MarketEvent()
    Object.assign(event, { tsRelNs: relNs(ms), priceTicks, size, aggressor, exchange })
    this.state.updateEsTrade(event)
  }

  buys(ms: number, priceTicks: number, size: number, exchange?: number): void {
    this.trade(ms, priceTicks, size, Aggressor.Buy, exchange)
  }

  sells(ms: number, priceTicks: number, size: number, exchange?: number): void {
    this.trade(ms, priceTicks, size, Aggressor.Sell, exchange)
  }

  passTo(ms: number): void {
    this.state.advanceTo(relNs(ms))
  }
}

export function relNs(ms: number): number {
  return OPEN_REL_NS + Math.round(ms * NS_PER_MS)
}
