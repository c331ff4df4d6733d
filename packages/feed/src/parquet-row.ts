import { MBP_DEPTH } from '@levels/contracts'

/** The values of one row by column, as they come from a Parquet file. */
export type ParquetValues = ReadonlyMap<string, unknown>

const NS_COLUMNS: readonly string[] = ['ts_event_ns', 'ts_recv_ns']
const FLAT_LEVEL = /^(?:bid|ask)_(?:px|sz)_\d\d$/

/** Whether a file's depth is in forty flat columns `bid_px_00` … `ask_sz_09`. */
export function hasFlatLevels(columns: readonly string[]): boolean {
  return columns.includes('bid_px_00')
}

/**
 * The message of the bus that a row says, as its JSON. Columns are the message's fields, in
 * snake_case; depth is a list of structs `levels`, or flat columns `bid_px_00`, `bid_sz_00`,
 * `ask_px_00`, `ask_sz_00` to `…_09`, with 0 or null in an empty slot. Integers wider than a
 * double go as strings of digits, dates as `YYYY-MM-DD`, and nulls are left out.
 */
export function rowText(row: ParquetValues, isFlat: boolean): string {
  const wire: Record<string, unknown> = {}
  for (const [column, value] of row) {
    if (value === null || value === undefined || (isFlat && FLAT_LEVEL.test(column))) continue
    const isExact = NS_COLUMNS.includes(column) && typeof value === 'bigint'
    wire[column] = isExact ? value.toString() : wireValue(value)
  }
  if (isFlat) wire['levels'] = flatLevels(row)
  else if (Array.isArray(wire['levels'])) wire['levels'] = wire['levels'].map(levelOf)
  return JSON.stringify(wire)
}

function flatLevels(row: ParquetValues): Record<string, unknown>[] {
  return Array.from({ length: MBP_DEPTH }, (_, i) => {
    const slot = String(i).padStart(2, '0')
    const at = (name: string): unknown => wireValue(row.get(`${name}_${slot}`) ?? 0)
    return {
      bid_px: at('bid_px'),
      bid_sz: at('bid_sz'),
      ask_px: at('ask_px'),
      ask_sz: at('ask_sz'),
    }
  })
}

/** A null in a slot is an empty slot, as 0 is. */
function levelOf(level: unknown): unknown {
  if (typeof level !== 'object' || level === null) return level
  return Object.fromEntries(Object.entries(level).map(([key, value]) => [key, value ?? 0]))
}

function wireValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  }
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (Array.isArray(value)) return value.map(wireValue)
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<unknown>, wireValue)
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wireValue(inner)]))
}
