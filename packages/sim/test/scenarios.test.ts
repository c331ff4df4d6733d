import { Action, RecordSide } from '@levels/dbn'
import { NS_PER_S, Side } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import {
  type Agent,
  type Desk,
  DIFFICULTIES,
  type Label,
  LABEL_SCHEMA,
  labelLine,
  marketOptions,
  MarketSimulator,
  NO_ORDER,
  playlist,
  SCENARIO_NAMES,
  ScenarioAgent,
} from '../src/index.ts'

/** A basis that stands still: a level stays at its tick. */
const STILL_EQUITY = {
  ...{ ratio: 10, basisSpread: 0, basisReturnPerS: 1, lagS: 0 },
  ...{ quotesPerS: 1, tradesPerS: 0 },
}

/** Runs a market with agents and gives the labels. */
function run(agents: readonly Agent[], seconds: number, seed = 5) {
  const labels: Label[] = []
  const market = new MarketSimulator(marketOptions({ seed, agents }), {
    futures: () => undefined,
    equity: () => undefined,
    label: (label) => labels.push(label),
  })
  market.runUntil(market.startRelNs + seconds * NS_PER_S)
  return { labels, market }
}

describe('every scenario', () => {
  it.each(SCENARIO_NAMES)(
    '%s plays to its end at every difficulty and labels its truth',
    (scenario) => {
      const plays = DIFFICULTIES.flatMap((difficulty) => [
        { scenario, difficulty, direction: 'SUPPORT' as const },
        { scenario, difficulty, direction: 'RESISTANCE' as const },
      ])
      const { labels } = run([new ScenarioAgent(plays, { firstAfterS: 5, pauseS: 5 })], 3_600)
      expect(
        labels.map(({ difficulty, direction }) => ({ scenario, difficulty, direction })),
      ).toEqual(plays)
      expect(labels.map(({ instance }) => instance)).toEqual([0, 1, 2, 3, 4, 5])
      for (const label of labels) {
        expect(label.untilRelNs).toBeGreaterThan(label.fromRelNs)
        expect(label.levelUsd).toBeCloseTo(687, -2)
        const says = [label.state, label.sweep, label.dealerSign].filter((truth) => truth !== null)
        expect(says.length).toBeGreaterThan(0)
        const line = JSON.parse(labelLine(label, 0n)) as Record<string, unknown>
        expect(Object.keys(line)).toEqual(Object.keys(LABEL_SCHEMA.properties))
      }
    },
  )
})

describe('a sweep', () => {
  it('is at least three prints on two prices and five million dollars, and is labelled so', () => {
    const plays = playlist('sweep', { seed: 1, difficulty: 'hard' })
    const { labels } = run([new ScenarioAgent(plays, { firstAfterS: 5, pauseS: 5 })], 900)
    expect(labels.length).toBeGreaterThan(10)
    // Now and then the crowd fills a price again as fast as it is taken: then it is none.
    const swept = labels.flatMap(({ sweep, direction }) => (sweep ? [{ sweep, direction }] : []))
    expect(swept.length).toBeGreaterThanOrEqual(0.9 * labels.length)
    for (const { sweep, direction } of swept) {
      expect(sweep.prints).toBeGreaterThanOrEqual(3)
      expect(sweep.notionalUsd).toBeGreaterThanOrEqual(5_000_000)
      expect(sweep.direction).toBe(direction === 'SUPPORT' ? 'DOWN' : 'UP')
      expect(sweep.untilRelNs - sweep.fromRelNs).toBeLessThanOrEqual(100e6 * sweep.prints)
    }
  })
})

describe('a label of liquidity that goes', () => {
  /** Lots canceled and traded on the defenders' side within eight ticks of the level, meanwhile. */
  function gone(scenario: 'pull' | 'consumed', seed: number) {
    const flows: { at: number; side: number; tick: number; canceled: number; traded: number }[] = []
    const labels: Label[] = []
    const direction = seed % 2 === 0 ? 'SUPPORT' : 'RESISTANCE'
    const plays = [{ scenario, direction, difficulty: 'clear' } as const]
    const agents = [new ScenarioAgent(plays, { firstAfterS: 360, pauseS: 1 })]
    const market = new MarketSimulator(
      { ...marketOptions({ seed, agents }), equity: STILL_EQUITY },
      {
        futures: ({ tsRelNs: at }, { action, side, tick, lots }) => {
          const defenders = side === RecordSide.Bid ? RecordSide.Ask : RecordSide.Bid
          if (action === Action.Cancel) flows.push({ at, side, tick, canceled: lots, traded: 0 })
          if (action !== Action.Trade) return
          flows.push({ at, side: defenders, tick, canceled: 0, traded: lots })
        },
        equity: () => undefined,
        label: (label) => labels.push(label),
      },
    )
    for (let s = 1; labels.length === 0; s++) market.runUntil(market.startRelNs + s * NS_PER_S)
    const [label] = labels
    const side = direction === 'SUPPORT' ? RecordSide.Bid : RecordSide.Ask
    const near = flows.filter(
      (flow) =>
        flow.side === side &&
        Math.abs(flow.tick - label!.levelTicks) <= 8 &&
        flow.at >= label!.fromRelNs &&
        flow.at <= label!.untilRelNs,
    )
    const sum = (of: (flow: (typeof near)[number]) => number): number =>
      near.reduce((total, flow) => total + of(flow), 0)
    return {
      state: label!.state,
      canceled: sum(({ canceled }) => canceled),
      traded: sum(({ traded }) => traded),
    }
  }

  // Seeds with which price goes through the level, or takes the orders, before the script acts.
  it.each([4_000_043, 4_000_044])('pull, seed %i: large orders were taken away', (seed) => {
    const { state, canceled, traded } = gone('pull', seed)
    expect(state).toBe('VACUUM')
    expect(canceled).toBeGreaterThan(500)
    expect(traded).toBeLessThan(canceled / 5)
  })

  it.each([4_000_005, 4_000_012, 4_000_069])(
    'consumed, seed %i: a large part was eaten',
    (seed) => {
      const { state, canceled, traded } = gone('consumed', seed)
      expect(state).toBe('CONSUMED')
      expect(traded).toBeGreaterThan(200)
      expect(canceled).toBeLessThan(traded / 2)
    },
  )
})

describe('an agent', () => {
  /** Bids behind the market, once; keeps what it was told. */
  class Bidder implements Agent {
    readonly name = 'bidder'
    readonly told: string[] = []
    readonly #lots: number
    id = NO_ORDER
    constructor(lots: number) {
      this.#lots = lots
    }
    start(desk: Desk): number {
      return desk.nowRelNs + NS_PER_S
    }
    wake(desk: Desk): number {
      this.id = desk.limit(Side.Bid, desk.bestBidTicks, this.#lots)
      this.told.push(`placed, ${desk.leftLots(this.id)} left`)
      return Infinity
    }
    onFill({
      orderId,
      lots,
      leftLots,
    }: {
      orderId: number
      lots: number
      leftLots: number
    }): undefined {
      expect(orderId).toBe(this.id)
      this.told.push(`${lots} filled, ${leftLots} left`)
    }
  }

  it('is told of every fill of its orders, in their order', () => {
    const bidder = new Bidder(60)
    run([bidder], 3_600)
    expect(bidder.told[0]).toBe('placed, 60 left')
    let left = 60
    for (const text of bidder.told.slice(1)) {
      left -= Number(/^\d+/.exec(text)![0])
      expect(text).toMatch(new RegExp(`^\\d+ filled, ${left} left$`))
    }
    expect(left).toBe(0)
  })

  it('wakes when it said, and another changes nothing in its random numbers', () => {
    const draws = (agents: (agent: Agent) => Agent[]): number[] => {
      const seen: number[] = []
      const watcher: Agent = {
        name: 'watcher',
        start: (desk) => desk.nowRelNs,
        wake: (desk) => {
          seen.push(desk.nowRelNs, desk.random.uint32())
          return seen.length < 20 ? desk.nowRelNs + 7 * NS_PER_S : Infinity
        },
      }
      run(agents(watcher), 120)
      return seen
    }
    const alone = draws((watcher) => [watcher])
    expect(alone).toHaveLength(20)
    expect(draws((watcher) => [watcher, new Bidder(5)])).toEqual(alone)
    const waits = alone.filter((_, i) => i % 2 === 0)
    expect(waits.every((at, i) => i === 0 || at - waits[i - 1]! === 7 * NS_PER_S)).toBe(true)
  })

  it('moves the background by its appetite, on the side it says and not on the other', () => {
    const added = (lean: number): [bids: number, asks: number] => {
      const leaner: Agent = {
        name: 'leaner',
        start: (desk) => desk.nowRelNs,
        wake: (desk) => {
          desk.appetite.loTick = desk.bestBidTicks - 500
          desk.appetite.hiTick = desk.bestBidTicks + 500
          desk.appetite.bidLimit = lean
          return Infinity
        },
      }
      const counts: [number, number] = [0, 0]
      const market = new MarketSimulator(marketOptions({ seed: 5, agents: [leaner] }), {
        futures: (_, change) => {
          if (change.action !== Action.Add) return
          counts[change.side === RecordSide.Bid ? 0 : 1]++
        },
        equity: () => undefined,
      })
      market.runUntil(market.startRelNs + 1_200 * NS_PER_S)
      return counts
    }
    const [bids, asks] = added(1)
    const [fewBids, manyAsks] = added(0.2)
    const share = fewBids / manyAsks / (bids / asks)
    expect(share).toBeGreaterThan(0.1)
    expect(share).toBeLessThan(0.4)
    expect(manyAsks / asks).toBeGreaterThan(0.7)
  })
})
