import { DELTA_BYTES_MAX, DeltaCursor, putDelta } from './delta-bytes.ts'
import { StateCodecError } from './errors.ts'

const MAGIC = 0x4c564c53 // "LVLS"
const HEADER_BYTES = 16 // magic, kind, version, body length
const CHECKSUM_BYTES = 16
/** Words that lie in memory as they are saved are copied, which is several times as fast. */
const IS_LITTLE_ENDIAN = new Uint8Array(Int32Array.of(1).buffer)[0] === 1
const BLOCK_BYTES = 4_096
const COLUMN_AT_ONCE = 64

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
    const at = this.#reserve(DELTA_BYTES_MAX)
    this.#length = putDelta(this.#bytes, at, value, base)
    return this
  }

  /**
   * A column of a ring, each number as `delta` from the one before, the first from 0.
   *
   * @param from place to begin with; after the last of `values` comes the first
   */
  column(values: ArrayLike<number>, from: number, count: number): this {
    let at = from
    let before = -1
    for (let left = count; left > 0;) {
      const few = Math.min(left, COLUMN_AT_ONCE, values.length - at)
      const to = this.#reserve(few * DELTA_BYTES_MAX)
      this.#length = putColumn(this.#bytes, to, values, at, at + few, before)
      left -= few
      at += few
      before = at - 1
      if (at === values.length) at = 0
    }
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

  /** A run of 32-bit integers with its length, from all of the places where it lies. */
  words(parts: readonly Int32Array[]): this {
    const count = parts.reduce((sum, { length }) => sum + length, 0)
    this.number(count)
    let at = this.#reserve(count * 4)
    for (const part of parts) {
      if (IS_LITTLE_ENDIAN) {
        this.#bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
      } else part.forEach((word, i) => this.#view.setInt32(at + 4 * i, word, true))
      at += part.byteLength
    }
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
    checksum(this.#view, at).forEach((word, i) => {
      this.#view.setInt32(at + 4 * i, word, true)
    })
    return this.#isOwn ? this.#bytes.slice(0, this.#length) : this.#bytes.subarray(0, this.#length)
  }
}

/** Reads what `StateWriter` wrote. Every fault is found before the first value is handed out. */
export class StateReader {
  readonly #view: DataView
  readonly #bytes: Uint8Array
  readonly #end: number
  readonly #cursor: DeltaCursor

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
    this.#cursor = new DeltaCursor(bytes, HEADER_BYTES)
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
    const words = checksum(this.#view, this.#end)
    if (words.some((word, i) => word !== this.#view.getInt32(this.#end + 4 * i, true))) {
      throw new StateCodecError(`expected an intact "${kind}" state, the checksum differs`)
    }
  }

  #take(count: number): number {
    const { at } = this.#cursor
    this.#cursor.at = at + count
    this.#checkEnd()
    return at
  }

  #checkEnd(): void {
    if (this.#cursor.at <= this.#end) return
    throw new StateCodecError('expected more saved state, was its end')
  }

  number(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** @param base as it was written with */
  delta(base: number): number {
    const value = this.#cursor.next(base)
    this.#checkEnd()
    return value
  }

  /**
   * Fills a ring from its beginning.
   *
   * @throws StateCodecError when it has no room for so many
   */
  column(out: Float64Array | Int32Array | Int8Array | Uint8Array, count: number): void {
    if (!(count <= out.length)) {
      throw new StateCodecError(`expected at most ${out.length} saved numbers, was ${count}`)
    }
    const cursor = this.#cursor
    let base = 0
    for (let at = 0; at < count; at++) {
      base = cursor.next(base)
      out[at] = base
    }
    this.#checkEnd()
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
    if (!Number.isInteger(count) || count < 0 || count * bytesEach > this.#end - this.#cursor.at) {
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

  /** A copy. */
  words(): Int32Array {
    const count = this.#count(4)
    const at = this.#take(count * 4)
    const out = new Int32Array(count)
    for (let i = 0; i < count; i++) out[i] = this.#view.getInt32(at + i * 4, true)
    return out
  }

  /** @throws StateCodecError when something was left unread: the layout is not the expected one */
  end(): void {
    if (this.#cursor.at !== this.#end) {
      throw new StateCodecError(
        `expected the end of saved state, ${this.#end - this.#cursor.at} bytes left`,
      )
    }
  }
}

/** Writes a part of a column. @param before place of the number before it, −1: there is none */
function putColumn(
  bytes: Uint8Array,
  to: number,
  values: ArrayLike<number>,
  from: number,
  end: number,
  before: number,
): number {
  let base = before < 0 ? 0 : (values[before] ?? 0)
  for (let at = from; at < end; at++) {
    const value = values[at] ?? 0
    to = putDelta(bytes, to, value, base)
    base = value
  }
  return to
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

/**
 * A hash of four words. It is computed block by block because a function that is called often is
 * compiled, where a long loop that runs twice a minute is not and takes several times as long.
 */
function checksum(view: DataView, end: number): Int32Array {
  const hash = Int32Array.of(0x011c9dc5, 0x1747b28c, 0x1b873593, 0x2545f491)
  const tail = end - (end % 16)
  for (let at = 0; at < tail; at += BLOCK_BYTES) {
    hashBlock(hash, view, at, Math.min(at + BLOCK_BYTES, tail))
  }
  const last = new DataView(new ArrayBuffer(16))
  for (let at = tail; at < end; at++) last.setUint8(at - tail, view.getUint8(at))
  hashBlock(hash, last, 0, 16)
  return hash
}

/**
 * Sixteen bytes at a time, in two chains side by side. Each step can be undone, so that nothing can
 * change within four words and leave the outcome as it was; multiplying takes what differs up,
 * shifting takes it down and across.
 */
function hashBlock(hash: Int32Array, view: DataView, from: number, end: number): void {
  let a = hash[0] ?? 0
  let b = hash[1] ?? 0
  let c = hash[2] ?? 0
  let d = hash[3] ?? 0
  for (let at = from; at < end; at += 16) {
    a = Math.imul(a ^ view.getInt32(at, true), 0x05ebca6b)
    b = Math.imul(b ^ view.getInt32(at + 4, true), 0x42b2ae35)
    c = Math.imul(c ^ view.getInt32(at + 8, true), 0x05ebca6b)
    d = Math.imul(d ^ view.getInt32(at + 12, true), 0x42b2ae35)
    a ^= d >>> 15
    b ^= c >>> 13
    c ^= a >>> 15
    d ^= b >>> 13
  }
  hash[0] = a
  hash[1] = b
  hash[2] = c
  hash[3] = d
}
