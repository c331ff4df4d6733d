import { Aggressor, InvariantError, MarketEvent, NS_PER_S, OptionRight } from '@levels/kernel'
import { describe, expect, test } from 'vitest'
import { createStrikeFlows, OptionFlowState } from '../src/option-flow-state.ts'
import type { OptionFlowConfig, StrikeQuery } from '../src/option-flow-state.ts'

const TODAY = 20231226
const TOMORROW = 20231227
const CONFIG: OptionFlowConfig = {
  windowsNs: [60 * NS_PER_S, 300 * NS_PER_S],
  seriesCapacity: 8_192,
  ringCapacity: 2 ** 16,
}

interface Trade {
  readonly s?: number
  readonly strike?: number
  readonly right?: OptionRight
  readonly expiryYmd?: number
  readonly price?: number
  readonly size?: number
  readonly aggressor?: Aggressor
  readonly delta?: number | null
  readonly gamma?: number | null
}

function apply(state: OptionFlowState, trade: Trade): void {
  const event = new MarketEvent()
  event.tsRelNs = (trade.s ?? 0) * NS_PER_S
  event.strikeMilli = Math.round((trade.strike ?? 475) * 1_000)
  event.right = trade.right ?? OptionRight.Call
  event.expiryYmd = trade.expiryYmd ?? TODAY
  event.price = trade.price ?? 1
  event.size = trade.size ?? 1
  const { aggressor = Aggressor.Buy, delta = 0.5, gamma = 0.05 } = trade
  state.applyTrade(event, aggressor, delta, gamma)
}

function stateOf(...trades: Trade[]): OptionFlowState {
  const state = new OptionFlowState(CONFIG)
  for (const trade of trades) apply(state, trade)
  return state
}

/** What `readStrikes` gives, as a list of objects in shares per $1. */
function strikesOf(state: OptionFlowState, query: Partial<StrikeQuery> = {}) {
  const out = createStrikeFlows()
  state.readStrikes(
    { loStrikeMilli: 0, hiStrikeMilli: 1e8, expiryYmd: TODAY, windowIndex: 'session', ...query },
    out,
  )
  return Array.from({ length: out.count }, (_, i) => ({
    strike: (out.strikeMilli[i] ?? NaN) / 1_000,
    calls: (out.callGammaMicro[i] ?? NaN) / 1e6,
    puts: (out.putGammaMicro[i] ?? NaN) / 1e6,
    volume: out.volume[i],
    covered: out.coveredVolume[i],
  }))
}

describe('dealer gamma', () => {
  test('of 10 calls bought with gamma 0.05 is −50: dealers sold them', () => {
    const state = stateOf({ size: 10 })
    expect(strikesOf(state)).toEqual([
      { strike: 475, calls: -50, puts: 0, volume: 10, covered: 10 },
    ])
  })

  test('of puts sold to dealers is positive, apart from that of calls', () => {
    const state = stateOf(
      { size: 10 },
      { size: 4, right: OptionRight.Put, aggressor: Aggressor.Sell },
    )
    expect(strikesOf(state)).toEqual([
      { strike: 475, calls: -50, puts: 20, volume: 14, covered: 14 },
    ])
  })

  test('of a trade at the mid, or of unknown direction, is none, and its volume counts', () => {
    const state = stateOf(
      { size: 3, aggressor: Aggressor.Mid },
      { size: 4, aggressor: Aggressor.Unknown },
    )
    expect(strikesOf(state)).toEqual([{ strike: 475, calls: 0, puts: 0, volume: 7, covered: 7 }])
  })

  test('of a trade without greeks is none, and lowers the coverage', () => {
    const state = stateOf({ size: 3 }, { size: 1, gamma: null, delta: null })
    expect(strikesOf(state)).toEqual([{ strike: 475, calls: -15, puts: 0, volume: 4, covered: 3 }])
    expect(state.sessionGreeksCoverage).toBe(0.75)
    expect(stateOf().sessionGreeksCoverage).toBeNull()
  })

  test('is never made from a number that is none', () => {
    const state = stateOf({ gamma: NaN, delta: Infinity })
    expect(strikesOf(state)[0]).toMatchObject({ calls: 0, covered: 0 })
    expect(state.sessionGreeksCoverage).toBe(0)
  })
})

describe('the windows', () => {
  test('hold a trade for 60 s and for 300 s, and the session keeps it', () => {
    const state = stateOf({ s: 0, size: 10 })
    const callsIn = (windowIndex: number | 'session'): number | undefined =>
      strikesOf(state, { windowIndex })[0]?.calls
    state.advanceTo(60 * NS_PER_S - 1)
    expect([callsIn(0), callsIn(1), callsIn('session')]).toEqual([-50, -50, -50])
    state.advanceTo(60 * NS_PER_S)
    expect([callsIn(0), callsIn(1), callsIn('session')]).toEqual([0, -50, -50])
    state.advanceTo(300 * NS_PER_S)
    expect([callsIn(0), callsIn(1), callsIn('session')]).toEqual([0, 0, -50])
    expect(strikesOf(state, { windowIndex: 1 })).toEqual([
      { strike: 475, calls: 0, puts: 0, volume: 0, covered: 0 },
    ])
  })

  test('are the configured ones', () => {
    expect(() => strikesOf(stateOf(), { windowIndex: 0 })).not.toThrow()
    expect(() => strikesOf(stateOf({}), { windowIndex: 2 })).toThrow(InvariantError)
  })
})

describe('reading by strike', () => {
  const state = stateOf(
    { strike: 480, size: 1 },
    { strike: 470, size: 2 },
    { strike: 475.5, size: 3 },
    { strike: 470, size: 4, expiryYmd: TOMORROW },
  )
  const volumesOf = (query: Partial<StrikeQuery>) =>
    strikesOf(state, query).map(({ strike, volume }) => [strike, volume])

  test('goes upwards through the strikes of one expiry', () => {
    expect(volumesOf({})).toEqual([
      [470, 2],
      [475.5, 3],
      [480, 1],
    ])
    expect(volumesOf({ expiryYmd: TOMORROW })).toEqual([[470, 4]])
    expect(volumesOf({ expiryYmd: 20240119 })).toEqual([])
  })

  test('adds all expiries together when none is named', () => {
    expect(volumesOf({ expiryYmd: null })).toEqual([
      [470, 6],
      [475.5, 3],
      [480, 1],
    ])
  })

  test('takes both ends of its range in', () => {
    expect(volumesOf({ loStrikeMilli: 470_000, hiStrikeMilli: 475_500 })).toEqual([
      [470, 2],
      [475.5, 3],
    ])
    expect(volumesOf({ loStrikeMilli: 470_001, hiStrikeMilli: 475_499 })).toEqual([])
  })

  test('copes with more strikes than its result had room for', () => {
    const wide = new OptionFlowState(CONFIG)
    for (let strike = 1_000; strike > 0; strike--) apply(wide, { strike })
    expect(strikesOf(wide).map(({ strike }) => strike)).toEqual(
      Array.from({ length: 1_000 }, (_, i) => i + 1),
    )
  })
})

describe('the session’s flow option by option', () => {
  test('has volume, premium, net delta and net dealer gamma', () => {
    const state = stateOf(
      { size: 10, price: 1.23, delta: 0.5, gamma: 0.05 },
      { size: 4, price: 1.5, delta: 0.25, gamma: 0.01, aggressor: Aggressor.Sell },
      { size: 2, price: 0.05, delta: null, gamma: null },
    )
    const query = { loStrikeMilli: 474_000, hiStrikeMilli: 476_000, expiryYmd: null }
    expect(state.flowsNear(query)).toEqual([
      {
        strike: 475,
        right: OptionRight.Call,
        expiryYmd: TODAY,
        volume: 16,
        coveredVolume: 14,
        premiumUsd: 1_230 + 600 + 10,
        netDelta: -500 + 100,
        netDealerGamma: -50 + 4,
      },
    ])
  })

  test('is sorted by strike, expiry and right, of one expiry or of all', () => {
    const state = stateOf(
      { strike: 476, expiryYmd: TOMORROW, right: OptionRight.Put },
      { strike: 476, expiryYmd: TODAY, right: OptionRight.Put },
      { strike: 476, expiryYmd: TODAY },
      { strike: 475, expiryYmd: TOMORROW },
    )
    const query = { loStrikeMilli: 0, hiStrikeMilli: 1e6 }
    const keys = (expiryYmd: number | null) =>
      state.flowsNear({ ...query, expiryYmd }).map((f) => [f.strike, f.expiryYmd, f.right])
    expect(keys(null)).toEqual([
      [475, TOMORROW, OptionRight.Call],
      [476, TODAY, OptionRight.Call],
      [476, TODAY, OptionRight.Put],
      [476, TOMORROW, OptionRight.Put],
    ])
    expect(keys(TODAY)).toHaveLength(2)
  })
})

describe('option flow', () => {
  test('is forgotten with the session, windows included', () => {
    const state = stateOf({ size: 10 })
    state.startSession()
    expect(strikesOf(state, { windowIndex: 1 })).toEqual([])
    expect(state.sessionGreeksCoverage).toBeNull()
    apply(state, { s: 1, size: 1 })
    state.advanceTo(400 * NS_PER_S)
    expect(strikesOf(state, { windowIndex: 1 })[0]?.calls).toBe(0)
  })

  test('changes its version with every trade and every expiry, and with nothing else', () => {
    const state = stateOf({ s: 0 })
    const { version } = state
    state.advanceTo(59 * NS_PER_S)
    strikesOf(state)
    expect(state.version).toBe(version)
    state.advanceTo(60 * NS_PER_S)
    expect(state.version).not.toBe(version)
  })

  test('counts trades beyond its capacity of series as volume without greeks', () => {
    const state = new OptionFlowState({ ...CONFIG, seriesCapacity: 2 })
    for (const strike of [470, 471, 472, 471]) apply(state, { strike })
    expect(strikesOf(state).map(({ strike, volume }) => [strike, volume])).toEqual([
      [470, 1],
      [471, 2],
    ])
    expect(state.counters).toEqual({ seriesDropped: 1, ringDropped: 0, outOfRange: 0 })
    expect(state.sessionGreeksCoverage).toBe(0.75)
  })

  test('lets the oldest trades leave the windows early when the ring is full, and counts them', () => {
    const state = new OptionFlowState({ ...CONFIG, ringCapacity: 1_024 })
    for (let i = 0; i < 1_030; i++) apply(state, { s: i / 100, size: 1 })
    expect(strikesOf(state, { windowIndex: 0 })[0]?.volume).toBe(1_024)
    expect(strikesOf(state, { windowIndex: 1 })[0]?.calls).toBe(-5 * 1_024)
    expect(strikesOf(state)[0]?.volume).toBe(1_030)
    expect(state.counters.ringDropped).toBe(6)
  })

  test('takes no amount that would make a sum inexact, and counts it', () => {
    const state = stateOf({ size: 1 }, { size: 1, gamma: 1e9 }, { size: 1, price: 1e13 })
    expect(strikesOf(state)).toEqual([{ strike: 475, calls: -10, puts: 0, volume: 3, covered: 2 }])
    apply(state, { size: Number.MAX_SAFE_INTEGER })
    expect(state.sessionVolume).toBe(3)
    expect(state.counters.outOfRange).toBe(3)
  })

  test('never goes back in time', () => {
    expect(() => stateOf({ s: 2 }, { s: 1 })).toThrow(InvariantError)
  })
})
