export * from './tape-engine.ts'
export * from './tape-parameters.ts'
