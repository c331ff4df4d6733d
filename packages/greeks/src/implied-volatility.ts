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
import { type OptionGreeks, optionGreeks } from './option-greeks.ts'
import {
  logTimeValue,
  logTimeValueSlope,
  timeValue,
  timeValueComplement,
  timeValueSlope,
} from './time-value.ts'

/** What `impliedVolatility` computes from. */
export interface OptionAtPrice extends OptionTerms {
  /** Premium per share, US dollars, > 0. */
  readonly price: number
}

/** The volatility that gives an option its price. */
export interface ImpliedVolatility {
  readonly ok: true
  /** A year (0.2 is 20 %), > 0. */
  readonly ivAnnual: number
}

/** The greeks at the volatility that a price implies. */
export interface ImpliedGreeks extends OptionGreeks {
  readonly ivAnnual: number
}

/** How near, as a share of spot, the answer must reprice the option. */
const REPRICE_TOLERANCE = 1e-12
/** A time value of so many units in the last place of the larger leg is rounding, not a value. */
const NOISE_ULPS = 4
/** Newton's error squares itself: a step this small (relative) was the last that mattered. */
const LAST_STEP = 1e-9
/** Fourteen suffice over x from −1e-16 to −100 and s from 1e-9 to 40; more means that doubles cannot do better. */
const STEPS_MAX = 40
/** s at which y reaches ½ at the money (2·N⁻¹(¾)), rounded down: no y ≥ ½ has a smaller s. */
const S_AT_HALF = 1.348
const SQRT_2PI = Math.sqrt(2 * Math.PI)

/**
 * The volatility at which Black–Scholes–Merton gives an option its price.
 *
 * The option is reduced to its out-of-the-money twin by put–call parity, and y(x, s) = value (see
 * `time-value.ts`) solved for s by Newton's method, in that of three forms which is convex or
 * concave the right way at the starting point, so that every step nears the solution from the
 * same side. The answer reprices the option within 1e-12 of spot, or there is none.
 *
 * @returns the volatility, or why there is none; never a guess
 */
export function impliedVolatility(option: OptionAtPrice): ImpliedVolatility | Unpriceable {
  const fault = termsFault(option, option.price)
  if (fault !== null) return unpriceable(fault)
  const log = logMoneyness(option)
  const spotNow = presentSpot(option)
  const strikeNow = presentStrike(option)
  const near = log > 0 ? strikeNow : spotNow
  const far = log > 0 ? spotNow : strikeNow
  if (!(near > 0 && Number.isFinite(far))) return unpriceable('NOT_FINITE')

  const intrinsic = intrinsicValue(option, log)
  const value = option.price - intrinsic
  if (intrinsic > 0 && value <= NOISE_ULPS * Number.EPSILON * far) {
    return unpriceable('BELOW_INTRINSIC')
  }
  if (value >= near) return unpriceable('ABOVE_BOUND')

  const x = -Math.abs(log)
  const s = solveTimeValue(x, value / near, (near - value) / near)
  const error = near * timeValue(x, s) - value
  const ivAnnual = s / Math.sqrt(option.tteYears)
  if (!(Math.abs(error) <= REPRICE_TOLERANCE * option.spot) || !Number.isFinite(ivAnnual)) {
    return unpriceable('NOT_CONVERGED')
  }
  return { ok: true, ivAnnual }
}

/** Price, delta, gamma and vega of an option at the volatility its price implies. */
export function impliedGreeks(option: OptionAtPrice): ImpliedGreeks | Unpriceable {
  const implied = impliedVolatility(option)
  if (!implied.ok) return implied
  const { ivAnnual } = implied
  const greeks = optionGreeks({
    spot: option.spot,
    strike: option.strike,
    tteYears: option.tteYears,
    rateAnnual: option.rateAnnual,
    dividendYieldAnnual: option.dividendYieldAnnual,
    right: option.right,
    ivAnnual,
  })
  if (!greeks.ok) return greeks
  const { price, delta, gamma, vega } = greeks
  return { ok: true, ivAnnual, price, delta, gamma, vega }
}

/**
 * Solves y(x, s) = y for s.
 *
 * @param complement 1 − y, given apart because near 1 it holds what y has lost
 */
function solveTimeValue(x: number, y: number, complement: number): number {
  const sAtInflection = Math.sqrt(-2 * x) // d₊ = 0: y is convex in s below, concave above
  const yAtInflection = x < 0 ? timeValue(x, sAtInflection) : 0
  if (y < yAtInflection) return solveLow(x, Math.log(y))
  if (y < 0.5) return solveMiddle(x, y, sAtInflection + (y - yAtInflection) * SQRT_2PI)
  return solveHigh(x, Math.log(complement), Math.max(sAtInflection, S_AT_HALF))
}

/** ln y is nearly linear, and convex, in u = 1/s² (y ~ e^(−x²u/2)): Newton in u, from d₊ = 0. */
function solveLow(x: number, logY: number): number {
  let s = Math.sqrt(-2 * x)
  for (let i = 0; i < STEPS_MAX; i++) {
    const u = 1 / (s * s)
    const slope = -0.5 * s * s * s * logTimeValueSlope(x, s) // d ln y / du
    const stepped = u + (logY - logTimeValue(x, s)) / slope
    const next = 1 / Math.sqrt(stepped)
    const isLast = Math.abs(next - s) <= LAST_STEP * s
    s = next
    if (isLast) break
  }
  return s
}

/** y is concave in s above the inflection: Newton in s, from there. */
function solveMiddle(x: number, y: number, sFirst: number): number {
  let s = sFirst
  for (let i = 0; i < STEPS_MAX; i++) {
    const step = (y - timeValue(x, s)) / timeValueSlope(x, s)
    s += step
    if (Math.abs(step) <= LAST_STEP * s) break
  }
  return s
}

/** ln(1 − y) is nearly linear, and convex, in v = s² (1 − y ~ e^(−v/8)): Newton in v. */
function solveHigh(x: number, logComplement: number, sFirst: number): number {
  let s = sFirst
  for (let i = 0; i < STEPS_MAX; i++) {
    const complement = timeValueComplement(x, s)
    const slope = -timeValueSlope(x, s) / (2 * s * complement) // d ln(1 − y) / dv
    const next = Math.sqrt(s * s + (logComplement - Math.log(complement)) / slope)
    const isLast = Math.abs(next - s) <= LAST_STEP * s
    s = next
    if (isLast) break
  }
  return s
}
