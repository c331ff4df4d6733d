import { optionGreeks } from '@levels/greeks'
import {
  ASK_TICKS,
  BID_TICKS,
  ES_SPY,
  EventKind,
  type MarketEvent,
  NS_PER_S,
  OptionRight,
} from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { optionPriceUsd } from '../src/market/option-price.ts'
import { type Agent, type Desk, marketOptions, MarketSimulator, Random } from '../src/index.ts'

/** Runs ten minutes; each equity event comes with the future's mid at its time, in SPY dollars. */
function run(
  take: (event: MarketEvent, midUsd: number) => void,
  agents: readonly Agent[] = [],
): void {
  const options = marketOptions({ seed: 6, agents, rate: 3 })
  const market: MarketSimulator = new MarketSimulator(options, {
    futures: () => undefined,
    equity: (event) => {
      const { book } = market.exchange
      const mid = ((book[BID_TICKS] ?? 0) + (book[ASK_TICKS] ?? 0)) / 2
      take(event, (mid * ES_SPY.tick) / 10.0125)
    },
  })
  market.runUntil(market.startRelNs + 600 * NS_PER_S)
}

describe('SPY', () => {
  it('is quoted around where the future stands, a cent or two wide, and trades at the quote', () => {
    let quotes = 0
    let trades = 0
    let last = { bid: 0, ask: 0 }
    let apart = 0
    run((event, midUsd) => {
      if (event.kind === EventKind.StockQuote) {
        quotes++
        const cents = Math.round((event.askPx - event.bidPx) * 100)
        expect([1, 2]).toContain(cents)
        expect(event.bidPx).toBe(Math.round(event.bidPx * 100) / 100)
        last = { bid: event.bidPx, ask: event.askPx }
        apart = Math.max(apart, Math.abs((event.bidPx + event.askPx) / 2 - midUsd))
      } else if (event.kind === EventKind.StockTrade && last.bid > 0) {
        trades++
        expect([last.bid, last.ask]).toContain(event.price)
      }
    })
    expect(quotes).toBeGreaterThan(5_000)
    expect(trades).toBeGreaterThan(1_500)
    // Lag, rounding and a basis of some hundred-thousandths of price.
    expect(apart).toBeGreaterThan(0.005)
    expect(apart).toBeLessThan(0.12)
  })
})

describe('options', () => {
  it('are worth what Black, Scholes and Merton say, to far below a cent', () => {
    const random = new Random(1)
    for (let i = 0; i < 2_000; i++) {
      const option = {
        strike: 650 + 75 * random.unit(),
        tteYears: (1 + random.below(4_000)) / 525_600,
        ivAnnual: 0.05 + 0.5 * random.unit(),
        right: random.chance(0.5) ? OptionRight.Call : OptionRight.Put,
      }
      const exact = optionGreeks({
        ...option,
        spot: 687,
        rateAnnual: 0.04,
        dividendYieldAnnual: 0.012,
      })
      if (!exact.ok) throw new Error(exact.reason)
      const made = optionPriceUsd({ ...option, spotUsd: 687, strikeUsd: option.strike })
      expect(Math.abs(made - exact.price)).toBeLessThan(1e-9)
    }
  })

  it('trade at a two-sided quote around it, on listed strikes, in three expiries, both ways', () => {
    const expiries = new Map<number, number>()
    let buys = 0
    let count = 0
    run((event, midUsd) => {
      if (event.kind !== EventKind.OptionTrade) return
      count++
      expiries.set(event.expiryYmd, (expiries.get(event.expiryYmd) ?? 0) + 1)
      expect(event.optBid).toBeGreaterThan(0)
      expect(event.optAsk).toBeGreaterThan(event.optBid)
      expect([event.optBid, event.optAsk]).toContain(event.price)
      expect(event.strikeMilli % 1_000).toBe(0)
      expect(Math.abs(event.strikeMilli / 1_000 - midUsd)).toBeLessThan(9)
      if (event.price === event.optAsk) buys++
    })
    expect([...expiries.keys()].sort()).toEqual([20_260_310, 20_260_311, 20_260_312])
    expect(expiries.get(20_260_310)! / count).toBeCloseTo(0.8, 1)
    // Four standard deviations of a fair coin thrown 1,800 times.
    expect(Math.abs(buys / count - 0.5)).toBeLessThan(0.05)
  })

  it('trade as customers bring them', () => {
    const customer: Agent = {
      name: 'customer',
      start: (desk: Desk) => desk.nowRelNs + NS_PER_S,
      wake: (desk: Desk) => {
        const trade = { strikeUsd: 690, right: OptionRight.Call, contracts: 4_321 }
        desk.option({ ...trade, isBuy: true })
        desk.option({ ...trade, isBuy: false, expiry: 1 })
        return Infinity
      },
    }
    const brought: string[] = []
    run(
      (event) => {
        if (event.kind !== EventKind.OptionTrade || event.size !== 4_321) return
        const side = event.price === event.optAsk ? 'at the ask' : 'at the bid'
        brought.push(`${event.strikeMilli} ${event.expiryYmd} ${side}`)
      },
      [customer],
    )
    expect(brought).toEqual(['690000 20260310 at the ask', '690000 20260311 at the bid'])
  })
})
