export { DEMO_SCENES, type Scene } from './scenes.ts'
export { Random } from './random.ts'
export { writeSessionFiles, type SessionFiles, type SessionFilesOptions } from './session-files.ts'
export {
  SyntheticMarket,
  type SyntheticMarketOptions,
  type SyntheticSink,
} from './synthetic-market.ts'
