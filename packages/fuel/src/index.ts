export { FuelEngine } from './fuel-engine.ts'
export { defaultFuelConfig, type FuelConfig, fuelParameters } from './fuel-parameters.ts'
export type { Walls } from './walls.ts'
