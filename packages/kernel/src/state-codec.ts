import { StateCodecError } from './errors.ts'

const MAGIC = 0x4c564c53 // "LVLS"
const HEADER_BYTES = 16 // magic, kind, version, body length
const CHECKSUM_BYTES = 8

/** Whole numbers are written in few bytes up to this; 48 bits and a sign take seven at most. */
const SHORT_MAX = 2 ** 48
/** What begins a number that is not: its eight bytes follow. */
const LONG = 0
const DELTA_BYTES_MAX = 9

/**
 * Room for writers, one after the other. It is kept and only grows, so that a state that is saved
 * again and again takes no memory anew.
 */
export class StateBuffer {
  bytes = new Uint8Array(1024)
}

/**
 * Writes a state as one versioned, checksummed byte string: little-endian, every number as a double
 * or as what gives that very double, so that what is read back is bit for bit what was written.
 */
export class StateWriter {
  readonly #buffer: StateBuffer
  readonly #isOwn: boolean
  #bytes: Uint8Array
  #view: DataView
  #length = HEADER_BYTES

  /**
   * @param kind four ASCII characters that name what is saved
   * @param version of its layout, 1 or more
   * @param buffer where to write; what `finish` gives then lies in it
   */
  constructor(kind: string, version: number, buffer?: StateBuffer) {
    this.#buffer = buffer ?? new StateBuffer()
    this.#isOwn = buffer === undefined
    this.#bytes = this.#buffer.bytes
    this.#view = new DataView(this.#bytes.buffer)
    this.#view.setUint32(0, MAGIC, true)
    this.#view.setUint32(4, kindCode(kind), true)
    this.#view.setUint32(8, version, true)
  }

  #reserve(count: number): number {
    const at = this.#length
    const needed = at + count + CHECKSUM_BYTES
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#buffer.bytes = larger
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    this.#length = at + count
    return at
  }

  /** Any double, NaN and infinities included. */
  number(value: number): this {
    const at = this.#reserve(8)
    this.#view.setFloat64(at, value, true)
    return this
  }

  /**
   * Any double, in few bytes where it lies a whole number from `base`, which the reader knows: one
   * up to ±63, three up to a million.
   */
  delta(value: number, base: number): this {
    const delta = value - base
    const isShort = Math.abs(delta) < SHORT_MAX && Math.floor(delta) === delta
    let at = this.#reserve(DELTA_BYTES_MAX)
    const bytes = this.#bytes
    // Above 2⁵³ a difference may be rounded, and no difference tells one zero from the other.
    if (!isShort || !Object.is(base + delta, value)) {
      bytes[at] = LONG
      this.#view.setFloat64(at + 1, value, true)
      return this
    }
    // From 1 on, those below zero between the others: seven bits a byte, the highest says "more".
    let rest = delta < 0 ? -2 * delta : 2 * delta + 1
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128
    for (; rest > 127; rest >>= 7) bytes[at++] = (rest & 127) | 128
    bytes[at++] = rest
    this.#length = at
    return this
  }

  bigint(value: bigint): this {
    const at = this.#reserve(8)
    this.#view.setBigInt64(at, value, true)
    return this
  }

  boolean(value: boolean): this {
    return this.number(value ? 1 : 0)
  }

  /** A number or null. */
  nullable(value: number | null): this {
    this.boolean(value !== null)
    return this.number(value ?? 0)
  }

  string(value: string): this {
    const utf8 = new TextEncoder().encode(value)
    return this.bytes(utf8)
  }

  bytes(value: Uint8Array): this {
    this.number(value.length)
    const at = this.#reserve(value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** A run of doubles with its length. */
  numbers(values: ArrayLike<number>, from = 0, to: number = values.length): this {
    this.number(to - from)
    let at = this.#reserve((to - from) * 8)
    for (let i = from; i < to; i++, at += 8) this.#view.setFloat64(at, values[i] ?? NaN, true)
    return this
  }

  /**
   * Closes the string: body length and checksum are added.
   *
   * @returns the caller's own; of a buffer that was given, a part, valid until it is next written to
   */
  finish(): Uint8Array {
    const at = this.#reserve(CHECKSUM_BYTES)
    this.#view.setUint32(12, at - HEADER_BYTES, true)
    const { high, low } = checksum(this.#bytes, at)
    this.#view.setUint32(at, low, true)
    this.#view.setUint32(at + 4, high, true)
    return this.#isOwn ? this.#bytes.slice(0, this.#length) : this.#bytes.subarray(0, this.#length)
  }
}

/** Reads what `StateWriter` wrote. Every fault is found before the first value is handed out. */
export class StateReader {
  readonly #view: DataView
  readonly #bytes: Uint8Array
  readonly #end: number
  #at = HEADER_BYTES

  /** @throws StateCodecError when the bytes are damaged, of another kind or version */
  constructor(bytes: Uint8Array, kind: string, version: number) {
    if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES) {
      throw new StateCodecError(
        `expected at least ${HEADER_BYTES + CHECKSUM_BYTES} bytes of saved state, was ${bytes.length}`,
      )
    }
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = bytes.length - CHECKSUM_BYTES
    if (this.#view.getUint32(0, true) !== MAGIC) {
      throw new StateCodecError('expected saved Levels state, was something else')
    }
    if (this.#view.getUint32(4, true) !== kindCode(kind)) {
      throw new StateCodecError(`expected the saved state of "${kind}", was another kind`)
    }
    const was = this.#view.getUint32(8, true)
    if (was !== version) {
      throw new StateCodecError(`expected version ${version} of "${kind}", was ${was}`)
    }
    if (this.#view.getUint32(12, true) !== this.#end - HEADER_BYTES) {
      throw new StateCodecError(`expected a complete "${kind}" state, was cut or extended`)
    }
    const { high, low } = checksum(bytes, this.#end)
    if (
      this.#view.getUint32(this.#end, true) !== low ||
      this.#view.getUint32(this.#end + 4, true) !== high
    ) {
      throw new StateCodecError(`expected an intact "${kind}" state, the checksum differs`)
    }
  }

  #take(count: number): number {
    const at = this.#at
    if (at + count > this.#end) throw new StateCodecError('expected more saved state, was its end')
    this.#at = at + count
    return at
  }

  number(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** @param base as it was written with */
  delta(base: number): number {
    let byte = this.#bytes[this.#take(1)] ?? 0
    if (byte === LONG) return this.number()
    let zigzag = byte & 127
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = this.#bytes[this.#take(1)] ?? 0
      zigzag += (byte & 127) * scale
    }
    return base + (zigzag % 2 === 0 ? -zigzag / 2 : (zigzag - 1) / 2)
  }

  bigint(): bigint {
    return this.#view.getBigInt64(this.#take(8), true)
  }

  boolean(): boolean {
    return this.number() !== 0
  }

  nullable(): number | null {
    const known = this.boolean()
    const value = this.number()
    return known ? value : null
  }

  /** A length or count. @throws StateCodecError when it cannot be one */
  #count(bytesEach: number): number {
    const count = this.number()
    if (!Number.isInteger(count) || count < 0 || count * bytesEach > this.#end - this.#at) {
      throw new StateCodecError(`expected a count of saved items, was ${count}`)
    }
    return count
  }

  string(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes()) // keeps a BOM
  }

  /** A copy. */
  bytes(): Uint8Array {
    const count = this.#count(1)
    const at = this.#take(count)
    return this.#bytes.slice(at, at + count)
  }

  numbers(): Float64Array {
    const count = this.#count(8)
    const at = this.#take(count * 8)
    const out = new Float64Array(count)
    for (let i = 0; i < count; i++) out[i] = this.#view.getFloat64(at + i * 8, true)
    return out
  }

  /** @throws StateCodecError when something was left unread: the layout is not the expected one */
  end(): void {
    if (this.#at !== this.#end) {
      throw new StateCodecError(
        `expected the end of saved state, ${this.#end - this.#at} bytes left`,
      )
    }
  }
}

function kindCode(kind: string): number {
  if (!/^[\x20-\x7e]{4}$/.test(kind)) {
    throw new StateCodecError(`expected a state kind of four ASCII characters, was "${kind}"`)
  }
  return (
    ((kind.charCodeAt(0) << 24) |
      (kind.charCodeAt(1) << 16) |
      (kind.charCodeAt(2) << 8) |
      kind.charCodeAt(3)) >>>
    0
  )
}

/** Two independent 32-bit multiplicative hashes (FNV-1a, and one with another prime). */
function checksum(bytes: Uint8Array, end: number): { high: number; low: number } {
  let low = 0x811c9dc5
  let high = 0x9747b28c
  for (let i = 0; i < end; i++) {
    const byte = bytes[i] ?? 0
    low = Math.imul(low ^ byte, 0x01000193)
    high = Math.imul(high ^ byte, 0x5bd1e995)
    high ^= high >>> 15
  }
  return { high: high >>> 0, low: low >>> 0 }
}
