import { Aggressor, ES_SPY, NO_EXCHANGE, NS_PER_MS, NS_PER_S } from '@levels/kernel'
import type { MarketEvent } from '@levels/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createBandReading, createSweepReading, TapeState } from '../src/tape-state.ts'
import type { TapeConfig } from '../src/tape-state.ts'
import { futuresTrade } from './events.ts'
import { NaiveTape } from './naive-tape.ts'
import { restoreInto, savedBytes } from './saved-state.ts'

const config: TapeConfig = {
  windowNs: 20 * NS_PER_S,
  velocityWindowNs: 3 * NS_PER_S,
  windowCapacity: 1_024,
  historyCapacity: 32,
  sweepMaxGapNs: 100 * NS_PER_MS,
  sweepMinPrints: 3,
  sweepMinPrices: 2,
  sweepMinNotionalUsd: 500_000,
  sweepLookbackNs: 10 * NS_PER_S,
  sweepCapacity: 64,
  pair: ES_SPY,
}

const MS = NS_PER_MS
const draw = fc.record({
  waitNs: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(0, 0, 1, MS, 30 * MS, 100 * MS) },
    { weight: 2, arbitrary: fc.constantFrom(100 * MS + 1, 250 * MS, NS_PER_S) },
    { weight: 1, arbitrary: fc.constantFrom(3, 7, 10, 20, 31, 70).map((s) => s * NS_PER_S) },
  ),
  move: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: -2, max: 2 }) },
    { weight: 1, arbitrary: fc.integer({ min: -200_000, max: 200_000 }) },
  ),
  lots: fc.integer({ min: 1, max: 40 }),
  turns: fc.nat(5), // 0: the aggressor turns
  odd: fc.nat(9), // 0: no known aggressor
  venue: fc.constantFrom(NO_EXCHANGE, NO_EXCHANGE, 1, 2, 3),
})

/** Bursts of trades of one aggressor, now and then interrupted, with quiet and jumps between. */
const tradeRuns = fc
  .array(draw, { minLength: 1, maxLength: 100, size: 'max' })
  .map((draws): readonly MarketEvent[] => {
    let tsRelNs = 0
    let tick = 20_000
    let taker: Aggressor = Aggressor.Buy
    return draws.map((d) => {
      tsRelNs += d.waitNs
      if (d.turns === 0) taker = taker === Aggressor.Buy ? Aggressor.Sell : Aggressor.Buy
      // Runs tend to go the taker's way.
      tick += d.move + (taker === Aggressor.Buy ? 1 : -1)
      const unknown = d.lots % 2 === 0 ? Aggressor.Mid : Aggressor.Unknown
      const aggressor = d.odd === 0 ? unknown : taker
      return futuresTrade(tsRelNs, tick, d.lots, aggressor, { exchange: d.venue })
    })
  })

const band = fc.record({ fromLast: fc.integer({ min: -6, max: 6 }), width: fc.nat(8) })

it('gives what a list of trades gives that is read anew each time', () => {
  fc.assert(
    fc.property(tradeRuns, band, fc.integer({ min: 1, max: 3 }), (trades, near, minVenues) => {
      const tape = new TapeState(config)
      const naive = new NaiveTape(config)
      const reading = createBandReading()
      const sweep = createSweepReading()
      for (const trade of trades) {
        tape.advanceTo(trade.tsRelNs)
        naive.advanceTo(trade.tsRelNs)
        expect(tape.velocityTicksPerS()).toBe(naive.velocityTicksPerS())
        tape.applyTrade(trade)
        naive.applyTrade(trade)
        const lo = trade.priceTicks + near.fromLast
        const hi = lo + near.width
        tape.readBand(lo, hi, reading)
        expect(reading).toEqual({
          buyLots: naive.lots(Aggressor.Buy, lo, hi),
          sellLots: naive.lots(Aggressor.Sell, lo, hi),
        })
        expect(tape.velocityTicksPerS()).toBe(naive.velocityTicksPerS())
        const expected = naive.findSweep(lo, hi, minVenues)
        expect(tape.findSweep(lo, hi, minVenues, sweep)).toBe(expected.direction !== 0)
        expect(sweep).toEqual(expected)
        expect(tape.lastTradeTicks).toBe(trade.priceTicks)
      }
    }),
    { numRuns: 200 },
  )
})

it('answers the same however often it was asked or told the time before', () => {
  fc.assert(
    fc.property(tradeRuns, fc.array(fc.nat(1_000), { minLength: 1 }), (trades, fractions) => {
      const quiet = new TapeState(config)
      const asked = new TapeState(config)
      const sweep = createSweepReading()
      let lastNs = 0
      trades.forEach((trade, i) => {
        const fraction = (fractions[i % fractions.length] ?? 0) / 1_000
        asked.advanceTo(lastNs + Math.floor((trade.tsRelNs - lastNs) * fraction))
        asked.velocityTicksPerS()
        asked.findSweep(trade.priceTicks, trade.priceTicks, 1, sweep)
        lastNs = trade.tsRelNs
        quiet.applyTrade(trade)
        asked.applyTrade(trade)
      })
      expect(savedBytes(asked)).toEqual(savedBytes(quiet))
      expect(asked.velocityTicksPerS()).toBe(quiet.velocityTicksPerS())
    }),
    { numRuns: 100 },
  )
})

it('goes on after a restore as if it had never stopped', () => {
  fc.assert(
    fc.property(tradeRuns, fc.nat(100), (trades, cut) => {
      const lived = new TapeState(config)
      for (const trade of trades.slice(0, cut)) lived.applyTrade(trade)
      const restored = new TapeState(config)
      restored.applyTrade(futuresTrade(0, 5, 5)) // another life, which must leave no trace
      restoreInto(restored, lived)
      expect(savedBytes(restored)).toEqual(savedBytes(lived))
      const ofLived = createSweepReading()
      const ofRestored = createSweepReading()
      for (const trade of trades.slice(cut)) {
        lived.applyTrade(trade)
        restored.applyTrade(trade)
        const tick = trade.priceTicks
        lived.findSweep(tick - 3, tick + 3, 1, ofLived)
        restored.findSweep(tick - 3, tick + 3, 1, ofRestored)
        expect(ofRestored).toEqual(ofLived)
        expect(restored.velocityTicksPerS()).toBe(lived.velocityTicksPerS())
      }
      expect(savedBytes(restored)).toEqual(savedBytes(lived))
      expect(restored.counters).toEqual(lived.counters)
    }),
    { numRuns: 100 },
  )
})
