export {
  type BarrierFlow,
  classifyBarrier,
  deltaLiquidity,
  fillShare,
  replenishmentRatio,
} from './barrier-classes.ts'
export { BarrierEngine } from './barrier-engine.ts'
export {
  type BarrierConfig,
  barrierParameters,
  defaultBarrierConfig,
} from './barrier-parameters.ts'
