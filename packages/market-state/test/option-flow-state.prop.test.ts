import { Aggressor, MarketEvent, NS_PER_S, OptionRight } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createStrikeFlows, OptionFlowState } from '../src/option-flow-state.ts'
import { restoreInto, savedBytes } from './saved-state.ts'

const WINDOWS_NS = [60 * NS_PER_S, 300 * NS_PER_S, 7 * NS_PER_S]
const EXPIRIES = [20231226, 20231227, 20240119]

const arbitraryStep = fc.record({
  waitMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 3_000 }),
    fc.constantFrom(7_000, 60_000, 300_000, 86_400_000),
  ),
  kind: fc.constantFrom('trade', 'trade', 'trade', 'trade', 'trade', 'time'),
  isNewSession: fc.nat(40).map((n) => n === 0),
  strikeMilli: fc.integer({ min: 470, max: 480 }).map((strike) => strike * 1_000),
  right: fc.constantFrom(OptionRight.Call, OptionRight.Put),
  expiryYmd: fc.constantFrom(...EXPIRIES),
  priceCents: fc.integer({ min: 1, max: 500 }),
  size: fc.integer({ min: 1, max: 1_000 }),
  aggressor: fc.constantFrom(Aggressor.Buy, Aggressor.Sell, Aggressor.Mid, Aggressor.Unknown),
  delta: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
  gamma: fc.option(fc.double({ min: 0, max: 0.5, noNaN: true })),
})
type Untimed = typeof arbitraryStep extends fc.Arbitrary<infer T> ? T : never
type Step = Untimed & { tsRelNs: number }

const arbitrarySteps = fc
  .array(arbitraryStep, { minLength: 1, maxLength: 80 })
  .map((steps): Step[] => {
    let tsRelNs = 0
    return steps.map((step) => {
      tsRelNs += step.waitMs * 1e6
      return { ...step, tsRelNs }
    })
  })

function create(ringCapacity = 1_024): OptionFlowState {
  return new OptionFlowState({ windowsNs: WINDOWS_NS, seriesCapacity: 64, ringCapacity })
}

function apply(state: OptionFlowState, step: Step): void {
  state.advanceTo(step.tsRelNs)
  if (step.isNewSession) state.startSession()
  if (step.kind !== 'trade') return
  const event = new MarketEvent()
  event.tsRelNs = step.tsRelNs
  event.strikeMilli = step.strikeMilli
  event.right = step.right
  event.expiryYmd = step.expiryYmd
  event.price = step.priceCents / 100
  event.size = step.size
  state.applyTrade(event, step.aggressor, step.delta, step.gamma)
}

const RANGES = [
  [0, 1e8],
  [473_000, 476_500],
] as const
const WINDOWS = [0, 1, 2, 'session'] as const

function answersOf(state: OptionFlowState) {
  const out = createStrikeFlows()
  const strikes = [...EXPIRIES, null].flatMap((expiryYmd) =>
    RANGES.flatMap(([loStrikeMilli, hiStrikeMilli]) =>
      WINDOWS.map((windowIndex) => {
        state.readStrikes({ loStrikeMilli, hiStrikeMilli, expiryYmd, windowIndex }, out)
        return Array.from({ length: out.count }, (_, i) => [
          out.strikeMilli[i],
          out.callGammaMicro[i],
          out.putGammaMicro[i],
          out.volume[i],
          out.coveredVolume[i],
        ])
      }),
    ),
  )
  const flows = [...EXPIRIES, null].map((expiryYmd) =>
    state.flowsNear({ loStrikeMilli: 473_000, hiStrikeMilli: 476_500, expiryYmd }),
  )
  return { strikes, flows, coverage: state.sessionGreeksCoverage }
}

/** The same answers from the list of the session's trades, each sum made anew. */
function naiveAnswers(trades: readonly Step[], nowRelNs: number) {
  const matching = (expiryYmd: number | null, [lo, hi]: readonly [number, number]): Step[] =>
    trades.filter(
      (t) =>
        (expiryYmd === null || t.expiryYmd === expiryYmd) &&
        t.strikeMilli >= lo &&
        t.strikeMilli <= hi,
    )
  const strikes = [...EXPIRIES, null].flatMap((expiryYmd) =>
    RANGES.flatMap((range) =>
      WINDOWS.map((window) => {
        const lengthNs = window === 'session' ? Infinity : (WINDOWS_NS[window] ?? 0)
        return grouped(matching(expiryYmd, range), (t) => t.strikeMilli).map(([strike, own]) => {
          const inside = own.filter((t) => t.tsRelNs > nowRelNs - lengthNs)
          return [
            strike,
            sum(inside.filter((t) => t.right === OptionRight.Call).map(gammaMicro)),
            sum(inside.filter((t) => t.right === OptionRight.Put).map(gammaMicro)),
            sum(inside.map((t) => t.size)),
            sum(inside.filter((t) => t.gamma !== null).map((t) => t.size)),
          ]
        })
      }),
    ),
  )
  const flows = [...EXPIRIES, null].map((expiryYmd) =>
    grouped(
      matching(expiryYmd, [473_000, 476_500]),
      (t) => (t.strikeMilli * 1e8 + t.expiryYmd) * 2 + t.right,
    ).map(([, own]) => ({
      strike: (own[0]?.strikeMilli ?? NaN) / 1_000,
      right: own[0]?.right,
      expiryYmd: own[0]?.expiryYmd,
      volume: sum(own.map((t) => t.size)),
      coveredVolume: sum(own.filter((t) => t.gamma !== null).map((t) => t.size)),
      premiumUsd: sum(own.map((t) => t.priceCents * t.size)),
      netDelta: sum(own.map((t) => dealer(t, t.delta))) / 1e6,
      netDealerGamma: sum(own.map(gammaMicro)) / 1e6,
    })),
  )
  const volume = sum(trades.map((t) => t.size))
  const covered = sum(trades.filter((t) => t.gamma !== null).map((t) => t.size))
  return { strikes, flows, coverage: volume === 0 ? null : covered / volume }
}

function gammaMicro(trade: Step): number {
  return dealer(trade, trade.gamma)
}

/** −sign · size · greek · 100 in whole millionths. */
function dealer(trade: Step, greek: number | null): number {
  const sign = { BUY: 1, SELL: -1, NONE: 0 }[
    trade.aggressor === Aggressor.Buy ? 'BUY' : trade.aggressor === Aggressor.Sell ? 'SELL' : 'NONE'
  ]
  return Math.round(-sign * trade.size * (greek ?? 0) * 100 * 1e6) + 0
}

function sum(values: readonly number[]): number {
  return Number(values.reduce((total, value) => total + BigInt(value), 0n))
}

function grouped(trades: readonly Step[], key: (t: Step) => number): [number, Step[]][] {
  const groups = new Map<number, Step[]>()
  for (const t of trades) groups.set(key(t), [...(groups.get(key(t)) ?? []), t])
  return [...groups].sort(([a], [b]) => a - b)
}

describe('whatever is traded, over days', () => {
  test('the sums are those of a twin that adds up the list of trades anew', () => {
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const state = create()
        let trades: Step[] = []
        steps.forEach((step, i) => {
          apply(state, step)
          if (step.isNewSession) trades = []
          if (step.kind === 'trade') trades.push(step)
          if (i % 10 === 0 || i === steps.length - 1) {
            expect(answersOf(state)).toEqual(naiveAnswers(trades, step.tsRelNs))
          }
        })
      }),
      { numRuns: 60 },
    )
  })

  test('however often it is asked and told the time, its state is the same', () => {
    fc.assert(
      fc.property(arbitrarySteps, fc.integer({ min: 1, max: 5 }), (steps, times) => {
        const quiet = create()
        const pestered = create()
        let lastRelNs = 0
        for (const step of steps) {
          for (let i = 1; i <= times; i++) {
            pestered.advanceTo(lastRelNs + Math.floor((i / times) * (step.tsRelNs - lastRelNs)))
          }
          answersOf(pestered)
          apply(pestered, step)
          apply(quiet, step)
          lastRelNs = step.tsRelNs
        }
        expect(savedBytes(pestered)).toEqual(savedBytes(quiet))
      }),
      { numRuns: 40 },
    )
  })

  test('saving, restoring and going on is never having stopped', () => {
    fc.assert(
      fc.property(arbitrarySteps, fc.nat(), (steps, cut) => {
        const whole = create()
        let resumed = create()
        steps.forEach((step, i) => {
          apply(whole, step)
          apply(resumed, step)
          if (i === cut % steps.length) resumed = restoreInto(create(), resumed)
        })
        expect(savedBytes(resumed)).toEqual(savedBytes(whole))
        expect(answersOf(resumed)).toEqual(answersOf(whole))
        expect(resumed.counters).toEqual(whole.counters)
      }),
      { numRuns: 100 },
    )
  })

  test('a ring that grows and overflows loses the oldest trades and nothing else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1_024, 4_096),
        fc.integer({ min: 1_000, max: 5_000 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 0, max: 250 }),
        (ringCapacity, count, stepMs, pauseS) => {
          const state = create(ringCapacity)
          // The first 300 trades, then a pause: some leave before the ring first grows.
          const trades = Array.from({ length: count }, (_, i) => {
            const tsRelNs = i < 300 ? i * 300e6 : (90 + pauseS) * 1e9 + (i - 300) * stepMs * 1e6
            return regularTrade(i, tsRelNs)
          })
          for (const trade of trades) apply(state, trade)
          const nowRelNs = trades.at(-1)?.tsRelNs ?? 0
          expect(answersOf(state).strikes.slice(0, 3)).toEqual(
            naiveStrikesKeeping(trades, trades.slice(-ringCapacity), nowRelNs),
          )
          const resumed = restoreInto(create(ringCapacity), state)
          expect(savedBytes(resumed)).toEqual(savedBytes(state))
        },
      ),
      { numRuns: 20 },
    )
  })

  test('a ring grows in the middle of its life without losing or counting a trade twice', () => {
    const state = create(4_096)
    const trades = Array.from({ length: 3_000 }, (_, i) => {
      return regularTrade(i, i < 300 ? i * 300e6 : 340e9 + i * 1e6)
    })
    for (const trade of trades) apply(state, trade)
    expect(state.counters.ringDropped).toBe(0)
    state.advanceTo(500e9)
    expect(answersOf(state)).toEqual(naiveAnswers(trades, 500e9))
    state.advanceTo(700e9)
    expect(answersOf(state)).toEqual(naiveAnswers(trades, 700e9))
  })
})

function regularTrade(i: number, tsRelNs: number): Step {
  return {
    waitMs: 0,
    kind: 'trade',
    isNewSession: false,
    strikeMilli: 470_000 + (i % 7) * 1_000,
    right: OptionRight.Call,
    expiryYmd: EXPIRIES[i % 3] ?? 0,
    priceCents: 100,
    size: 1 + (i % 5),
    aggressor: i % 2 === 0 ? Aggressor.Buy : Aggressor.Sell,
    delta: 0.5,
    gamma: 0.01,
    tsRelNs,
  }
}

/** The first expiry's windows over all strikes, when only `kept` trades are still in the ring. */
function naiveStrikesKeeping(trades: readonly Step[], kept: readonly Step[], nowRelNs: number) {
  const strikes = grouped(
    trades.filter((t) => t.expiryYmd === EXPIRIES[0]),
    (t) => t.strikeMilli,
  ).map(([strike]) => strike)
  return WINDOWS_NS.map((windowNs) =>
    strikes.map((strikeMilli) => {
      const own = kept.filter(
        (t) =>
          t.strikeMilli === strikeMilli &&
          t.expiryYmd === EXPIRIES[0] &&
          t.tsRelNs > nowRelNs - windowNs,
      )
      const volume = sum(own.map((t) => t.size))
      return [strikeMilli, sum(own.map(gammaMicro)), 0, volume, volume]
    }),
  )
}
