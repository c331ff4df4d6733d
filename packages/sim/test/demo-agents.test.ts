import { BARRIER_STATES } from '@levels/contracts/metrics'
import { NS_PER_S } from '@levels/kernel'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  DEMO,
  demoAgents,
  type Label,
  marketOptions,
  MarketSimulator,
  SCENARIO_NAMES,
} from '../src/index.ts'

/** Ticks between bid and ask beyond which nobody would call it a market. */
const SPREAD_MAX_TICKS = 8

describe('the session of the demonstration', () => {
  const labels: Label[] = []
  let endRelNs: number
  let widestTicks = 0

  beforeAll(() => {
    const { seed, rate, durationS } = DEMO
    const market = new MarketSimulator(marketOptions({ seed, rate, agents: demoAgents() }), {
      futures: () => undefined,
      equity: () => undefined,
      label: (label) => labels.push({ ...label }),
    })
    const { exchange, startRelNs } = market
    endRelNs = startRelNs + durationS * NS_PER_S
    for (let now = startRelNs; now < endRelNs; now += NS_PER_S / 4) {
      market.runUntil(now + NS_PER_S / 4)
      widestTicks = Math.max(widestTicks, exchange.bestAskTicks - exchange.bestBidTicks)
    }
  })

  const stateOf = (name: string): string | null =>
    labels.find(({ scenario }) => scenario === name)!.state

  it('plays every scenario once, to its end', () => {
    expect(labels.map(({ scenario }) => scenario).sort()).toEqual([...SCENARIO_NAMES].sort())
    for (const { untilRelNs } of labels) expect(untilRelNs).toBeLessThanOrEqual(endRelNs)
  })

  it('makes every state of a barrier true somewhere', () => {
    const states = labels.flatMap(({ state }) => state ?? [])
    expect([...new Set(states)].sort()).toEqual([...BARRIER_STATES].sort())
  })

  it('finds what its scripts act on: orders to pull and to eat, prices to sweep', () => {
    expect([stateOf('pull'), stateOf('consumed')]).toEqual(['VACUUM', 'CONSUMED'])
    const swept = labels.filter(({ sweep }) => sweep !== null).map(({ scenario }) => scenario)
    expect(swept).toEqual(expect.arrayContaining(['sweep', 'stop-run']))
  })

  it('has dealers on either side, and levels that break and that hold', () => {
    const signs = labels.flatMap(({ dealerSign }) => dealerSign ?? [])
    expect(signs).toEqual(expect.arrayContaining([-1, 1]))
    const outcomes = labels.flatMap(({ outcome }) => outcome ?? [])
    expect(outcomes).toEqual(expect.arrayContaining(['BREAK', 'REJECT']))
  })

  it('stays a market: many agents at once leave both sides in place', () => {
    expect(widestTicks).toBeGreaterThan(0)
    expect(widestTicks).toBeLessThanOrEqual(SPREAD_MAX_TICKS)
  })
})
