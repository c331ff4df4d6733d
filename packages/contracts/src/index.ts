export {
  BARRIER_STATES,
  BASIS_HEALTHS,
  BOOK_HEALTHS,
  BREAK_DIRECTIONS,
  CONFIDENCES,
  DIRECTIONS,
  FUEL_EFFECTS,
  LEVEL_KINDS,
  RUNWAY_QUALITIES,
  SIGNALS,
  SWEEP_DIRECTIONS,
  WALL_TYPES,
} from './metrics.ts'
export type {
  BarrierMetrics,
  BarrierState,
  BasisHealth,
  BookHealth,
  BreakDirection,
  ComponentScores,
  CompositeScore,
  Confidence,
  DefendingQuote,
  Direction,
  FuelEffect,
  FuelMetrics,
  GammaWall,
  LevelKind,
  RunwayQuality,
  Signal,
  SweepDetection,
  SweepDirection,
  TapeMetrics,
  WallType,
} from './metrics.ts'

export { ContractError, REJECT_CODES } from './errors.ts'
export type { DecodeResult, Refusal, RejectCode } from './errors.ts'
export { MAX_DEPTH, MAX_PAYLOAD_BYTES } from './payload-text.ts'
export { parseExactJson } from './exact-json.ts'

export { HEADERS, isMarketSubject, MARKET_SUBJECTS, Subject } from './subjects.ts'
export { MARKET_STREAM, SIGNAL_STREAM, STREAMS } from './subjects.ts'
export type { MarketSubject, SchemaId, StreamDefinition } from './subjects.ts'

export { AGGRESSORS, RIGHTS, SOURCES } from './event-words.ts'
export type { Aggressor, Right, Source } from './event-words.ts'
export { ES_TICK_SIZE } from './tick-grid.ts'
export type { DecodeOptions, TickOptions } from './tick-grid.ts'
export { decodeStockTrade, encodeStockTrade, stockTradeSchema } from './stock-trade.ts'
export type { StockTrade } from './stock-trade.ts'
export { decodeStockQuote, encodeStockQuote, stockQuoteSchema } from './stock-quote.ts'
export type { StockQuote } from './stock-quote.ts'
export { decodeOptionTrade, encodeOptionTrade, optionTradeSchema } from './option-trade.ts'
export type { OptionTrade } from './option-trade.ts'
export { decodeFuturesTrade, encodeFuturesTrade, futuresTradeSchema } from './futures-trade.ts'
export type { FuturesTrade } from './futures-trade.ts'
export { decodeMbp10, encodeMbp10, mbp10Schema } from './mbp10.ts'
export type { Mbp10 } from './mbp10.ts'
export { decodeMarketEvent, encodeMarketEvent } from './market-message.ts'
export type { MarketMessage } from './market-message.ts'
export { MBP_DEPTH, ScanColumn } from './level-scanner.ts'
export { MarketScanner } from './market-scanner.ts'
export { ScanSlot } from './scan-fields.ts'

export {
  decodeLevelSignals,
  encodeLevelSignals,
  encodeLevelSignalsChecked,
  encodeLevelSignalsInUtf8,
} from './level-signals-codec.ts'
export { levelSignalsReadSchema, levelSignalsSchema } from './level-signals-schema.ts'
export type { LevelSignalsWire } from './level-signals-schema.ts'
export type {
  BarrierReading,
  FuelReading,
  LevelSignal,
  LevelSignals,
  Runway,
  SignalHealth,
  SmoothMetrics,
  SpyPrices,
  TapeReading,
} from './level-signals.ts'
export { decodeReject, encodeReject, makeReject, rejectSchema } from './reject.ts'
export type { RefusedMessage, Reject } from './reject.ts'
export {
  decodeServiceStatus,
  encodeServiceStatus,
  SERVICE_STATES,
  serviceStatusSchema,
} from './service-status.ts'
export type { ServiceState, ServiceStatus } from './service-status.ts'

export { MESSAGES } from './messages.ts'
export type { MessageDefinition } from './messages.ts'
export { jsonSchemaOf } from './json-schema.ts'
export type { JsonSchema } from './json-schema.ts'
export { asyncApiDocument } from './async-api.ts'
