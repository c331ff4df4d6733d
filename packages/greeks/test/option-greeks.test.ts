import { OptionRight } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { type OptionAtVolatility, type OptionGreeks, optionGreeks } from '../src/index.ts'
import { reference, relativeError } from './reference.ts'

const { Call, Put } = OptionRight

function greeksOf(option: OptionAtVolatility): OptionGreeks {
  const greeks = optionGreeks(option)
  if (!greeks.ok) throw new Error(greeks.reason)
  return greeks
}

describe('optionGreeks, published examples', () => {
  it('Hull, Options, Futures, and Other Derivatives, example 15.6: a call and a put', () => {
    const terms = {
      spot: 42,
      strike: 40,
      tteYears: 0.5,
      rateAnnual: 0.1,
      dividendYieldAnnual: 0,
      ivAnnual: 0.2,
    }
    expect(greeksOf({ ...terms, right: Call }).price).toBeCloseTo(4.76, 2)
    expect(greeksOf({ ...terms, right: Put }).price).toBeCloseTo(0.81, 2)
    expect(greeksOf({ ...terms, right: Call }).delta).toBeCloseTo(0.7791, 4)
  })

  it('Hull, chapter 19, a call on 100,000 shares: price, delta, gamma, vega', () => {
    const greeks = greeksOf({
      spot: 49,
      strike: 50,
      tteYears: 0.3846,
      rateAnnual: 0.05,
      dividendYieldAnnual: 0,
      ivAnnual: 0.2,
      right: Call,
    })
    expect(greeks.price).toBeCloseTo(2.4, 2)
    expect(greeks.delta).toBeCloseTo(0.522, 3)
    expect(greeks.gamma).toBeCloseTo(0.066, 3)
    expect(greeks.vega).toBeCloseTo(12.1, 1)
  })

  it('Hull, example 17.1: a call on an index that pays a dividend yield', () => {
    const { price } = greeksOf({
      spot: 930,
      strike: 900,
      tteYears: 2 / 12,
      rateAnnual: 0.08,
      dividendYieldAnnual: 0.03,
      ivAnnual: 0.2,
      right: Call,
    })
    expect(price).toBeCloseTo(51.83, 2)
  })

  it('Haug, The Complete Guide to Option Pricing Formulas, sections 1.1 and 2', () => {
    const blackScholes = greeksOf({
      spot: 60,
      strike: 65,
      tteYears: 0.25,
      rateAnnual: 0.08,
      dividendYieldAnnual: 0,
      ivAnnual: 0.3,
      right: Call,
    })
    expect(blackScholes.price).toBeCloseTo(2.1334, 4)
    const merton = greeksOf({
      spot: 100,
      strike: 95,
      tteYears: 0.5,
      rateAnnual: 0.1,
      dividendYieldAnnual: 0.05,
      ivAnnual: 0.2,
      right: Put,
    })
    expect(merton.price).toBeCloseTo(2.4648, 4)
    const stock = greeksOf({
      spot: 55,
      strike: 60,
      tteYears: 0.75,
      rateAnnual: 0.1,
      dividendYieldAnnual: 0,
      ivAnnual: 0.3,
      right: Call,
    })
    expect(stock.gamma).toBeCloseTo(0.0278, 4)
    expect(stock.vega).toBeCloseTo(18.9358, 4)
    const future = { spot: 105, strike: 100, tteYears: 0.5, rateAnnual: 0.1, ivAnnual: 0.36 }
    const delta = (right: OptionRight): number =>
      greeksOf({ ...future, dividendYieldAnnual: 0.1, right }).delta
    expect(delta(Call)).toBeCloseTo(0.5946, 4)
    expect(delta(Put)).toBeCloseTo(-0.3566, 4)
  })
})

describe('optionGreeks, against 900-digit arithmetic', () => {
  it('prices to within two units in the last place of the larger of spot and strike', () => {
    for (const row of reference.greeks) {
      const { price } = greeksOf(row)
      const larger = Math.max(row.spot, row.strike)
      expect(Math.abs(price - Number(row.price)) / larger).toBeLessThan(4e-16)
    }
  })

  it('keeps twelve digits of price, delta, gamma and vega out of the money, down to 1e-200', () => {
    for (const row of reference.greeks) {
      const greeks = greeksOf(row)
      const isOut = row.right === Call ? row.strike > row.spot : row.strike < row.spot
      if (isOut) expect(relativeError(greeks.price, row.price)).toBeLessThan(1e-12)
      expect(relativeError(greeks.delta, row.delta)).toBeLessThan(1e-12)
      expect(relativeError(greeks.gamma, row.gamma)).toBeLessThan(1e-12)
      expect(relativeError(greeks.vega, row.vega)).toBeLessThan(1e-12)
    }
  })
})

describe('optionGreeks, with minutes left', () => {
  const atFive = {
    spot: 687.42,
    tteYears: 5 / 525_600,
    rateAnnual: 0.05,
    dividendYieldAnnual: 0,
    ivAnnual: 0.12,
  }

  it('knows a strike a dollar away is all but decided', () => {
    const inside = greeksOf({ ...atFive, strike: 685, right: Call })
    expect(inside.price).toBeCloseTo(2.42, 3)
    expect(inside.delta).toBeCloseTo(1, 10)
    expect(inside.gamma).toBeLessThan(1e-9)
    const outside = greeksOf({ ...atFive, strike: 690, right: Call })
    expect(outside.delta).toBeGreaterThan(0)
    expect(outside.delta).toBeLessThan(1e-10)
  })

  it('and that gamma is large at the money', () => {
    expect(greeksOf({ ...atFive, strike: 687.42, right: Put }).gamma).toBeGreaterThan(1)
  })
})

describe('optionGreeks refuses, with the reason', () => {
  const fine = {
    spot: 687,
    strike: 690,
    tteYears: 0.01,
    rateAnnual: 0.05,
    dividendYieldAnnual: 0.01,
    ivAnnual: 0.2,
    right: Call,
  }

  it.each([
    ['NOT_FINITE', { spot: NaN }],
    ['NOT_FINITE', { strike: Infinity }],
    ['NOT_FINITE', { rateAnnual: -Infinity }],
    ['NOT_FINITE', { dividendYieldAnnual: NaN }],
    ['NOT_FINITE', { ivAnnual: NaN }],
    ['NOT_FINITE', { tteYears: Infinity }],
    ['NOT_FINITE', { rateAnnual: -1e300, right: Put }],
    ['NOT_FINITE', { ivAnnual: 5e-324 }],
    ['NOT_POSITIVE', { spot: 0 }],
    ['NOT_POSITIVE', { strike: -1 }],
    ['NOT_POSITIVE', { ivAnnual: 0 }],
    ['EXPIRED', { tteYears: 0 }],
    ['EXPIRED', { tteYears: -1e-9 }],
  ])('%s for %o', (reason, change) => {
    expect(optionGreeks({ ...fine, ...change })).toEqual({ ok: false, reason })
  })
})
