import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NS_PER_HOUR } from '@levels/kernel'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fitBursts } from '../src/fit/burst-fit.ts'
import { compare, isMet } from '../src/fit/comparison.ts'
import { MarketStatistics } from '../src/fit/market-statistics.ts'
import { ProfileFit } from '../src/fit/profile-fit.ts'
import { refineProfile } from '../src/fit/profile-refinement.ts'
import { readRecording } from '../src/fit/recording.ts'
import { REPORT_SEED, simulateHours } from '../src/fit/simulated-hours.ts'
import { BurstClock } from '../src/background/burst-clock.ts'
import {
  checkProfile,
  ES_EVENING,
  generateSession,
  marketOptions,
  type MarketProfile,
  MarketSimulator,
  Random,
} from '../src/index.ts'

const HOURS = 3

/** Fits a profile to what the committed one gives. */
function refitted() {
  const fit = new ProfileFit()
  const market = new MarketSimulator(marketOptions({ seed: 21 }), {
    futures: (event) => fit.take(event),
    equity: () => undefined,
  })
  market.runUntil(market.startRelNs + HOURS * NS_PER_HOUR)
  return fit.profile('again', 'a simulated session')
}

/** Sums of rates over the classes of queues that are met often. */
function usual(rates: readonly number[]): number {
  return rates.slice(5, 12).reduce((sum, rate) => sum + rate, 0)
}

describe('a fit to a market of known rates', () => {
  const profile = refitted()

  it('is a profile', () => {
    expect(() => checkProfile(profile)).not.toThrow()
  })

  it('finds the rates again', () => {
    for (const kind of ['limit', 'cancel'] as const) {
      for (const place of [0, 1, 2, 3, 4]) {
        const known = usual(ES_EVENING[kind][place]!)
        const found = usual(profile[kind][place]!)
        // Moved orders count as placed; sentiment and bursts blur the rest.
        expect(found / known, `${kind} at ${place}`).toBeGreaterThan(0.75)
        expect(found / known, `${kind} at ${place}`).toBeLessThan(1.33)
      }
    }
    expect(usual(profile.market) / usual(ES_EVENING.market)).toBeGreaterThan(0.7)
    expect(usual(profile.market) / usual(ES_EVENING.market)).toBeLessThan(1.4)
    expect(profile.eventsPerS / ES_EVENING.eventsPerS).toBeGreaterThan(0.8)
    expect(profile.eventsPerS / ES_EVENING.eventsPerS).toBeLessThan(1.25)
  })

  it('finds which orders are moved, and what market orders take', () => {
    expect(Math.abs(profile.moves.deeper - ES_EVENING.moves.deeper)).toBeLessThan(0.08)
    expect(Math.abs(profile.moves.best - ES_EVENING.moves.best)).toBeLessThan(0.03)
    expect(profile.deplete[5]! / ES_EVENING.deplete[5]!).toBeGreaterThan(0.6)
    expect(profile.deplete[5]! / ES_EVENING.deplete[5]!).toBeLessThan(1.6)
  })
})

describe('refinement', () => {
  it('brings back a market whose depth, spread and trades are off', () => {
    const real = simulateHours(ES_EVENING, { firstSeed: 1, hours: 3 })
    const off = {
      ...ES_EVENING,
      cancel: ES_EVENING.cancel.map((row) => row.map((rate) => rate * 1.12)),
      market: ES_EVENING.market.map((rate) => rate * 1.3),
      gap: {
        back: ES_EVENING.gap.back.map((row) => row.map((rate) => rate * 0.7)),
        on: ES_EVENING.gap.on.map((row) => row.map((rate) => rate * 0.7)),
      },
    }
    const distances = (profile: MarketProfile): number[] => {
      const rows = compare(real, simulateHours(profile, { firstSeed: 100, hours: 3 }))
      const of = (name: string): number => rows.find((row) => row.name === name)!.distance
      return [
        of('share of trades'),
        of('depth at level 4, by event'),
        of('spread of 1 tick, by event'),
      ]
    }
    const before = distances(off)
    const after = distances(refineProfile(off, real, { rounds: 4, hours: 2 }))
    expect(after[0]).toBeLessThan(before[0]! / 2)
    expect(after[1]).toBeLessThan(before[1]! / 2)
    expect(after[2]).toBeLessThan(before[2]! / 2)
  })
})

describe('bursts', () => {
  it('are found again: how many events one event brings about, and how fast', () => {
    const clock = new BurstClock(
      [
        { children: 0.3, decayPerS: 1_000 },
        { children: 0.4, decayPerS: 1 },
      ],
      new Random(1),
    )
    const times = new Float64Array(40_000)
    let now = 0
    for (let i = 0; i < times.length; i++) {
      const wait = clock.untilNext(0.3e-9)
      clock.pass(wait)
      clock.excite()
      times[i] = now += wait
    }
    const found = new Map(fitBursts(times).map((kernel) => [kernel.decayPerS, kernel.children]))
    expect(found.get(1_000)).toBeCloseTo(0.3, 1)
    expect(found.get(1)).toBeCloseTo(0.4, 1)
    const all = [...found.values()].reduce((sum, children) => sum + children, 0)
    expect(all).toBeCloseTo(0.7, 1)
  })
})

describe('statistics', () => {
  it('are the same whether events come from the simulator or from the files it wrote', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'levels-sim-fit-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const options = { seed: 4, durationS: 1_800, rate: 1 }
    const files = generateSession({ ...options, dir })
    const direct = new MarketStatistics()
    const market = new MarketSimulator(marketOptions(options), {
      futures: (event) => direct.take(event),
      equity: () => undefined,
    })
    market.runUntil(market.startRelNs + options.durationS * 1e9)
    const { statistics } = await readRecording(files.depthPath)
    for (const row of compare(statistics, direct)) expect(row.distance, row.name).toBe(0)
  })
})

const RECORDED = join(
  import.meta.dirname,
  '../../../../shared/data/es-mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst',
)

if (!existsSync(RECORDED)) console.log('skipped: the recorded ES session is not on this machine')

describe.skipIf(!existsSync(RECORDED))('the committed profile beside the recorded hour', () => {
  it('meets every goal', async () => {
    const { statistics } = await readRecording(RECORDED)
    const made = simulateHours(ES_EVENING, { firstSeed: REPORT_SEED, hours: 6 })
    const rows = compare(statistics, made)
    const missed = rows.filter((row) => isMet(row) === false)
    expect(missed).toEqual([])
    expect(rows.filter(({ goal }) => goal !== null).length).toBeGreaterThan(25)
  })
})
