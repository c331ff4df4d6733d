export type { BookRecord } from './book-history.ts'
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
export {
  createStrikeFlows,
  OptionFlowState,
  type OptionFlowAggregate,
  type OptionFlowConfig,
  type StrikeFlows,
  type StrikeQuery,
} from './option-flow-state.ts'
export { PriceConverter, type PriceConverterConfig } from './price-converter.ts'
export { settleAggressor } from './quote-rule.ts'
export type { SessionLevels } from './session-levels.ts'
export { SessionTracker } from './session-tracker.ts'
export {
  createBandReading,
  createSweepReading,
  TapeState,
  type BandReading,
  type SweepReading,
  type TapeConfig,
} from './tape-state.ts'
export type { TradeRecord } from './trade-history.ts'
