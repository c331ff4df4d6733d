import { OptionRight } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { impliedGreeks, impliedVolatility, optionGreeks } from '../src/index.ts'
import { reference } from './reference.ts'

const { Call, Put } = OptionRight

describe('impliedVolatility, published examples', () => {
  it('Hull, section 15.11: a call at 1.875', () => {
    const implied = impliedVolatility({
      spot: 21,
      strike: 20,
      tteYears: 0.25,
      rateAnnual: 0.1,
      dividendYieldAnnual: 0,
      price: 1.875,
      right: Call,
    })
    expect(implied).toEqual({ ok: true, ivAnnual: expect.closeTo(0.235, 3) as number })
  })
})

describe('impliedVolatility, against 900-digit arithmetic', () => {
  const precise = reference.implied.filter((row) => Number(row.vegaOfSpot) >= 1e-6)

  it('finds the volatility within 1e-9 wherever vega is at least a millionth of spot', () => {
    expect(precise.length).toBeGreaterThan(150)
    for (const row of precise) {
      const implied = impliedVolatility(row)
      const error = implied.ok ? Math.abs(implied.ivAnnual - Number(row.iv)) : implied.reason
      expect(error).toBeLessThan(1e-9)
    }
  })

  it('reprices every option within 1e-12 of spot', () => {
    for (const row of reference.implied) {
      const greeks = impliedGreeks(row)
      const error = greeks.ok ? Math.abs(greeks.price - row.price) / row.spot : greeks.reason
      expect(error).toBeLessThan(1e-12)
    }
  })
})

describe('impliedVolatility, in its three ranges', () => {
  const base = { spot: 100, tteYears: 1, rateAnnual: 0, dividendYieldAnnual: 0, right: Call }

  it.each([
    ['below the inflection of the price, far out of the money', 150, 0.05],
    ['below it, so far out that the price is 1e-88', 150, 0.0201],
    ['above it, near the money', 101, 0.2],
    ['at the money', 100, 0.2],
    ['at the money, at almost no volatility', 100, 1e-9],
    ['above half of the most an option can be worth', 100, 3],
    ['at extreme volatility', 140, 12],
  ])('%s', (_, strike, ivAnnual) => {
    const greeks = optionGreeks({ ...base, strike, ivAnnual })
    const price = greeks.ok ? greeks.price : NaN
    const implied = impliedVolatility({ ...base, strike, price })
    expect(implied.ok && Math.abs(implied.ivAnnual / ivAnnual - 1)).toBeLessThan(1e-9)
  })
})

describe('impliedVolatility refuses, with the reason', () => {
  const fine = {
    spot: 687.42,
    strike: 680,
    tteYears: 30 / 525_600,
    rateAnnual: 0,
    dividendYieldAnnual: 0,
    price: 7.6,
    right: Call as OptionRight,
  }

  it.each([
    ['NOT_FINITE', 'a price that is no number', { price: NaN }],
    ['NOT_FINITE', 'an infinite spot', { spot: Infinity }],
    ['NOT_FINITE', 'a discount beyond doubles', { rateAnnual: -1e8 }],
    ['NOT_POSITIVE', 'a price of 0', { price: 0 }],
    ['NOT_POSITIVE', 'a negative price', { price: -0.01 }],
    ['NOT_POSITIVE', 'no spot', { spot: 0 }],
    ['EXPIRED', 'the minute of expiry', { tteYears: 0 }],
    ['EXPIRED', 'a trade after expiry', { tteYears: -1e-6 }],
    ['BELOW_INTRINSIC', 'a call below spot less strike', { price: 7.41 }],
    ['BELOW_INTRINSIC', 'a put below strike less spot', { strike: 700, price: 12, right: Put }],
    ['BELOW_INTRINSIC', 'a call below its forward', { price: 7.43, rateAnnual: 0.5 }],
    // 687.42 − 680 is 7.41999999999996 in doubles: what is left of 7.42 is rounding, not value.
    ['BELOW_INTRINSIC', 'a call at spot less strike', { price: 7.42 }],
    ['ABOVE_BOUND', 'a call at spot', { price: 687.42 }],
    ['ABOVE_BOUND', 'a put at its strike', { price: 680, right: Put }],
  ])('%s for %s', (reason, _, change) => {
    expect(impliedVolatility({ ...fine, ...change })).toEqual({ ok: false, reason })
    expect(impliedGreeks({ ...fine, ...change })).toEqual({ ok: false, reason })
  })

  it('but not a price a cent above', () => {
    expect(impliedVolatility({ ...fine, price: 7.43 }).ok).toBe(true)
  })
})

describe('impliedGreeks', () => {
  it('are the greeks at the implied volatility', () => {
    const terms = {
      spot: 687.42,
      strike: 690,
      tteYears: 90 / 525_600,
      rateAnnual: 0.043,
      dividendYieldAnnual: 0.012,
      right: Put,
    }
    const implied = impliedVolatility({ ...terms, price: 3.05 })
    const ivAnnual = implied.ok ? implied.ivAnnual : NaN
    expect(impliedGreeks({ ...terms, price: 3.05 })).toEqual({
      ...optionGreeks({ ...terms, ivAnnual }),
      ivAnnual,
    })
  })
})
