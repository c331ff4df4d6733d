import type { LevelKind } from '@levels/contracts'
import { Aggressor, OptionRight } from '@levels/kernel'
import { FuelEngine } from '@levels/fuel'
import { describe, expect, it } from 'vitest'
import { Universe } from '../src/universe.ts'
import { stockTrade } from './events.ts'
import { MONDAY, newYork, TestMarket, TUESDAY } from './test-market.ts'

const { Buy, Sell } = Aggressor
const { Put } = OptionRight

/** On Tuesday at 10:00, with a book and nothing else: what follows decides which levels there are. */
function market(overrides: Readonly<Record<string, unknown>> = {}): TestMarket {
  return new TestMarket(overrides).book(687, 20)
}

/** A market that begins earlier. */
function marketFrom(tsRelNs: number): TestMarket {
  return new TestMarket({}, tsRelNs).book(687, 20)
}

describe('the universe has', () => {
  it('STRIKE: every strike with option flow this session, whatever the expiry', () => {
    const seen = market().option(687, 1).option(688, 1, { expiryYmd: 20_260_320 }).trade(687.1)
    seen.snap()
    expect(seen.level('STRIKE_687')).toMatchObject({ kind: 'STRIKE', price: 687 })
    seen.trade(687.9).snap()
    expect(seen.level('STRIKE_688')).toMatchObject({ kind: 'STRIKE', price: 688 })
    seen.option(687.5, 1).trade(687.575).snap()
    expect(seen.level('STRIKE_687.5').price).toBe(687.5)
  })

  it('no STRIKE of the session before', () => {
    const seen = marketFrom(newYork(MONDAY, '15:00')).option(687, 1).trade(687.1)
    seen.snap()
    expect(seen.ids).toContain('STRIKE_687')
    seen.at(newYork(TUESDAY, '10:00')).book(687, 20).trade(687.1).snap()
    expect(seen.ids).not.toContain('STRIKE_687')
  })

  it('ROUND: every dollar', () => {
    const seen = market().trade(687.1)
    seen.snap()
    expect(seen.level('ROUND_687')).toMatchObject({ kind: 'ROUND', price: 687 })
  })

  it('ROUND: every multiple of the step, as it is written', () => {
    expect(6868 * 0.1).not.toBe(686.8) // in doubles
    const seen = market({ 'levels.roundStepUsd': 0.1, 'levels.monitorBandUsd': 0.1 }).trade(686.85)
    seen.snap()
    expect(seen.level('ROUND_686.8').price).toBe(686.8)
    expect(seen.level('ROUND_686.9').price).toBe(686.9)
  })

  it('VWAP: from the regular open on', () => {
    const seen = marketFrom(newYork(TUESDAY, '09:00')).trade(686, 1_000)
    seen.at(newYork(TUESDAY, '09:30')).trade(687, 100).trade(687.2, 300)
    seen.snap()
    expect(seen.level('VWAP').price).toBeCloseTo(687.15, 10)
  })

  it('VWAP: of the equity where it is traded, not of the future', () => {
    const seen = market().trade(687.2, 100)
    seen
      .apply(stockTrade(seen.nowNs, 687.1, 100))
      .apply(stockTrade(seen.nowNs, 687.18, 300))
      .snap()
    expect(seen.level('VWAP').price).toBeCloseTo(687.16, 10)
  })

  it('SESSION_HIGH and SESSION_LOW', () => {
    const seen = market().trade(687.3).trade(687.15).trade(687.2)
    seen.snap()
    expect(seen.level('SESSION_HIGH').price).toBe(687.3)
    expect(seen.level('SESSION_LOW').price).toBe(687.15)
  })

  it('PM_HIGH and PM_LOW: from 04:00 to the regular open', () => {
    const seen = marketFrom(newYork(TUESDAY, '03:59')).trade(690).trade(680)
    seen.at(newYork(TUESDAY, '04:00')).trade(687.3)
    seen.at(newYork(TUESDAY, '09:29:59')).trade(687.1)
    seen.at(newYork(TUESDAY, '10:00')).book(687, 20).trade(687.2).snap()
    expect(seen.level('PM_HIGH').price).toBe(687.3)
    expect(seen.level('PM_LOW').price).toBe(687.1)
  })

  it('OR_HIGH and OR_LOW: the first fifteen minutes of the regular session', () => {
    const seen = marketFrom(newYork(TUESDAY, '09:30')).trade(687.3)
    seen.at(newYork(TUESDAY, '09:44:59')).trade(687.1)
    seen.at(newYork(TUESDAY, '09:45')).trade(690).trade(680)
    seen.at(newYork(TUESDAY, '10:00')).book(687, 20).trade(687.2).snap()
    expect(seen.level('OR_HIGH').price).toBe(687.3)
    expect(seen.level('OR_LOW').price).toBe(687.1)
  })

  it('ON_HIGH and ON_LOW: from the Globex open to the regular open', () => {
    const seen = marketFrom(newYork(MONDAY, '18:00')).trade(687.3)
    seen.at(newYork(TUESDAY, '02:00')).trade(687.1)
    seen.at(newYork(TUESDAY, '09:30')).trade(690).trade(680)
    seen.at(newYork(TUESDAY, '10:00')).book(687, 20).trade(687.2).snap()
    expect(seen.level('ON_HIGH').price).toBe(687.3)
    expect(seen.level('ON_LOW').price).toBe(687.1)
  })

  it('PREV_HIGH, PREV_LOW and PREV_CLOSE: of the regular session before', () => {
    const seen = marketFrom(newYork(MONDAY, '09:29')).trade(690).trade(680)
    seen.at(newYork(MONDAY, '11:00')).trade(687.35).trade(687.05)
    seen.at(newYork(MONDAY, '15:59:59')).trade(687.15)
    seen.at(newYork(MONDAY, '16:00')).trade(690).trade(680)
    seen.at(newYork(TUESDAY, '10:00')).book(687, 20).trade(687.2).snap()
    expect(seen.level('PREV_HIGH').price).toBe(687.35)
    expect(seen.level('PREV_LOW').price).toBe(687.05)
    expect(seen.level('PREV_CLOSE').price).toBe(687.15)
  })

  it('SMA_200 and SMA_400: the means of so many two-minute closes, once there are as many', () => {
    const startNs = newYork(MONDAY, '18:00')
    const seen = marketFrom(startNs)
    const close = (n: number, price: number): unknown => seen.at(startNs + n * 120e9).trade(price)
    seen.trade(690, 10_000) // moves the VWAP away, and closes no bar
    for (let n = 0; n < 200; n++) close(n, n % 2 === 0 ? 687 : 687.1)
    seen.book(687, 20).snap()
    expect(seen.ids).not.toContain('SMA_200') // the 200th bar is not over
    for (let n = 200; n < 400; n++) close(n, n % 2 === 0 ? 687.2 : 687.3)
    seen
      .at(startNs + 400 * 120e9)
      .book(687, 20)
      .snap()
    expect(seen.level('SMA_200').price).toBeCloseTo(687.25, 10)
    expect(seen.level('SMA_400').price).toBeCloseTo(687.15, 10)
  })

  it('CALL_WALL: the strike from spot up whose calls leave dealers with most gamma', () => {
    const seen = market().trade(686.9)
    // Customers sell 12,000 calls: dealers gain 12,000 · 0.05 · 100 shares per $1.
    seen.option(687, 12_000, { aggressor: Sell }).option(688, 11_000, { aggressor: Sell })
    seen.option(689, 20_000, { aggressor: Buy }).snap()
    expect(seen.level('CALL_WALL')).toMatchObject({
      kind: 'CALL_WALL',
      price: 687,
      fuel: { callWall: { strike: 687, netGamma: 60_000, strength: 1.2 } },
      confluence: ['STRIKE_687', 'ROUND_687'],
    })
  })

  it('PUT_WALL: the strike from spot down whose puts leave dealers with most gamma', () => {
    const seen = market().trade(687.1)
    seen.option(687, 12_000, { aggressor: Sell, right: Put })
    seen.option(686, 11_000, { aggressor: Sell, right: Put }).snap()
    expect(seen.level('PUT_WALL')).toMatchObject({
      kind: 'PUT_WALL',
      price: 687,
      fuel: { putWall: { strike: 687, netGamma: 60_000, strength: 1.2 } },
    })
  })

  it('GAMMA_FLIP: where gamma by strike crosses zero, between strikes', () => {
    const seen = market().trade(687.2)
    // −1,000 at 687 and +3,000 at 688: zero a quarter of the way up.
    seen.option(687, 200, { aggressor: Buy }).option(688, 600, { aggressor: Sell }).snap()
    expect(seen.level('GAMMA_FLIP')).toMatchObject({ kind: 'GAMMA_FLIP', price: 687.25 })
    expect(seen.level('GAMMA_FLIP').fuel.hvl).toBe(687.25)
  })

  it('POC, VAH and VAL: where most was traded, and 70 % of the volume around it', () => {
    const seen = market()
    const volumes: readonly (readonly [number, number])[] = [
      [686.975, 15],
      [687, 20],
      [687.025, 30],
      [687.05, 20],
      [687.075, 15],
    ]
    for (const [price, size] of volumes) seen.trade(price, size)
    seen.trade(686.5).trade(690, 5).trade(687.1, 1).snap() // tails move the VWAP and the extremes
    expect(seen.level('POC').price).toBe(687.025)
    expect(seen.level('VAH').price).toBe(687.075)
    expect(seen.level('VAL').price).toBe(686.975)
  })

  it('USER_HOTZONE: the prices of the configuration, each once', () => {
    const seen = market({ 'levels.hotzonesUsd': [687.13, 686.35, 687.13] }).trade(687.2)
    seen.snap()
    expect(seen.ids.filter((id) => id.startsWith('HOTZONE'))).toEqual(['HOTZONE_687.13'])
    expect(seen.level('HOTZONE_687.13')).toMatchObject({ kind: 'USER_HOTZONE', price: 687.13 })
  })
})

it('names levels at one price by precedence, and the others as its confluence', () => {
  const startNs = newYork(MONDAY, '10:00')
  const seen = new TestMarket({ 'levels.hotzonesUsd': [687] }, startNs)
  // Everything ever trades at 687: 400 closes and more from Monday's session on.
  for (let ns = startNs; ns <= newYork(TUESDAY, '10:00'); ns += 120e9) seen.at(ns).trade(687)
  seen.option(687, 12_000, { aggressor: Sell }).option(687, 12_000, { aggressor: Sell, right: Put })
  // So much below zero at 686 that gamma crosses it just under 687.
  for (let i = 0; i < 100; i++) seen.option(686, 1_000_000, { aggressor: Buy })
  seen.book(687, 20).snap()
  expect(seen.ids).toEqual(['HOTZONE_687'])
  expect(seen.level('HOTZONE_687').confluence).toEqual([
    ...['CALL_WALL', 'PUT_WALL', 'GAMMA_FLIP'],
    ...['SESSION_HIGH', 'SESSION_LOW', 'OR_HIGH', 'OR_LOW', 'PM_HIGH', 'PM_LOW'],
    ...['ON_HIGH', 'ON_LOW', 'PREV_HIGH', 'PREV_LOW', 'PREV_CLOSE'],
    ...['VWAP', 'POC', 'VAH', 'VAL', 'SMA_200', 'SMA_400', 'STRIKE_687', 'ROUND_687'],
  ])
})

describe('the monitor band', () => {
  it('holds levels a quarter of a dollar away', () => {
    const seen = market({ 'levels.hotzonesUsd': [686.85, 687.35, 686.84, 687.36] }).trade(687.1)
    seen.snap()
    const hotzones = seen.ids.filter((id) => id.startsWith('HOTZONE'))
    expect(hotzones.sort()).toEqual(['HOTZONE_686.85', 'HOTZONE_687.35'])
  })

  it('holds its edges whatever the last bit of a distance', () => {
    expect(687.1 - 687).toBeGreaterThan(0.1) // in doubles
    const seen = market({ 'levels.hotzonesUsd': [687], 'levels.monitorBandUsd': 0.1 }).trade(687.1)
    seen.snap()
    expect(seen.ids).toContain('HOTZONE_687')
  })

  it('gives its levels by distance, then by id', () => {
    const seen = market({ 'levels.hotzonesUsd': [687.25, 687.125, 687.375] }).trade(687.25)
    seen.snap()
    expect(seen.newest.levels.map((l) => [l.id, l.distance])).toEqual([
      ['HOTZONE_687.25', 0],
      ['HOTZONE_687.125', 0.125],
      ['HOTZONE_687.375', 0.125],
      ['ROUND_687', 0.25],
    ])
  })
})

it('looks five dollars far, inclusive', () => {
  const seen = market({ 'levels.hotzonesUsd': [681.99, 682, 692, 692.01] })
  seen.option(681.5, 1).option(682, 1).option(692, 1).option(692.5, 1).trade(687)
  const { config } = seen.pipeline.service
  const universe = new Universe(config.levels, new FuelEngine(config.fuel))
  const { candidates, levels } = universe.read(seen.pipeline.state, 687)
  const pricesOf = (kind: LevelKind): number[] =>
    candidates.filter((l) => l.kind === kind).map((l) => l.price)
  expect(pricesOf('USER_HOTZONE')).toEqual([682, 692])
  expect(pricesOf('STRIKE')).toEqual([682, 692])
  expect(pricesOf('ROUND')).toEqual([682, 683, 684, 685, 686, 687, 688, 689, 690, 691, 692])
  expect(levels.map((l) => l.price)).toEqual(pricesOf('ROUND'))
})

it('has no level at or below zero, however low the price', () => {
  const seen = market().trade(1.5)
  const { config } = seen.pipeline.service
  const universe = new Universe(config.levels, new FuelEngine(config.fuel))
  const { candidates } = universe.read(seen.pipeline.state, 1.5)
  expect(candidates.filter((l) => l.kind === 'ROUND').map((l) => l.price)).toEqual([
    1, 2, 3, 4, 5, 6,
  ])
})

describe('a level', () => {
  it('is SUPPORT under spot and RESISTANCE over it', () => {
    const seen = market({ 'levels.hotzonesUsd': [687] })
    seen.trade(687.025).snap()
    expect(seen.level('HOTZONE_687').direction).toBe('SUPPORT')
    expect(seen.level('HOTZONE_687').runway.direction).toBe('DOWN')
    seen.trade(686.975).snap()
    expect(seen.level('HOTZONE_687').direction).toBe('RESISTANCE')
    expect(seen.level('HOTZONE_687').runway.direction).toBe('UP')
  })

  it('exactly at spot keeps facing as it did, SUPPORT where it never did', () => {
    const fresh = market().trade(687)
    fresh.snap()
    const id = fresh.ids[0] ?? ''
    expect(fresh.level(id)).toMatchObject({ distance: 0, direction: 'SUPPORT' })

    const seen = market({ 'levels.hotzonesUsd': [687] })
    seen.trade(686.975).run(1).trade(687).run(2)
    expect(seen.level('HOTZONE_687')).toMatchObject({ distance: 0, direction: 'RESISTANCE' })
    seen.trade(687.025).run(1).trade(687).run(2)
    expect(seen.level('HOTZONE_687')).toMatchObject({ distance: 0, direction: 'SUPPORT' })
  })

  it('that price jumps to from out of the band faces where price came from', () => {
    const seen = market({ 'levels.hotzonesUsd': [687] })
    seen.trade(687.1).run(1).trade(686.5).run(1)
    expect(seen.ids).not.toContain('HOTZONE_687')
    seen.trade(687).run(1)
    expect(seen.level('HOTZONE_687').direction).toBe('RESISTANCE')
  })
})
