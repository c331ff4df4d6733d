import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { encodeLevelSignals } from '@levels/contracts'
import { expect, it } from 'vitest'
import { resolveConfig } from '../src/index.ts'
import { BusyMarket } from './busy-market.ts'

const GOLDEN = new URL('../fixtures/session.expected.ndjson', import.meta.url)
const SNAPS = 900
const SHOWN_EVERY = 100

/** Settings under which a few minutes hold some of everything. */
const config = resolveConfig({
  'levels.hotzonesUsd': [686.6],
  'barrier.windowS': 20,
  'barrier.fThreshLots': 20,
  'tape.sweepMinNotionalUsd': 4_000_000,
  'tape.sweepMaxGapMs': 400,
  'fuel.effectGamma': 500,
  'fuel.wallMinGamma': 1_000,
  'score.breakScore': 70,
  'score.breakReleaseScore': 60,
  'score.rejectScore': 30,
  'score.rejectReleaseScore': 40,
})

/** Every hundredth payload of a seeded session, then the digest of all. */
function sessionLines(): string[] {
  const market = new BusyMarket({ config, eventsPerS: 100, wanderTicks: 40 })
  const digest = createHash('sha256')
  const lines: string[] = []
  for (let snap = 1; snap <= SNAPS; snap++) {
    market.fill()
    const text = encodeLevelSignals(market.snap())
    digest.update(`${text}\n`)
    if (snap % SHOWN_EVERY === 0) lines.push(text)
  }
  return [...lines, JSON.stringify({ snaps: SNAPS, sha256: digest.digest('hex') })]
}

// Where numbers change on purpose: LEVELS_WRITE_GOLDEN=1 npx vitest run --project
// @levels/level-signals golden
it('a seeded session gives the bytes it always gave', () => {
  const lines = sessionLines()
  if (process.env.LEVELS_WRITE_GOLDEN === '1') writeFileSync(GOLDEN, `${lines.join('\n')}\n`)
  const expected = readFileSync(GOLDEN, 'utf8').trimEnd().split('\n')
  expect(lines.length).toBe(expected.length)
  for (const [i, line] of lines.entries()) {
    expect(JSON.parse(line)).toEqual(JSON.parse(expected[i] ?? '')) // names the number
    expect(line === expected[i]).toBe(true)
  }
})
