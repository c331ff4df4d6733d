import { OptionRight } from '@levels/kernel'
import fc from 'fast-check'
import type { OptionAtVolatility } from '../src/index.ts'

/** 10^min … 10^max, evenly over the orders of magnitude. */
function orders(min: number, max: number): fc.Arbitrary<number> {
  return fc.double({ min, max, noNaN: true }).map((exponent) => 10 ** exponent)
}

/** From a second to twenty years, 0.5 % to 1,000 % volatility, strikes from a 20th to 20 times. */
export const anyOption: fc.Arbitrary<OptionAtVolatility> = fc
  .record({
    spot: orders(-2, 5),
    logStrike: fc.oneof(
      fc.double({ min: -0.05, max: 0.05, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
    ),
    tteYears: orders(-7.5, 1.3),
    rateAnnual: fc.double({ min: -0.02, max: 0.2, noNaN: true }),
    dividendYieldAnnual: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.1, noNaN: true })),
    ivAnnual: orders(-2.3, 1),
    right: fc.constantFrom(OptionRight.Call, OptionRight.Put),
  })
  .map(({ logStrike, ...rest }) => ({ ...rest, strike: rest.spot * Math.exp(logStrike) }))
