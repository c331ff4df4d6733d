import { Subject } from '@levels/contracts'
import type { InstrumentPair } from '@levels/kernel'
import type { SourceInfo } from './event-source.ts'

const TRADE_SCHEMAS: readonly (string | null)[] = ['trades', 'tbbo']

/**
 * Whether a file has the future's trades apart from depth, so that depth files leave theirs out.
 * A file of NDJSON does not say beforehand what it holds, and is not asked.
 */
export function hasFuturesTrades(info: SourceInfo, pair: InstrumentPair): boolean {
  const { format, schema, symbols } = info
  if (format === 'parquet') return schema === Subject.FuturesTrades
  const isOfFuture = symbols.length === 0 || symbols.some((s) => s.startsWith(pair.futures))
  return format === 'dbn' && TRADE_SCHEMAS.includes(schema) && isOfFuture
}
