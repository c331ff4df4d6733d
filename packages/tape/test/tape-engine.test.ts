import type { TapeMetrics } from '@levels/contracts/metrics'
import { Aggressor } from '@levels/kernel'
import { describe, expect, test } from 'vitest'
import { defaultTapeConfig, TapeEngine, tapeImbalance } from '../src/index.ts'
import { LEVEL, LEVEL_TICK as L, Market } from './market.ts'

const engine = new TapeEngine()

function read(market: Market, level = LEVEL): TapeMetrics {
  return engine.computeTapeState(level, market.state)
}

const NO_SWEEP = {
  detected: false,
  direction: 'NONE',
  notional: 0,
  numPrints: 0,
  windowMs: 0,
  venues: null,
}

test('a market without trades says nothing', () => {
  expect(read(new Market())).toEqual({
    imbalance: 0,
    buyVol: 0,
    sellVol: 0,
    velocity: 0,
    sweep: NO_SWEEP,
    confidence: 0,
  })
})

describe('volume near the level', () => {
  test('is counted apart for buyers and sellers', () => {
    const market = new Market()
    market.buys(0, L, 30)
    market.sells(1, L - 1, 90)
    expect(read(market)).toMatchObject({ buyVol: 30, sellVol: 90, imbalance: -0.5 })
  })

  test('takes trades within $0.50 SPY, 20 ES ticks at a ratio of 10, both ends included', () => {
    const market = new Market()
    market.buys(0, L + 20, 1)
    market.buys(0, L + 21, 10)
    market.sells(0, L - 20, 2)
    market.sells(0, L - 21, 20)
    expect(read(market)).toMatchObject({ buyVol: 1, sellVol: 2 })
  })

  test('takes no trade whose aggressor is not known', () => {
    const market = new Market()
    market.trade(0, L, 50, Aggressor.Mid)
    market.trade(0, L, 50, Aggressor.Unknown)
    expect(read(market)).toMatchObject({ buyVol: 0, sellVol: 0, imbalance: 0, confidence: 0 })
  })

  test('is held for 60 s and not a nanosecond longer', () => {
    const market = new Market()
    market.buys(0, L, 30)
    market.passTo(59_999.999999)
    expect(read(market).buyVol).toBe(30)
    market.passTo(60_000)
    expect(read(market)).toMatchObject({ buyVol: 0, imbalance: 0, confidence: 0 })
  })

  test('gives confidence up to 500 lots', () => {
    const market = new Market()
    market.buys(0, L, 100)
    market.sells(0, L, 25)
    expect(read(market).confidence).toBe(0.25)
    market.sells(0, L, 5_000)
    expect(read(market).confidence).toBe(1)
  })

  test('imbalance is 1 when all buy, −1 when all sell, 0 when nothing traded', () => {
    expect([tapeImbalance(7, 0), tapeImbalance(0, 7), tapeImbalance(0, 0)]).toEqual([1, -1, 0])
  })
})

describe('velocity', () => {
  test('is the slope of the trades of the last 3 s, in SPY dollars a second', () => {
    const market = new Market()
    for (let i = 0; i <= 10; i++) market.buys(i * 100, L + i, 1) // 10 ticks a second
    expect(read(market).velocity).toBeCloseTo(10 * 0.025, 12)
  })

  test('is negative when price falls', () => {
    const market = new Market()
    market.sells(0, L, 1)
    market.sells(500, L - 2, 1)
    expect(read(market).velocity).toBeCloseTo(-4 * 0.025, 12)
  })

  test('takes all trades, whatever their price and aggressor', () => {
    const market = new Market()
    market.trade(0, L + 400, 1, Aggressor.Unknown)
    market.trade(1_000, L + 404, 1, Aggressor.Mid)
    expect(read(market)).toMatchObject({ buyVol: 0, sellVol: 0 })
    expect(read(market).velocity).toBeCloseTo(0.1, 12)
  })

  test('is 0 below two distinct times', () => {
    const market = new Market()
    market.buys(0, L, 1)
    expect(read(market).velocity).toBe(0)
    market.buys(0, L + 4, 1)
    expect(read(market).velocity).toBe(0)
  })

  test('forgets after 3 s', () => {
    const market = new Market()
    market.buys(0, L, 1)
    market.buys(1_000, L + 4, 1)
    market.passTo(2_999)
    expect(read(market).velocity).toBeCloseTo(0.1, 12)
    market.passTo(3_000)
    expect(read(market).velocity).toBe(0)
  })
})

/** One lot at ES 6870 is $343,500: 15 lots are more than $5,000,000. */
describe('sweep', () => {
  test('of buyers goes UP: three prints over two prices in a row, $5,000,000 or more', () => {
    const market = new Market()
    market.buys(0, L, 5)
    market.buys(40, L, 5)
    market.buys(90, L + 1, 5)
    expect(read(market).sweep).toEqual({
      detected: true,
      direction: 'UP',
      notional: (10 * 6870 + 5 * 6870.25) * 50,
      numPrints: 3,
      windowMs: 90,
      venues: null,
    })
  })

  test('of sellers goes DOWN', () => {
    const market = new Market()
    market.sells(0, L, 5)
    market.sells(0, L - 1, 5)
    market.sells(0, L - 2, 5)
    expect(read(market).sweep).toMatchObject({ detected: true, direction: 'DOWN', windowMs: 0 })
  })

  test('names its venues, each once, in order', () => {
    const market = new Market()
    market.buys(0, L, 9, 7)
    market.buys(1, L, 9, 4)
    market.buys(2, L + 1, 9, 7)
    expect(read(market).sweep.venues).toEqual([4, 7])
  })

  const broken: [string, (market: Market) => void][] = [
    ['two prints', (m) => [0, 1].map((i) => m.buys(i, L + i, 50))],
    ['one price', (m) => [0, 1, 2].map((i) => m.buys(i, L, 50))],
    [
      'a last print that is not beyond the first',
      (m) => [0, 1, 0].map((d) => m.buys(0, L + d, 50)),
    ],
    ['sellers that end higher', (m) => [0, 1, 2].map((i) => m.sells(i, L + i, 50))],
    ['less than $5,000,000', (m) => [0, 1, 2].map((i) => m.buys(i, L + i, i === 0 ? 4 : 5))],
    ['a gap of more than 100 ms', (m) => [0, 50, 150.000001].map((t, i) => m.buys(t, L + i, 50))],
    ['no print near the level', (m) => [21, 22, 23].map((d) => m.buys(0, L + d, 50))],
  ]
  test.each(broken)('is not made by %s', (_, happen) => {
    const market = new Market()
    happen(market)
    expect(read(market).sweep).toEqual(NO_SWEEP)
  })

  test('is ended by a print of the other side', () => {
    const market = new Market()
    market.buys(0, L, 50)
    market.buys(10, L + 1, 50)
    market.sells(11, L, 1)
    market.buys(20, L + 2, 50)
    expect(read(market).sweep.detected).toBe(false)
  })

  test('goes on through a print of no known side, and over gaps of just 100 ms', () => {
    const market = new Market()
    market.buys(0, L, 50)
    market.trade(50, L - 9, 50, Aggressor.Mid)
    market.buys(100, L + 1, 50)
    market.trade(150, L - 9, 50, Aggressor.Unknown)
    market.buys(200, L + 2, 50)
    expect(read(market).sweep).toMatchObject({ numPrints: 3, windowMs: 200 })
  })

  test('needs only one print near the level', () => {
    const market = new Market()
    for (const offset of [18, 19, 20, 21, 22]) market.buys(0, L + offset, 50)
    expect(read(market).sweep.numPrints).toBe(5)
    expect(read(market, LEVEL + 1.05).sweep.numPrints).toBe(5) // 22 … 62 ticks above L
    expect(read(market, LEVEL + 1.075).sweep.detected).toBe(false)
  })

  test('counts for 10 s after its last print', () => {
    const market = new Market()
    for (const i of [0, 1, 2]) market.buys(i, L + i, 50)
    market.passTo(10_001.999999)
    expect(read(market).sweep.detected).toBe(true)
    market.passTo(10_002)
    expect(read(market).sweep.detected).toBe(false)
  })

  test('of several is the one with the largest notional', () => {
    const market = new Market()
    for (const i of [0, 1, 2]) market.sells(i, L - i, 80)
    for (const i of [0, 1, 2]) market.buys(500 + i, L + i, 60)
    expect(read(market).sweep).toMatchObject({ direction: 'DOWN', numPrints: 3 })
  })

  test('needs as many known venues as are asked for; unknown ones pass only at 1', () => {
    const picky = new TapeEngine({ ...defaultTapeConfig, sweepMinVenues: 2 })
    const swept = (...venues: (number | undefined)[]): boolean => {
      const market = new Market()
      venues.forEach((venue, i) => market.buys(i, L + i, 50, venue))
      return picky.computeTapeState(LEVEL, market.state).sweep.detected
    }
    expect(swept(1, 1, 2)).toBe(true)
    expect(swept(1, undefined, 1)).toBe(false)
    expect(swept(undefined, undefined, undefined)).toBe(false)
  })
})

test.each([NaN, 0, -1, Infinity, 1e9])('a level price of %d is refused', (price) => {
  expect(() => read(new Market(), price)).toThrow('expected a level price in SPY dollars')
})

test('the band and the confidence come from the configuration', () => {
  const market = new Market()
  market.buys(0, L + 4, 10)
  market.buys(0, L + 5, 10)
  const narrow = new TapeEngine({ ...defaultTapeConfig, bandUsd: 0.1, confidenceLots: 20 })
  expect(narrow.computeTapeState(LEVEL, market.state)).toMatchObject({
    buyVol: 10,
    confidence: 0.5,
  })
})
