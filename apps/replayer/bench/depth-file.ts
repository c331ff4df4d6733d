import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochFor, ES_SPY, NS_PER_S } from '@levels/kernel'
import { ES_EVENING, generateSession, type MarketProfile } from '@levels/sim'

/** 2026-03-10 09:30 New York. */
const START_NS = 1_773_149_400_000_000_000n
export const EPOCH_NS = epochFor(START_NS)
export const TICK_NANOS = ES_SPY.tick * NS_PER_S
/** Records of depth and trades that a second of the profile has, on average. */
const RECORDS_PER_S = 10.8
/** How far buyers and sellers wax and wane: so that price wanders some dollars in a session. */
const SENTIMENT = 0.3

/**
 * A seeded mbp-10 file of about so many records at about so many a second of event time, over a day
 * on which price wanders some dollars. Made once, kept among temporary files.
 */
export function depthFile(records: number, recordsPerS: number): string {
  const dir = join(tmpdir(), 'levels-bench', `simulated-${records}-at-${recordsPerS}`)
  const path = join(dir, 'es.mbp-10.dbn')
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return path
  const rate = recordsPerS / RECORDS_PER_S
  const { depthPath } = generateSession({
    dir,
    seed: 1,
    startNs: START_NS,
    durationS: records / recordsPerS,
    rate,
    profile: hastened(rate),
  })
  return depthPath
}

/** The evening's market with all of its clocks so many times as fast: by events it is the same. */
function hastened(times: number): MarketProfile {
  const { excitation, sentiment } = ES_EVENING
  return {
    ...ES_EVENING,
    excitation: excitation.map((kernel) => ({ ...kernel, decayPerS: kernel.decayPerS * times })),
    sentiment: { spread: SENTIMENT, returnPerS: sentiment.returnPerS * times },
  }
}
