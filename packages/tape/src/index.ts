export { TapeEngine, tapeImbalance } from './tape-engine.ts'
export { defaultTapeConfig, type TapeConfig, tapeParameters } from './tape-parameters.ts'
