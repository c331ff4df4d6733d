import type { Agent } from './agent.ts'
import { type Play, ScenarioAgent } from './scenario-agent.ts'

/** A scenario of the demonstration, and the second of its session at which it begins. */
interface DemoPlay extends Pick<Play, 'scenario' | 'direction'> {
  readonly atS: number
}

/**
 * In the order in which agents get their random numbers. A script that lets its preparation be
 * forgotten acts some 250 s after it began, so most run side by side: they keep price where it was,
 * and act one after the other.
 */
const PLAYS: readonly DemoPlay[] = [
  { atS: 50, scenario: 'wall', direction: 'RESISTANCE' },
  { atS: 45, scenario: 'mixture', direction: 'RESISTANCE' },
  { atS: 180, scenario: 'spoof', direction: 'SUPPORT' },
  { atS: 140, scenario: 'neutral', direction: 'SUPPORT' },
  { atS: 380, scenario: 'dealer-long', direction: 'SUPPORT' },
  { atS: 125, scenario: 'pull', direction: 'SUPPORT' },
  { atS: 547, scenario: 'sweep', direction: 'SUPPORT' },
  { atS: 450, scenario: 'dealer-short', direction: 'RESISTANCE' },
  { atS: 160, scenario: 'weak', direction: 'SUPPORT' },
  { atS: 190, scenario: 'consumed', direction: 'RESISTANCE' },
  { atS: 515, scenario: 'stop-run', direction: 'SUPPORT' },
  { atS: 35, scenario: 'absorption', direction: 'RESISTANCE' },
]

/**
 * What the demonstration's ten minutes are made from. Schedule and seed belong together: with this
 * seed every scenario comes to its end in time, every state of a barrier is said at a level of
 * which it is true, dealers are on either side, and levels break and hold.
 */
export const DEMO = {
  seed: 38,
  durationS: 600,
  /** Times the activity of a quiet evening. */
  rate: 2,
  plays: PLAYS,
} as const

/** Who trades in the demonstration, beside the crowd: every scenario once. */
export function demoAgents(): Agent[] {
  return DEMO.plays.map(({ atS, scenario, direction }) => {
    const play: Play = { scenario, direction, difficulty: 'clear' }
    return new ScenarioAgent([play], { firstAfterS: atS, pauseS: 1 })
  })
}
