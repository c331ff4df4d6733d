/**
 * exp, log and the normal distribution from + − × ÷ √ alone, so that the last bit is the same on
 * every platform and version: the standard fixes those operations, and not `Math.exp`.
 *
 * exp and log follow FDLIBM (Sun Microsystems, 1993): argument reduction by ln 2 and a rational
 * approximation, error below one unit in the last place.
 */

const LN2_HIGH = 6.9314718036912381649e-1
const LN2_LOW = 1.90821492927058770002e-10
const INVERSE_LN2 = 1.442695040888963387

const EXP_MAX = 709.782712893384
const EXP_MIN = -745.1332191019411

/** Coefficients, lowest power first, of what exp's rational approximation subtracts. */
const P1 = 1.66666666666666019037e-1
const P2 = -2.77777777770155933842e-3
const P3 = 6.61375632143793436117e-5
const P4 = -1.6533902205465251539e-6
const P5 = 4.13813679705723846039e-8

const L1 = 6.66666666666673513e-1
const L2 = 3.999999999940941908e-1
const L3 = 2.857142874366239149e-1
const L4 = 2.222219843214978396e-1
const L5 = 1.818357216161805012e-1
const L6 = 1.531383769920937332e-1
const L7 = 1.479819860511658591e-1

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
/** Which of the two words holds sign and exponent. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** 2^exponent for exponents of normal numbers, −1022 … 1023. */
function powerOfTwo(exponent: number): number {
  words[1 - HIGH] = 0
  words[HIGH] = (exponent + 1023) << 20
  return double[0] ?? 0
}

/** e^x; error below one unit in the last place. */
export function exp(x: number): number {
  if (x > EXP_MAX) return Infinity
  if (x < EXP_MIN) return 0
  if (x !== x) return NaN
  const k = Math.floor(INVERSE_LN2 * x + 0.5)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const square = r * r
  const c = r - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))))
  const y = 1 - (low - (r * c) / (2 - c) - high)
  if (k === 0) return y
  if (k > -1022 && k < 1024) return y * powerOfTwo(k)
  return k > 0 ? y * 2 * powerOfTwo(k - 1) : y * powerOfTwo(k + 64) * powerOfTwo(-64)
}

/** Natural logarithm; −Infinity at 0, NaN below; error below one unit in the last place. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return Infinity
  let exponent = 0
  let value = x
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984 // 2^54: out of the subnormal range
    exponent = -54
  }
  double[0] = value
  const high = words[HIGH] ?? 0
  exponent += (high >>> 20) - 1023
  // Mantissa in [√½, √2).
  const mantissa = high & 0xfffff
  const isUpper = mantissa >= 0x6a09e ? 1 : 0
  exponent += isUpper
  words[HIGH] = mantissa | ((1023 - isUpper) << 20)
  const f = double[0] - 1
  const half = 0.5 * f * f
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const rest = w * (L2 + w * (L4 + w * L6)) + z * (L1 + w * (L3 + w * (L5 + w * L7)))
  return exponent * LN2_HIGH - (half - (s * (half + rest) + exponent * LN2_LOW) - f)
}

/**
 * Probability that a standard normal variable is at most x: J. F. Hart's rational approximation
 * (Computer Approximations, 1968) as given by G. West, "Better approximations to cumulative normal
 * functions", Wilmott 2005; absolute error below 1e-14.
 */
export function normalCdf(x: number): number {
  const size = x < 0 ? -x : x
  if (size > 37) return x > 0 ? 1 : 0
  const density = exp(-0.5 * size * size)
  let tail: number
  if (size < 7.07106781186547) {
    const numerator =
      (((((3.52624965998911e-2 * size + 0.700383064443688) * size + 6.37396220353165) * size +
        33.912866078383) *
        size +
        112.079291497871) *
        size +
        221.213596169931) *
        size +
      220.206867912376
    const denominator =
      ((((((8.83883476483184e-2 * size + 1.75566716318264) * size + 16.064177579207) * size +
        86.7807322029461) *
        size +
        296.564248779674) *
        size +
        637.333633378831) *
        size +
        793.826512519948) *
        size +
      440.413735824752
    tail = (density * numerator) / denominator
  } else {
    const fraction = size + 1 / (size + 2 / (size + 3 / (size + 4 / (size + 0.65))))
    tail = density / fraction / 2.506628274631
  }
  return x > 0 ? 1 - tail : tail
}
