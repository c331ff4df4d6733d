import { BARRIER_STATES } from '@levels/contracts/metrics'
import { Aggressor, EventKind, NS_PER_S } from '@levels/kernel'
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
  const trades: { tsRelNs: number; priceTicks: number; aggressor: Aggressor }[] = []
  let endRelNs: number
  let widestTicks = 0

  beforeAll(() => {
    const { seed, rate, durationS } = DEMO
    const market = new MarketSimulator(marketOptions({ seed, rate, agents: demoAgents() }), {
      futures: ({ kind, tsRelNs, priceTicks, aggressor }) => {
        if (kind === EventKind.FuturesTrade) trades.push({ tsRelNs, priceTicks, aggressor })
      },
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

  it('has sweeps that are sweeps: prints of one side alone, the last beyond the first', () => {
    for (const { sweep } of labels) {
      if (sweep === null) continue
      const { direction, fromRelNs, untilRelNs } = sweep
      const run = trades.filter((one) => one.tsRelNs >= fromRelNs && one.tsRelNs <= untilRelNs)
      const [side, sign] = direction === 'UP' ? [Aggressor.Buy, 1] : [Aggressor.Sell, -1]
      expect(new Set(run.map(({ aggressor }) => aggressor))).toEqual(new Set([side]))
      expect(sign * (run.at(-1)!.priceTicks - run[0]!.priceTicks)).toBeGreaterThan(0)
    }
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
