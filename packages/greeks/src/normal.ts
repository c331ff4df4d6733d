/**
 * The normal distribution and the scaled complementary error function to full double accuracy.
 *
 * erf and erfc by the rational Chebyshev approximations of W. J. Cody, "Rational Chebyshev
 * approximations for the error function", Mathematics of Computation 23 (1969), 631–637, with the
 * coefficients of his program CALERF (SPECFUN, 1990): their own error, before rounding, is below 1e-18.
 */

/** Coefficients, highest power first. */
const ERF_NUMERATOR = [
  1.8577770618460315e-1, 3.1611237438705656, 1.1386415415105016e2, 3.77485237685302e2,
  3.2093775891384695e3,
] as const
const ERF_DENOMINATOR = [
  1, 2.3601290952344121e1, 2.4402463793444417e2, 1.2826165260773723e3, 2.8442368334391706e3,
] as const
const MIDDLE_NUMERATOR = [
  2.1531153547440385e-8, 5.6418849698867009e-1, 8.8831497943883759, 6.611919063714163e1,
  2.9863513819740013e2, 8.8195222124176909e2, 1.7120476126340706e3, 2.0510783778260715e3,
  1.2303393547979972e3,
] as const
const MIDDLE_DENOMINATOR = [
  1, 1.5744926110709835e1, 1.176939508913125e2, 5.3718110186200986e2, 1.6213895745666902e3,
  3.2907992357334596e3, 4.3626190901432472e3, 3.4393676741437217e3, 1.2303393548037494e3,
] as const
const TAIL_NUMERATOR = [
  1.6315387137302098e-2, 3.0532663496123234e-1, 3.6034489994980444e-1, 1.2578172611122925e-1,
  1.6083785148742277e-2, 6.587491615298378e-4,
] as const
const TAIL_DENOMINATOR = [
  1, 2.5685201922898224, 1.8729528499234605, 5.2790510295142841e-1, 6.0518341312441319e-2,
  2.3352049762686918e-3,
] as const

/** Where Cody's first approximation, of erf, hands over to the second, of erfc. */
const ERF_END = 0.46875
const MIDDLE_END = 4

export const SQRT_2 = Math.SQRT2
export const INV_SQRT_PI = 0.56418958354775628695
const INV_SQRT_2PI = 0.39894228040143267794

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + (coefficients[i] ?? 0)
  return sum
}

/** erf(z) for |z| ≤ `ERF_END`. */
function erfNearZero(z: number): number {
  const square = z * z
  return (z * polynomial(ERF_NUMERATOR, square)) / polynomial(ERF_DENOMINATOR, square)
}

/**
 * exp(z²)·erfc(z): what remains of erfc once its steep part is taken out.
 *
 * @param z ≥ 0
 * @returns in (0, 1], relative error a few units in the last place
 */
export function scaledErfc(z: number): number {
  if (z <= ERF_END) return Math.exp(z * z) * (1 - erfNearZero(z))
  if (z <= MIDDLE_END) return polynomial(MIDDLE_NUMERATOR, z) / polynomial(MIDDLE_DENOMINATOR, z)
  const inverseSquare = 1 / (z * z)
  const rest =
    polynomial(TAIL_NUMERATOR, inverseSquare) / polynomial(TAIL_DENOMINATOR, inverseSquare)
  return (INV_SQRT_PI - inverseSquare * rest) / z
}

/**
 * exp(−d²/2). The square is split so that its rounding does not grow with d: the head has few
 * bits and is squared exactly (Cody's device in CALERF).
 *
 * @returns in [0, 1], relative error a few units in the last place as long as it is normal
 */
export function expMinusHalfSquare(d: number): number {
  const size = Math.abs(d)
  if (size > 39) return 0
  const head = Math.trunc(size * 16) / 16
  return Math.exp(-0.5 * head * head) * Math.exp(-0.5 * (size - head) * (size + head))
}

/** Density of the standard normal distribution at d. */
export function normalPdf(d: number): number {
  return INV_SQRT_2PI * expMinusHalfSquare(d)
}

/**
 * Probability that a standard normal variable is at most d.
 *
 * @returns in [0, 1], to full relative accuracy in the lower tail
 */
export function normalCdf(d: number): number {
  const z = Math.abs(d) / SQRT_2
  if (z <= ERF_END) return 0.5 + 0.5 * erfNearZero(d / SQRT_2)
  const tail = 0.5 * expMinusHalfSquare(d) * scaledErfc(z)
  return d < 0 ? tail : 1 - tail
}
