import type { DecodeResult } from '../src/index.ts'
import * as contracts from '../src/index.ts'

/** A message's codec without its type, for tests that treat all messages alike. */
export interface AnyCodec {
  readonly decode: (payload: string | Uint8Array) => DecodeResult<unknown>
  readonly encode: (value: unknown) => string
}

/** A value goes into `encode` only after `decode` of the same message gave it. */
function codec<T>(
  decode: (payload: string | Uint8Array) => DecodeResult<T>,
  encode: (value: T) => string,
): AnyCodec {
  return { decode, encode: (value) => encode(value as T) }
}

/** By the name that fixtures carry. */
export const CODECS: Readonly<Record<string, AnyCodec>> = {
  'stock-trade.v1': codec(contracts.decodeStockTrade, contracts.encodeStockTrade),
  'stock-quote.v1': codec(contracts.decodeStockQuote, contracts.encodeStockQuote),
  'option-trade.v1': codec(contracts.decodeOptionTrade, contracts.encodeOptionTrade),
  'futures-trade.v1': codec(contracts.decodeFuturesTrade, contracts.encodeFuturesTrade),
  'mbp10.v1': codec(contracts.decodeMbp10, contracts.encodeMbp10),
  'level-signals.v1': codec(contracts.decodeLevelSignals, contracts.encodeLevelSignalsChecked),
  'reject.v1': codec(contracts.decodeReject, contracts.encodeReject),
  'service-status.v1': codec(contracts.decodeServiceStatus, contracts.encodeServiceStatus),
}

/** A memory value as JSON: integers beyond doubles and maps get a wrapper. */
export function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (value instanceof Map) return { $map: [...(value as Map<unknown, unknown>)] }
  if (Array.isArray(value)) return value.map(asJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asJson(inner)]))
}
