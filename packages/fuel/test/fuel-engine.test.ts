import { checkParameter, RangeViolationError } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { defaultFuelConfig, FuelEngine, fuelParameters } from '../src/index.ts'
import { Buy, Call, Mid, Put, Sell, TestMarket, TODAY, TOMORROW, Unknown } from './market.ts'

const fuelAt = (level: number, market: TestMarket, expiryYmd?: number) =>
  new FuelEngine().computeFuelState(level, market.state, expiryYmd)

describe('net dealer gamma', () => {
  it('is minus what customers bought: size · gamma · 100 shares per $1', () => {
    const market = new TestMarket(687.4)
    market.option({ strike: 687, right: Call, aggressor: Buy, size: 30, gamma: 0.1 })
    expect(fuelAt(687, market).netDealerGamma).toBe(-300)
    market.option({ strike: 688, right: Put, aggressor: Sell, size: 10, gamma: 0.05 })
    expect(fuelAt(687, market).netDealerGamma).toBe(-250)
  })

  it('counts strikes within $2 of the level, ends included', () => {
    const market = new TestMarket(687.4)
    for (const strike of [684.5, 685, 689, 689.5]) market.dealers(strike, Call, 1_000)
    expect(fuelAt(687, market).netDealerGamma).toBe(2_000)
    expect(fuelAt(686.999, market).netDealerGamma).toBe(1_000)
  })

  it('counts the last 60 seconds: a trade leaves as its 60th second ends', () => {
    const market = new TestMarket(687.4).dealers(687, Call, 1_000)
    market.wait(59.999999999)
    expect(fuelAt(687, market).netDealerGamma).toBe(1_000)
    market.wait(0.000000001)
    expect(fuelAt(687, market).netDealerGamma).toBe(0)
  })

  it('counts the whole session when the window is "session"', () => {
    const market = new TestMarket(687.4).dealers(687, Call, 60_000).wait(7_200)
    const session = { ...defaultFuelConfig, windowS: 'session', wallWindowS: 'session' } as const
    const fuel = new FuelEngine(session).computeFuelState(687, market.state)
    expect(fuel.netDealerGamma).toBe(60_000)
    expect(fuel.callWall?.strike).toBe(687)
  })

  it('counts options of the trading date, or of the expiry that is asked for', () => {
    const market = new TestMarket(687.4).dealers(687, Call, 1_000)
    const tomorrow = { strike: 687, right: Call, size: 10, gamma: 0.05, expiryYmd: TOMORROW }
    market.option({ ...tomorrow, aggressor: Buy })
    expect(fuelAt(687, market).netDealerGamma).toBe(1_000)
    expect(fuelAt(687, market, TODAY).netDealerGamma).toBe(1_000)
    expect(fuelAt(687, market, TOMORROW).netDealerGamma).toBe(-50)
    expect(fuelAt(687, market, 20_251_218).netDealerGamma).toBe(0)
  })

  it('takes nothing from trades of unknown direction or gamma', () => {
    const market = new TestMarket(687.4)
    for (const aggressor of [Mid, Unknown]) {
      market.option({ strike: 687, right: Call, aggressor, size: 500, gamma: 0.05 })
    }
    market.option({ strike: 687, right: Call, aggressor: Buy, size: 500, gamma: null })
    expect(fuelAt(687, market).netDealerGamma).toBe(0)
  })
})

describe('effect', () => {
  it.each([
    ['AMPLIFY', 'short of more than 10,000', -10_000.5],
    ['NEUTRAL', 'short of 10,000', -10_000],
    ['NEUTRAL', 'flat', 0.5],
    ['NEUTRAL', 'long 10,000', 10_000],
    ['DAMPEN', 'long more than 10,000', 10_000.5],
  ])('%s when dealers are %s', (effect, _, gamma) => {
    const aggressor = gamma < 0 ? Buy : Sell
    const market = new TestMarket(687.4)
    market.option({ strike: 687, right: Call, aggressor, size: 1, gamma: Math.abs(gamma) / 100 })
    expect(fuelAt(687, market)).toMatchObject({ effect, netDealerGamma: gamma })
  })
})

describe('walls', () => {
  it('the call wall is the strike at or above the level where dealers are longest calls', () => {
    const market = new TestMarket(687.4)
    market.dealers(686, Call, 200_000).dealers(688, Call, 60_000).dealers(690, Call, 75_000)
    expect(fuelAt(687, market).callWall).toEqual({
      strike: 690,
      netGamma: 75_000,
      wallType: 'CALL',
      strength: 1.5,
    })
    expect(fuelAt(686, market).callWall?.strike).toBe(686)
  })

  it('the put wall is the strike at or below the level where dealers are longest puts', () => {
    const market = new TestMarket(687.4)
    market.dealers(684, Put, 65_000).dealers(686, Put, 55_000).dealers(689, Put, 90_000)
    expect(fuelAt(687, market).putWall).toEqual({
      strike: 684,
      netGamma: 65_000,
      wallType: 'PUT',
      strength: 1.3,
    })
    expect(fuelAt(689, market).putWall?.strike).toBe(689)
  })

  it('keep calls and puts apart: puts make no call wall and take nothing from one', () => {
    const market = new TestMarket(687.4).dealers(690, Put, 300_000).dealers(684, Call, 300_000)
    expect(fuelAt(687, market)).toMatchObject({ callWall: null, putWall: null })
    market.dealers(690, Call, 50_000).dealers(690, Put, -500_000)
    expect(fuelAt(687, market).callWall).toMatchObject({ strike: 690, netGamma: 50_000 })
  })

  it('need 50,000, and long dealers', () => {
    const market = new TestMarket(687.4).dealers(690, Call, 49_995).dealers(684, Put, -90_000)
    expect(fuelAt(687, market)).toMatchObject({ callWall: null, putWall: null })
    market.dealers(690, Call, 5)
    expect(fuelAt(687, market).callWall).toMatchObject({ netGamma: 50_000, strength: 1 })
  })

  it('of equals the strike nearer the level wins', () => {
    const market = new TestMarket(687.4)
    for (const strike of [688, 689]) market.dealers(strike, Call, 60_000)
    for (const strike of [685, 686]) market.dealers(strike, Put, 60_000)
    const { callWall, putWall } = fuelAt(687, market)
    expect([callWall?.strike, putWall?.strike]).toEqual([688, 686])
  })

  it('a strike at the level can be both', () => {
    const market = new TestMarket(687.4).dealers(687, Call, 60_000).dealers(687, Put, 70_000)
    const { callWall, putWall } = fuelAt(687, market)
    expect([callWall?.strike, putWall?.strike]).toEqual([687, 687])
  })

  it('lie within $10 of spot, ends included, wherever the level is', () => {
    const market = new TestMarket(687).dealers(697, Call, 60_000).dealers(697.5, Call, 90_000)
    expect(fuelAt(690, market).callWall?.strike).toBe(697)
    market.dealers(677, Put, 60_000).dealers(676.5, Put, 90_000)
    expect(fuelAt(680, market).putWall?.strike).toBe(677)
  })

  it('move with spot, also while nothing trades', () => {
    const market = new TestMarket(687).dealers(697.5, Call, 90_000)
    const engine = new FuelEngine()
    const wall = (): unknown => engine.computeFuelState(690, market.state).callWall?.strike
    expect(wall()).toBeUndefined()
    market.trade(688)
    expect(wall()).toBe(697.5)
    market.trade(687)
    expect(wall()).toBeUndefined()
  })

  it('are those of the market that is asked about', () => {
    const one = new TestMarket(687).dealers(690, Call, 90_000)
    const other = new TestMarket(687).dealers(691, Call, 90_000)
    const engine = new FuelEngine()
    const wallOf = ({ state }: TestMarket): unknown =>
      engine.computeFuelState(687, state).callWall?.strike
    expect([one, other, one].map(wallOf)).toEqual([690, 691, 690])
  })

  it('are made from the last 300 seconds', () => {
    const market = new TestMarket(687.4).dealers(690, Call, 60_000).wait(299)
    expect(fuelAt(687, market).callWall?.strike).toBe(690)
    expect(fuelAt(687, market.wait(1)).callWall).toBeNull()
  })
})

describe('getAllWalls', () => {
  it('sees from spot, and only strikes that are asked for', () => {
    const market = new TestMarket(687.4)
    for (const strike of [688, 692]) market.dealers(strike, Call, strike * 100)
    for (const strike of [684, 687]) market.dealers(strike, Put, 200_000 - strike * 100)
    const engine = new FuelEngine()
    const strikes = (options?: Parameters<FuelEngine['getAllWalls']>[1]): unknown[] => {
      const { callWall, putWall } = engine.getAllWalls(market.state, options)
      return [callWall?.strike, putWall?.strike]
    }
    expect(strikes()).toEqual([692, 684])
    expect(strikes({ minStrike: 685, maxStrike: 691 })).toEqual([688, 687])
    expect(strikes({ minStrike: 684, maxStrike: 692 })).toEqual([692, 684])
    expect(strikes({ minStrike: 689, maxStrike: 691 })).toEqual([undefined, undefined])
    expect(strikes({ expiryYmd: TOMORROW })).toEqual([undefined, undefined])
  })
})

describe('gamma by strike', () => {
  it('adds calls and puts, ascending', () => {
    const market = new TestMarket(687.4)
    market.dealers(690, Call, 75_000).dealers(684, Put, -25_000).dealers(687.5, Call, 10_000)
    market.dealers(690, Put, -5_000)
    const fuel = fuelAt(687, market)
    expect([...fuel.gammaByStrike]).toEqual([
      [684, -25_000],
      [687.5, 10_000],
      [690, 70_000],
    ])
  })

  it('leaves out strikes without a trade of known gamma in the window', () => {
    const market = new TestMarket(687.4).dealers(680, Call, 1_000).wait(300)
    market.option({ strike: 681, right: Call, aggressor: Buy, size: 10, gamma: null })
    market.option({ strike: 682, right: Call, aggressor: Mid, size: 10, gamma: 0.05 })
    expect([...fuelAt(687, market).gammaByStrike]).toEqual([[682, 0]])
  })
})

describe('hvl, the gamma flip', () => {
  const flipAt = (level: number, gammas: readonly (readonly [number, number])[]): number | null => {
    const market = new TestMarket(687.4)
    for (const [strike, gamma] of gammas) {
      if (gamma === 0) market.dealers(strike, Call, 500).dealers(strike, Put, -500)
      else market.dealers(strike, Call, gamma)
    }
    const engine = new FuelEngine()
    const { hvl } = engine.computeFuelState(level, market.state)
    expect(engine.gammaFlip(level, market.state)).toBe(hvl)
    return hvl
  }

  it.each<[string, number, readonly (readonly [number, number])[], number | null]>([
    ['is null without flow', 687, [], null],
    [
      'is null where gamma keeps its sign',
      687,
      [
        [685, 500],
        [689, 100],
      ],
      null,
    ],
    [
      'lies between neighbours in proportion',
      687,
      [
        [685, -1_000],
        [689, 3_000],
      ],
      686,
    ],
    [
      'skips strikes without flow',
      687,
      [
        [680, 1_000],
        [690, -1_000],
      ],
      685,
    ],
    [
      'is the crossing nearest the level',
      689.8,
      [
        [684, 1_000],
        [686, -1_000],
        [690, -1_000],
        [691, 1_000],
      ],
      690.5,
    ],
    [
      'of two as near, is the lower',
      687,
      [
        [685, -500],
        [687, 500],
        [689, -500],
      ],
      686,
    ],
    [
      'is a strike at exactly zero between signs',
      689,
      [
        [685, -500],
        [687, 0],
        [688, 500],
      ],
      687,
    ],
    [
      'is the nearest point of a stretch at zero',
      687.3,
      [
        [685, -500],
        [686, 0],
        [688, 0],
        [689, 500],
      ],
      687.3,
    ],
    [
      'ends with the stretch',
      689,
      [
        [685, -500],
        [686, 0],
        [688, 0],
        [689, 500],
      ],
      688,
    ],
    [
      'is no zero that gamma only touches',
      687,
      [
        [685, 500],
        [687, 0],
        [689, 500],
      ],
      null,
    ],
    [
      'is not drawn to a zero that was passed before',
      686,
      [
        [684, 500],
        [685, 0],
        [686, 500],
        [688, -500],
      ],
      687,
    ],
    [
      'is no zero at an end',
      687,
      [
        [685, 0],
        [687, 500],
        [689, 0],
      ],
      null,
    ],
  ])('%s', (_, level, gammas, expected) => {
    expect(flipAt(level, gammas)).toBe(expected)
  })
})

describe('confidence', () => {
  const trade = { strike: 687, right: Call, aggressor: Buy, gamma: 0.05 }

  it('grows with volume near the level up to 1,000 contracts', () => {
    const market = new TestMarket(687.4)
    expect(fuelAt(687, market).confidence).toBe(0)
    expect(fuelAt(687, market.option({ ...trade, size: 250 })).confidence).toBe(0.25)
    expect(fuelAt(687, market.option({ ...trade, size: 750 })).confidence).toBe(1)
    expect(fuelAt(687, market.option({ ...trade, size: 5_000 })).confidence).toBe(1)
  })

  it('shrinks to the share of that volume whose gamma is known', () => {
    const market = new TestMarket(687.4).option({ ...trade, size: 1_500 })
    market.option({ ...trade, size: 500, gamma: null })
    expect(fuelAt(687, market).confidence).toBe(0.75)
  })
})

describe('what is unknown', () => {
  const nothing = {
    effect: 'NEUTRAL',
    netDealerGamma: 0,
    callWall: null,
    putWall: null,
    hvl: null,
    confidence: 0,
    gammaByStrike: new Map(),
  }

  it('is said so: before anything, and without spot', () => {
    const engine = new FuelEngine()
    for (const market of [new TestMarket(null), new TestMarket(null).dealers(687, Call, 90_000)]) {
      expect(engine.computeFuelState(687, market.state)).toEqual(nothing)
      expect(engine.getAllWalls(market.state)).toEqual({ callWall: null, putWall: null })
      expect(engine.gammaFlip(687, market.state)).toBeNull()
    }
  })

  it('ends with a session: the next one starts from nothing', () => {
    const market = new TestMarket(687.4).dealers(690, Call, 90_000)
    market.wait(9 * 3_600).trade(687.4)
    expect(market.state.tradingYmd).toBe(TOMORROW)
    expect(fuelAt(687, market, TODAY)).toEqual(nothing)
  })
})

describe('refuses', () => {
  it('a level that is no price', () => {
    const { state } = new TestMarket(687.4)
    for (const level of [NaN, Infinity]) {
      expect(() => new FuelEngine().computeFuelState(level, state)).toThrow(RangeViolationError)
    }
  })

  it('a market state that keeps other windows than it is to read', () => {
    const { state } = new TestMarket(687.4, [30, 300])
    expect(() => new FuelEngine().computeFuelState(687, state)).toThrow(
      'expected a market state with a window of 60 s of option flow, was 30 and 300 s',
    )
  })
})

describe('fuelParameters', () => {
  it('have defaults that they accept, and windows up to 300 s or "session"', () => {
    for (const [key, spec] of Object.entries(fuelParameters)) {
      expect(checkParameter(key, spec, spec.default)).toBe(spec.default)
    }
    for (const spec of [fuelParameters.windowS, fuelParameters.wallWindowS]) {
      expect(checkParameter('window', spec, 'session')).toBe('session')
      expect(() => checkParameter('window', spec, 301)).toThrow('window: expected')
    }
  })
})
