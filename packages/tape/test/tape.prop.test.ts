import type { TapeMetrics } from '@levels/contracts/metrics'
import { Aggressor, NO_EXCHANGE } from '@levels/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultTapeConfig, TapeEngine, tapeImbalance } from '../src/index.ts'
import { LEVEL, LEVEL_TICK, Market, relNs } from './market.ts'
import { naiveTape } from './naive-tape.ts'
import type { NaiveTrade } from './naive-tape.ts'

const LEVELS = [LEVEL, LEVEL + 0.3, LEVEL - 0.0125, LEVEL - 1.2]

const waitMs = fc.constantFrom(0, 0, 1, 50, 99.999999, 100, 100.000001, 900, 3_000, 10_000, 30_000)

/** A burst of prints of one side that walk through prices: what a sweep looks like, or nearly. */
const burst = fc.record({
  waitMs,
  gapMs: fc.constantFrom(0, 0, 10, 100, 100.000001),
  aggressor: fc.constantFrom<Aggressor>(Aggressor.Buy, Aggressor.Sell),
  offset: fc.integer({ min: -60, max: 60 }),
  steps: fc.array(fc.constantFrom(0, 1, 1, -1, -1, 30), { maxLength: 5 }),
  size: fc.constantFrom(1, 5, 6, 40),
  exchanges: fc.array(fc.constantFrom(NO_EXCHANGE, 3, 9), { minLength: 1, maxLength: 3 }),
})

const lone = fc.record({
  waitMs,
  gapMs: fc.constant(0),
  aggressor: fc.constantFrom<Aggressor>(...Object.values(Aggressor)),
  offset: fc.integer({ min: -60, max: 60 }),
  steps: fc.constant<number[]>([]),
  size: fc.integer({ min: 1, max: 400 }),
  exchanges: fc.constant<number[]>([NO_EXCHANGE]),
})

/** The trades of a whole history, in order. */
const history = fc
  .array(fc.oneof(burst, lone), { minLength: 1, maxLength: 25 })
  .map((bursts): NaiveTrade[] => {
    let ms = 0
    return bursts.flatMap(({ waitMs: wait, gapMs, offset, steps, exchanges, aggressor, size }) => {
      ms += wait
      let priceTicks = LEVEL_TICK + offset
      return [0, ...steps].map((step, i) => {
        if (i > 0) ms += gapMs
        priceTicks += step
        const exchange = exchanges[i % exchanges.length] ?? NO_EXCHANGE
        return { tsRelNs: relNs(ms), priceTicks, size, aggressor, exchange }
      })
    })
  })

function apply(market: Market, t: NaiveTrade): void {
  const ms = (t.tsRelNs - relNs(0)) / 1e6
  market.trade(ms, t.priceTicks, t.size, t.aggressor, t.exchange)
}

function everyAnswer(market: Market, engine: TapeEngine): TapeMetrics[] {
  return LEVELS.map((level) => engine.computeTapeState(level, market.state))
}

test(
  'in any market every answer is the naive twin’s, and within its range',
  { timeout: 60_000 },
  () => {
    let sweeps = 0
    fc.assert(
      fc.property(history, fc.constantFrom(1, 2), waitMs, (trades, sweepMinVenues, restMs) => {
        const market = new Market()
        const engine = new TapeEngine({ ...defaultTapeConfig, sweepMinVenues })
        const expectTwin = (known: readonly NaiveTrade[], nowNs: number): void => {
          const { ratio } = market.state.priceConverter
          everyAnswer(market, engine).forEach((answer, i) => {
            const levelPrice = LEVELS[i] ?? 0
            const expected = naiveTape(known, { nowNs, levelPrice, ratio }, sweepMinVenues)
            expect(answer).toEqual({ ...expected, velocity: answer.velocity })
            expect(answer.velocity).toBeCloseTo(expected.velocity, 9)
            expectInRange(answer)
            if (answer.sweep.detected) sweeps++
          })
        }
        trades.forEach((trade, i) => {
          apply(market, trade)
          expectTwin(trades.slice(0, i + 1), trade.tsRelNs)
        })
        const restNs = (trades.at(-1)?.tsRelNs ?? 0) + Math.round(restMs * 1e6)
        market.state.advanceTo(restNs)
        expectTwin(trades, restNs)
      }),
      { numRuns: 150 },
    )
    expect(sweeps).toBeGreaterThan(50)
  },
)

function expectInRange(m: TapeMetrics): void {
  expect(Math.abs(m.imbalance) <= 1).toBe(true)
  expect(m.confidence >= 0 && m.confidence <= 1).toBe(true)
  expect(Number.isFinite(m.velocity)).toBe(true)
  expect(m.sweep.detected).toBe(m.sweep.direction !== 'NONE')
  expect(m.sweep.notional > 0).toBe(m.sweep.detected)
}

test(
  'it does not matter how often it was asked, nor whether the state was saved between',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(history, fc.nat(40), (trades, savedAfter) => {
        const quiet = new Market()
        const asked = new Market()
        let restored = new Market()
        const engine = new TapeEngine()
        let lastNs = relNs(0)
        trades.forEach((trade, i) => {
          asked.state.advanceTo(Math.floor((lastNs + trade.tsRelNs) / 2))
          everyAnswer(asked, engine)
          lastNs = trade.tsRelNs
          for (const market of [quiet, asked, restored]) apply(market, trade)
          expect(everyAnswer(asked, engine)).toEqual(everyAnswer(asked, engine))
          if (i === savedAfter) {
            const bytes = restored.state.snapshot()
            restored = new Market()
            restored.state.restore(bytes)
          }
        })
        const answers = everyAnswer(quiet, new TapeEngine())
        expect(everyAnswer(asked, engine)).toEqual(answers)
        expect(everyAnswer(restored, engine)).toEqual(answers)
      }),
      { numRuns: 100 },
    )
  },
)

test('what was said before stays as it was when the market goes on', () => {
  const market = new Market()
  const engine = new TapeEngine()
  for (const i of [0, 1, 2]) market.buys(i, LEVEL_TICK + i, 50, i)
  const said = engine.computeTapeState(LEVEL, market.state)
  const copy = structuredClone(said)
  for (const i of [0, 1, 2]) market.buys(3 + i, LEVEL_TICK + 3 + i, 50, 10 + i)
  engine.computeTapeState(LEVEL, market.state)
  expect(said).toEqual(copy)
})

test('more buying never lowers the imbalance, and swapping sides turns its sign', () => {
  const lots = fc.nat(1_000_000)
  fc.assert(
    fc.property(lots, lots, lots, (buy, sell, more) => {
      expect(tapeImbalance(buy + more, sell)).toBeGreaterThanOrEqual(tapeImbalance(buy, sell))
      expect(tapeImbalance(sell, buy) + tapeImbalance(buy, sell)).toBe(0)
    }),
  )
})
