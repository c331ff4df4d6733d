import { OptionRight } from '@levels/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { impliedVolatility, optionGreeks } from '../src/index.ts'
import { anyOption } from './arbitraries.ts'

it('comes back from any price: repriced within 1e-12 of spot, the volatility within 1e-9', () => {
  let preciseCount = 0
  fc.assert(
    fc.property(anyOption, (option) => {
      const greeks = optionGreeks(option)
      if (!greeks.ok) throw new Error(greeks.reason)
      const { price, vega } = greeks
      fc.pre(price > 0)
      const { spot, ivAnnual } = option
      const implied = impliedVolatility({ ...option, price })
      if (!implied.ok) {
        // Only where the price is one of the bounds, to the rounding of a double.
        expect(['BELOW_INTRINSIC', 'ABOVE_BOUND']).toContain(implied.reason)
        expect(vega).toBeLessThan(1e-6 * spot)
        return
      }
      const again = optionGreeks({ ...option, ivAnnual: implied.ivAnnual })
      expect(again.ok && Math.abs(again.price - price)).toBeLessThan(1e-12 * spot)
      if (vega < 1e-6 * spot) return
      preciseCount++
      // A price of many spots is itself rounded by more than 1e-9 of such a vega.
      const inherent = (price * Number.EPSILON) / vega
      expect(Math.abs(implied.ivAnnual - ivAnnual)).toBeLessThan(Math.max(1e-9, inherent))
    }),
    { numRuns: 10_000 },
  )
  expect(preciseCount).toBeGreaterThan(1_000)
})

it('never falls when the price rises, and never answers with what is no volatility', () => {
  const anyPrice = fc.double({ min: 0, max: 30, noNaN: true })
  fc.assert(
    fc.property(anyOption, anyPrice, anyPrice, (option, a, b) => {
      const ivOf = (price: number): number | null => {
        const implied = impliedVolatility({ ...option, price })
        if (!implied.ok) return null
        expect(implied.ivAnnual).toBeGreaterThan(0)
        expect(implied.ivAnnual).toBeLessThan(Infinity)
        return implied.ivAnnual
      }
      const low = ivOf(Math.min(a, b) * option.spot * 0.03)
      const high = ivOf(Math.max(a, b) * option.spot * 0.03)
      if (low !== null && high !== null) expect(high).toBeGreaterThanOrEqual(low * (1 - 1e-12))
    }),
    { numRuns: 5_000 },
  )
})

it('answers whatever it is given with a volatility or a reason', () => {
  const anyNumber = fc.double()
  fc.assert(
    fc.property(
      fc.record({
        spot: anyNumber,
        strike: anyNumber,
        tteYears: anyNumber,
        rateAnnual: anyNumber,
        dividendYieldAnnual: anyNumber,
        price: anyNumber,
        right: fc.constantFrom(OptionRight.Call, OptionRight.Put),
      }),
      (option) => {
        const implied = impliedVolatility(option)
        const isAnswer = implied.ok ? implied.ivAnnual > 0 : implied.reason.length > 0
        return isAnswer && (!implied.ok || Number.isFinite(implied.ivAnnual))
      },
    ),
    { numRuns: 20_000 },
  )
})
