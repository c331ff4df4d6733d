/**
 * The value of an out-of-the-money European option in two pure numbers.
 *
 * With S′ = S·e^(−qT), K′ = K·e^(−rT), near = min(S′, K′), far = max(S′, K′), an
 * out-of-the-money call or put is worth near·y(x, s), where x = ln(near/far) ≤ 0, s = σ√T > 0,
 *
 *     y = N(d₊) − e^(−x)·N(d₋),   d± = x/s ± s/2,   dy/ds = φ(d₊) > 0,   0 < y < 1.
 *
 * Because e^(−x)·φ(d₋) = φ(d₊), both terms share the factor e^(−d₊²/2), which is taken out so that
 * what is left does not cancel or underflow in the tails: y = e^(−d₊²/2)·w, w = ½[Y(−d₊/√2) −
 * Y(−d₋/√2)], Y(z) = e^(z²)·erfc(z) (P. Jäckel, "Let's Be Rational", Wilmott 2015, section 6).
 */
import {
  expMinusHalfSquare,
  INV_SQRT_PI,
  normalCdf,
  normalPdf,
  scaledErfc,
  SQRT_2,
} from './normal.ts'

/** Below this s the two terms of w are too alike to subtract; their difference is expanded. */
const SMALL_S = 0.0085

/** x/s + s/2. */
function dPlus(x: number, s: number): number {
  return x / s + s / 2
}

/**
 * w for small s: the odd part of Y's Taylor series around the middle m of its two arguments, with
 * half their distance e, from Y′ = 2mY − 2/√π and Y⁽ⁿ⁺¹⁾ = 2nY⁽ⁿ⁻¹⁾ + 2mY⁽ⁿ⁾. The first term left
 * out is e⁶ < 1e-15 of the first, times less than a tenth.
 */
function smallRemainder(x: number, s: number): number {
  const m = -x / (s * SQRT_2)
  const e = s / (2 * SQRT_2)
  const y0 = scaledErfc(m)
  const y1 = 2 * m * y0 - 2 * INV_SQRT_PI
  const y2 = 2 * y0 + 2 * m * y1
  const y3 = 4 * y1 + 2 * m * y2
  const y4 = 6 * y2 + 2 * m * y3
  const y5 = 8 * y3 + 2 * m * y4
  const square = e * e
  return -e * (y1 + (square / 6) * (y3 + (square / 20) * y5))
}

/** w = y·e^(d₊²/2), for d₊ ≤ 0 or small s. */
function remainder(x: number, s: number): number {
  if (s < SMALL_S) return smallRemainder(x, s)
  const d = dPlus(x, s)
  return 0.5 * (scaledErfc(-d / SQRT_2) - scaledErfc((s - d) / SQRT_2))
}

/**
 * y, the time value over near.
 *
 * @param x ln(near/far), ≤ 0
 * @param s σ√T, > 0
 * @returns in [0, 1]
 */
export function timeValue(x: number, s: number): number {
  const d = dPlus(x, s)
  if (d <= 0 || s < SMALL_S) return expMinusHalfSquare(d) * remainder(x, s)
  return normalCdf(d) - 0.5 * expMinusHalfSquare(d) * scaledErfc((s - d) / SQRT_2)
}

/** ln y, without underflow, for d₊ ≤ 0. */
export function logTimeValue(x: number, s: number): number {
  const d = dPlus(x, s)
  return Math.log(remainder(x, s)) - 0.5 * d * d
}

/** 1 − y without cancellation, for d₊ > 0. */
export function timeValueComplement(x: number, s: number): number {
  const d = dPlus(x, s)
  return 0.5 * expMinusHalfSquare(d) * (scaledErfc(d / SQRT_2) + scaledErfc((s - d) / SQRT_2))
}

/** dy/ds = φ(d₊). */
export function timeValueSlope(x: number, s: number): number {
  return normalPdf(dPlus(x, s))
}

/** (dy/ds)/y, without underflow, for d₊ ≤ 0. */
export function logTimeValueSlope(x: number, s: number): number {
  return INV_SQRT_PI / (SQRT_2 * remainder(x, s))
}
