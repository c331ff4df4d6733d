import { optionGreeks } from '@levels/greeks'
import { Aggressor, epochFor, NS_PER_MS, OptionRight, RangeViolationError } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { futuresTrade, optionTrade } from './events.ts'
import { LevelSignalPipeline } from '../src/index.ts'
import { newYork, TestMarket, TUESDAY } from './test-market.ts'

const { Buy, Sell } = Aggressor
const { Call, Put } = OptionRight
const UNSENT = { delta: NaN, gamma: NaN }

/** Dealer gamma that one contract, sold by a customer, leaves at its strike. */
function gammaPerContract(market: TestMarket): number {
  const flows = market.pipeline.state.getOptionFlowsNearLevel({ levelPrice: 687, strikeRange: 0 })
  return flows.reduce((sum, flow) => sum + flow.netDealerGamma, 0)
}

function coverage(market: TestMarket): number | null {
  return market.pipeline.state.optionFlow.sessionGreeksCoverage
}

describe('the greeks of an option trade', () => {
  it('are the publisher’s where it sent delta and gamma', () => {
    const market = new TestMarket().trade(687)
    market.option(687, 1, { aggressor: Sell, delta: 0.6, gamma: 0.07 })
    expect(gammaPerContract(market)).toBeCloseTo(7, 6)
    expect(coverage(market)).toBe(1)
  })

  it.each([
    ['neither', UNSENT],
    ['delta alone', { delta: 0.6, gamma: NaN }],
    ['gamma alone', { delta: NaN, gamma: 0.07 }],
  ])('are those its price implies where it sent %s', (_sent, sent) => {
    // Six hours to 16:00, in minutes over 525,600; rate and yield as configured.
    const terms = { spot: 687, strike: 687, right: Call, tteYears: (6 * 60) / 525_600 }
    const rates = { rateAnnual: 0.04, dividendYieldAnnual: 0.012 }
    const greeks = optionGreeks({ ...terms, ...rates, ivAnnual: 0.15 })
    if (!greeks.ok) throw new Error(greeks.reason)
    const market = new TestMarket().trade(687)
    market.option(687, 1, { aggressor: Sell, price: greeks.price, ...sent })
    expect(gammaPerContract(market)).toBeCloseTo(greeks.gamma * 100, 5)
    expect(coverage(market)).toBe(1)
  })

  it.each([
    ['there is no spot', new TestMarket(), {}],
    ['no volatility gives its price', new TestMarket().trade(687), { price: 700 }],
    ['it has expired', new TestMarket().trade(687), { expiryYmd: 20_260_309 }],
    [
      'it expired before the calendar begins',
      new TestMarket().trade(687),
      { expiryYmd: 20_000_103 },
    ],
    ['its expiry is no date', new TestMarket().trade(687), { expiryYmd: 20_260_230 }],
    ['it trades at the minute of its expiry', atExpiry(), {}],
  ])('are unknown, its volume counted, where %s', (_why, market, fields) => {
    market.option(687, 10, { aggressor: Sell, ...UNSENT, ...fields })
    expect(market.refused).toEqual([])
    expect(gammaPerContract(market)).toBe(0)
    expect(market.pipeline.state.optionFlow.sessionVolume).toBe(10)
    expect(coverage(market)).toBe(0)
  })

  it('do not hang on the price ratio of the session before', () => {
    const gammaAfter = (equityMid: number | null): number => {
      const market = new TestMarket({}, newYork(TUESDAY, '16:30')).trade(687)
      const { priceConverter } = market.pipeline.state
      if (equityMid !== null) {
        priceConverter.addSample(market.nowNs, 2 * 27_480, equityMid, equityMid + 0.02)
        expect(priceConverter.ratio).not.toBe(10)
      }
      const tomorrow = { expiryYmd: 20_260_311, right: Put, price: 3 }
      market.at(newYork(TUESDAY, '18:00'))
      return gammaPerContract(market.option(687, 1, { aggressor: Sell, ...UNSENT, ...tomorrow }))
    }
    expect(gammaAfter(null)).toBeGreaterThan(0)
    expect(gammaAfter(690)).toBe(gammaAfter(null))
  })
})

function atExpiry(): TestMarket {
  return new TestMarket({}, newYork(TUESDAY, '16:00')).trade(687)
}

describe('an event that is refused', () => {
  it('is told with its code and changes nothing', () => {
    const market = new TestMarket().trade(687).option(687, 5)
    const saved = market.pipeline.state.snapshot()
    const early = market.nowNs - 1
    market.apply(futuresTrade(early, 27_480, 1, Buy)).apply(optionTrade(early, {}))
    expect(market.refused).toEqual(['LATE', 'LATE'])
    expect(market.pipeline.state.lateCount).toBe(2)
    expect(market.pipeline.state.snapshot().length).toBe(saved.length)
    expect(market.pipeline.state.optionFlow.sessionVolume).toBe(5)
  })

  it('is a duplicate where subject, symbol, time and sequence are equal', () => {
    const market = new TestMarket().trade(687)
    market.option(687, 5, { seq: 7 }).option(687, 5, { seq: 7 })
    market.option(688, 5, { seq: 7 }).option(687, 5, { seq: 8 }).option(687, 5).option(687, 5)
    expect(market.refused).toEqual(['DUPLICATE'])
    expect(market.pipeline.state.optionFlow.sessionVolume).toBe(25)
  })
})

describe('a boundary', () => {
  it('gives a payload of its own time, in a lull too', () => {
    const market = new TestMarket().book(687, 20).trade(687).run(1)
    expect(market.payloads.map((p) => p.ts - Date.UTC(2026, 2, 10, 14))).toEqual([
      250, 500, 750, 1_000,
    ])
  })

  it('is refused once something newer was applied', () => {
    const market = new TestMarket().book(687, 20)
    const boundary = (): void => market.pipeline.onBoundary(market.nowNs - 250 * NS_PER_MS)
    expect(boundary).toThrow(RangeViolationError)
  })
})

it('keeps single updates for queries unless it is told not to', () => {
  const epochNs = epochFor(0n)
  const onSignals = (): void => undefined
  const kept = new LevelSignalPipeline({ epochNs, onSignals })
  expect(kept.state.getEsTradesInWindow(epochNs, 1)).toEqual([])
  const lean = new LevelSignalPipeline({ epochNs, onSignals, keepsHistory: false })
  expect(() => lean.state.getEsTradesInWindow(epochNs, 1)).toThrow(RangeViolationError)
})
