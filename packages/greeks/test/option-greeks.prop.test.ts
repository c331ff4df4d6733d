import { OptionRight } from '@levels/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type OptionAtVolatility, type OptionGreeks, optionGreeks } from '../src/index.ts'
import { anyOption } from './arbitraries.ts'

const { Call, Put } = OptionRight
const RUNS = { numRuns: 2_000 }

function greeksOf(option: OptionAtVolatility): OptionGreeks {
  const greeks = optionGreeks(option)
  if (!greeks.ok) throw new Error(greeks.reason)
  return greeks
}

/** What a double cannot tell apart at the size of spot and strike. */
function roundingOf({ spot, strike, tteYears, rateAnnual }: OptionAtVolatility): number {
  return 8 * Number.EPSILON * Math.max(spot, strike, strike * Math.exp(-rateAnnual * tteYears))
}

it('put–call parity: a call less a put is a forward', () => {
  fc.assert(
    fc.property(anyOption, (option) => {
      const call = greeksOf({ ...option, right: Call })
      const put = greeksOf({ ...option, right: Put })
      const { spot, strike, tteYears, rateAnnual, dividendYieldAnnual } = option
      const growth = Math.exp(-dividendYieldAnnual * tteYears)
      const forward = spot * growth - strike * Math.exp(-rateAnnual * tteYears)
      expect(Math.abs(call.price - put.price - forward)).toBeLessThanOrEqual(roundingOf(option))
      expect(Math.abs(call.delta - put.delta - growth)).toBeLessThan(1e-15)
      expect([call.gamma, call.vega]).toEqual([put.gamma, put.vega])
    }),
    RUNS,
  )
})

it('a price lies between what the option is worth at no and at infinite volatility', () => {
  fc.assert(
    fc.property(anyOption, (option) => {
      const { price, delta, gamma, vega } = greeksOf(option)
      const { spot, strike, tteYears, rateAnnual, dividendYieldAnnual, right } = option
      const spotNow = spot * Math.exp(-dividendYieldAnnual * tteYears)
      const strikeNow = strike * Math.exp(-rateAnnual * tteYears)
      const forward = right === Call ? spotNow - strikeNow : strikeNow - spotNow
      const rounding = roundingOf(option)
      expect(price).toBeGreaterThanOrEqual(Math.max(0, forward) - rounding)
      expect(price).toBeLessThanOrEqual((right === Call ? spotNow : strikeNow) + rounding)
      expect(right === Call ? delta : -delta).toBeGreaterThanOrEqual(0)
      expect(Math.abs(delta)).toBeLessThanOrEqual(1)
      expect(Math.min(gamma, vega)).toBeGreaterThanOrEqual(0)
    }),
    RUNS,
  )
})

it('prices move the right way with volatility, spot and strike', () => {
  fc.assert(
    fc.property(anyOption, fc.double({ min: 1.0001, max: 3, noNaN: true }), (option, factor) => {
      const price = (change: Partial<OptionAtVolatility>): number =>
        greeksOf({ ...option, ...change }).price
      const { spot, strike, ivAnnual } = option
      const rounding = factor * roundingOf(option)
      expect(price({ ivAnnual: ivAnnual * factor })).toBeGreaterThanOrEqual(price({}) - rounding)
      const up = option.right === Call ? 1 : -1
      const bySpot = price({ spot: spot * factor }) - price({})
      const byStrike = price({ strike: strike * factor }) - price({})
      expect(up * bySpot).toBeGreaterThanOrEqual(-rounding)
      expect(up * byStrike).toBeLessThanOrEqual(rounding)
    }),
    RUNS,
  )
})

it('delta and vega are the slopes of the price', () => {
  fc.assert(
    fc.property(anyOption, (option) => {
      const { delta, vega } = greeksOf(option)
      const price = (change: Partial<OptionAtVolatility>): number =>
        greeksOf({ ...option, ...change }).price
      const { spot, ivAnnual, tteYears } = option
      const s = ivAnnual * Math.sqrt(tteYears)
      // A step far below the price's own scale, s · spot, so that curvature does not show.
      const step = spot * Math.min(1e-3, s) * 1e-3
      const bySpot = (price({ spot: spot + step }) - price({ spot: spot - step })) / (2 * step)
      const noise = roundingOf(option) / step
      expect(Math.abs(bySpot - delta)).toBeLessThan(1e-5 + noise)
      const volStep = ivAnnual * 1e-4
      const higher = price({ ivAnnual: ivAnnual + volStep })
      const byVol = (higher - price({ ivAnnual: ivAnnual - volStep })) / (2 * volStep)
      const scale = spot * Math.sqrt(tteYears)
      expect(Math.abs(byVol - vega)).toBeLessThan(1e-5 * scale + roundingOf(option) / volStep)
    }),
    RUNS,
  )
})
