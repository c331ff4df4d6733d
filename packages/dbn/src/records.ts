import { RangeViolationError } from '@levels/kernel'
import { type DbnVersion, rtypeName } from './codes.ts'
import {
  consolidatedLayout,
  fieldBytes,
  fieldCount,
  type FieldKind,
  HEADER_BYTES,
  layoutBytes,
  layoutOf,
  LEVEL_BYTES,
  levelLayout,
  type RecordLayout,
} from './layouts.ts'
import { putText } from './metadata-encoder.ts'
import type { RecordCursor } from './record-cursor.ts'

/** A field: text and characters as strings, 64-bit numbers as `bigint`, levels as a list. */
export type FieldValue = number | bigint | string | readonly FieldValues[]
export type FieldValues = Readonly<Record<string, FieldValue>>

/** A whole record by the format's names, in camelCase. For edges: it allocates. */
export interface DbnRecord {
  readonly rtype: number
  readonly publisherId: number
  readonly instrumentId: number
  /** ns since 1970. */
  readonly tsEvent: bigint
  /** When the gateway sent it, ns since 1970; null where the file does not say. */
  readonly tsOut: bigint | null
  readonly fields: FieldValues
}

/**
 * Decodes every field of a record of a supported schema.
 *
 * @throws RangeViolationError for records of other schemas
 */
export function decodeRecord(record: RecordCursor): DbnRecord {
  const { rtype, view, at, length, version, publisherId, instrumentId } = record
  const layout = neededLayout(rtype, version)
  const end = at + layoutBytes(layout)
  return {
    rtype,
    publisherId,
    instrumentId,
    tsEvent: record.tsEventNs,
    tsOut: length > end - at ? view.getBigUint64(end, true) : null,
    fields: decodeFields(layout, view, at + HEADER_BYTES),
  }
}

function neededLayout(rtype: number, version: DbnVersion): RecordLayout {
  const layout = layoutOf(rtype, version)
  if (layout !== undefined) return layout
  throw new RangeViolationError(`expected a record of a supported schema, was ${rtypeName(rtype)}`)
}

function isReserved(kind: FieldKind): boolean {
  return kind.startsWith('reserved')
}

function decodeFields(layout: RecordLayout, view: DataView, from: number): FieldValues {
  const fields: Record<string, FieldValue> = {}
  let at = from
  for (const [name, kind] of Object.entries(layout)) {
    if (!isReserved(kind)) fields[name] = decodeField(kind, view, at)
    at += fieldBytes(kind)
  }
  return fields
}

function decodeField(kind: FieldKind, view: DataView, at: number): FieldValue {
  switch (kind) {
    case 'u8':
      return view.getUint8(at)
    case 'i8':
      return view.getInt8(at)
    case 'u16':
      return view.getUint16(at, true)
    case 'i16':
      return view.getInt16(at, true)
    case 'u32':
      return view.getUint32(at, true)
    case 'i32':
      return view.getInt32(at, true)
    case 'u64':
      return view.getBigUint64(at, true)
    case 'i64':
      return view.getBigInt64(at, true)
    case 'char':
      return String.fromCharCode(view.getUint8(at))
  }
  const count = fieldCount(kind)
  if (kind.startsWith('text')) return textAt(view, at, count)
  const layout = levelsLayout(kind)
  return Array.from({ length: count }, (_, i) => decodeFields(layout, view, at + i * LEVEL_BYTES))
}

function levelsLayout(kind: FieldKind): RecordLayout {
  return kind.startsWith('consolidated') ? consolidatedLayout : levelLayout
}

/** Text up to its closing NUL; bytes beyond ASCII as in Latin-1. */
function textAt(view: DataView, at: number, length: number): string {
  let text = ''
  for (let i = at; i < at + length && view.getUint8(i) !== 0; i++) {
    text += String.fromCharCode(view.getUint8(i))
  }
  return text
}

/** Bytes that `encodeRecord` writes for a record. */
export function encodedBytes(record: DbnRecord, version: DbnVersion): number {
  return layoutBytes(neededLayout(record.rtype, version)) + (record.tsOut === null ? 0 : 8)
}

/**
 * Writes a record; reserved bytes become 0.
 *
 * @param view has room for `encodedBytes` at `at`
 * @throws RangeViolationError when a field is missing, of another type, or does not fit
 */
export function encodeRecord(
  record: DbnRecord,
  version: DbnVersion,
  view: DataView,
  at: number,
): void {
  const layout = neededLayout(record.rtype, version)
  const length = encodedBytes(record, version)
  view.setUint8(at, length >> 2)
  view.setUint8(at + 1, record.rtype)
  view.setUint16(at + 2, record.publisherId, true)
  view.setUint32(at + 4, record.instrumentId, true)
  view.setBigUint64(at + 8, record.tsEvent, true)
  encodeFields(layout, record.fields, view, at + HEADER_BYTES)
  if (record.tsOut !== null) view.setBigUint64(at + length - 8, record.tsOut, true)
}

function encodeFields(
  layout: RecordLayout,
  fields: FieldValues,
  view: DataView,
  from: number,
): void {
  let at = from
  for (const [name, kind] of Object.entries(layout)) {
    const bytes = fieldBytes(kind)
    if (isReserved(kind)) {
      for (let i = 0; i < bytes; i++) view.setUint8(at + i, 0)
    } else {
      encodeField(kind, fields[name], name, view, at)
    }
    at += bytes
  }
}

function encodeField(
  kind: FieldKind,
  value: FieldValue | undefined,
  name: string,
  view: DataView,
  at: number,
): void {
  if (typeof value === 'number') return encodeNumber(kind, value, name, view, at)
  if (typeof value === 'bigint' && kind === 'u64') return view.setBigUint64(at, value, true)
  if (typeof value === 'bigint' && kind === 'i64') return view.setBigInt64(at, value, true)
  if (typeof value === 'string') {
    if (kind === 'char' && value.length === 1) return view.setUint8(at, value.charCodeAt(0))
    if (kind.startsWith('text')) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      return putText(bytes, at, value, fieldCount(kind))
    }
  }
  if (Array.isArray(value) && value.length === fieldCount(kind)) {
    const layout = levelsLayout(kind)
    const levels: readonly FieldValues[] = value
    return levels.forEach((level, i) => encodeFields(layout, level, view, at + i * LEVEL_BYTES))
  }
  throw new RangeViolationError(`expected ${kind} for ${name}, was ${shown(value)}`)
}

function shown(value: FieldValue | undefined): string {
  if (value === undefined) return 'missing'
  return typeof value === 'object' ? `a list of ${value.length}` : `${typeof value} ${value}`
}

const integerRanges: Readonly<Record<string, readonly [number, number]>> = {
  u8: [0, 0xff],
  i8: [-0x80, 0x7f],
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
}

function encodeNumber(
  kind: FieldKind,
  value: number,
  name: string,
  view: DataView,
  at: number,
): void {
  const [low, high] = integerRanges[kind] ?? [1, 0]
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeViolationError(`expected ${kind} for ${name}, was ${value}`)
  }
  // Two's complement: the bits are the same whether the field is signed or not.
  const bytes = fieldBytes(kind)
  if (bytes === 1) view.setUint8(at, value)
  else if (bytes === 2) view.setUint16(at, value, true)
  else view.setUint32(at, value, true)
}

/** A record of a type with every field zero or empty, but for those given. */
export function makeRecord(
  header: Omit<DbnRecord, 'fields' | 'tsOut'>,
  version: DbnVersion,
  fields: FieldValues,
): DbnRecord {
  const layout = neededLayout(header.rtype, version)
  const blank = decodeFields(layout, new DataView(new ArrayBuffer(layoutBytes(layout))), 0)
  for (const name of Object.keys(fields)) {
    if (!(name in layout)) {
      throw new RangeViolationError(`expected a field of ${rtypeName(header.rtype)}, was ${name}`)
    }
  }
  return { ...header, tsOut: null, fields: { ...blank, ...fields } }
}
