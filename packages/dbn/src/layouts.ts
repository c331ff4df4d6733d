import { type DbnVersion, RType } from './codes.ts'

/**
 * The kind of a field: an integer by sign and bits, one character, text of n bytes closed by
 * NULs, n reserved bytes, or n price levels of one of two shapes.
 */
export type FieldKind =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'char'
  | `text${number}`
  | `reserved${number}`
  | `levels${number}`
  | `consolidated${number}`

/** Fields of a record after its header, in order; the names are the format's, in camelCase. */
export type RecordLayout = Readonly<Record<string, FieldKind>>

export const HEADER_BYTES = 16
export const LEVEL_BYTES = 32
/** The most a record can be: its length is one byte that counts 4-byte words. */
export const MAX_RECORD_BYTES = 255 * 4

/** A price level. */
export const levelLayout = {
  bidPx: 'i64',
  askPx: 'i64',
  bidSz: 'u32',
  askSz: 'u32',
  bidCt: 'u32',
  askCt: 'u32',
} as const satisfies RecordLayout

/** A price level over several venues: who is best instead of how many. */
export const consolidatedLayout = {
  bidPx: 'i64',
  askPx: 'i64',
  bidSz: 'u32',
  askSz: 'u32',
  bidPb: 'u16',
  reserved1: 'reserved2',
  askPb: 'u16',
  reserved2: 'reserved2',
} as const satisfies RecordLayout

const trade = {
  price: 'i64',
  size: 'u32',
  action: 'char',
  side: 'char',
  flags: 'u8',
  depth: 'u8',
  tsRecv: 'u64',
  tsInDelta: 'i32',
  sequence: 'u32',
} as const satisfies RecordLayout

const mbo = {
  orderId: 'u64',
  price: 'i64',
  size: 'u32',
  flags: 'u8',
  channelId: 'u8',
  action: 'char',
  side: 'char',
  tsRecv: 'u64',
  tsInDelta: 'i32',
  sequence: 'u32',
} as const satisfies RecordLayout

const cmbp1 = {
  price: 'i64',
  size: 'u32',
  action: 'char',
  side: 'char',
  flags: 'u8',
  reserved1: 'reserved1',
  tsRecv: 'u64',
  tsInDelta: 'i32',
  reserved2: 'reserved4',
  levels: 'consolidated1',
} as const satisfies RecordLayout

const definitionPrices = {
  tsRecv: 'u64',
  minPriceIncrement: 'i64',
  displayFactor: 'i64',
  expiration: 'u64',
  activation: 'u64',
  highLimitPrice: 'i64',
  lowLimitPrice: 'i64',
  maxPriceVariation: 'i64',
} as const satisfies RecordLayout

const definitionLimits = {
  marketDepthImplied: 'i32',
  marketDepth: 'i32',
  marketSegmentId: 'u32',
  maxTradeVol: 'u32',
  minLotSize: 'i32',
  minLotSizeBlock: 'i32',
  minLotSizeRoundLot: 'i32',
  minTradeVol: 'u32',
} as const satisfies RecordLayout

const definitionDates = {
  applId: 'i16',
  maturityYear: 'u16',
  decayStartDate: 'u16',
  channelId: 'u16',
} as const satisfies RecordLayout

const definitionV1 = {
  ...definitionPrices,
  tradingReferencePrice: 'i64',
  unitOfMeasureQty: 'i64',
  minPriceIncrementAmount: 'i64',
  priceRatio: 'i64',
  instAttribValue: 'i32',
  underlyingId: 'u32',
  rawInstrumentId: 'u32',
  ...definitionLimits,
  // A field that later versions dropped; files still fill it.
  retired: 'i32',
  contractMultiplier: 'i32',
  decayQuantity: 'i32',
  originalContractSize: 'i32',
  reserved3: 'reserved4',
  tradingReferenceDate: 'u16',
  ...definitionDates,
  currency: 'text4',
  settlCurrency: 'text4',
  secsubtype: 'text6',
  rawSymbol: 'text22',
  group: 'text21',
  exchange: 'text5',
  asset: 'text7',
  cfi: 'text7',
  securityType: 'text7',
  unitOfMeasure: 'text31',
  underlying: 'text21',
  strikePriceCurrency: 'text4',
  instrumentClass: 'char',
  reserved4: 'reserved2',
  strikePrice: 'i64',
  reserved5: 'reserved6',
  matchAlgorithm: 'char',
  mdSecurityTradingStatus: 'u8',
  mainFraction: 'u8',
  priceDisplayFormat: 'u8',
  settlPriceType: 'u8',
  subFraction: 'u8',
  underlyingProduct: 'u8',
  securityUpdateAction: 'char',
  maturityMonth: 'u8',
  maturityDay: 'u8',
  maturityWeek: 'u8',
  userDefinedInstrument: 'char',
  contractMultiplierUnit: 'i8',
  flowScheduleType: 'i8',
  tickRule: 'u8',
  reserved6: 'reserved3',
} as const satisfies RecordLayout

const definitionV2 = {
  ...definitionPrices,
  tradingReferencePrice: 'i64',
  unitOfMeasureQty: 'i64',
  minPriceIncrementAmount: 'i64',
  priceRatio: 'i64',
  strikePrice: 'i64',
  instAttribValue: 'i32',
  underlyingId: 'u32',
  rawInstrumentId: 'u32',
  ...definitionLimits,
  contractMultiplier: 'i32',
  decayQuantity: 'i32',
  originalContractSize: 'i32',
  tradingReferenceDate: 'u16',
  ...definitionDates,
  currency: 'text4',
  settlCurrency: 'text4',
  secsubtype: 'text6',
  rawSymbol: 'text71',
  group: 'text21',
  exchange: 'text5',
  asset: 'text7',
  cfi: 'text7',
  securityType: 'text7',
  unitOfMeasure: 'text31',
  underlying: 'text21',
  strikePriceCurrency: 'text4',
  instrumentClass: 'char',
  matchAlgorithm: 'char',
  mdSecurityTradingStatus: 'u8',
  mainFraction: 'u8',
  priceDisplayFormat: 'u8',
  settlPriceType: 'u8',
  subFraction: 'u8',
  underlyingProduct: 'u8',
  securityUpdateAction: 'char',
  maturityMonth: 'u8',
  maturityDay: 'u8',
  maturityWeek: 'u8',
  userDefinedInstrument: 'char',
  contractMultiplierUnit: 'i8',
  flowScheduleType: 'i8',
  tickRule: 'u8',
  reserved1: 'reserved10',
} as const satisfies RecordLayout

const definitionV3 = {
  ...definitionPrices,
  unitOfMeasureQty: 'i64',
  minPriceIncrementAmount: 'i64',
  priceRatio: 'i64',
  strikePrice: 'i64',
  rawInstrumentId: 'u64',
  legPrice: 'i64',
  legDelta: 'i64',
  instAttribValue: 'i32',
  underlyingId: 'u32',
  ...definitionLimits,
  contractMultiplier: 'i32',
  decayQuantity: 'i32',
  originalContractSize: 'i32',
  legInstrumentId: 'u32',
  legRatioPriceNumerator: 'i32',
  legRatioPriceDenominator: 'i32',
  legRatioQtyNumerator: 'i32',
  legRatioQtyDenominator: 'i32',
  legUnderlyingId: 'u32',
  ...definitionDates,
  legCount: 'u16',
  legIndex: 'u16',
  currency: 'text4',
  settlCurrency: 'text4',
  secsubtype: 'text6',
  rawSymbol: 'text71',
  group: 'text21',
  exchange: 'text5',
  asset: 'text11',
  cfi: 'text7',
  securityType: 'text7',
  unitOfMeasure: 'text31',
  underlying: 'text21',
  strikePriceCurrency: 'text4',
  legRawSymbol: 'text71',
  instrumentClass: 'char',
  matchAlgorithm: 'char',
  mainFraction: 'u8',
  priceDisplayFormat: 'u8',
  subFraction: 'u8',
  underlyingProduct: 'u8',
  securityUpdateAction: 'char',
  maturityMonth: 'u8',
  maturityDay: 'u8',
  maturityWeek: 'u8',
  userDefinedInstrument: 'char',
  contractMultiplierUnit: 'i8',
  flowScheduleType: 'i8',
  tickRule: 'u8',
  legInstrumentClass: 'char',
  legSide: 'char',
  reserved1: 'reserved17',
} as const satisfies RecordLayout

const mappingV1 = {
  stypeInSymbol: 'text22',
  stypeOutSymbol: 'text22',
  reserved1: 'reserved4',
  startTs: 'u64',
  endTs: 'u64',
} as const satisfies RecordLayout

const mappingV2 = {
  stypeIn: 'u8',
  stypeInSymbol: 'text71',
  stypeOut: 'u8',
  stypeOutSymbol: 'text71',
  startTs: 'u64',
  endTs: 'u64',
} as const satisfies RecordLayout

const errorV1 = { err: 'text64' } as const satisfies RecordLayout
const errorV2 = { err: 'text302', code: 'u8', isLast: 'u8' } as const satisfies RecordLayout
const systemV1 = { msg: 'text64' } as const satisfies RecordLayout
const systemV2 = { msg: 'text303', code: 'u8' } as const satisfies RecordLayout

/** The layout of the records this package decodes in full; undefined for all others. */
export function layoutOf(rtype: number, version: DbnVersion): RecordLayout | undefined {
  switch (rtype) {
    case RType.Mbp0:
      return trade
    case RType.Mbp1:
      return { ...trade, levels: 'levels1' }
    case RType.Mbp10:
      return { ...trade, levels: 'levels10' }
    case RType.Mbo:
      return mbo
    case RType.Cmbp1:
    case RType.Tcbbo:
      return cmbp1
    case RType.InstrumentDef:
      return version === 1 ? definitionV1 : version === 2 ? definitionV2 : definitionV3
    case RType.SymbolMapping:
      return version === 1 ? mappingV1 : mappingV2
    case RType.Error:
      return version === 1 ? errorV1 : errorV2
    case RType.System:
      return version === 1 ? systemV1 : systemV2
    default:
      return undefined
  }
}

/** Bytes of one field. */
export function fieldBytes(kind: FieldKind): number {
  switch (kind) {
    case 'u8':
    case 'i8':
    case 'char':
      return 1
    case 'u16':
    case 'i16':
      return 2
    case 'u32':
    case 'i32':
      return 4
    case 'u64':
    case 'i64':
      return 8
    default:
      return fieldCount(kind) * (/^(levels|consolidated)/.test(kind) ? LEVEL_BYTES : 1)
  }
}

/** The number at the end of a field's kind: how many bytes or levels. */
export function fieldCount(kind: FieldKind): number {
  return Number(/\d+$/.exec(kind)?.[0] ?? 0)
}

/** Bytes of a record with this layout, header included. */
export function layoutBytes(layout: RecordLayout): number {
  let bytes = HEADER_BYTES
  for (const kind of Object.values(layout)) bytes += fieldBytes(kind)
  return bytes
}

/** Lengths of the records whose fields this package does not read. */
const foreignBytes: ReadonlyMap<number, number> = new Map<number, number>([
  [RType.OhlcvDeprecated, 56],
  [RType.Ohlcv1S, 56],
  [RType.Ohlcv1M, 56],
  [RType.Ohlcv1H, 56],
  [RType.Ohlcv1D, 56],
  [RType.OhlcvEod, 56],
  [RType.Status, 40],
  [RType.Imbalance, 112],
  [RType.Cbbo1S, 80],
  [RType.Cbbo1M, 80],
  [RType.Bbo1S, 80],
  [RType.Bbo1M, 80],
])

function lengthTable(version: DbnVersion): Uint16Array {
  const table = new Uint16Array(256)
  for (const rtype of Object.values(RType)) {
    const layout = layoutOf(rtype, version)
    table[rtype] = layout === undefined ? (foreignBytes.get(rtype) ?? 0) : layoutBytes(layout)
  }
  table[RType.Statistics] = version === 3 ? 80 : 64
  return table
}

const lengthTables = { 1: lengthTable(1), 2: lengthTable(2), 3: lengthTable(3) } as const

/** @returns bytes of a record without `ts_out`, 0 when the format knows no such record */
export function recordBytes(rtype: number, version: DbnVersion): number {
  return lengthTables[version][rtype] ?? 0
}
