export * from './barrier-classes.ts'
export * from './barrier-engine.ts'
export * from './barrier-parameters.ts'
