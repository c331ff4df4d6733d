import { SessionClock } from '@levels/calendar'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SessionTracker } from '../src/session-tracker.ts'
import { naiveSessions, tradingDays } from './naive-sessions.ts'
import type { NaiveTrade } from './naive-sessions.ts'
import { restoreInto, savedBytes } from './saved-state.ts'

const DAY_MS = 86_400_000

/** Weeks with something in them: both changes of the clocks, Thanksgiving, Christmas. */
const WEEKS = ['2024-03-07', '2024-11-01', '2023-11-21', '2023-12-21'].map((date) => {
  const startMs = Date.parse(`${date}T00:00Z`)
  const epochNs = BigInt(startMs) * 1_000_000n
  const days = tradingDays(startMs - 7 * DAY_MS, startMs + 60 * DAY_MS)
  const edges = days
    .flatMap((d) => [
      d.globexOpenNs,
      d.premarketOpenNs,
      d.regularOpenNs,
      d.openingRangeEndNs,
      d.regularCloseNs,
      d.globexCloseNs,
    ])
    .filter((edge) => edge !== null)
    .map((edge) => Number(edge - epochNs))
    .sort((a, b) => a - b)
  return { epochNs, days, edges }
})
type Week = (typeof WEEKS)[number]

/** How time goes on before a step: by a while, or to the n-th next boundary or beside it. */
const arbitraryWait = fc.oneof(
  fc.constant({ ns: 0 }),
  fc.constant({ ns: 1 }),
  fc.integer({ min: 1, max: 90 }).map((s) => ({ ns: s * 1e9 })),
  fc.integer({ min: 1, max: 600 }).map((minutes) => ({ ns: minutes * 60e9 })),
  fc.record({ edge: fc.integer({ min: 0, max: 2 }), ns: fc.integer({ min: -1, max: 1 }) }),
)

const arbitraryStep = fc.record({
  wait: arbitraryWait,
  isTrade: fc.nat(3).map((n) => n > 0),
  price: fc.integer({ min: 20_000, max: 20_030 }),
  size: fc.integer({ min: 1, max: 500 }),
})
type Step = { tsRelNs: number; isTrade: boolean; price: number; size: number }

const arbitraryRun = fc
  .record({
    week: fc.constantFrom(...WEEKS),
    start: fc.integer({ min: 0, max: 4 * 24 * 60 }),
    steps: fc.array(arbitraryStep, { minLength: 1, maxLength: 60 }),
  })
  .map(({ week, start, steps }) => {
    let tsRelNs = start * 60e9
    const timed: Step[] = steps.map(({ wait, ...step }) => {
      tsRelNs = later(week, tsRelNs, wait)
      return { tsRelNs, ...step }
    })
    return { week, steps: timed }
  })

function later(week: Week, tsRelNs: number, wait: { ns: number; edge?: number }): number {
  if (wait.edge === undefined) return tsRelNs + wait.ns
  const next = week.edges.filter((edge) => edge > tsRelNs)[wait.edge] ?? tsRelNs
  return Math.max(tsRelNs, next + wait.ns)
}

function create(week: Week): SessionTracker {
  const calendar = new SessionClock(week.epochNs)
  return new SessionTracker({ calendar, profileBucketUnits: 1, valueAreaShare: 0.7 })
}

function apply(tracker: SessionTracker, step: Step): void {
  if (step.isTrade) tracker.onTrade(step.tsRelNs, step.price, step.size)
  else tracker.advanceTo(step.tsRelNs)
}

function answersOf(tracker: SessionTracker) {
  return {
    vwap: tracker.vwap,
    sessionHigh: tracker.sessionHigh,
    sessionLow: tracker.sessionLow,
    pmHigh: tracker.pmHigh,
    pmLow: tracker.pmLow,
    orHigh: tracker.orHigh,
    orLow: tracker.orLow,
    onHigh: tracker.onHigh,
    onLow: tracker.onLow,
    prevHigh: tracker.prevHigh,
    prevLow: tracker.prevLow,
    prevClose: tracker.prevClose,
    poc: tracker.poc,
    vah: tracker.vah,
    val: tracker.val,
    sma1: tracker.sma(1),
    sma5: tracker.sma(5),
    hasTradesInSession: tracker.hasTradesInSession,
    hasTradesInPremarket: tracker.hasTradesInPremarket,
    hasTradesInRegular: tracker.hasTradesInRegular,
    bars: tracker.barsInWindow(600e9),
  }
}

describe('over any days, clock changes, holidays and half days among them', () => {
  test('a tracker answers as a twin that recomputes everything from all trades', () => {
    fc.assert(
      fc.property(arbitraryRun, ({ week, steps }) => {
        const tracker = create(week)
        const trades: NaiveTrade[] = []
        for (const step of steps) {
          apply(tracker, step)
          if (step.isTrade) trades.push(step)
          expect(answersOf(tracker)).toEqual(naiveSessions(trades, step.tsRelNs, week))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('however often a tracker is asked and told the time, its state is the same', () => {
    fc.assert(
      fc.property(
        arbitraryRun,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (run, between) => {
          const quiet = create(run.week)
          const pestered = create(run.week)
          let lastRelNs = run.steps[0]?.tsRelNs ?? 0
          pestered.advanceTo(lastRelNs)
          for (const step of run.steps) {
            for (const share of [...between].sort((a, b) => a - b)) {
              pestered.advanceTo(lastRelNs + Math.floor(share * (step.tsRelNs - lastRelNs)))
              answersOf(pestered)
            }
            if (step.isTrade) quiet.onTrade(step.tsRelNs, step.price, step.size)
            apply(pestered, step)
            lastRelNs = step.tsRelNs
          }
          quiet.advanceTo(lastRelNs)
          expect(savedBytes(quiet)).toEqual(savedBytes(pestered))
          expect(answersOf(quiet)).toEqual(answersOf(pestered))
        },
      ),
      { numRuns: 100 },
    )
  })

  test('saving, restoring and going on is never having stopped', () => {
    fc.assert(
      fc.property(arbitraryRun, fc.nat(), ({ week, steps }, cut) => {
        const whole = create(week)
        let resumed = create(week)
        steps.forEach((step, i) => {
          apply(whole, step)
          apply(resumed, step)
          if (i === cut % steps.length) resumed = restoreInto(create(week), resumed)
          expect(answersOf(resumed)).toEqual(answersOf(whole))
        })
        expect(savedBytes(resumed)).toEqual(savedBytes(whole))
      }),
      { numRuns: 100 },
    )
  })
})
