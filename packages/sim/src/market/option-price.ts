import { OptionRight } from '@levels/kernel'
import { exp, log, normalCdf } from '../numeric/elementary.ts'

/** A European option and what it is priced from. */
export interface PricedOption {
  /** US dollars. */
  readonly spotUsd: number
  readonly strikeUsd: number
  /** Years to expiry, > 0. */
  readonly tteYears: number
  /** Volatility a year. */
  readonly ivAnnual: number
  readonly right: OptionRight
}

/** Continuously compounded, a year; what `@levels/fuel` assumes unless told otherwise. */
const RATE = 0.04
const DIVIDENDS = 0.012

/**
 * Black, Scholes and Merton's price, US dollars a share, from this package's own exp and log: the
 * same on every platform. Accurate to 1e-11 of spot, far below the cent that quotes are rounded to.
 */
export function optionPriceUsd(option: PricedOption): number {
  const { spotUsd, strikeUsd, tteYears, ivAnnual, right } = option
  const spread = ivAnnual * Math.sqrt(tteYears)
  const d1 = (log(spotUsd / strikeUsd) + (RATE - DIVIDENDS) * tteYears) / spread + spread / 2
  const spot = spotUsd * exp(-DIVIDENDS * tteYears)
  const strike = strikeUsd * exp(-RATE * tteYears)
  const price =
    right === OptionRight.Call
      ? spot * normalCdf(d1) - strike * normalCdf(d1 - spread)
      : strike * normalCdf(spread - d1) - spot * normalCdf(-d1)
  return price > 0 ? price : 0
}
