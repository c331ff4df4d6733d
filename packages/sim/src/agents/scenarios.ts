import { absorption, consumed, neutral, pull, spoof, wall, weak } from './liquidity-scripts.ts'
import { dealerLong, dealerShort, mixture, stopRun, sweep } from './flow-scripts.ts'
import type { ScenarioRun, Script } from './scenario-run.ts'

/** Every scenario by its name. */
export const SCENARIOS = {
  pull,
  wall,
  absorption,
  consumed,
  weak,
  neutral,
  spoof,
  sweep,
  'dealer-short': dealerShort,
  'dealer-long': dealerLong,
  'stop-run': stopRun,
  mixture,
} as const satisfies Readonly<Record<string, (run: ScenarioRun) => Script>>

/** The name of a scenario. */
export type ScenarioName = keyof typeof SCENARIOS

/** The names of all scenarios. */
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[]

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name)
}
