export { BookChanges, lowestSlot } from './book-changes.ts'
export {
  invariant,
  InvariantError,
  LevelsError,
  OffTickError,
  RangeViolationError,
  StateCodecError,
} from './errors.ts'
export { ES_SPY, type InstrumentPair } from './instrument-pair.ts'
export {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  BOOK_SLOTS,
  compareEvents,
  type DepthEvent,
  EVENT_KIND_COUNT,
  EventKind,
  type EventStamp,
  type FuturesTradeEvent,
  MarketEvent,
  NO_EXCHANGE,
  NO_SEQ,
  OptionRight,
  type OptionTradeEvent,
  Side,
  type StockQuoteEvent,
  type StockTradeEvent,
} from './market-event.ts'
export {
  checkParameter,
  ConfigError,
  type ConfigOf,
  defaultsOf,
  type ParameterSpec,
  type ParameterTable,
  type ParameterValue,
} from './parameters.ts'
export { StateBuffer, StateReader, StateWriter } from './state-codec.ts'
export { PAGE_CAPACITY, TickWindow, type TickWindowOptions } from './tick-window.ts'
export {
  nearestTick,
  NO_TICK,
  priceToTicks,
  TICK_TOLERANCE,
  ticksToPrice,
  tickZone,
} from './ticks.ts'
export {
  END_TS_NS,
  epochFor,
  FIRST_TS_NS,
  fromRelNs,
  MAX_REL_NS,
  NS_PER_DAY,
  NS_PER_HOUR,
  NS_PER_MINUTE,
  NS_PER_MS,
  NS_PER_S,
  NS_PER_US,
  relNsToUnixMs,
  toRelNs,
} from './time.ts'
