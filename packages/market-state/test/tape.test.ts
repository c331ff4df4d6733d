import { Aggressor, ES_SPY, NO_EXCHANGE, NO_TICK, NS_PER_MS, NS_PER_S } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { createBandReading, createSweepReading, TapeState } from '../src/tape-state.ts'
import type { SweepReading, TapeConfig } from '../src/tape-state.ts'
import { futuresTrade } from './events.ts'

const config: TapeConfig = {
  windowNs: 60 * NS_PER_S,
  velocityWindowNs: 3 * NS_PER_S,
  windowCapacity: 2 ** 14,
  historyCapacity: 8,
  sweepMaxGapNs: 100 * NS_PER_MS,
  sweepMinPrints: 3,
  sweepMinPrices: 2,
  sweepMinNotionalUsd: 5_000_000,
  sweepLookbackNs: 10 * NS_PER_S,
  sweepCapacity: 4,
  pair: ES_SPY,
}

/** 5,000.00 index points: one lot there is $250,000, so 20 lots are $5,000,000. */
const TICK = 20_000

describe('volume in a band', () => {
  const read = (tape: TapeState, lo: number, hi: number) => {
    const out = createBandReading()
    tape.readBand(lo, hi, out)
    return out
  }

  it('adds up what aggressors bought and sold at the ticks of the band, both ends included', () => {
    const tape = new TapeState(config)
    tape.applyTrade(futuresTrade(1, TICK, 3, Aggressor.Buy))
    tape.applyTrade(futuresTrade(2, TICK + 4, 5, Aggressor.Sell))
    tape.applyTrade(futuresTrade(3, TICK + 5, 100, Aggressor.Sell))
    expect(read(tape, TICK, TICK + 4)).toEqual({ buyLots: 3, sellLots: 5 })
  })

  it('counts trades of no known aggressor on neither side', () => {
    const tape = new TapeState(config)
    tape.applyTrade(futuresTrade(1, TICK, 3, Aggressor.Mid))
    tape.applyTrade(futuresTrade(1, TICK, 3, Aggressor.Unknown))
    expect(read(tape, TICK, TICK)).toEqual({ buyLots: 0, sellLots: 0 })
  })

  it('lets a trade go exactly one window after it', () => {
    const tape = new TapeState(config)
    tape.applyTrade(futuresTrade(1, TICK, 3))
    tape.advanceTo(60 * NS_PER_S)
    expect(read(tape, TICK, TICK).buyLots).toBe(3)
    tape.advanceTo(60 * NS_PER_S + 1)
    expect(read(tape, TICK, TICK).buyLots).toBe(0)
  })
})

describe('velocity', () => {
  it('is the slope of a straight rise', () => {
    const tape = new TapeState(config)
    for (let i = 0; i < 5; i++) tape.applyTrade(futuresTrade(i * 250 * NS_PER_MS, TICK + i, 1))
    expect(tape.velocityTicksPerS()).toBe(4)
  })

  it('is 0 before the first trade and below two distinct times', () => {
    const tape = new TapeState(config)
    expect(tape.velocityTicksPerS()).toBe(0)
    tape.applyTrade(futuresTrade(5, TICK, 1))
    expect(tape.velocityTicksPerS()).toBe(0)
    tape.applyTrade(futuresTrade(5, TICK + 40, 1))
    expect(tape.velocityTicksPerS()).toBe(0)
    tape.applyTrade(futuresTrade(6, TICK + 40, 1))
    expect(tape.velocityTicksPerS()).toBeGreaterThan(0)
  })

  it('forgets trades older than its window', () => {
    const tape = new TapeState(config)
    tape.applyTrade(futuresTrade(0, TICK - 500, 1))
    tape.applyTrade(futuresTrade(NS_PER_S, TICK, 1))
    tape.applyTrade(futuresTrade(2 * NS_PER_S, TICK + 3, 1))
    tape.advanceTo(3 * NS_PER_S)
    expect(tape.velocityTicksPerS()).toBe(3)
  })

  it('counts trades of every aggressor', () => {
    const tape = new TapeState(config)
    tape.applyTrade(futuresTrade(0, TICK, 1, Aggressor.Mid))
    tape.applyTrade(futuresTrade(NS_PER_S, TICK - 2, 1, Aggressor.Unknown))
    expect(tape.velocityTicksPerS()).toBe(-2)
  })
})

describe('a sweep', () => {
  interface Print {
    readonly ms: number
    readonly ticks?: number
    readonly lots?: number
    readonly aggressor?: Aggressor
    readonly exchange?: number
  }

  /** Three buys of ten lots up three ticks within 20 ms: $7,500,000. */
  const SWEEP: readonly Print[] = [
    { ms: 0, ticks: 0 },
    { ms: 10, ticks: 1 },
    { ms: 20, ticks: 2 },
  ]

  interface Query {
    readonly atMs?: number
    readonly lo?: number
    readonly hi?: number
    readonly minVenues?: number
    readonly minPrices?: number
  }

  function sweepOf(prints: readonly Print[], query: Query = {}): SweepReading | null {
    const tape = new TapeState({ ...config, sweepMinPrices: query.minPrices ?? 2 })
    for (const { ms, ticks = 0, lots = 10, aggressor = Aggressor.Buy, exchange } of prints) {
      const venue = { exchange: exchange ?? NO_EXCHANGE }
      tape.applyTrade(futuresTrade(ms * NS_PER_MS, TICK + ticks, lots, aggressor, venue))
    }
    const { atMs = prints.at(-1)?.ms ?? 0, lo = -10, hi = 10, minVenues = 1 } = query
    tape.advanceTo(atMs * NS_PER_MS)
    const out = createSweepReading()
    const isFound = tape.findSweep(TICK + lo, TICK + hi, minVenues, out)
    expect(out.direction !== 0).toBe(isFound)
    return isFound ? out : null
  }

  const mirrored = SWEEP.map((print) => ({
    ...print,
    ticks: -(print.ticks ?? 0),
    aggressor: Aggressor.Sell,
  }))

  it('upwards is a run of buys on rising prices', () => {
    expect(sweepOf(SWEEP)).toEqual({
      direction: 1,
      notionalUsd: 10 * 50 * (5_000 + 5_000.25 + 5_000.5),
      prints: 3,
      windowNs: 20 * NS_PER_MS,
      venueCount: 0,
      venues: [],
    })
  })

  it('downwards is a run of sells on falling prices', () => {
    expect(sweepOf(mirrored)).toMatchObject({ direction: -1, prints: 3 })
  })

  it('holds together over gaps of 100 ms and no longer', () => {
    const spaced = (ms: number) => SWEEP.map((print, i) => ({ ...print, ms: i * ms }))
    expect(sweepOf(spaced(100))).toMatchObject({ windowNs: 200 * NS_PER_MS })
    expect(sweepOf(spaced(100.000001))).toBeNull()
  })

  it('is interrupted by a print of the other aggressor', () => {
    const interruption = { ms: 15, ticks: 0, lots: 1, aggressor: Aggressor.Sell }
    expect(sweepOf([...SWEEP.slice(0, 2), interruption, ...SWEEP.slice(2)])).toBeNull()
  })

  it('is not interrupted by prints of no known aggressor, which do not count either', () => {
    for (const aggressor of [Aggressor.Mid, Aggressor.Unknown]) {
      const stray = { ms: 15, ticks: 0, aggressor }
      expect(sweepOf([...SWEEP.slice(0, 2), stray, ...SWEEP.slice(2)])).toMatchObject({ prints: 3 })
      expect(sweepOf([...SWEEP.slice(0, 2), stray])).toBeNull()
    }
  })

  it('has at least three prints', () => {
    expect(
      sweepOf([
        { ms: 0, ticks: 0, lots: 50 },
        { ms: 1, ticks: 1, lots: 50 },
      ]),
    ).toBeNull()
  })

  it('prints on at least two prices, the last beyond the first in its direction', () => {
    const at = (...ticks: number[]) => ticks.map((t, i) => ({ ms: i, ticks: t, lots: 20 }))
    expect(sweepOf(at(0, 0, 0))).toBeNull()
    expect(sweepOf(at(0, 1, 0))).toBeNull()
    expect(sweepOf(at(0, 1, -1))).toBeNull()
    expect(sweepOf(at(0, 0, 1))).not.toBeNull()
    expect(sweepOf(at(0, 0, 1), { minPrices: 3 })).toBeNull()
    expect(sweepOf(at(0, 2, 1), { minPrices: 3 })).not.toBeNull()
  })

  it('is worth at least $5,000,000', () => {
    const worth = (lots: number) => [
      { ms: 0, ticks: -1, lots: 1 },
      { ms: 1, ticks: 1, lots: 1 },
      { ms: 2, ticks: 0, lots },
    ]
    expect(sweepOf(worth(18))).toMatchObject({ notionalUsd: 5_000_000 })
    expect(sweepOf(worth(17))).toBeNull()
  })

  it('has at least one print in the band, and a gap it jumped over does not count', () => {
    const jump = [
      { ms: 0, ticks: -5 },
      { ms: 1, ticks: -4 },
      { ms: 2, ticks: 4 },
    ]
    expect(sweepOf(jump, { lo: 4, hi: 9 })).not.toBeNull()
    expect(sweepOf(jump, { lo: -9, hi: -5 })).not.toBeNull()
    expect(sweepOf(jump, { lo: -3, hi: 3 })).toBeNull()
    expect(sweepOf(jump, { lo: 5, hi: 9 })).toBeNull()
  })

  it('counts until 10 s after its last print, whether or not another run has begun', () => {
    const next = { ms: 500, ticks: 0, lots: 1, aggressor: Aggressor.Sell }
    for (const prints of [SWEEP, [...SWEEP, next]]) {
      expect(sweepOf(prints, { atMs: 10_019.999999 })).not.toBeNull()
      expect(sweepOf(prints, { atMs: 10_020 })).toBeNull()
    }
  })

  it('that ended too long ago is not found again when the next print ends its run', () => {
    const next = { ms: 10_020, ticks: 0, lots: 1 }
    expect(sweepOf([...SWEEP, next])).toBeNull()
  })

  it('needs its venues to be known only where more than one is asked for', () => {
    const on = (...venues: number[]) =>
      SWEEP.map((print, i) => ({ ...print, exchange: venues[i] ?? 0 }))
    expect(sweepOf(on(7, NO_EXCHANGE, 3), { minVenues: 2 })).toMatchObject({
      venueCount: 2,
      venues: [3, 7],
    })
    expect(sweepOf(on(7, NO_EXCHANGE, 7), { minVenues: 2 })).toBeNull()
    expect(sweepOf(on(7, NO_EXCHANGE, 7), { minVenues: 1 })).toMatchObject({ venues: [7] })
    expect(sweepOf(SWEEP, { minVenues: 2 })).toBeNull()
    expect(sweepOf(SWEEP, { minVenues: 1 })).not.toBeNull()
  })

  it('of several is the one with the largest notional, of equal ones the later', () => {
    const later = (ms: number, lots: number) =>
      SWEEP.map((print) => ({ ...print, ms: print.ms + ms, lots }))
    expect(sweepOf([...later(0, 11), ...later(1_000, 10)])).toMatchObject({
      windowNs: 20 * NS_PER_MS,
    })
    expect(sweepOf([...later(0, 11), ...later(1_000, 10)])?.notionalUsd).toBe(
      11 * 50 * (5_000 + 5_000.25 + 5_000.5),
    )
    const stretched = SWEEP.map((print, i) => ({ ...print, ms: 1_000 + i * 50 }))
    expect(sweepOf([...SWEEP, ...stretched])).toMatchObject({ windowNs: 100 * NS_PER_MS })
  })

  it('of equal ones is the later wherever in the band each printed', () => {
    const run = (fromMs: number, stepMs: number, ...ticks: number[]) =>
      ticks.map((t, i) => ({ ms: fromMs + i * stepMs, ticks: t }))
    const end = { ms: 2_000, lots: 1, aggressor: Aggressor.Sell }
    // Neither printed where the other did, and both are worth the same.
    const [one, other] = [
      [0, 0, 3],
      [-1, 2, 2],
    ] as const
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const prints = [...run(0, 10, ...first), ...run(1_000, 20, ...second), end]
      expect(sweepOf(prints)).toMatchObject({ windowNs: 40 * NS_PER_MS })
    }
  })

  it('leaves early, the oldest first, when there are more than there is room for', () => {
    const tape = new TapeState(config)
    const out = createSweepReading()
    for (let run = 0; run < 6; run++) {
      for (const { ms, ticks = 0 } of SWEEP) {
        const lots = 20 - run // the first is the largest
        tape.applyTrade(futuresTrade((run * 1_000 + ms) * NS_PER_MS, TICK + ticks, lots))
      }
    }
    // Four finished ones are kept beside the one in progress: the first of six has left.
    expect(tape.counters.sweepsDropped).toBe(1)
    tape.findSweep(TICK, TICK, 1, out)
    expect(out.notionalUsd).toBe(19 * 50 * (5_000 + 5_000.25 + 5_000.5))
  })
})

describe('queries', () => {
  it('give trades by time and price, oldest first, as far as they are held', () => {
    const tape = new TapeState(config)
    expect(tape.lastTradeTicks).toBe(NO_TICK)
    for (let i = 1; i <= 10; i++) tape.applyTrade(futuresTrade(i * NS_PER_S, TICK + i, i))
    const ticks = (trades: readonly { readonly priceTicks: number }[]) =>
      trades.map((trade) => trade.priceTicks - TICK)
    expect(ticks(tape.tradesInWindow(10 * NS_PER_S, 3 * NS_PER_S))).toEqual([8, 9, 10])
    expect(ticks(tape.tradesInWindow(8 * NS_PER_S, 2 * NS_PER_S))).toEqual([7, 8])
    expect(ticks(tape.tradesInWindow(10 * NS_PER_S, 60 * NS_PER_S))).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10,
    ])
    expect(ticks(tape.tradesNear(10 * NS_PER_S, 5 * NS_PER_S, TICK + 7, TICK + 9))).toEqual([
      7, 8, 9,
    ])
    expect(tape.counters).toMatchObject({ trades: 10, historyDropped: 2 })
    expect(tape.lastTradeTicks).toBe(TICK + 10)
  })
})
