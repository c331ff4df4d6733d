import { RangeViolationError } from '@levels/kernel'
import { schemaCode, stypeCode } from './codes.ts'
import type { DbnMetadata } from './metadata.ts'

const PRELUDE_BYTES = 8
const FIXED_BYTES = 100
const COUNTS_BYTES = 5 * 4
const DATASET_BYTES = 16
const UNDEF_U64 = 0xffff_ffff_ffff_ffffn

/** Writes front to back into space reserved beforehand. */
class MetadataSink {
  readonly bytes: Uint8Array
  readonly #view: DataView
  at = 0

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
    this.#view = new DataView(this.bytes.buffer)
  }

  u8(value: number): void {
    this.#view.setUint8(this.at, value)
    this.at += 1
  }

  u16(value: number): void {
    this.#view.setUint16(this.at, value, true)
    this.at += 2
  }

  u32(value: number): void {
    this.#view.setUint32(this.at, value, true)
    this.at += 4
  }

  u64(value: bigint): void {
    this.#view.setBigUint64(this.at, value, true)
    this.at += 8
  }

  text(value: string, length: number): void {
    putText(this.bytes, this.at, value, length)
    this.at += length
  }

  symbols(values: readonly string[], symbolBytes: number): void {
    this.u32(values.length)
    for (const value of values) this.text(value, symbolBytes)
  }
}

/**
 * Writes ASCII text closed and padded by NULs.
 *
 * @throws RangeViolationError when it is not ASCII, or leaves no room for a NUL
 */
export function putText(bytes: Uint8Array, at: number, text: string, length: number): void {
  if (text.length >= length || !/^[\x20-\x7e]*$/.test(text)) {
    throw new RangeViolationError(
      `expected ASCII text of at most ${length - 1} characters, was "${text}"`,
    )
  }
  for (let i = 0; i < length; i++) bytes[at + i] = i < text.length ? text.charCodeAt(i) : 0
}

/** Prelude and metadata as a file begins with them. */
export function encodeMetadata(metadata: DbnMetadata): Uint8Array {
  const symbolBytes = metadata.symbolCstrLen
  const needed = bodyBytes(metadata)
  // From version 3 on, the records that follow start at a multiple of eight.
  const length = metadata.version < 3 ? needed : Math.ceil(needed / 8) * 8
  const sink = new MetadataSink(PRELUDE_BYTES + length)
  sink.bytes.set([0x44, 0x42, 0x4e, metadata.version])
  sink.at = 4
  sink.u32(length)
  sink.text(metadata.dataset, DATASET_BYTES)
  sink.u16(metadata.schema === null ? 0xffff : schemaCode(metadata.schema))
  sink.u64(metadata.startNs)
  sink.u64(metadata.endNs ?? UNDEF_U64)
  sink.u64(metadata.limit ?? 0n)
  if (metadata.version === 1) sink.u64(UNDEF_U64) // a count of records, long unused
  sink.u8(metadata.stypeIn === null ? 0xff : stypeCode(metadata.stypeIn))
  sink.u8(stypeCode(metadata.stypeOut))
  sink.u8(metadata.tsOut ? 1 : 0)
  if (metadata.version > 1) sink.u16(symbolBytes)
  sink.at = PRELUDE_BYTES + FIXED_BYTES
  sink.u32(0) // no schema definition
  sink.symbols(metadata.symbols, symbolBytes)
  sink.symbols(metadata.partial, symbolBytes)
  sink.symbols(metadata.notFound, symbolBytes)
  sink.u32(metadata.mappings.length)
  for (const { rawSymbol, intervals } of metadata.mappings) {
    sink.text(rawSymbol, symbolBytes)
    sink.u32(intervals.length)
    for (const { startYmd, endYmd, symbol } of intervals) {
      sink.u32(startYmd)
      sink.u32(endYmd)
      sink.text(symbol, symbolBytes)
    }
  }
  return sink.bytes
}

function bodyBytes(metadata: DbnMetadata): number {
  const symbolBytes = metadata.symbolCstrLen
  const { symbols, partial, notFound, mappings } = metadata
  let bytes = FIXED_BYTES + COUNTS_BYTES
  bytes += (symbols.length + partial.length + notFound.length) * symbolBytes
  for (const { intervals } of mappings) {
    bytes += symbolBytes + 4 + intervals.length * (8 + symbolBytes)
  }
  return bytes
}
