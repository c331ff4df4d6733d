import { describe, expect, it } from 'vitest'
import { fuzzRuns, fuzzTargets } from '../fuzz-targets.ts'

const nightly = process.env.LEVELS_NIGHTLY === '1'
const runs = nightly ? fuzzRuns.nightly : fuzzRuns.everyTime

describe('mutated input', () => {
  it.each(Object.entries(fuzzTargets))(
    'given to %s is read or refused by name, and nothing else happens',
    async (_name, target) => {
      expect((await target(20_240_115, runs)).runs).toBe(runs)
    },
    nightly ? 3_600_000 : undefined,
  )

  it('is more than 200,000 inputs in the nightly run', () => {
    expect(fuzzRuns.nightly * Object.keys(fuzzTargets).length).toBeGreaterThanOrEqual(200_000)
  })
})
