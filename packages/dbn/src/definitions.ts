import { RangeViolationError } from '@levels/kernel'
import { type DbnVersion, RType, rtypeName } from './codes.ts'
import type { RecordCursor } from './record-cursor.ts'
import { type DbnRecord, decodeRecord, type FieldValues, makeRecord } from './records.ts'

const UNDEF_PRICE = 0x7fff_ffff_ffff_ffffn
const UNDEF_TIME = 0xffff_ffff_ffff_ffffn
const UNDEF_I32 = 0x7fff_ffff
const UNDEF_U32 = 0xffff_ffff
const UNDEF_U16 = 0xffff
const UNDEF_U8 = 0xff

/** What an instrument is, the same for every version of the format. Null: the file does not say. */
export interface InstrumentDefinition {
  readonly instrumentId: number
  readonly publisherId: number
  /** ns since 1970. */
  readonly tsRecvNs: bigint
  readonly rawSymbol: string
  /** `F` future, `C` call, `P` put, `K` stock, `S` future spread, `T` option spread, … */
  readonly instrumentClass: string
  readonly asset: string
  readonly underlying: string
  readonly exchange: string
  readonly currency: string
  readonly securityType: string
  /** The tick, in 1e-9 of the currency. */
  readonly minPriceIncrementNanos: bigint | null
  readonly strikePriceNanos: bigint | null
  /** ns since 1970. */
  readonly expirationNs: bigint | null
  readonly activationNs: bigint | null
  readonly contractMultiplier: number | null
}

function expectType(record: RecordCursor, rtype: number): void {
  if (record.rtype !== rtype) {
    throw new RangeViolationError(
      `expected a ${rtypeName(rtype)} record, was ${rtypeName(record.rtype)}`,
    )
  }
}

function text(fields: FieldValues, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

function long(fields: FieldValues, name: string, undef: bigint): bigint | null {
  const value = fields[name]
  return typeof value === 'bigint' && value !== undef ? value : null
}

/**
 * Reads a definition of any version.
 *
 * @throws RangeViolationError when the record is none
 */
export function readDefinition(record: RecordCursor): InstrumentDefinition {
  expectType(record, RType.InstrumentDef)
  const { fields } = decodeRecord(record)
  const multiplier = fields['contractMultiplier']
  return {
    instrumentId: record.instrumentId,
    publisherId: record.publisherId,
    tsRecvNs: record.tsRecvNs,
    rawSymbol: text(fields, 'rawSymbol'),
    instrumentClass: text(fields, 'instrumentClass'),
    asset: text(fields, 'asset'),
    underlying: text(fields, 'underlying'),
    exchange: text(fields, 'exchange'),
    currency: text(fields, 'currency'),
    securityType: text(fields, 'securityType'),
    minPriceIncrementNanos: long(fields, 'minPriceIncrement', UNDEF_PRICE),
    strikePriceNanos: long(fields, 'strikePrice', UNDEF_PRICE),
    expirationNs: long(fields, 'expiration', UNDEF_TIME),
    activationNs: long(fields, 'activation', UNDEF_TIME),
    contractMultiplier:
      typeof multiplier === 'number' && multiplier !== UNDEF_I32 ? multiplier : null,
  }
}

/** A symbol mapping as a live capture has them. */
export interface InstrumentMapping {
  readonly instrumentId: number
  readonly stypeInSymbol: string
  readonly stypeOutSymbol: string
  /** ns since 1970; null: the file does not say. */
  readonly startNs: bigint | null
  readonly endNs: bigint | null
}

/** @throws RangeViolationError when the record is none */
export function readSymbolMapping(record: RecordCursor): InstrumentMapping {
  expectType(record, RType.SymbolMapping)
  const { fields } = decodeRecord(record)
  return {
    instrumentId: record.instrumentId,
    stypeInSymbol: text(fields, 'stypeInSymbol'),
    stypeOutSymbol: text(fields, 'stypeOutSymbol'),
    startNs: long(fields, 'startTs', UNDEF_TIME),
    endNs: long(fields, 'endTs', UNDEF_TIME),
  }
}

/** What the gateway had to say. */
export interface GatewayMessage {
  readonly kind: 'system' | 'error'
  readonly text: string
}

/** Reads a system or error record. @throws RangeViolationError when the record is neither */
export function readMessage(record: RecordCursor): GatewayMessage {
  if (record.rtype === RType.Error) {
    return { kind: 'error', text: text(decodeRecord(record).fields, 'err') }
  }
  expectType(record, RType.System)
  return { kind: 'system', text: text(decodeRecord(record).fields, 'msg') }
}

const undefinedInAll: FieldValues = {
  displayFactor: UNDEF_PRICE,
  activation: UNDEF_TIME,
  highLimitPrice: UNDEF_PRICE,
  lowLimitPrice: UNDEF_PRICE,
  maxPriceVariation: UNDEF_PRICE,
  unitOfMeasureQty: UNDEF_PRICE,
  minPriceIncrementAmount: UNDEF_PRICE,
  priceRatio: UNDEF_PRICE,
  instAttribValue: UNDEF_I32,
  marketDepthImplied: UNDEF_I32,
  marketDepth: UNDEF_I32,
  marketSegmentId: UNDEF_U32,
  maxTradeVol: UNDEF_U32,
  minLotSize: UNDEF_I32,
  minLotSizeBlock: UNDEF_I32,
  minLotSizeRoundLot: UNDEF_I32,
  minTradeVol: UNDEF_U32,
  decayQuantity: UNDEF_I32,
  originalContractSize: UNDEF_I32,
  applId: 0x7fff,
  maturityYear: UNDEF_U16,
  decayStartDate: UNDEF_U16,
  channelId: UNDEF_U16,
  matchAlgorithm: ' ',
  mainFraction: UNDEF_U8,
  priceDisplayFormat: UNDEF_U8,
  subFraction: UNDEF_U8,
  underlyingProduct: UNDEF_U8,
  securityUpdateAction: 'A',
  maturityMonth: UNDEF_U8,
  maturityDay: UNDEF_U8,
  maturityWeek: UNDEF_U8,
  userDefinedInstrument: 'N',
  contractMultiplierUnit: 0x7f,
  flowScheduleType: 0x7f,
  tickRule: UNDEF_U8,
}

const undefinedIn1: FieldValues = { retired: UNDEF_I32 }

const undefinedBefore3: FieldValues = {
  tradingReferencePrice: UNDEF_PRICE,
  tradingReferenceDate: UNDEF_U16,
  mdSecurityTradingStatus: UNDEF_U8,
  settlPriceType: UNDEF_U8,
}

const undefinedFrom3: FieldValues = {
  legPrice: UNDEF_PRICE,
  legDelta: UNDEF_PRICE,
  legInstrumentClass: '\0',
  legSide: 'N',
}

/** A definition record to write; what the definition leaves out is undefined in the format. */
export function definitionRecord(definition: InstrumentDefinition, version: DbnVersion): DbnRecord {
  const { instrumentId, publisherId, tsRecvNs } = definition
  return makeRecord(
    { rtype: RType.InstrumentDef, publisherId, instrumentId, tsEvent: tsRecvNs },
    version,
    {
      ...undefinedInAll,
      ...(version === 3 ? undefinedFrom3 : undefinedBefore3),
      ...(version === 1 ? undefinedIn1 : {}),
      tsRecv: tsRecvNs,
      rawInstrumentId: version === 3 ? BigInt(UNDEF_I32) : UNDEF_I32,
      rawSymbol: definition.rawSymbol,
      instrumentClass: definition.instrumentClass,
      asset: definition.asset,
      underlying: definition.underlying,
      exchange: definition.exchange,
      currency: definition.currency,
      securityType: definition.securityType,
      minPriceIncrement: definition.minPriceIncrementNanos ?? UNDEF_PRICE,
      strikePrice: definition.strikePriceNanos ?? UNDEF_PRICE,
      expiration: definition.expirationNs ?? UNDEF_TIME,
      activation: definition.activationNs ?? UNDEF_TIME,
      contractMultiplier: definition.contractMultiplier ?? UNDEF_I32,
    },
  )
}
