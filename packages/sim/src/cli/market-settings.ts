import { readFileSync } from 'node:fs'
import { RangeViolationError } from '@levels/kernel'
import { ALL, playlist } from '../agents/playlist.ts'
import { ScenarioAgent } from '../agents/scenario-agent.ts'
import type { Difficulty } from '../label.ts'
import type { SessionOptions } from '../output/session.ts'
import { checkProfile, type MarketProfile } from '../profile.ts'

/** Options of a market as the command line gives them. */
export interface MarketCommandOptions {
  readonly seed: number
  readonly profile?: string
  readonly scenario?: string
  readonly difficulty?: Difficulty
  readonly activity?: number
}

/** Quiet before the first scenario and between two, s. */
const FIRST_AFTER_S = 30
const PAUSE_S = 60

/** @throws RangeViolationError when the profile's file is none */
export function sessionOptions(options: MarketCommandOptions): SessionOptions {
  const { seed, scenario = ALL, difficulty = null, activity } = options
  const plays = scenario === 'none' ? [] : playlist(scenario, { seed, difficulty })
  return {
    seed,
    rate: activity ?? null,
    agents: [new ScenarioAgent(plays, { firstAfterS: FIRST_AFTER_S, pauseS: PAUSE_S })],
    ...(options.profile === undefined ? {} : { profile: readProfile(options.profile) }),
  }
}

function readProfile(path: string): MarketProfile {
  const text = readFileSync(path, 'utf8')
  try {
    const profile = JSON.parse(text) as MarketProfile
    checkProfile(profile)
    return profile
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RangeViolationError(
      `${path}: expected a profile as fit writes it, was none: ${reason}`,
    )
  }
}
