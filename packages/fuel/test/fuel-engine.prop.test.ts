import type { FuelMetrics, GammaWall } from '@levels/contracts/metrics'
import { NS_PER_S, type OptionRight } from '@levels/kernel'
import { MarketState } from '@levels/market-state'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { defaultFuelConfig, type FuelConfig, FuelEngine } from '../src/index.ts'
import {
  Buy,
  Call,
  Mid,
  type OptionFlow,
  Put,
  Sell,
  TestMarket,
  TODAY,
  TOMORROW,
  Unknown,
} from './market.ts'

interface Seen extends OptionFlow {
  readonly tsNs: number
}

/** The engine as the specification says it, over a list of all trades, from scratch each time. */
class NaiveFuel {
  readonly #config: FuelConfig
  readonly #trades: readonly Seen[]
  readonly #nowNs: number
  readonly #spot: number

  constructor(config: FuelConfig, trades: readonly Seen[], nowNs: number, spot: number) {
    this.#config = config
    this.#trades = trades
    this.#nowNs = nowNs
    this.#spot = spot
  }

  fuelAt(level: number, expiryYmd: number): FuelMetrics {
    const config = this.#config
    const near = this.#select(expiryYmd, config.windowS, level, config.strikeRangeUsd)
    const around = this.#select(expiryYmd, config.wallWindowS, this.#spot, config.wallRangeUsd)
    const netDealerGamma = gammaOf(near)
    const volume = sum(near.map((t) => t.size))
    const covered = sum(near.map((t) => (t.gamma === null ? 0 : t.size)))
    const known = around.filter((t) => t.gamma !== null)
    const gammaByStrike = new Map(
      strikesOf(known).map((k) => [k, gammaOf(known.filter((t) => t.strike === k))]),
    )
    return {
      effect: netDealerGamma < -10_000 ? 'AMPLIFY' : netDealerGamma > 10_000 ? 'DAMPEN' : 'NEUTRAL',
      netDealerGamma,
      callWall: this.#wall(around, Call, level),
      putWall: this.#wall(around, Put, level),
      hvl: flipOf([...gammaByStrike], level),
      confidence: volume === 0 ? 0 : Math.min(1, volume / 1_000) * (covered / volume),
      gammaByStrike,
    }
  }

  #select(expiryYmd: number, windowS: number | string, price: number, range: number): Seen[] {
    return this.#trades.filter(
      (t) =>
        t.expiryYmd === expiryYmd &&
        (typeof windowS === 'string' || t.tsNs > this.#nowNs - windowS * NS_PER_S) &&
        Math.abs(t.strike - price) <= range + 1e-9,
    )
  }

  #wall(trades: readonly Seen[], right: OptionRight, level: number): GammaWall | null {
    const walls = strikesOf(trades)
      .filter((strike) => (right === Call ? strike >= level : strike <= level))
      .map((strike) => ({
        strike,
        netGamma: gammaOf(trades.filter((t) => t.strike === strike && t.right === right)),
        wallType: right === Call ? ('CALL' as const) : ('PUT' as const),
      }))
      .filter(({ netGamma }) => netGamma >= 50_000)
      .sort(
        (a, b) =>
          b.netGamma - a.netGamma || Math.abs(a.strike - level) - Math.abs(b.strike - level),
      )
    return walls[0] === undefined ? null : { ...walls[0], strength: walls[0].netGamma / 50_000 }
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const strikesOf = (trades: readonly Seen[]): number[] =>
  [...new Set(trades.map((t) => t.strike))].sort((a, b) => a - b)

function gammaOf(trades: readonly Seen[]): number {
  const micro = trades.map(({ aggressor, size, gamma }) => {
    const sign = aggressor === Buy ? -1 : aggressor === Sell ? 1 : 0
    return gamma === null || sign === 0 ? 0 : Math.round(sign * size * gamma * 100 * 1e6)
  })
  return sum(micro) / 1e6
}

/** All crossings, one by one, then the nearest; zeros at strikes stretch to the next signs. */
function flipOf(points: readonly (readonly [number, number])[], level: number): number | null {
  const signed = points.filter(([, gamma]) => gamma !== 0)
  const flips = signed.slice(1).flatMap(([strike, gamma], i) => {
    const [below, gammaBelow] = signed[i]!
    if (gammaBelow < 0 === gamma < 0) return []
    const zeros = points.map(([k]) => k).filter((k) => k > below && k < strike)
    if (zeros.length > 0) return [Math.min(zeros.at(-1)!, Math.max(zeros[0]!, level))]
    return [below + ((strike - below) * gammaBelow) / (gammaBelow - gamma)]
  })
  return flips.sort((a, b) => Math.abs(a - level) - Math.abs(b - level) || a - b)[0] ?? null
}

const anyTrade = fc.record({
  strike: fc.integer({ min: 674 * 2, max: 700 * 2 }).map((half) => half / 2),
  right: fc.constantFrom(Call, Put),
  aggressor: fc.constantFrom(Buy, Sell, Buy, Sell, Mid, Unknown),
  size: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(2_000, 10_000)),
  gamma: fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: 0, max: 0.3, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0.05, 0) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  expiryYmd: fc.constantFrom(TODAY, TODAY, TODAY, TOMORROW),
})

const anyStep = fc.oneof(
  { weight: 8, arbitrary: anyTrade.map((trade) => ({ type: 'option' as const, trade })) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      s: fc.constantFrom(0, 1, 30, 60, 240),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('spot' as const),
      spot: fc.integer({ min: 684 * 40, max: 690 * 40 }).map((ticks) => ticks / 40),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('ask' as const),
      level: fc.constantFrom(680, 685.5, 687, 687.42, 690),
      expiryYmd: fc.constantFrom(TODAY, TOMORROW),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restore' as const) }) },
)

const LEVELS = [677, 685.5, 686.99, 687, 687.42, 690, 700]
const CONFIGS: readonly FuelConfig[] = [
  defaultFuelConfig,
  { ...defaultFuelConfig, windowS: 'session', strikeRangeUsd: 5 },
  { ...defaultFuelConfig, wallWindowS: 'session', wallRangeUsd: 4 },
  { ...defaultFuelConfig, windowS: 300, wallWindowS: 60 },
]

it('equals the specification read over a list of trades, whatever was asked before', () => {
  fc.assert(
    fc.property(
      fc.array(anyStep, { maxLength: 80 }),
      fc.constantFrom(...CONFIGS),
      (steps, config) => {
        const market = new TestMarket(687)
        const { state } = market
        const engine = new FuelEngine(config)
        const trades: Seen[] = []
        let spot = 687
        for (const step of steps) {
          if (step.type === 'option') {
            market.option(step.trade)
            trades.push({ ...step.trade, tsNs: market.nowNs })
          } else if (step.type === 'wait') market.wait(step.s)
          else if (step.type === 'spot') market.trade((spot = step.spot))
          else if (step.type === 'ask') {
            engine.computeFuelState(step.level, state, step.expiryYmd)
            engine.getAllWalls(state, { expiryYmd: step.expiryYmd })
          } else state.restore(state.snapshot())
        }
        const naive = new NaiveFuel(config, trades, market.nowNs, spot)
        const restored = new MarketState({ epochNs: state.epochNs, config: state.config })
        restored.restore(state.snapshot())
        for (const expiryYmd of [TODAY, TOMORROW]) {
          for (const level of LEVELS) {
            const expected = naive.fuelAt(level, expiryYmd)
            const fuel = engine.computeFuelState(level, state, expiryYmd)
            expect(fuel).toEqual(expected)
            expect([...fuel.gammaByStrike.keys()]).toEqual([...expected.gammaByStrike.keys()])
            expect(engine.computeFuelState(level, restored, expiryYmd)).toEqual(expected)
          }
          const { callWall, putWall } = naive.fuelAt(spot, expiryYmd)
          expect(engine.getAllWalls(state, { expiryYmd })).toEqual({ callWall, putWall })
        }
      },
    ),
    { numRuns: 150 },
  )
})

it('gives what it gave: an answer does not change when the market does', () => {
  const market = new TestMarket(687).dealers(690, Call, 60_000)
  const engine = new FuelEngine()
  const before = engine.computeFuelState(687, market.state)
  const copy = structuredClone(before)
  market.dealers(689, Call, 90_000).wait(400)
  engine.computeFuelState(687, market.state)
  expect(before).toEqual(copy)
})
