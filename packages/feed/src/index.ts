export { faultText, FeedError } from './errors.ts'
export type { FeedErrorCode, FeedFault } from './errors.ts'
export { PushOutcome, REORDER_CAPACITY, ReorderBuffer } from './reorder-buffer.ts'
export type { LateObserver, ReorderBufferOptions } from './reorder-buffer.ts'
export { SNAP_INTERVAL_NS, SnapClock } from './snap-clock.ts'
export type { FuturesHours, SnapClockOptions } from './snap-clock.ts'
export type {
  Compression,
  EventSource,
  FileFormat,
  OrderBookCounts,
  SourceContext,
  SourceFormat,
  SourceInfo,
} from './event-source.ts'
export { fileChunks } from './file-chunks.ts'
export { detectFile, openSource, openSources } from './open-source.ts'
export type { FileKind, OpenOptions } from './open-source.ts'
export { ContractEvents } from './contract-events.ts'
export type { MessagePlace } from './contract-events.ts'
export { eventFromContract } from './event-from-contract.ts'
export type { ContractScale } from './event-from-contract.ts'
export { contractFromEvent, ndjsonLine } from './contract-from-event.ts'
export type { PublishedAs } from './contract-from-event.ts'
export { BusEventDecoder } from './bus-event-decoder.ts'
export type { BusEventDecoderOptions, BusRefusal } from './bus-event-decoder.ts'
export { isSoundStamp, type Stamp } from './event-time.ts'
export { SourceBegin } from './source-begin.ts'
export { SymbolGate, SymbolVerdict } from './symbol-gate.ts'
export { RejectLog, REJECTS_KEPT } from './reject-log.ts'
export type { RejectCounts, RejectedMessage } from './reject-log.ts'
export { systemPaceClock } from './pacer.ts'
export type { PaceClock } from './pacer.ts'
export { LATENESS_NS, OrderedDelivery } from './ordered-delivery.ts'
export type {
  DeliveryMark,
  EventCounts,
  OrderedDeliveryOptions,
  ReplayConsumer,
} from './ordered-delivery.ts'
export { replay, replayEpoch } from './replay.ts'
export { isoOfNs, spanText } from './time-text.ts'
export type { ReplayOptions, ReplayProgress, ReplayResult } from './replay.ts'
