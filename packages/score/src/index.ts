export * from './component-scores.ts'
export * from './score-engine.ts'
export * from './score-parameters.ts'
export type { TriggerSnap } from './trigger.ts'
