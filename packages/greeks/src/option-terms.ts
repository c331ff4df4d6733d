import { OptionRight } from '@levels/kernel'

/** A European option and its market, all but its price and its volatility. */
export interface OptionTerms {
  /** Price of the underlying, US dollars, > 0. */
  readonly spot: number
  /** US dollars, > 0. */
  readonly strike: number
  /** Time to expiry in years, > 0. */
  readonly tteYears: number
  /** Riskless rate, continuously compounded, a year (0.05 is 5 %). */
  readonly rateAnnual: number
  /** Dividend yield, continuously compounded, a year. */
  readonly dividendYieldAnnual: number
  readonly right: OptionRight
}

/**
 * Why there is no answer.
 * - `NOT_FINITE`: an input is NaN or infinite, or the answer does not fit a double.
 * - `NOT_POSITIVE`: spot, strike, price or volatility is not above 0.
 * - `EXPIRED`: no time is left.
 * - `BELOW_INTRINSIC`: the price is at or below what the option is worth at no volatility; within
 *   a few units in the last place of spot it counts as at.
 * - `ABOVE_BOUND`: the price is at or above what it is worth at infinite volatility.
 * - `NOT_CONVERGED`: no volatility reprices the option within 1e-12 of spot.
 */
export const UNPRICEABLE_REASONS = [
  'NOT_FINITE',
  'NOT_POSITIVE',
  'EXPIRED',
  'BELOW_INTRINSIC',
  'ABOVE_BOUND',
  'NOT_CONVERGED',
] as const
export type UnpriceableReason = (typeof UNPRICEABLE_REASONS)[number]

/** No answer, and why. The same frozen object for each reason: refusing allocates nothing. */
export interface Unpriceable {
  readonly ok: false
  readonly reason: UnpriceableReason
}

const refusals: ReadonlyMap<UnpriceableReason, Unpriceable> = new Map(
  UNPRICEABLE_REASONS.map((reason) => [reason, Object.freeze({ ok: false, reason })]),
)

export function unpriceable(reason: UnpriceableReason): Unpriceable {
  return refusals.get(reason) ?? { ok: false, reason }
}

/** Checks what every calculation needs. `positive` is the price or the volatility. */
export function termsFault(terms: OptionTerms, positive: number): UnpriceableReason | null {
  const { spot, strike, tteYears, rateAnnual, dividendYieldAnnual } = terms
  const sum = spot + strike + tteYears + rateAnnual + dividendYieldAnnual + positive
  if (!Number.isFinite(sum)) return 'NOT_FINITE'
  if (!(spot > 0 && strike > 0 && positive > 0)) return 'NOT_POSITIVE'
  return tteYears > 0 ? null : 'EXPIRED'
}

/** ln(S′/K′), the log of forward over strike; accurate near the money, where S − K is exact. */
export function logMoneyness(terms: OptionTerms): number {
  const { spot, strike, tteYears, rateAnnual, dividendYieldAnnual } = terms
  const isNear = spot > 0.5 * strike && spot < 2 * strike
  const logRatio = isNear ? Math.log1p((spot - strike) / strike) : Math.log(spot / strike)
  return logRatio + (rateAnnual - dividendYieldAnnual) * tteYears
}

/** S′ = S·e^(−qT), what a claim to the underlying at expiry is worth now. */
export function presentSpot(terms: OptionTerms): number {
  return terms.spot * Math.exp(-terms.dividendYieldAnnual * terms.tteYears)
}

/** K′ = K·e^(−rT), what the strike, paid at expiry, is worth now. */
export function presentStrike(terms: OptionTerms): number {
  return terms.strike * Math.exp(-terms.rateAnnual * terms.tteYears)
}

/** S′ − K′, the call's price less the put's, without the rounding of two large exponentials. */
export function parityGap(terms: OptionTerms): number {
  const { spot, strike, tteYears, rateAnnual, dividendYieldAnnual } = terms
  const dividends = spot * Math.expm1(-dividendYieldAnnual * tteYears)
  const discount = strike * Math.expm1(-rateAnnual * tteYears)
  return spot - strike + (dividends - discount)
}

/** Value at no volatility of an option that is in the money, else 0. */
export function intrinsicValue(terms: OptionTerms, log: number): number {
  const isCall = terms.right === OptionRight.Call
  if (isCall === log > 0 && log !== 0) return isCall ? parityGap(terms) : -parityGap(terms)
  return 0
}
