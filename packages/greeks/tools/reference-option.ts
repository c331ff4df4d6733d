import { OptionRight } from '@levels/kernel'
import type { OptionTerms } from '../src/index.ts'
import {
  div,
  exp,
  type Fixed,
  fromDouble,
  ln,
  mul,
  normalCdf,
  normalPdf,
  sqrt,
} from './fixed-point.ts'

export interface ReferenceGreeks {
  readonly price: Fixed
  readonly delta: Fixed
  readonly gamma: Fixed
  readonly vega: Fixed
}

/** The textbook formulas, as they stand: c = S·e^(−qT)·N(d₁) − K·e^(−rT)·N(d₂), and so on. */
export function referenceGreeks(terms: OptionTerms, sigma: Fixed): ReferenceGreeks {
  const spot = fromDouble(terms.spot)
  const strike = fromDouble(terms.strike)
  const time = fromDouble(terms.tteYears)
  const rate = fromDouble(terms.rateAnnual)
  const dividendYield = fromDouble(terms.dividendYieldAnnual)
  const rootT = sqrt(time)
  const s = mul(sigma, rootT)
  const drift = mul(rate - dividendYield + mul(sigma, sigma) / 2n, time)
  const d1 = div(ln(div(spot, strike)) + drift, s)
  const d2 = d1 - s
  const growth = exp(-mul(dividendYield, time))
  const discount = exp(-mul(rate, time))
  const spotNow = mul(spot, growth)
  const strikeNow = mul(strike, discount)
  const isCall = terms.right === OptionRight.Call
  const call = mul(spotNow, normalCdf(d1)) - mul(strikeNow, normalCdf(d2))
  const put = mul(strikeNow, normalCdf(-d2)) - mul(spotNow, normalCdf(-d1))
  const density = mul(growth, normalPdf(d1))
  return {
    price: isCall ? call : put,
    delta: isCall ? mul(growth, normalCdf(d1)) : -mul(growth, normalCdf(-d1)),
    gamma: div(density, mul(spot, s)),
    vega: mul(mul(spot, density), rootT),
  }
}

/**
 * The volatility at which the textbook price is `price`, by Newton's method from one nearby.
 *
 * @returns null when that does not settle
 */
export function referenceVolatility(terms: OptionTerms, price: number, near: number): Fixed | null {
  const target = fromDouble(price)
  const settled = fromDouble(2 ** -300)
  const start = fromDouble(near)
  let sigma = start
  for (let i = 0; i < 40; i++) {
    const { price: value, vega } = referenceGreeks(terms, sigma)
    if (vega <= 0n) return null
    const step = div(target - value, vega)
    sigma += step
    if (sigma < start / 4n || sigma > 4n * start) return null // ran away
    if (step < settled && step > -settled) return sigma
  }
  return null
}
