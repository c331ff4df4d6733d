export type { BookRecord } from './book-history.ts'
export type { DepthCounters } from './depth-counters.ts'
export type { DepthFlowsConfig } from './depth-flows.ts'
export type { DepthConfig, FlowObserver } from './depth-state.ts'
export { DepthState } from './depth-state.ts'
export { createZoneReading, type ZoneReading } from './depth-zone.ts'
export {
  defaultMarketStateConfig,
  type MarketStateConfig,
  type MarketStateOptions,
  withoutHistory,
} from './market-state-config.ts'
export { ApplyResult } from './apply-result.ts'
export type { BookHealth } from './book-health.ts'
export { MarketState } from './market-state.ts'
export type { MinuteBar } from './minute-bars.ts'
export type { Now } from './now.ts'
export {
  createStrikeFlows,
  OptionFlowState,
  type OptionFlowAggregate,
  type OptionFlowCounters,
  type OptionFlowConfig,
  type StrikeFlows,
  type StrikeQuery,
} from './option-flow-state.ts'
export {
  type Basis,
  PriceConverter,
  type PriceConverterConfig,
  type PriceConverterCounters,
} from './price-converter.ts'
export { settleAggressor } from './quote-rule.ts'
export type { SessionLevels } from './session-levels.ts'
export { SessionTracker, type SessionTrackerConfig } from './session-tracker.ts'
export {
  createBandReading,
  createSweepReading,
  TapeState,
  type BandReading,
  type SweepReading,
  type TapeConfig,
  type TapeCounters,
} from './tape-state.ts'
export type { SweepConfig } from './sweep-runs.ts'
export type { TradeRecord } from './trade-history.ts'
