import { BARRIER_STATES, DIRECTIONS } from '@levels/contracts/metrics'
import type { BarrierMetrics, BarrierState } from '@levels/contracts/metrics'
import { Aggressor } from '@levels/kernel'
import { defaultMarketStateConfig } from '@levels/market-state'
import type { MarketStateConfig } from '@levels/market-state'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BarrierEngine, classifyBarrier, defaultBarrierConfig } from '../src/index.ts'
import { LEVEL, LEVEL_TICK, Market } from './market.ts'
import type { Ladder } from './market.ts'
import { NaiveBarrier } from './naive-barrier.ts'

const LEVELS = [LEVEL, LEVEL - 0.1, LEVEL + 0.0125, LEVEL + 0.4]
const THRESHOLD_LOTS = 20
const config = { ...defaultBarrierConfig, zoneTicks: 3, fThreshLots: THRESHOLD_LOTS }
const naiveConfig = {
  zoneTicks: 3,
  windowNs: 2e9,
  thresholdLots: THRESHOLD_LOTS,
  baselineWindowNs: 5e9,
  baselineMinSamples: 4,
}
const marketConfig: MarketStateConfig = {
  ...defaultMarketStateConfig,
  depth: {
    ...defaultMarketStateConfig.depth,
    flowWindowNs: naiveConfig.windowNs,
    baselineWindowNs: naiveConfig.baselineWindowNs,
    baselineMinSamples: naiveConfig.baselineMinSamples,
  },
}

const lots = fc.constantFrom(0, 3, 3, 10, 10, 40, 400)
const ladderLots = fc.oneof(
  { weight: 6, arbitrary: fc.array(lots, { minLength: 8, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constant([]) },
)
const waitMs = fc.constantFrom(0, 0, 0.000001, 30, 100, 250, 260, 1_000, 3_000)

type Happening = { readonly waitMs: number } & (
  | {
      readonly kind: 'depth'
      readonly touch: number
      readonly spread: number
      readonly bids: readonly number[]
      readonly asks: readonly number[]
      readonly isSnapshot: boolean
    }
  | {
      readonly kind: 'trade'
      readonly offset: number
      readonly size: number
      readonly aggressor: Aggressor
    }
  | { readonly kind: 'quote'; readonly mid: number }
  | { readonly kind: 'pass' }
)

/** Ugly on purpose: jumps of many ticks, empty sides, crossed books, resyncs, equal times. */
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('depth' as const),
      waitMs,
      touch: fc.constantFrom(0, 0, 0, 1, -1, 5, -40),
      spread: fc.constantFrom(1, 1, 2, 9, 0, -3),
      bids: ladderLots,
      asks: ladderLots,
      isSnapshot: fc.constantFrom(false, false, false, false, false, true),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('trade' as const),
      waitMs,
      offset: fc.integer({ min: -4, max: 4 }),
      size: fc.constantFrom(1, 7, 60),
      aggressor: fc.constantFrom(...Object.values(Aggressor)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('quote' as const),
      waitMs,
      mid: fc.constantFrom(686.5, 687, 687.3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), waitMs }) },
)
function ladder(best: number, step: 1 | -1, sizes: readonly number[]): Ladder {
  return Object.fromEntries(sizes.flatMap((size, i) => (size > 0 ? [[best + step * i, size]] : [])))
}

/** Makes one thing happen, `ms` after the start, to a market and to those who watch it. */
function apply(what: Happening, ms: number, market: Market, naive?: NaiveBarrier): void {
  naive?.timePassed(ms)
  if (what.kind === 'trade') {
    market.trade(ms, LEVEL_TICK + what.offset, what.size, what.aggressor)
  } else if (what.kind === 'quote') {
    market.spyQuote(ms, what.mid - 0.01, what.mid + 0.01)
  } else if (what.kind === 'pass') {
    market.passTo(ms)
  } else {
    const bestBid = LEVEL_TICK + what.touch
    const bids = ladder(bestBid, -1, what.bids)
    const asks = ladder(bestBid + what.spread, 1, what.asks)
    market.depth(ms, bids, asks, what.isSnapshot)
    naive?.depth(ms, bids, asks)
  }
}

function everyAnswer(engine: BarrierEngine, market: Market): BarrierMetrics[] {
  return LEVELS.flatMap((level) =>
    DIRECTIONS.map((direction) => engine.computeBarrierState(level, direction, market.state)),
  )
}

/** The best bids are eaten, one print each, after a book has stood longer than the window. */
const eaten = fc
  .record({ count: fc.integer({ min: 1, max: 4 }), sizes: fc.array(lots, { minLength: 11 }) })
  .map(({ count, sizes }): Happening[] => {
    const book = { kind: 'depth', touch: 0, spread: 1, asks: sizes, isSnapshot: false } as const
    const sell = { kind: 'trade', waitMs: 0, aggressor: Aggressor.Sell } as const
    const prints = sizes.slice(0, count).flatMap((size, i) => (size > 0 ? [{ size, i }] : []))
    return [
      { ...book, waitMs: 0, bids: sizes },
      { kind: 'pass', waitMs: 2_000 },
      ...prints.map(({ size, i }) => ({ ...sell, offset: -i, size })),
      { ...book, waitMs: 100, bids: sizes.map((size, i) => (i < count ? 0 : size)) },
    ]
  })

const history = fc
  .array(
    fc.oneof(
      { weight: 15, arbitrary: happening.map((what) => [what]) },
      { weight: 1, arbitrary: eaten },
    ),
    { minLength: 1, maxLength: 50 },
  )
  .map((stories) => stories.flat())

test(
  'in any market every answer is the naive twin’s, and within its range',
  { timeout: 60_000 },
  () => {
    const seen = new Set<BarrierState>()
    fc.assert(
      fc.property(history, (happenings) => {
        const naive = new NaiveBarrier(naiveConfig)
        const market = new Market({ observer: naive.observer, config: marketConfig })
        const engine = new BarrierEngine(config)
        let ms = 0
        for (const what of happenings) {
          ms += what.waitMs
          apply(what, ms, market, naive)
          const { ratio } = market.state.priceConverter
          const answers = everyAnswer(engine, market)
          const expected = LEVELS.flatMap((level) =>
            DIRECTIONS.map((direction) => naive.metrics(level, direction, ms, ratio)),
          )
          answers.forEach((answer, i) => {
            const { price } = answer.defendingQuote
            const wanted = expected[i]?.defendingQuote.price ?? null
            expect(price === null ? null : price.toFixed(9)).toBe(wanted && wanted.toFixed(9))
            expect({ ...answer, defendingQuote: answer.defendingQuote.size }).toEqual({
              ...expected[i],
              defendingQuote: expected[i]?.defendingQuote.size,
            })
            expectInRange(answer)
            seen.add(answer.state)
          })
        }
      }),
      { numRuns: 150 },
    )
    expect([...seen].sort()).toEqual([...BARRIER_STATES].sort())
  },
)

function expectInRange(m: BarrierMetrics): void {
  expect(BARRIER_STATES).toContain(m.state)
  for (const lot of [m.addedSize, m.canceledSize, m.filledSize, m.depthInZone, m.churn]) {
    expect(Number.isInteger(lot) && lot >= 0).toBe(true)
  }
  expect(m.deltaLiq).toBe(m.addedSize - m.canceledSize - m.filledSize)
  expect(m.churn).toBe(m.addedSize + m.canceledSize + m.filledSize)
  expect(Number.isFinite(m.replenishmentRatio) && m.replenishmentRatio >= 0).toBe(true)
  expect(m.visibility >= 0 && m.visibility <= 1).toBe(true)
  expect(m.confidence >= 0 && m.confidence <= m.visibility).toBe(true)
  expect(m.defendingQuote.price === null).toBe(m.defendingQuote.size === 0)
}

test(
  'it does not matter how often it was asked, nor whether the state was saved between',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(history, fc.nat(59), (happenings, savedAfter) => {
        const quiet = new Market({ config: marketConfig })
        const asked = new Market({ config: marketConfig })
        let restored = new Market({ config: marketConfig })
        const engine = new BarrierEngine(config)
        let ms = 0
        happenings.forEach((what, i) => {
          asked.passTo(ms + what.waitMs / 2)
          everyAnswer(engine, asked)
          ms += what.waitMs
          for (const market of [quiet, asked, restored]) apply(what, ms, market)
          expect(everyAnswer(engine, asked)).toEqual(everyAnswer(engine, asked))
          if (i === savedAfter) {
            const bytes = restored.state.snapshot()
            restored = new Market({ config: marketConfig })
            restored.state.restore(bytes)
          }
        })
        const answers = everyAnswer(new BarrierEngine(config), quiet)
        expect(everyAnswer(engine, asked)).toEqual(answers)
        expect(everyAnswer(engine, restored)).toEqual(answers)
      }),
      { numRuns: 100 },
    )
  },
)

const flowLots = fc.oneof(fc.nat(300), fc.nat(20_000))
const anyFlow = fc.record({ addedLots: flowLots, canceledLots: flowLots, filledLots: flowLots })
const more = fc.nat(1_000)

test('a zone that drains does not stop draining when more is pulled, nor a wall when more is added', () => {
  const classOf = (f: { addedLots: number; canceledLots: number; filledLots: number }): string =>
    classifyBarrier(f, false, defaultBarrierConfig)
  fc.assert(
    fc.property(anyFlow, more, (flow, extra) => {
      const was = classOf(flow)
      const pulled = classOf({ ...flow, canceledLots: flow.canceledLots + extra })
      if (was === 'VACUUM') expect(pulled).toBe('VACUUM')
      const eaten = classOf({ ...flow, filledLots: flow.filledLots + extra })
      if (was === 'CONSUMED') expect(eaten).toBe('CONSUMED')
      const added = classOf({ ...flow, addedLots: flow.addedLots + extra })
      if (was === 'WALL') expect(added).toBe('WALL')
    }),
    { numRuns: 2_000 },
  )
})

test('thinness tells WEAK from NEUTRAL and changes nothing else', () => {
  fc.assert(
    fc.property(anyFlow, (flow) => {
      const fat = classifyBarrier(flow, false, defaultBarrierConfig)
      const thin = classifyBarrier(flow, true, defaultBarrierConfig)
      expect(thin).toBe(fat === 'NEUTRAL' ? 'WEAK' : fat)
      expect(fat).not.toBe('WEAK')
    }),
  )
})
