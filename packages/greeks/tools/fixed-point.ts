/**
 * Real numbers as integers over 2^3072 (925 decimal places), with the functions option pricing
 * needs. Slow and plain on purpose: it shares no method with the code it checks.
 *
 * N(d) is the worst: its series loses as many places again as φ(d) has zeros, 298 at d = −37, of
 * a result with 300 zeros. More than 300 right digits are left there.
 */
const BITS = 3072n
const BITS_NUMBER = 3072

/** A real number times 2^BITS. */
export type Fixed = bigint

export const ONE: Fixed = 1n << BITS

export function mul(a: Fixed, b: Fixed): Fixed {
  return (a * b) >> BITS
}

export function div(a: Fixed, b: Fixed): Fixed {
  return (a << BITS) / b
}

/** Exact for every finite double. */
export function fromDouble(value: number): Fixed {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponentBits = (bits >> 52n) & 0x7ffn
  const fraction = bits & ((1n << 52n) - 1n)
  const mantissa = exponentBits === 0n ? fraction : fraction | (1n << 52n)
  const shift = (exponentBits === 0n ? 1n : exponentBits) - 1075n + BITS
  const size = shift >= 0n ? mantissa << shift : mantissa >> -shift
  return value < 0 ? -size : size
}

/** The nearest double, through a decimal string that a double parser rounds correctly. */
export function toDouble(value: Fixed): number {
  return Number(toDecimal(value, 40))
}

/** `digits` significant decimal digits in scientific notation, rounded half up. */
export function toDecimal(value: Fixed, digits: number): string {
  if (value === 0n) return '0'
  const size = value < 0n ? -value : value
  const bitLength = size.toString(16).length * 4
  let exponent = Math.floor((bitLength - BITS_NUMBER) * Math.log10(2)) + 2
  for (;;) {
    const power = digits - 1 - exponent
    const scaled = power >= 0 ? size * 10n ** BigInt(power) : size / 10n ** BigInt(-power)
    const text = ((scaled + (ONE >> 1n)) >> BITS).toString()
    if (text.length >= digits) {
      const rounded = text.length > digits ? text.slice(0, -1) : text // 9.99… rounded up
      const shown = exponent + (text.length - digits)
      return `${value < 0n ? '-' : ''}${rounded[0] ?? ''}.${rounded.slice(1)}e${shown}`
    }
    exponent--
  }
}

/** Machin: π/4 = 4·atan(1/5) − atan(1/239). */
function computePi(): Fixed {
  const atanInverse = (n: bigint): Fixed => {
    let power = ONE / n
    let sum = power
    for (let k = 3n, sign = -1n; power !== 0n; k += 2n, sign = -sign) {
      power /= n * n
      sum += (sign * power) / k
    }
    return sum
  }
  return 4n * (4n * atanInverse(5n) - atanInverse(239n))
}

/** ln 2 = 2·atanh(1/3). */
function computeLn2(): Fixed {
  let power = ONE / 3n
  let sum = power
  for (let k = 3n; power !== 0n; k += 2n) {
    power /= 9n
    sum += power / k
  }
  return 2n * sum
}

export const PI = computePi()
const LN2 = computeLn2()

/** e^x by its series, after halving x eighty times less its multiple of ln 2. */
export function exp(x: Fixed): Fixed {
  const halvings = 80n
  const multiple = (x + (LN2 >> 1n)) / LN2
  const small = (x - multiple * LN2) >> halvings
  let term = ONE
  let sum = ONE
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = mul(term, small) / k
    sum += term
  }
  for (let i = 0n; i < halvings; i++) sum = mul(sum, sum)
  return multiple >= 0n ? sum << multiple : sum >> -multiple
}

/** ln x for x > 0 within the range of doubles: Halley's method on e^y = x, from a double's log. */
export function ln(x: Fixed): Fixed {
  let y = fromDouble(Math.log(toDouble(x)))
  for (let i = 0; i < 5; i++) {
    const power = exp(y)
    y += div(2n * (x - power), x + power)
  }
  return y
}

export function sqrt(x: Fixed): Fixed {
  const square = x << BITS
  if (square === 0n) return 0n
  let root = 1n << BigInt((square.toString(16).length * 4 + 1) >> 1)
  for (;;) {
    const next = (root + square / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

export function normalPdf(d: Fixed): Fixed {
  return div(exp(-mul(d, d) / 2n), sqrt(2n * PI))
}

/** N(d) = ½ + φ(d)·(d + d³/3 + d⁵/(3·5) + …), whose terms do not cancel. */
export function normalCdf(d: Fixed): Fixed {
  const square = mul(d, d)
  let term = d
  let sum = d
  for (let k = 3n; term > 1n || term < -1n; k += 2n) {
    term = mul(term, square) / k
    sum += term
  }
  return ONE / 2n + mul(normalPdf(d), sum)
}
