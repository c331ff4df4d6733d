import type { Signal } from '@levels/contracts'
import {
  Aggressor,
  NS_PER_MS,
  NS_PER_S,
  RangeViolationError,
  StateCodecError,
} from '@levels/kernel'
import { MarketState } from '@levels/market-state'
import { describe, expect, it } from 'vitest'
import { LevelSignalService, marketStateConfigOf, resolveConfig } from '../src/index.ts'
import { depth, side, stockQuote, type Quote } from './events.ts'
import { EPOCH_NS, MONDAY, newYork, TestMarket, ticksOf } from './test-market.ts'

const { Buy, Sell } = Aggressor
const LEVEL = 'HOTZONE_687'

/** A level at 687 dollars, defended by bids from 687.10 down; a depth update every second. */
class DefendedLevel extends TestMarket {
  readonly bestBid = 687.1
  bidLots: number

  constructor(bidLots = 100) {
    super({ 'levels.hotzonesUsd': [687] })
    this.bidLots = bidLots
    this.show(bidLots).trade(687.1)
  }

  show(bidLots: number): this {
    this.bidLots = bidLots
    return this.book(this.bestBid, bidLots)
  }

  /** Like `run`, with the book repeated once a second, so that it stays live. */
  hold(seconds: number): this {
    for (let left = seconds; left > 0; left -= 1) {
      this.show(this.bidLots).run(Math.min(1, left))
    }
    return this
  }

  /** Bids are pulled, dealers get short gamma, sellers sweep to 687.05: the score is 100. */
  attack(): this {
    this.option(687, 3_000, { aggressor: Buy }).show(40)
    for (const price of [687.1, 687.075, 687.05]) this.trade(price, 10, Sell)
    return this
  }

  get signal(): Signal {
    return this.level(LEVEL).signal
  }
}

describe('BREAK', () => {
  it('is given once vacuum, chasing dealers and a sweep have lasted three seconds', () => {
    const market = new DefendedLevel().attack().run(0.25)
    expect(market.level(LEVEL)).toMatchObject({
      direction: 'SUPPORT',
      breakScoreRaw: 100,
      signal: 'NEUTRAL',
      confidence: 'MEDIUM',
      // What was sold stayed displayed for 250 ms: it was filled and put back.
      barrier: {
        state: 'VACUUM',
        deltaLiq: -600,
        canceledSize: 600,
        filledSize: 30,
        addedSize: 30,
      },
      tape: { imbalance: -1, sellVol: 30, sweep: { detected: true, direction: 'DOWN' } },
      fuel: { effect: 'AMPLIFY', netDealerGamma: -15_000 },
      components: { liquidityScore: 100, hedgeScore: 100, tapeScore: 100 },
      runway: { direction: 'DOWN' },
      note: 'Vacuum + dealers chase; sweep confirms',
    })
    expect(market.hold(2.75).signal).toBe('NEUTRAL')
    expect(market.hold(0.25).signal).toBe('BREAK')
  })

  it('is held until the score falls below 75', () => {
    const market = new DefendedLevel().attack().hold(12)
    expect(market.level(LEVEL)).toMatchObject({ breakScoreRaw: 85, signal: 'BREAK' }) // sweep over
    market.trade(687.05, 30, Buy).hold(4)
    // Not above 80, which alone would not give it.
    expect(market.level(LEVEL)).toMatchObject({ breakScoreRaw: 80, signal: 'BREAK' })
    market.hold(50)
    expect(market.level(LEVEL)).toMatchObject({ breakScoreRaw: 62.5, signal: 'NEUTRAL' })
  })

  it('starts anew when the level was out of the band for one snap', () => {
    const market = new DefendedLevel().attack().hold(2.75)
    market.trade(687.3).run(0.25)
    expect(market.ids).not.toContain(LEVEL)
    market.trade(687.05).hold(3)
    expect(market.signal).toBe('NEUTRAL')
    expect(market.hold(0.25).signal).toBe('BREAK')
  })

  it('starts anew when the level turns from support to resistance', () => {
    const market = new DefendedLevel().attack().hold(4)
    expect(market.signal).toBe('BREAK')
    market.trade(686.975).run(0.25)
    expect(market.level(LEVEL)).toMatchObject({ direction: 'RESISTANCE', signal: 'NEUTRAL' })
    market.trade(687.05).hold(0.25)
    expect(market.level(LEVEL)).toMatchObject({ direction: 'SUPPORT', signal: 'NEUTRAL' })
  })

  it('starts anew when the book was crossed for one snap', () => {
    const market = new DefendedLevel().attack().hold(2.75)
    const best = ticksOf(687.1)
    market.apply(depth(market.nowNs, side(best, -1, 40), side(best, 1, 20))).run(0.25)
    expect(market.newest).toMatchObject({ levels: [], health: { book: 'crossed' } })
    expect(market.hold(3).signal).toBe('NEUTRAL')
    expect(market.hold(0.25).signal).toBe('BREAK')
  })
})

describe('REJECT', () => {
  const wall = (): DefendedLevel => {
    const market = new DefendedLevel()
    market.option(687, 3_000, { aggressor: Sell })
    return market.show(300).trade(687.05, 1, Buy)
  }

  it('is given once a touched wall and dampening dealers have lasted three seconds', () => {
    const market = wall().run(0.25)
    expect(market.level(LEVEL)).toMatchObject({
      breakScoreRaw: 0,
      signal: 'NEUTRAL',
      barrier: { state: 'WALL', deltaLiq: 2_000 },
      fuel: { effect: 'DAMPEN', netDealerGamma: 15_000 },
      runway: { direction: 'DOWN' },
      note: 'Wall builds + dealers dampen',
    })
    expect(market.hold(2.75).signal).toBe('NEUTRAL')
    expect(market.hold(0.25).signal).toBe('REJECT')
    expect(market.level(LEVEL).runway.direction).toBe('UP') // back where price came from
  })

  it('is held until the level was not touched for three seconds', () => {
    const market = wall().hold(4).trade(687.15).hold(3)
    expect(market.signal).toBe('REJECT')
    expect(market.hold(0.25).signal).toBe('NEUTRAL')
  })
})

it('CONTESTED is given at once while much is traded and bids are eaten', () => {
  const market = new DefendedLevel(150)
  const best = ticksOf(687.1)
  for (let i = 0; i < 4; i++) {
    const left = side(best, -1, 150).map(([tick, lots], at): Quote => [tick, at <= i ? 1 : lots])
    market.trade((best - i) / 40, 149, Sell)
    market.apply(depth(market.nowNs, left, side(best + 1, 1, 20)))
  }
  market.run(0.25)
  expect(market.level(LEVEL)).toMatchObject({
    signal: 'CONTESTED',
    barrier: { state: 'CONSUMED', filledSize: 596, canceledSize: 0 },
    tape: { sellVol: 596 },
    note: 'Eaten through; sweep confirms',
  })
})

it('NEUTRAL is given where nothing happens', () => {
  const market = new DefendedLevel().hold(10)
  expect(market.level(LEVEL)).toMatchObject({
    breakScoreRaw: 50 * 0.45 + 50 * 0.35,
    signal: 'NEUTRAL',
    confidence: 'LOW',
    note: 'Balanced depth',
  })
})

describe('a book that cannot be relied on', () => {
  it('is stale after five seconds in the regular session: confidence is LOW', () => {
    const market = new DefendedLevel().attack().run(5)
    expect(market.newest.health?.book).toBe('live')
    expect(market.level(LEVEL).confidence).toBe('MEDIUM')
    market.run(0.25)
    expect(market.newest.health?.book).toBe('stale')
    expect(market.level(LEVEL)).toMatchObject({ confidence: 'LOW', signal: 'BREAK' })
    expect(market.level(LEVEL).note).toMatch(/; book stale$/)
  })

  it('is stale after sixty seconds outside the regular session', () => {
    const market = new TestMarket({}, newYork(MONDAY, '19:00')).book(687, 20).trade(687.1).run(60)
    expect(market.newest.health?.book).toBe('live')
    expect(market.run(0.25).newest.health?.book).toBe('stale')
  })

  it('is not relied on at a resync: confidence is LOW until the next update', () => {
    const market = new DefendedLevel().attack()
    market.book(market.bestBid, 40, 20, { isSnapshot: true }).run(0.25)
    expect(market.newest.health?.book).toBe('resync')
    expect(market.level(LEVEL)).toMatchObject({ confidence: 'LOW', breakScoreRaw: 100 })
    market.hold(0.25)
    expect(market.newest.health?.book).toBe('live')
    expect(market.level(LEVEL).confidence).toBe('MEDIUM')
  })

  it('has no levels while it is crossed or not there', () => {
    const market = new TestMarket().trade(687.1)
    expect(market.snap()).toMatchObject({
      spy: { spot: 687.1, bid: null, ask: null },
      levels: [],
      health: { book: 'none', basis: 'default', greeksCoverage: null },
    })
    market.apply(depth(market.nowNs, [[27_485, 5]], [[27_484, 5]]))
    market.run(0.25)
    expect(market.newest).toMatchObject({ levels: [], health: { book: 'crossed' } })
    market.book(687.1, 20).run(0.25)
    expect(market.newest.levels.length).toBeGreaterThan(0)
  })

  it('with an empty side and no SPY quote leaves a price unknown, and so no levels', () => {
    const market = new TestMarket({ 'levels.hotzonesUsd': [687, 687.2] }).trade(687.1)
    market.apply(depth(market.nowNs, [], side(ticksOf(687.15), 1, 20))).snap()
    expect(market.newest.spy).toEqual({ spot: 687.1, bid: null, ask: 687.15 })
    expect(market.newest.levels).toEqual([])
  })

  it('is read as far as it goes where one side is empty and SPY is quoted', () => {
    const market = new TestMarket({ 'levels.hotzonesUsd': [687, 687.2] }).trade(687.1)
    market.apply(stockQuote(market.nowNs, 687.09, 687.11))
    market.apply(depth(market.nowNs, [], side(ticksOf(687.15), 1, 20))).snap()
    const nothing = { defendingQuote: { price: null, size: 0 }, depthInZone: 0 }
    expect(market.level(LEVEL).barrier).toMatchObject(nothing)
    expect(market.level('HOTZONE_687.2').barrier.defendingQuote.size).toBe(20)
  })
})

describe('a payload', () => {
  it('has no levels and no invented price before the first futures trade', () => {
    const market = new TestMarket({ 'levels.hotzonesUsd': [687] }).book(687, 20)
    expect(market.snap()).toEqual({
      ts: Date.UTC(2026, 2, 10, 14),
      spy: { spot: null, bid: 687, ask: 687.025 },
      levels: [],
      health: { book: 'live', basis: 'default', greeksCoverage: null },
    })
  })

  it('carries the time of its boundary, Unix ms', () => {
    const market = new DefendedLevel().run(0.5)
    const start = Date.UTC(2026, 2, 10, 14)
    expect(market.payloads.map((p) => p.ts)).toEqual([start + 250, start + 500])
  })

  it('says where the ratio comes from and which share of the option volume has greeks', () => {
    const market = new DefendedLevel()
    market.option(687, 300).option(687, 100, { delta: NaN, gamma: NaN, price: 700 })
    market.apply(stockQuote(market.nowNs, 687.1, 687.12)).run(0.25)
    expect(market.newest.health).toEqual({ book: 'live', basis: 'live', greeksCoverage: 0.75 })
    expect(market.newest.spy).toMatchObject({ bid: 687.1, ask: 687.12 })
  })

  it('is the same when it is asked for again at the same time', () => {
    const { pipeline } = new DefendedLevel().attack().hold(4)
    const first = pipeline.service.computeLevelSignals(pipeline.state)
    expect(pipeline.service.computeLevelSignals(pipeline.state)).toEqual(first)
  })

  it('is never changed by a later one', () => {
    const market = new DefendedLevel().attack().hold(4)
    const payload = market.newest
    const was = structuredClone(payload)
    market.trade(687, 50, Sell).option(688, 100, { aggressor: Sell }).show(10).hold(4)
    expect(payload).toEqual(was)
  })
})

describe('smoothing', () => {
  it('follows each value with its own time constant from the first one on', () => {
    const market = new DefendedLevel().run(0.25)
    const { breakScoreRaw, smooth } = market.level(LEVEL)
    expect(market.level(LEVEL).breakScoreSmooth).toBe(breakScoreRaw)
    expect(smooth).toEqual({
      deltaLiq: 0,
      replenishmentRatio: 0,
      velocity: 0,
      netDealerGamma: 0,
    })
    market.attack().run(0.25)
    const step = (tauS: number): number => 1 - Math.exp(-0.25 / tauS)
    const level = market.level(LEVEL)
    expect(level.breakScoreSmooth).toBeCloseTo(breakScoreRaw + step(2) * (100 - breakScoreRaw), 9)
    expect(level.smooth?.deltaLiq).toBeCloseTo(step(3) * -600, 9)
    expect(level.smooth?.velocity).toBeCloseTo(step(1.5) * level.tape.velocity, 9)
    expect(level.smooth?.netDealerGamma).toBeCloseTo(step(5) * -15_000, 6)
  })

  it('goes on after a minute out of the band and starts anew after more', () => {
    const away = (seconds: number): number => {
      const market = new DefendedLevel().run(0.25).attack()
      market.trade(688).hold(seconds).trade(687.1).show(market.bidLots).run(0.25)
      const { breakScoreRaw, breakScoreSmooth } = market.level(LEVEL)
      return breakScoreRaw - breakScoreSmooth
    }
    expect(away(59.75)).not.toBe(0)
    expect(away(60)).toBe(0)
  })
})

describe('a service', () => {
  const state = (): MarketState =>
    new MarketState({ epochNs: EPOCH_NS, config: marketStateConfigOf(resolveConfig()) })

  it('refuses a state without a time, and a time before the newest snap', () => {
    const service = new LevelSignalService()
    expect(() => service.computeLevelSignals(state())).toThrow(RangeViolationError)
    const late = state()
    late.advanceTo(NS_PER_S)
    service.computeLevelSignals(late)
    const early = state()
    early.advanceTo(NS_PER_S - 250 * NS_PER_MS)
    expect(() => service.computeLevelSignals(early)).toThrow(RangeViolationError)
  })

  it('restored, knows which way a level faced that is now exactly at spot', () => {
    const facing = (before: number): string => {
      const market = new DefendedLevel().trade(before).run(0.25).trade(687)
      const saved = market.pipeline.service.snapshot()
      const restored = new LevelSignalService(market.pipeline.service.config)
      restored.restore(saved)
      market.pipeline.state.advanceTo(market.nowNs + 250 * NS_PER_MS)
      const { levels } = restored.computeLevelSignals(market.pipeline.state)
      return levels.find((level) => level.id === LEVEL)?.direction ?? ''
    }
    expect(facing(687.025)).toBe('SUPPORT')
    expect(facing(686.975)).toBe('RESISTANCE')
  })

  it('refuses what was saved under another configuration, or is damaged', () => {
    const saved = new LevelSignalService().snapshot()
    const other = new LevelSignalService(resolveConfig({ 'levels.scoreTauS': 3 }))
    expect(() => other.restore(saved)).toThrow(StateCodecError)
    const damaged = saved.slice()
    damaged[saved.length - 20] = (damaged[saved.length - 20] ?? 0) ^ 1
    expect(() => new LevelSignalService().restore(damaged)).toThrow(StateCodecError)
  })
})
