import {
  Aggressor,
  epochFor,
  NS_PER_HOUR,
  NS_PER_MS,
  NS_PER_S,
  RangeViolationError,
  StateCodecError,
} from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import {
  ApplyResult,
  createSweepReading,
  defaultMarketStateConfig,
  MarketState,
  withoutHistory,
} from '../src/index.ts'
import {
  depth,
  event,
  fullDepth,
  futuresTrade,
  optionTrade,
  stockQuote,
  stockTrade,
} from './events.ts'

/** Tuesday 2026-03-10; New York is four hours behind UTC. */
const EPOCH_NS = epochFor(BigInt(Date.UTC(2026, 2, 10)) * 1_000_000n)
/** 10:00 New York. */
const TEN = 14 * NS_PER_HOUR

function marketState(): MarketState {
  return new MarketState({ epochNs: EPOCH_NS })
}

describe('order', () => {
  it('refuses an event older than what was applied, counts it and changes nothing', () => {
    const state = marketState()
    state.updateEsTrade(futuresTrade(TEN, 27_480, 5))
    const before = state.snapshot()
    expect(state.updateEsMbp10(fullDepth(TEN - 1, 27_479))).toBe(ApplyResult.Late)
    expect(state.lateCount).toBe(1)
    const counted = marketState()
    counted.restore(before)
    expect(counted.depth.hasBook).toBe(state.depth.hasBook)
    expect(state.tsRelNs).toBe(TEN)
  })

  it('refuses an event of a time that was already passed by a boundary', () => {
    const state = marketState()
    state.advanceTo(TEN)
    expect(state.updateEsTrade(futuresTrade(TEN - 1, 27_480, 5))).toBe(ApplyResult.Late)
    expect(state.updateEsTrade(futuresTrade(TEN, 27_480, 5))).toBe(ApplyResult.Applied)
  })

  it('refuses the same kind, time and seq as a duplicate', () => {
    const state = marketState()
    const first = futuresTrade(TEN, 27_480, 5, Aggressor.Buy, { seq: 7 })
    expect(state.updateEsTrade(first)).toBe(ApplyResult.Applied)
    expect(state.updateEsTrade(first)).toBe(ApplyResult.Duplicate)
    expect(state.duplicateCount).toBe(1)
    expect(state.tape.tradesInWindow(TEN, NS_PER_S)).toHaveLength(1)
  })

  it('takes the same seq at another time, of another kind or of another option', () => {
    const state = marketState()
    const seq = { seq: 7 }
    expect(state.updateEsTrade(futuresTrade(TEN, 27_480, 5, Aggressor.Buy, seq))).toBe('APPLIED')
    expect(state.updateEsMbp10(depth(TEN, [[27_479, 1]], [[27_480, 1]], seq))).toBe('APPLIED')
    expect(state.updateOptionTrade(optionTrade(TEN, seq), 0.5, 0.01)).toBe('APPLIED')
    const put = optionTrade(TEN, { ...seq, right: 1 })
    expect(state.updateOptionTrade(put, -0.5, 0.01)).toBe('APPLIED')
    expect(state.updateOptionTrade(put, -0.5, 0.01)).toBe('DUPLICATE')
    const later = futuresTrade(TEN + 1, 27_480, 5, Aggressor.Buy, seq)
    expect(state.updateEsTrade(later)).toBe('APPLIED')
  })

  it('takes equal events without seq as often as they come', () => {
    const state = marketState()
    for (let i = 0; i < 3; i++) state.updateEsTrade(futuresTrade(TEN, 27_480, 5))
    expect(state.tape.tradesInWindow(TEN, NS_PER_S)).toHaveLength(3)
  })

  it('still tells duplicates apart when a burst shares one nanosecond', () => {
    const state = marketState()
    for (let seq = 0; seq < 200; seq++) {
      const trade = futuresTrade(TEN, 27_480, 1, Aggressor.Buy, { seq })
      expect(state.updateEsTrade(trade)).toBe('APPLIED')
    }
    for (const seq of [0, 63, 64, 199]) {
      const trade = futuresTrade(TEN, 27_480, 1, Aggressor.Buy, { seq })
      expect(state.updateEsTrade(trade)).toBe('DUPLICATE')
    }
  })
})

describe('limits', () => {
  it('survive the largest sizes a message may carry, and conserve them', () => {
    const flows: number[] = []
    const state = new MarketState({
      epochNs: EPOCH_NS,
      flowObserver: (_ts, _side, _tick, added, canceled, filled) => {
        flows.push(added, canceled, filled)
      },
    })
    const most = 2 ** 31 - 1
    state.updateEsMbp10(depth(TEN, [[100, 5]], []))
    for (let i = 0; i < 3; i++)
      state.updateEsTrade(futuresTrade(TEN + i, 100, most, Aggressor.Sell))
    flows.length = 0
    state.updateEsMbp10(depth(TEN + 3, [[100, most]], []))
    expect(flows).toEqual([3 * most + most - 5, 0, 3 * most])
  })

  it('apply what a burst at one nanosecond leaves no room to check, and count it', () => {
    const state = marketState()
    for (let seq = 0; seq < 64 + 2 ** 16 + 5; seq++) {
      state.updateStockQuote(Object.assign(stockQuote(TEN, 687, 687.01), { seq }))
    }
    expect(state.undeduplicatedCount).toBe(5)
    expect(state.duplicateCount).toBe(0)
  })

  it('take the point value from the one pair there is', () => {
    const pair = { ...defaultMarketStateConfig.pair, futures: 'NQ', equity: 'QQQ', pointValue: 20 }
    const config = { ...defaultMarketStateConfig, pair }
    const state = new MarketState({ epochNs: EPOCH_NS, config })
    for (const [i, tick] of [100_000, 100_001, 100_002].entries()) {
      state.updateEsTrade(futuresTrade(TEN + i, tick, 10))
    }
    const sweep = createSweepReading()
    expect(state.tape.findSweep(99_000, 101_000, 1, sweep)).toBe(true)
    expect(sweep.notionalUsd).toBe(10 * (25_000 + 25_000.25 + 25_000.5) * 20)
  })
})

describe('spot, bid and ask', () => {
  it('are unknown until there is something to tell them from', () => {
    const state = marketState()
    expect(state.getSpot()).toBeNull()
    expect(state.getBidAsk()).toEqual({ bid: null, ask: null })
    expect(state.getCurrentTsNs()).toBeNull()
    expect(state.getEsMbp10Snapshot()).toBeNull()
  })

  it('come from the future over the default ratio before any quote', () => {
    const state = marketState()
    state.updateEsTrade(futuresTrade(TEN, 27_480, 5))
    state.updateEsMbp10(fullDepth(TEN, 27_479))
    expect(state.getSpot()).toBe(687)
    expect(state.getBidAsk()).toEqual({ bid: 686.975, ask: 687 })
    expect(state.getCurrentTsNs()).toBe(EPOCH_NS + BigInt(TEN))
  })

  it('follow the equity quote for a second, then the future again', () => {
    const state = marketState()
    state.updateEsMbp10(fullDepth(TEN, 27_479))
    state.updateStockQuote(stockQuote(TEN, 686.1, 686.12))
    expect(state.getBidAsk()).toEqual({ bid: 686.1, ask: 686.12 })
    state.advanceTo(TEN + NS_PER_S)
    expect(state.getBidAsk()).toEqual({ bid: 686.1, ask: 686.12 })
    state.advanceTo(TEN + NS_PER_S + 1)
    const { ratio } = state.priceConverter
    expect(state.getBidAsk()).toEqual({ bid: 6_869.75 / ratio, ask: 6_870 / ratio })
  })

  it('do not come from a crossed quote or a crossed book', () => {
    const state = marketState()
    state.updateStockQuote(stockQuote(TEN, 687.02, 687.01))
    state.updateEsMbp10(depth(TEN, [[27_481, 5]], [[27_480, 5]]))
    expect(state.getBidAsk()).toEqual({ bid: null, ask: null })
  })

  it('give the side that is known when the other is empty', () => {
    const state = marketState()
    state.updateEsMbp10(depth(TEN, [[27_480, 5]], []))
    expect(state.getBidAsk()).toEqual({ bid: 687, ask: null })
  })
})

describe('price ratio', () => {
  it('is sampled from a quote when the book is fresh and uncrossed', () => {
    const state = marketState()
    state.updateEsMbp10(fullDepth(TEN, 27_479))
    state.updateStockQuote(stockQuote(TEN + NS_PER_S, 686, 686.02))
    expect(state.priceConverter.ratio).toBe(6_869.875 / 686.01)
    expect(state.priceConverter.basis).toBe('live')
  })

  it('is not sampled from a book older than a second, crossed or one-sided', () => {
    const books = [
      fullDepth(TEN - 1, 27_479),
      depth(TEN, [[27_481, 5]], [[27_480, 5]]),
      depth(TEN, [[27_480, 5]], []),
    ]
    for (const book of books) {
      const state = marketState()
      state.updateEsMbp10(book)
      state.updateStockQuote(stockQuote(TEN + NS_PER_S, 686, 686.02))
      expect(state.priceConverter.basis).toBe('default')
    }
  })

  it('is forgotten with the session, as the option flow is', () => {
    const state = marketState()
    state.updateEsMbp10(fullDepth(TEN, 27_479))
    state.updateStockQuote(stockQuote(TEN, 686, 686.02))
    state.updateOptionTrade(optionTrade(TEN), 0.5, 0.01)
    expect(state.tradingYmd).toBe(20_260_310)
    state.advanceTo(22 * NS_PER_HOUR - 1) // just before 18:00 New York
    expect(state.priceConverter.basis).toBe('held')
    state.advanceTo(22 * NS_PER_HOUR)
    expect(state.tradingYmd).toBe(20_260_311)
    expect(state.priceConverter.basis).toBe('default')
    expect(state.optionFlow.sessionVolume).toBe(0)
  })
})

describe('book health', () => {
  it('is none, resync, live, crossed', () => {
    const state = marketState()
    expect(state.bookHealth).toBe('none')
    state.updateEsMbp10(depth(TEN, [[1, 1]], [[2, 1]], { isSnapshot: true }))
    expect(state.bookHealth).toBe('resync')
    state.updateEsMbp10(fullDepth(TEN, 27_479))
    expect(state.bookHealth).toBe('live')
    state.updateEsMbp10(depth(TEN, [[3, 1]], [[3, 1]]))
    expect(state.bookHealth).toBe('crossed')
  })

  it('is stale after five seconds in the regular session, after sixty outside', () => {
    const regular = marketState()
    regular.updateEsMbp10(fullDepth(TEN, 27_479))
    regular.advanceTo(TEN + 5 * NS_PER_S)
    expect(regular.bookHealth).toBe('live')
    regular.advanceTo(TEN + 5 * NS_PER_S + 1)
    expect(regular.bookHealth).toBe('stale')

    const night = marketState()
    const two = 6 * NS_PER_HOUR
    night.updateEsMbp10(fullDepth(two, 27_479))
    night.advanceTo(two + 60 * NS_PER_S)
    expect(night.bookHealth).toBe('live')
    night.advanceTo(two + 60 * NS_PER_S + 1)
    expect(night.bookHealth).toBe('stale')
  })
})

describe('the depth baseline', () => {
  it('is sampled every 250 ms of event time, the present boundary included', () => {
    const state = marketState()
    state.updateEsMbp10(fullDepth(TEN, 27_479, 40))
    const at = (boundary: number): number => TEN + boundary * 250 * NS_PER_MS
    state.advanceTo(at(238))
    expect(state.depth.thinThreshold(0, at(238), state.isOnBoundary)).toBeNull()
    state.advanceTo(at(239)) // the 240th boundary, 0 … 239
    expect(state.isOnBoundary).toBe(true)
    expect(state.depth.thinThreshold(0, at(239), state.isOnBoundary)).toBe(40)
    state.advanceTo(at(239) + 1)
    expect(state.isOnBoundary).toBe(false)
    expect(state.depth.thinThreshold(0, at(239) + 1, state.isOnBoundary)).toBe(40)
  })

  it('takes no samples while the futures market is closed', () => {
    const state = marketState()
    const beforeClose = 21 * NS_PER_HOUR - NS_PER_S
    state.updateEsMbp10(fullDepth(beforeClose, 27_479, 40))
    state.advanceTo(22 * NS_PER_HOUR - 1)
    expect(state.isOnBoundary).toBe(false)
    expect(state.depth.thinThreshold(0, 22 * NS_PER_HOUR - 1, false)).toBeNull()
  })
})

describe('session prices', () => {
  it('are the future’s over the ratio until the equity trades in the regular session', () => {
    const state = marketState()
    const nine = 13 * NS_PER_HOUR // 09:00 New York
    state.updateEsTrade(futuresTrade(nine, 27_440, 5))
    expect(state.getSessionLevels()).toMatchObject({ vwap: 686, overnightHigh: 686 })
    state.updateStockTrade(stockTrade(nine + 1, 686.4))
    expect(state.getSessionLevels()).toMatchObject({
      vwap: 686,
      premarketHigh: 686.4,
      overnightHigh: 686,
    })
    state.updateEsTrade(futuresTrade(TEN, 27_480, 5))
    expect(state.getSessionLevels()).toMatchObject({ vwap: 687, sessionHigh: 687 })
    state.updateStockTrade(stockTrade(TEN + 1, 687.25, 300))
    state.updateStockTrade(stockTrade(TEN + 2, 687.35, 100))
    expect(state.getSessionLevels()).toMatchObject({
      vwap: 687.275,
      sessionHigh: 687.35,
      sessionLow: 687.25,
    })
  })
})

describe('window queries', () => {
  it('give depth, trades, trades near a level and option flow', () => {
    const state = marketState()
    const tsNs = EPOCH_NS + BigInt(TEN)
    state.updateEsMbp10(fullDepth(TEN - NS_PER_S, 27_479))
    state.updateEsMbp10(fullDepth(TEN, 27_480))
    state.updateEsTrade(futuresTrade(TEN, 27_480, 5))
    state.updateEsTrade(futuresTrade(TEN, 27_501, 6))
    state.updateEsTrade(futuresTrade(TEN, 27_500, 7))
    state.updateOptionTrade(optionTrade(TEN), 0.5, 0.01)
    expect(state.getEsMbp10InWindow(tsNs, 1)).toHaveLength(1)
    expect(state.getEsMbp10InWindow(tsNs, 1.1)).toHaveLength(2)
    expect(state.getEsMbp10Snapshot()?.book[0]).toBe(27_480)
    expect(state.getEsTradesInWindow(tsNs, 1).map((t) => t.size)).toEqual([5, 6, 7])
    const near = { tsNowNs: tsNs, windowS: 1, levelPrice: 687, bandDollars: 0.5 }
    expect(state.getEsTradesNearLevel(near).map((t) => t.size)).toEqual([5, 7])
    expect(state.getEsDepthAt(6_870)).toBe(50)
    expect(state.getEsDepthAt(6_870.024)).toBe(50) // a converted level lies off the grid
    const [flow, ...rest] = state.getOptionFlowsNearLevel({ levelPrice: 688, strikeRange: 1 })
    expect(rest).toEqual([])
    expect(flow).toMatchObject({ strike: 687, volume: 10, netDealerGamma: -10 })
    expect(state.getOptionFlowsNearLevel({ levelPrice: 688.5, strikeRange: 1 })).toEqual([])
  })

  it('for single updates and trades are refused by a state that keeps none', () => {
    const config = withoutHistory(defaultMarketStateConfig)
    const state = new MarketState({ epochNs: EPOCH_NS, config })
    const tsNs = EPOCH_NS + BigInt(TEN)
    state.updateEsMbp10(fullDepth(TEN, 27_480))
    state.updateEsTrade(futuresTrade(TEN, 27_480, 5))
    const near = { tsNowNs: tsNs, windowS: 1, levelPrice: 687, bandDollars: 0.5 }
    const refused = [
      () => state.getEsMbp10InWindow(tsNs, 1),
      () => state.getEsTradesInWindow(tsNs, 1),
      () => state.getEsTradesNearLevel(near),
    ]
    for (const query of refused) expect(query).toThrow(RangeViolationError)
    expect(state.getEsMbp10Snapshot()).toMatchObject({ tsRelNs: TEN, bidCount: 10 })
    expect(state.getOptionFlowsNearLevel({ levelPrice: 688, strikeRange: 1 })).toEqual([])
    expect(state.depth.counters.historyDropped + state.tape.counters.historyDropped).toBe(0)
  })
})

describe('the quote rule', () => {
  const sideOf = (fields: Parameters<typeof optionTrade>[1]): number => {
    const state = marketState()
    const trade = optionTrade(TEN, { aggressor: Aggressor.Unknown, ...fields })
    state.updateOptionTrade(trade, 0.5, 0.01)
    return (
      state.getOptionFlowsNearLevel({ levelPrice: 687, strikeRange: 1 })[0]?.netDealerGamma ?? NaN
    )
  }

  it('settles who took liquidity: at the ask or nearer to it a buyer, dealers get short', () => {
    expect(sideOf({ price: 1.52, optBid: 1.5, optAsk: 1.52 })).toBe(-10)
    expect(sideOf({ price: 1.53, optBid: 1.5, optAsk: 1.52 })).toBe(-10)
    expect(sideOf({ price: 1.5, optBid: 1.5, optAsk: 1.52 })).toBe(10)
    expect(sideOf({ price: 1.515, optBid: 1.5, optAsk: 1.52 })).toBe(-10)
    expect(sideOf({ price: 1.505, optBid: 1.5, optAsk: 1.52 })).toBe(10)
    expect(sideOf({ price: 1.5, optBid: 1.25, optAsk: 1.75 })).toBe(0)
    expect(sideOf({ price: 0.2, optBid: 0.1, optAsk: 0.3 })).toBe(0) // the mid, whatever doubles say
    expect(sideOf({ price: 1.5, optBid: 1.5, optAsk: 1.5 })).toBe(-10) // locked: at the ask
  })

  it('leaves a trade without a usable quote undecided, and never overrules the publisher', () => {
    expect(sideOf({ price: 1.5 })).toBe(0)
    expect(sideOf({ price: 1.5, optBid: 1.6, optAsk: 1.5 })).toBe(0)
    const bought = { aggressor: Aggressor.Buy, price: 1.5, optBid: 1.5, optAsk: 1.52 }
    expect(sideOf(bought)).toBe(-10)
  })
})

describe('restore', () => {
  it('refuses another epoch, another configuration and damaged bytes', () => {
    const bytes = marketState().snapshot()
    const other = new MarketState({ epochNs: EPOCH_NS + 86_400_000_000_000n })
    expect(() => other.restore(bytes)).toThrow(StateCodecError)
    const config = { ...defaultMarketStateConfig, valueAreaShare: 0.8 }
    const configured = new MarketState({ epochNs: EPOCH_NS, config })
    expect(() => configured.restore(bytes)).toThrow(/present configuration/)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    expect(() => marketState().restore(bytes)).toThrow(/checksum/)
  })

  it('tells the epoch a state was saved under', () => {
    expect(MarketState.epochOf(marketState().snapshot())).toBe(EPOCH_NS)
  })
})

it('treats an unknown kind of field as nothing: only the fields of its kind matter', () => {
  const state = marketState()
  state.updateEsTrade(event(0, TEN, { priceTicks: 27_480, size: 5, aggressor: 1, bidPx: NaN }))
  expect(state.getSpot()).toBe(687)
})
