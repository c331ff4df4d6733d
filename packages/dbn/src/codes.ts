/** Versions of the format that are read and written. */
export type DbnVersion = 1 | 2 | 3

/** Schema names in the order of their codes in the metadata. */
const schemaNames = [
  'mbo',
  'mbp-1',
  'mbp-10',
  'tbbo',
  'trades',
  'ohlcv-1s',
  'ohlcv-1m',
  'ohlcv-1h',
  'ohlcv-1d',
  'definition',
  'statistics',
  'status',
  'imbalance',
  'ohlcv-eod',
  'cmbp-1',
  'cbbo-1s',
  'cbbo-1m',
  'tcbbo',
  'bbo-1s',
  'bbo-1m',
] as const

/** What a file says it holds. */
export type DbnSchema = (typeof schemaNames)[number]

/** The schemas whose records this package decodes in full. All others are refused by name. */
export const supportedSchemas: readonly DbnSchema[] = [
  'mbp-10',
  'mbo',
  'trades',
  'tbbo',
  'tcbbo',
  'cmbp-1',
  'definition',
]

/** @returns the schema of a code in the metadata, undefined when there is none */
export function schemaOf(code: number): DbnSchema | undefined {
  return schemaNames[code]
}

/** The code of a schema in the metadata. */
export function schemaCode(schema: DbnSchema): number {
  return schemaNames.indexOf(schema)
}

/** Symbology names in the order of their codes in the metadata. */
const stypeNames = [
  'instrument_id',
  'raw_symbol',
  'smart',
  'continuous',
  'parent',
  'nasdaq_symbol',
  'cms_symbol',
  'isin',
  'us_code',
  'bbg_comp_id',
  'bbg_comp_ticker',
  'figi',
  'figi_ticker',
] as const

/** How symbols are written. */
export type SType = (typeof stypeNames)[number]

/** @returns the symbology of a code, undefined when there is none */
export function stypeOf(code: number): SType | undefined {
  return stypeNames[code]
}

/** The code of a symbology in the metadata. */
export function stypeCode(stype: SType): number {
  return stypeNames.indexOf(stype)
}

/** Record types, as in a record's header. */
export const RType = {
  /** `trades`. */
  Mbp0: 0x00,
  /** `tbbo` and `mbp-1`. */
  Mbp1: 0x01,
  Mbp10: 0x0a,
  OhlcvDeprecated: 0x11,
  Status: 0x12,
  InstrumentDef: 0x13,
  Imbalance: 0x14,
  Error: 0x15,
  SymbolMapping: 0x16,
  System: 0x17,
  Statistics: 0x18,
  Ohlcv1S: 0x20,
  Ohlcv1M: 0x21,
  Ohlcv1H: 0x22,
  Ohlcv1D: 0x23,
  OhlcvEod: 0x24,
  Mbo: 0xa0,
  Cmbp1: 0xb1,
  Cbbo1S: 0xc0,
  Cbbo1M: 0xc1,
  Tcbbo: 0xc2,
  Bbo1S: 0xc3,
  Bbo1M: 0xc4,
} as const
export type RType = (typeof RType)[keyof typeof RType]

const rtypeNames: ReadonlyMap<number, string> = new Map<number, string>([
  [RType.Mbp0, 'trades'],
  [RType.Mbp1, 'mbp-1'],
  [RType.Mbp10, 'mbp-10'],
  [RType.OhlcvDeprecated, 'ohlcv'],
  [RType.Status, 'status'],
  [RType.InstrumentDef, 'definition'],
  [RType.Imbalance, 'imbalance'],
  [RType.Error, 'error'],
  [RType.SymbolMapping, 'symbol-mapping'],
  [RType.System, 'system'],
  [RType.Statistics, 'statistics'],
  [RType.Ohlcv1S, 'ohlcv-1s'],
  [RType.Ohlcv1M, 'ohlcv-1m'],
  [RType.Ohlcv1H, 'ohlcv-1h'],
  [RType.Ohlcv1D, 'ohlcv-1d'],
  [RType.OhlcvEod, 'ohlcv-eod'],
  [RType.Mbo, 'mbo'],
  [RType.Cmbp1, 'cmbp-1'],
  [RType.Cbbo1S, 'cbbo-1s'],
  [RType.Cbbo1M, 'cbbo-1m'],
  [RType.Tcbbo, 'tcbbo'],
  [RType.Bbo1S, 'bbo-1s'],
  [RType.Bbo1M, 'bbo-1m'],
])

/** The name of a record type, or its number in hexadecimal when it is none of the format's. */
export function rtypeName(rtype: number): string {
  return rtypeNames.get(rtype) ?? `0x${rtype.toString(16).padStart(2, '0')}`
}

/** The record type that a schema's market data comes in. */
export function rtypeOfSchema(schema: DbnSchema): number {
  if (schema === 'trades') return RType.Mbp0
  if (schema === 'tbbo') return RType.Mbp1
  for (const [rtype, name] of rtypeNames) if (name === schema) return rtype
  return -1
}

/** What a record does: character codes. */
export const Action = {
  Add: 65,
  Cancel: 67,
  Modify: 77,
  Trade: 84,
  Fill: 70,
  Clear: 82,
  None: 78,
} as const

/** Side of a record: of a trade the aggressor's (`Bid` bought), else of the book. */
export const RecordSide = { Bid: 66, Ask: 65, None: 78 } as const

/** Bits of a record's flags. */
export const RecordFlag = {
  /** The last record of an event: a book is consistent only there. */
  Last: 128,
  /** A top-of-book record, not a single order. */
  TopOfBook: 64,
  /** From a snapshot: builds the opening book. */
  Snapshot: 32,
  /** An aggregated price level, not a single order. */
  Mbp: 16,
  /** `ts_recv` is inaccurate. */
  BadTsRecv: 8,
  /** An unrecoverable gap was met. */
  MaybeBadBook: 4,
} as const
