import { NS_PER_S } from '@levels/kernel'
import { expect, it } from 'vitest'
import {
  marketOptions,
  MarketSimulator,
  type Play,
  SCENARIO_NAMES,
  ScenarioAgent,
} from '../src/index.ts'
import { MarketCheck } from './market-check.ts'

const isNightly = process.env.LEVELS_NIGHTLY === '1'
const EVENTS = isNightly ? 50_000_000 : 200_000
/** Times the rate of a quiet evening. */
const RATE = 8

/** All scenarios in turn, without end. */
function* everyPlay(): Generator<Play> {
  for (;;) {
    for (const scenario of SCENARIO_NAMES) {
      yield { scenario, difficulty: 'clear', direction: 'SUPPORT' }
      yield { scenario, difficulty: 'hard', direction: 'RESISTANCE' }
    }
  }
}

it(
  `keeps liquidity over ${EVENTS.toLocaleString('en-US')} events with agents of every kind`,
  () => {
    const seed = 11
    const check = new MarketCheck()
    let labels = 0
    const market = new MarketSimulator(
      marketOptions({
        seed,
        rate: RATE,
        agents: [new ScenarioAgent(everyPlay(), { firstAfterS: 1, pauseS: 1 })],
      }),
      {
        futures: (event, change) => check.take(event, change),
        equity: () => undefined,
        label: () => labels++,
      },
    )
    for (let second = 1; check.events < EVENTS; second++) {
      market.runUntil(market.startRelNs + second * NS_PER_S)
    }
    expect(check.trades).toBeGreaterThan(EVENTS / 100)
    expect(labels).toBeGreaterThanOrEqual(5)
    // What icebergs put back is no more and no less than what came out of hiding and is visible.
    expect(check.refilledLots).toBeGreaterThan(0)
    expect(check.refilledLots).toBe(market.exchange.queues.refilledLots)
    expect(market.exchange.queues.refusedCount).toBe(0)
    expect(market.fillsDropped).toBe(0)
  },
  isNightly ? 3_600_000 : undefined,
)
