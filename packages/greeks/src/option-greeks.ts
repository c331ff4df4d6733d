import { OptionRight } from '@levels/kernel'
import { normalCdf, normalPdf } from './normal.ts'
import {
  intrinsicValue,
  logMoneyness,
  type OptionTerms,
  presentSpot,
  presentStrike,
  termsFault,
  type Unpriceable,
  unpriceable,
} from './option-terms.ts'
import { timeValue } from './time-value.ts'

/** What `optionGreeks` computes from. */
export interface OptionAtVolatility extends OptionTerms {
  /** Volatility a year (0.2 is 20 %), > 0. */
  readonly ivAnnual: number
}

/** All per share of the underlying. */
export interface OptionGreeks {
  readonly ok: true
  /** US dollars, ≥ 0. */
  readonly price: number
  /** US dollars per $1 of spot: 0…1 for a call, −1…0 for a put (at q ≥ 0). */
  readonly delta: number
  /** Delta per $1 of spot, ≥ 0, the same for call and put. */
  readonly gamma: number
  /** US dollars per 1.00 of `ivAnnual`, ≥ 0, the same for call and put. */
  readonly vega: number
}

/**
 * Price, delta, gamma and vega of a European option by Black, Scholes and Merton (R. C. Merton,
 * "Theory of Rational Option Pricing", Bell Journal of Economics 4, 1973; J. C. Hull, "Options,
 * Futures, and Other Derivatives", chapters 15, 17 and 19).
 *
 * @returns the greeks, all finite, or why there are none
 */
export function optionGreeks(option: OptionAtVolatility): OptionGreeks | Unpriceable {
  const fault = termsFault(option, option.ivAnnual)
  if (fault !== null) return unpriceable(fault)
  const { spot, tteYears, ivAnnual } = option
  const log = logMoneyness(option)
  const spotNow = presentSpot(option)
  const near = log > 0 ? presentStrike(option) : spotNow
  const rootT = Math.sqrt(tteYears)
  const s = ivAnnual * rootT
  const d1 = log / s + s / 2
  const density = normalPdf(d1)
  const spotShare = spotNow / spot // e^(−qT)
  const price = intrinsicValue(option, log) + near * timeValue(-Math.abs(log), s)
  const delta = spotShare * (option.right === OptionRight.Call ? normalCdf(d1) : -normalCdf(-d1))
  const gamma = (spotShare * density) / (spot * s)
  const vega = spotNow * density * rootT
  if (!Number.isFinite(price + delta + gamma + vega)) return unpriceable('NOT_FINITE')
  return { ok: true, price, delta, gamma, vega }
}
