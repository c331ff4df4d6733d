import { OptionRight } from '@levels/kernel'
import type { OptionTerms } from '../src/index.ts'
import { fromDouble, normalCdf, normalPdf, toDecimal, toDouble } from './fixed-point.ts'
import { referenceGreeks, referenceVolatility } from './reference-option.ts'

const DIGITS = 30
const GREEKS_CASES = 320
const IMPLIED_CASES = 200
const MINUTE_YEARS = 1 / 525_600

export interface NormalCase {
  readonly d: number
  readonly cdf: string
  readonly pdf: string
}

export interface GreeksCase extends OptionTerms {
  readonly ivAnnual: number
  readonly price: string
  readonly delta: string
  readonly gamma: string
  readonly vega: string
}

/** `iv` is the exact answer for the double `price`; `vegaOfSpot` is vega there over spot. */
export interface ImpliedCase extends OptionTerms {
  readonly price: number
  readonly iv: string
  readonly vegaOfSpot: string
}

/** Seeded (mulberry32), in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function normalCases(): NormalCase[] {
  const points = [-37, -30, -20, -10, -8.25, -6, -5, -4, -3, -2.5, -2, -1.5, -1, -0.67, -0.66]
  const more = [-0.5, -0.1, -1e-3, -1e-9, 0, 1e-9, 0.3, 0.6629, 0.67, 1, 1.96, 2, 3, 5.7, 8, 9]
  return [...points, ...more].map((d) => ({
    d,
    cdf: toDecimal(normalCdf(fromDouble(d)), DIGITS),
    pdf: toDecimal(normalPdf(fromDouble(d)), DIGITS),
  }))
}

type Draw = OptionTerms & { readonly ivAnnual: number }

/** Beyond so many standard deviations the series of N takes long, and a double holds nothing. */
const DEVIATIONS_MAX = 33

/** Options of every kind: minutes to years, cents to multiples of spot from the money. */
function drawOption(random: () => number): Draw {
  const pick = (values: readonly number[]): number => {
    return values[Math.floor(random() * values.length)] ?? 0
  }
  const spot = pick([687.42, 100, 0.37, 4_787.25])
  const tteYears = pick([1, 7, 60, 390, 1_440, 10_080, 43_200, 525_600, 2_628_000]) * MINUTE_YEARS
  const ivAnnual = pick([0.03, 0.09, 0.16, 0.33, 1.1, 4])
  const widths = pick([0, 0.01, 0.5, 1, 2, 4, 7, 20]) * (random() < 0.5 ? -1 : 1)
  const s = ivAnnual * Math.sqrt(tteYears)
  const exact = spot * Math.exp(Math.max(-3, Math.min(3, widths * s)))
  const strike = random() < 0.5 ? Math.max(0.5, Math.round(exact * 2) / 2) : exact
  if (Math.abs(Math.log(spot / strike)) > DEVIATIONS_MAX * s) return drawOption(random)
  return {
    spot,
    strike,
    tteYears,
    rateAnnual: pick([0, 0.05, 0.0433, -0.005]),
    dividendYieldAnnual: pick([0, 0, 0.013]),
    right: random() < 0.5 ? OptionRight.Call : OptionRight.Put,
    ivAnnual,
  }
}

/** @param count how many of the committed cases, from the first */
export function greeksCases(count = GREEKS_CASES): GreeksCase[] {
  const random = randomFrom(20_231_225)
  return Array.from({ length: count }, () => {
    const option = drawOption(random)
    const { price, delta, gamma, vega } = referenceGreeks(option, fromDouble(option.ivAnnual))
    return {
      ...option,
      price: toDecimal(price, DIGITS),
      delta: toDecimal(delta, DIGITS),
      gamma: toDecimal(gamma, DIGITS),
      vega: toDecimal(vega, DIGITS),
    }
  })
}

/** @param count how many of the committed cases, from the first */
export function impliedCases(count = IMPLIED_CASES): ImpliedCase[] {
  const random = randomFrom(20_240_102)
  const cases: ImpliedCase[] = []
  while (cases.length < count) {
    const { ivAnnual, ...terms } = drawOption(random)
    const exact = toDouble(referenceGreeks(terms, fromDouble(ivAnnual)).price)
    const price = random() < 0.5 ? exact : Math.round(exact * 100) / 100
    if (!(price > 0)) continue
    const iv = referenceVolatility(terms, price, ivAnnual)
    if (iv === null) continue
    const vega = toDouble(referenceGreeks(terms, iv).vega)
    if (!(vega > 1e-9 * terms.spot)) continue
    cases.push({
      ...terms,
      price,
      iv: toDecimal(iv, DIGITS),
      vegaOfSpot: (vega / terms.spot).toExponential(3),
    })
  }
  return cases
}
