export {
  compositeScore,
  confidenceWord,
  hedgeScore,
  liquidityScore,
  tapeScore,
} from './component-scores.ts'
export { type ScoreCounters, ScoreEngine, type ScoreInput } from './score-engine.ts'
export {
  checkScoreConfig,
  defaultScoreConfig,
  type ScoreConfig,
  scoreParameters,
} from './score-parameters.ts'
export type { TriggerSnap } from './trigger.ts'
