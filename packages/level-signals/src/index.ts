export { CAPACITY_LOSSES, type CapacityLosses } from './capacity-losses.ts'
export { LevelSignalPipeline, type LevelSignalPipelineOptions } from './level-signal-pipeline.ts'
export { LevelSignalService } from './level-signal-service.ts'
export {
  levelsParameters,
  marketStateConfigOf,
  resolveConfig,
  type LevelsConfig,
  type NamedParameter,
} from './levels-config.ts'
export type { FeedConfig, LevelConfig, MarketConfig } from './level-parameters.ts'
