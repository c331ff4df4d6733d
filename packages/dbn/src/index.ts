export {
  Action,
  type DbnSchema,
  type DbnVersion,
  RecordFlag,
  RecordSide,
  RType,
  rtypeName,
  rtypeOfSchema,
  type SType,
  supportedSchemas,
} from './codes.ts'
export { DbnDecoder, type DbnDecoderOptions, DbnStep } from './decoder.ts'
export {
  definitionRecord,
  type GatewayMessage,
  type InstrumentDefinition,
  type InstrumentMapping,
  readDefinition,
  readMessage,
  readSymbolMapping,
} from './definitions.ts'
export { readMbp10Into } from './depth-reader.ts'
export { DbnError, type DbnErrorCode, type DbnFaultPlace } from './errors.ts'
export { EventScale, ReadCode, readCodeText } from './event-scale.ts'
export type { InflatedChunk } from './frame-inflater.ts'
export { InstrumentNames } from './instrument-names.ts'
export { MboRecord, readMboInto } from './mbo-record.ts'
export type { DbnMetadata, DbnMetadataInit, MappingInterval, SymbolMapping } from './metadata.ts'
export { Mbp10Reader } from './mbp10-reader.ts'
export { MboBook } from './order-book.ts'
export { formatOsiSymbol, type OptionContract, parseOsiSymbol } from './osi-symbol.ts'
export { DbnReader } from './reader.ts'
export { RecordCursor } from './record-cursor.ts'
export {
  type DbnRecord,
  decodeRecord,
  type FieldValue,
  type FieldValues,
  makeRecord,
} from './records.ts'
export {
  readOptionTradeInto,
  readStockQuoteInto,
  readStockTradeInto,
  readTradeInto,
} from './trade-readers.ts'
export { DbnWriter, type DbnWriterOptions, RecordTags } from './writer.ts'
export { type ByteChunks, type ByteSource, inflate } from './zstd.ts'
