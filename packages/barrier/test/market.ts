import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  Aggressor,
  BOOK_SLOTS,
  epochFor,
  MarketEvent,
  NO_TICK,
  NS_PER_HOUR,
  NS_PER_MS,
} from '@levels/kernel'
import { defaultMarketStateConfig, MarketState } from '@levels/market-state'
import type { FlowObserver, MarketStateConfig } from '@levels/market-state'

/** Tuesday 2025-12-16, 10:00 in New York: the regular session. */
const START_NS = epochFor(1_765_897_200_000_000_000n)
export const OPEN_REL_NS = 15 * NS_PER_HOUR

/** SPY 687 at the default ratio of 10: ES 6870.00. */
export const LEVEL = 687
export const LEVEL_TICK = 27_480

/** Tick → displayed lots. */
export type Ladder = Readonly<Record<number, number>>

/** A market state fed by hand, in ms since the session's 10:00 and in ES ticks. */
export class Market {
  readonly state: MarketState

  constructor({
    observer = null,
    config = defaultMarketStateConfig,
  }: { observer?: FlowObserver | null; config?: MarketStateConfig } = {}) {
    this.state = new MarketState({ epochNs: START_NS, config, flowObserver: observer })
  }

  depth(ms: number, bids: Ladder, asks: Ladder, isSnapshot = false): void {
    this.state.updateEsMbp10(depthEvent(ms, bids, asks, isSnapshot))
  }

  trade(ms: number, priceTicks: number, size: number, aggressor: Aggressor): void {
    const event = new MarketEvent()
    Object.assign(event, { tsRelNs: relNs(ms), priceTicks, size, aggressor })
    this.state.updateEsTrade(event)
  }

  sells(ms: number, priceTicks: number, size: number): void {
    this.trade(ms, priceTicks, size, Aggressor.Sell)
  }

  buys(ms: number, priceTicks: number, size: number): void {
    this.trade(ms, priceTicks, size, Aggressor.Buy)
  }

  spyQuote(ms: number, bidPx: number, askPx: number): void {
    const event = new MarketEvent()
    Object.assign(event, { tsRelNs: relNs(ms), bidPx, askPx, bidSz: 100, askSz: 100 })
    this.state.updateStockQuote(event)
  }

  passTo(ms: number): void {
    this.state.advanceTo(relNs(ms))
  }
}

export function relNs(ms: number): number {
  return OPEN_REL_NS + Math.round(ms * NS_PER_MS)
}

export function depthEvent(
  ms: number,
  bids: Ladder,
  asks: Ladder,
  isSnapshot: boolean,
): MarketEvent {
  const event = new MarketEvent()
  Object.assign(event, { tsRelNs: relNs(ms), isSnapshot })
  const ticksOf = (ladder: Ladder): number[] => Object.keys(ladder).map(Number)
  const bidTicks = ticksOf(bids)
    .sort((a, b) => b - a)
    .slice(0, 10)
  const askTicks = ticksOf(asks)
    .sort((a, b) => a - b)
    .slice(0, 10)
  event.book.fill(0, 0, BOOK_SLOTS)
  event.book.fill(NO_TICK, BID_TICKS, BID_TICKS + 10).fill(NO_TICK, ASK_TICKS, ASK_TICKS + 10)
  bidTicks.forEach((tick, i) => {
    event.book[BID_TICKS + i] = tick
    event.book[BID_LOTS + i] = bids[tick] ?? 0
  })
  askTicks.forEach((tick, i) => {
    event.book[ASK_TICKS + i] = tick
    event.book[ASK_LOTS + i] = asks[tick] ?? 0
  })
  event.bidCount = bidTicks.length
  event.askCount = askTicks.length
  return event
}

/** `count` ticks from `best` away from the touch, each with so many lots. */
export function bidsFrom(best: number, count: number, lots: number): Ladder {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [best - i, lots]))
}

export function asksFrom(best: number, count: number, lots: number): Ladder {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [best + i, lots]))
}
