/** Differences below this are written and read with 32-bit arithmetic: 28 bits and a sign. */
const QUICK_MAX = 2 ** 27
/** Whole numbers are written in few bytes up to this; 48 bits and a sign take seven at most. */
const SHORT_MAX = 2 ** 48
/** What begins a number that is not: its eight bytes follow. */
const LONG = 0
/** Most bytes that `putDelta` writes. */
export const DELTA_BYTES_MAX = 9

const long = new DataView(new ArrayBuffer(8))

/**
 * Writes any double, in few bytes where it lies a whole number from `base`, which the reader knows:
 * one up to ±63, three up to a million.
 *
 * @param bytes with room for `DELTA_BYTES_MAX` from `at` on
 * @returns the place after it
 */
export function putDelta(bytes: Uint8Array, at: number, value: number, base: number): number {
  const delta = value - base
  const quick = delta | 0
  // Above 2⁵³ a difference may be rounded, and no difference tells one zero from the other.
  const isQuick = quick === delta && quick < QUICK_MAX && quick > -QUICK_MAX
  if (!isQuick || base + quick !== value || (value === 0 && 1 / value < 0)) {
    return putFar(bytes, at, value, base)
  }
  // From 1 on, those below zero between the others: seven bits a byte, the highest says "more".
  let rest = ((quick << 1) ^ (quick >> 31)) + 1
  for (; rest > 127; rest >>= 7) bytes[at++] = rest | 128
  bytes[at++] = rest
  return at
}

function putFar(bytes: Uint8Array, at: number, value: number, base: number): number {
  const delta = value - base
  const isShort = Math.abs(delta) < SHORT_MAX && Math.floor(delta) === delta
  if (!isShort || !Object.is(base + delta, value)) {
    long.setFloat64(0, value, true)
    bytes[at++] = LONG
    for (let i = 0; i < 8; i++) bytes[at++] = long.getUint8(i)
    return at
  }
  let rest = delta < 0 ? -2 * delta : 2 * delta + 1
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 128
  bytes[at++] = rest
  return at
}

/** Reads what `putDelta` wrote, one after the other. Beyond the end of the bytes it reads zeros. */
export class DeltaCursor {
  bytes: Uint8Array
  /** Place of what is read next. */
  at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0
  }

  /** @param base as it was written with */
  next(base: number): number {
    const bytes = this.bytes
    let at = this.at
    let byte = bytes[at++] ?? 0
    let zigzag = byte & 127
    for (let shift = 7; byte > 127 && shift < 28; shift += 7) {
      byte = bytes[at++] ?? 0
      zigzag |= (byte & 127) << shift
    }
    if (zigzag === LONG || byte > 127) return this.#far(base)
    this.at = at
    const rest = zigzag - 1
    return base + ((rest >> 1) ^ -(rest & 1))
  }

  #far(base: number): number {
    let byte = this.byte()
    if (byte === LONG) {
      for (let i = 0; i < 8; i++) long.setUint8(i, this.byte())
      return long.getFloat64(0, true)
    }
    let zigzag = byte & 127
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = this.byte()
      zigzag += (byte & 127) * scale
    }
    return base + (zigzag % 2 === 0 ? -zigzag / 2 : (zigzag - 1) / 2)
  }
}
