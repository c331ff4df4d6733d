import type { Agent } from './agent.ts'
import { type Play, ScenarioAgent } from './scenario-agent.ts'

/** Each scenario of the demonstration, and the second of its session at which it begins. */
const DEMO_PLAYS: readonly (readonly [atS: number, ...Pick<Play, 'scenario' | 'direction'>[]])[] = [
  [1, { scenario: 'wall', direction: 'SUPPORT' }],
  [20, { scenario: 'pull', direction: 'RESISTANCE' }],
  [60, { scenario: 'dealer-long', direction: 'SUPPORT' }],
  [180, { scenario: 'absorption', direction: 'SUPPORT' }],
  [380, { scenario: 'dealer-short', direction: 'SUPPORT' }],
  [530, { scenario: 'sweep', direction: 'SUPPORT' }],
]

/** Times the activity of a quiet evening, in the demonstration. */
export const DEMO_RATE = 2

/**
 * Who trades in the demonstration's ten minutes, beside the crowd: several scenarios at once, so
 * that with seed 7 every state of a barrier shows, dealers are on either side, and levels break and
 * hold.
 */
export function demoAgents(): Agent[] {
  return DEMO_PLAYS.map(([atS, ...plays]) => {
    const clear = plays.map((play): Play => ({ ...play, difficulty: 'clear' }))
    return new ScenarioAgent(clear, { firstAfterS: atS, pauseS: 1 })
  })
}
