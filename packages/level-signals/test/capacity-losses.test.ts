import { Aggressor } from '@levels/kernel'
import { expect, it } from 'vitest'
import { CAPACITY_LOSSES } from '../src/index.ts'
import { futuresTrade } from './events.ts'
import { TestMarket, ticksOf } from './test-market.ts'

const SERIES_CAPACITY = 8_192
const SWEEP_VENUES_MAX = 32

/** The losses that are not 0. */
function lossesOf(market: TestMarket): Record<string, number> {
  const losses = Object.entries(market.pipeline.capacityLosses)
  return Object.fromEntries(losses.filter(([, count]) => count > 0))
}

it('is 0 for every name while nothing is left out', () => {
  const market = new TestMarket().trade(687).book(686.975, 40).option(687, 1).run(2)
  expect(Object.keys(market.pipeline.capacityLosses)).toEqual(Object.keys(CAPACITY_LOSSES))
  expect(lossesOf(market)).toEqual({})
})

it('counts the snaps with more levels than triggers are remembered for', () => {
  const market = new TestMarket({ 'score.levelCapacity': 1, 'levels.hotzonesUsd': [686.9, 687.1] })
  market.trade(687).book(686.975, 40).run(1)
  expect(market.newest.levels.length).toBeGreaterThan(1)
  expect(lossesOf(market)).toEqual({ level_snaps: 4 })
})

it('counts the option trades of more series than are held', () => {
  const market = new TestMarket().trade(687)
  for (let i = 0; i < SERIES_CAPACITY; i++) market.option(400 + i / 100, 1)
  expect(lossesOf(market)).toEqual({})
  market.option(300, 1).option(300, 1)
  expect(lossesOf(market)).toEqual({ option_trades: 2 })
})

it('counts the lots too far from the first price for the volume profile', () => {
  const market = new TestMarket().trade(687).trade(687 + 40_000 / 40, 7)
  expect(lossesOf(market)).toEqual({ profile_volume: 7 })
})

it('counts the prints whose venue their sweep could not remember', () => {
  const market = new TestMarket().trade(687)
  for (let exchange = 0; exchange < 3 * SWEEP_VENUES_MAX; exchange++) {
    const print = futuresTrade(market.nowNs + exchange, ticksOf(687), 1, Aggressor.Buy)
    market.apply(Object.assign(print, { exchange }))
  }
  expect(lossesOf(market)).toEqual({ tape_sweep_venues: 2 * SWEEP_VENUES_MAX })
})

it('goes through saving and restoring', () => {
  const lived = new TestMarket({ 'score.levelCapacity': 1, 'levels.hotzonesUsd': [686.9] })
  lived
    .trade(687)
    .trade(687 + 40_000 / 40, 7)
    .trade(687)
    .book(686.975, 40)
    .run(1)
  const resumed = new TestMarket({ 'score.levelCapacity': 1, 'levels.hotzonesUsd': [686.9] })
  resumed.pipeline.state.restore(lived.pipeline.state.snapshot())
  resumed.pipeline.service.restore(lived.pipeline.service.snapshot())
  expect(lossesOf(lived)).toMatchObject({ level_snaps: 4, profile_volume: 7 })
  expect(resumed.pipeline.capacityLosses).toEqual(lived.pipeline.capacityLosses)
})
