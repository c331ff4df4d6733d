import type { BarrierMetrics, Direction } from '@levels/contracts/metrics'
import { describe, expect, test } from 'vitest'
import { BarrierEngine, defaultBarrierConfig } from '../src/index.ts'
import { asksFrom, bidsFrom, LEVEL, LEVEL_TICK as L, Market } from './market.ts'
import type { Ladder } from './market.ts'

const engine = new BarrierEngine()

function read(market: Market, direction: Direction = 'SUPPORT', level = LEVEL): BarrierMetrics {
  return engine.computeBarrierState(level, direction, market.state)
}

/** Bids L+1 … L−8, offers from L+2 on, all of one size. */
function even(
  lots: number,
): [bids: ReturnType<typeof bidsFrom>, asks: ReturnType<typeof asksFrom>] {
  return [bidsFrom(L + 1, 10, lots), asksFrom(L + 2, 10, lots)]
}

/** A zone of 2 ticks either side, which `deep` fills. */
const narrow = new BarrierEngine({ ...defaultBarrierConfig, zoneTicks: 2 })
function readNarrow(market: Market): BarrierMetrics {
  return narrow.computeBarrierState(LEVEL, 'SUPPORT', market.state)
}
function deep(lots: number): [bids: Ladder, asks: Ladder] {
  return [bidsFrom(L + 4, 10, lots), asksFrom(L + 5, 10, lots)]
}

describe('each state, from the market that causes it', () => {
  test('VACUUM: bids under a support are pulled without being hit', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, bids, asks)
    market.depth(100, { ...bids, [L]: 10, [L - 1]: 10 }, asks)
    market.depth(200, { ...bids, [L]: 15, [L - 1]: 0 }, asks)
    expect(read(market)).toMatchObject({
      state: 'VACUUM',
      addedSize: 5,
      canceledSize: 110,
      filledSize: 0,
      deltaLiq: -105,
      churn: 115,
    })
  })

  test('CONSUMED: bids under a support are hit and not put back', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, bids, asks)
    market.sells(100, L + 1, 55)
    market.depth(100, { ...bids, [L + 1]: 5 }, asks)
    market.sells(200, L, 50)
    market.depth(201, { ...bids, [L + 1]: 5, [L]: 10 }, asks)
    expect(read(market)).toMatchObject({
      state: 'CONSUMED',
      addedSize: 0,
      canceledSize: 0,
      filledSize: 105,
      deltaLiq: -105,
    })
  })

  test('WALL: offers above a resistance pile up', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, bids, asks)
    market.depth(100, bids, { ...asks, [L + 4]: 260, [L + 5]: 30 })
    expect(read(market, 'RESISTANCE')).toMatchObject({
      state: 'WALL',
      addedSize: 200,
      canceledSize: 30,
      deltaLiq: 170,
      defendingQuote: { price: 687.1, size: 260 },
    })
  })

  test('ABSORPTION: a bid that is hit again and again stands refilled', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, bids, asks)
    market.sells(100, L + 1, 120)
    market.depth(100, bids, asks)
    market.passTo(349)
    expect(read(market).filledSize).toBe(0)
    market.passTo(350)
    expect(read(market)).toMatchObject({
      state: 'ABSORPTION',
      addedSize: 120,
      canceledSize: 0,
      filledSize: 120,
      deltaLiq: 0,
    })
  })

  test('WEAK: less is displayed per tick than in four fifths of the last minutes', () => {
    const market = new Market()
    market.depth(0, ...deep(60))
    market.passTo(60_001)
    market.depth(60_002, ...deep(50))
    expect(readNarrow(market)).toMatchObject({ state: 'WEAK', canceledSize: 50, depthInZone: 250 })
  })

  test('NEUTRAL: nothing of the kind', () => {
    const market = new Market()
    market.depth(0, ...even(60))
    expect(read(market).state).toBe('NEUTRAL')
  })
})

describe('WEAK', () => {
  test('is never said before there are 240 samples', () => {
    const market = new Market()
    market.depth(0, ...deep(60))
    market.depth(59_700, ...deep(50))
    expect(readNarrow(market).state).toBe('NEUTRAL') // 239 samples, from 0 to 59.5 s
    market.passTo(59_750)
    expect(readNarrow(market).state).toBe('WEAK') // the boundary of now counts
  })

  test('is not said where the size equals the usual one', () => {
    const market = new Market()
    market.depth(0, ...deep(60))
    market.passTo(120_000)
    expect(readNarrow(market).state).toBe('NEUTRAL')
  })

  test('counts ticks of the zone beyond the best quote as visible and empty', () => {
    const market = new Market()
    market.depth(0, bidsFrom(L + 1, 10, 60), asksFrom(L + 2, 10, 60))
    market.passTo(120_000)
    expect(readNarrow(market)).toMatchObject({ visibility: 1, depthInZone: 240, state: 'WEAK' })
  })

  test('is not said of a zone that cannot be seen', () => {
    const market = new Market()
    market.depth(0, bidsFrom(L + 40, 10, 60), asksFrom(L + 41, 10, 60))
    market.passTo(120_000)
    expect(read(market)).toMatchObject({ state: 'NEUTRAL', visibility: 0, depthInZone: 0 })
  })

  test('is said of a side that shows nothing where it used to show something', () => {
    const market = new Market()
    const [bids, asks] = even(1)
    market.depth(0, bids, asks)
    market.passTo(120_000)
    market.depth(120_001, {}, asks)
    expect(read(market)).toMatchObject({ state: 'WEAK', visibility: 1, depthInZone: 0 })
  })
})

describe('zone', () => {
  test('reaches 8 ticks either side of the level, both included', () => {
    const market = new Market()
    const bids = bidsFrom(L - 6, 10, 60)
    const asks = asksFrom(L + 1, 10, 60)
    market.depth(0, bids, asks)
    market.depth(1, { ...bids, [L - 8]: 63, [L - 9]: 80 }, asks)
    expect(read(market).addedSize).toBe(3)
    market.depth(2, bids, { ...asks, [L + 8]: 65, [L + 9]: 90 })
    expect(read(market, 'RESISTANCE').addedSize).toBe(5)
  })

  test('moves with the measured ratio of ES to SPY', () => {
    const market = new Market()
    market.depth(0, bidsFrom(L - 1, 10, 60), asksFrom(L + 1, 10, 60))
    market.spyQuote(1, 684.99, 685.01)
    const { ratio } = market.state.priceConverter
    expect(ratio).toBeCloseTo(6870 / 685, 12)
    market.depth(2, bidsFrom(L - 1, 10, 70), asksFrom(L + 1, 10, 60))
    expect(read(market, 'SUPPORT', 685).addedSize).toBe(80) // L − 8 … L − 1
    expect(read(market, 'SUPPORT', 687).addedSize).toBe(0) // now ES 6890: 80 ticks higher
    expect(read(market, 'SUPPORT', 685).defendingQuote.price).toBeCloseTo(685 - 0.25 / ratio, 9)
  })

  test('of a level between two ticks holds the ticks within 8 of it', () => {
    const market = new Market()
    const between = LEVEL + 0.0125 // half a tick above
    market.depth(0, bidsFrom(L - 5, 10, 10), asksFrom(L + 1, 10, 10))
    expect(read(market, 'SUPPORT', between).depthInZone).toBe(30) // L − 7 … L − 5
    expect(read(market, 'RESISTANCE', between).depthInZone).toBe(80) // L + 1 … L + 8
  })

  test('reads bids for a support and offers for a resistance', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, bids, asks)
    market.depth(1, { ...bids, [L]: 67 }, { ...asks, [L + 3]: 55 })
    expect(read(market, 'SUPPORT')).toMatchObject({ addedSize: 7, canceledSize: 0 })
    expect(read(market, 'RESISTANCE')).toMatchObject({ addedSize: 0, canceledSize: 5 })
  })

  test.each([NaN, 0, -1, Infinity, 1e9])('a level price of %d is refused', (price) => {
    const market = new Market()
    expect(() => read(market, 'SUPPORT', price)).toThrow('expected a level price in SPY dollars')
  })
})

describe('window', () => {
  test('holds a flow for 240 s and not a nanosecond longer', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, bids, asks)
    market.depth(1_000, { ...bids, [L]: 90 }, asks)
    market.passTo(240_999.999999)
    expect(read(market).addedSize).toBe(30)
    market.passTo(241_000)
    expect(read(market)).toMatchObject({ addedSize: 0, churn: 0, confidence: 0 })
  })

  test('does not take what slides into view, or comes with a resync, for a flow', () => {
    const market = new Market()
    market.depth(0, bidsFrom(L + 9, 10, 60), asksFrom(L + 10, 10, 60))
    market.depth(1, bidsFrom(L + 2, 10, 60), asksFrom(L + 10, 10, 60))
    expect(read(market)).toMatchObject({ addedSize: 0, canceledSize: 360, depthInZone: 600 })
    market.depth(2, bidsFrom(L + 2, 10, 500), asksFrom(L + 10, 10, 60), true)
    expect(read(market)).toMatchObject({ addedSize: 0, canceledSize: 360, depthInZone: 5_000 })
  })
})

describe('defending quote', () => {
  test('is the largest displayed size in the zone', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, { ...bids, [L - 4]: 150 }, asks)
    expect(read(market).defendingQuote).toEqual({ price: 686.9, size: 150 })
  })

  test('of equal sizes is the nearest to the level, then the lower', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, { ...bids, [L + 1]: 90, [L - 1]: 90, [L - 3]: 90 }, asks)
    expect(read(market).defendingQuote).toEqual({ price: 686.975, size: 90 })
  })

  test('is the best quote when the zone shows none', () => {
    const market = new Market()
    market.depth(0, bidsFrom(L - 20, 10, 60), asksFrom(L - 19, 10, 60))
    expect(read(market).defendingQuote).toEqual({ price: 686.5, size: 60 })
  })

  test('has no price when the side shows nothing at all, or there is no book', () => {
    const market = new Market()
    expect(read(market)).toMatchObject({
      defendingQuote: { price: null, size: 0 },
      state: 'NEUTRAL',
      visibility: 0,
      confidence: 0,
    })
    market.depth(0, {}, asksFrom(L + 1, 10, 60))
    expect(read(market).defendingQuote).toEqual({ price: null, size: 0 })
  })
})

describe('confidence', () => {
  test('grows with the churn up to 500 lots', () => {
    const market = new Market()
    const [bids, asks] = even(60)
    market.depth(0, { ...bids, [L - 9]: 60 }, asks)
    market.depth(1, { ...bids, [L]: 185 }, asks)
    expect(read(market)).toMatchObject({ visibility: 1, churn: 125, confidence: 0.25 })
    market.depth(2, { ...bids, [L]: 1_000 }, asks)
    expect(read(market).confidence).toBe(1)
  })

  test('shrinks with the share of the zone that is out of view', () => {
    const market = new Market()
    const bids = bidsFrom(L + 5, 10, 60) // L + 5 … L − 4: of the zone, L − 8 … L − 5 are hidden
    market.depth(0, bids, asksFrom(L + 6, 10, 60))
    market.depth(1, { ...bids, [L]: 2_000 }, asksFrom(L + 6, 10, 60))
    const { visibility, confidence } = read(market)
    expect(visibility).toBe(13 / 17)
    expect(confidence).toBe(13 / 17)
  })
})

test('thresholds come from the configuration', () => {
  const market = new Market()
  const [bids, asks] = even(60)
  market.depth(0, bids, asks)
  market.depth(1, { ...bids, [L]: 40 }, asks)
  const eager = new BarrierEngine({ ...defaultBarrierConfig, fThreshLots: 10, confidenceLots: 20 })
  expect(read(market).state).toBe('NEUTRAL')
  expect(eager.computeBarrierState(LEVEL, 'SUPPORT', market.state)).toMatchObject({
    state: 'VACUUM',
    confidence: 1,
  })
})
