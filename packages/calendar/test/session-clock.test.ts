import {
  END_TS_NS,
  epochFor,
  FIRST_TS_NS,
  MAX_REL_NS,
  NS_PER_DAY,
  NS_PER_HOUR,
  NS_PER_MS,
  RangeViolationError,
} from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SessionClock, tradingDayOn } from '../src/index.ts'
import type { MarketSession, TradingDay } from '../src/index.ts'
import { newYorkClock, ns } from './new-york.ts'

/** A clock whose epoch is a date's midnight UTC, and ISO instants in its time. */
function clockOf(date: string): { clock: SessionClock; at: (iso: string) => number } {
  const epochNs = epochFor(ns(`${date}T00:00Z`))
  return { clock: new SessionClock(epochNs), at: (iso) => Number(ns(iso) - epochNs) }
}

describe('Christmas 2023, a Monday', () => {
  const { clock, at } = clockOf('2023-12-25')

  test('Globex opens at 18:00 New York for the trading date of the 26th', () => {
    const session = clock.sessionAt(at('2023-12-25T23:30Z'))
    expect(session.tradingYmd).toBe(20231226)
    expect(session.globexOpenRelNs).toBe(at('2023-12-25T23:00Z'))
    expect(session.globexCloseRelNs).toBe(at('2023-12-26T22:00Z'))
    expect(session.regularOpenRelNs).toBe(at('2023-12-26T14:30Z'))
  })

  test('it is closed from Friday 17:00 to the nanosecond before', () => {
    expect(clock.isFuturesOpen(at('2023-12-22T22:00Z') - 1)).toBe(true)
    expect(clock.isFuturesOpen(at('2023-12-22T22:00Z'))).toBe(false)
    expect(clock.nextFuturesOpen(at('2023-12-22T22:00Z'))).toBe(at('2023-12-25T23:00Z'))
    expect(clock.isFuturesOpen(at('2023-12-25T23:00Z') - 1)).toBe(false)
    expect(clock.isFuturesOpen(at('2023-12-25T23:00Z'))).toBe(true)
  })

  test('in the break the session is the next one, and the one that opened last is Friday’s', () => {
    expect(clock.sessionAt(at('2023-12-24T12:00Z')).tradingYmd).toBe(20231226)
    expect(clock.openedSessionAt(at('2023-12-24T12:00Z')).tradingYmd).toBe(20231222)
    expect(clock.openedSessionAt(at('2023-12-25T23:00Z')).tradingYmd).toBe(20231226)
  })
})

describe('a session clock', () => {
  test('holds a weekend shut for 49 hours, one less and one more when the clocks change', () => {
    const gapHours = (date: string): number => {
      const { clock, at } = clockOf(date)
      const closeRelNs = clock.sessionAt(at(`${date}T16:00Z`)).globexCloseRelNs
      return (clock.nextFuturesOpen(closeRelNs) - closeRelNs) / NS_PER_HOUR
    }
    expect(gapHours('2024-06-14')).toBe(49)
    expect(gapHours('2024-03-08')).toBe(48)
    expect(gapHours('2024-11-01')).toBe(50)
  })

  test('keeps New York’s hours on the Mondays after the clocks change', () => {
    for (const [date, openUtc, closeUtc] of [
      ['2024-03-08', '14:30', '21:00'],
      ['2024-03-11', '13:30', '20:00'],
      ['2024-11-01', '13:30', '20:00'],
      ['2024-11-04', '14:30', '21:00'],
    ] as const) {
      const { clock, at } = clockOf(date)
      const session = clock.sessionAt(at(`${date}T15:00Z`))
      expect(session.regularOpenRelNs).toBe(at(`${date}T${openUtc}Z`))
      expect(session.regularCloseRelNs).toBe(at(`${date}T${closeUtc}Z`))
    }
  })

  test('ends the regular session at 13:00 and Globex at 13:15 on a half day', () => {
    const { clock, at } = clockOf('2023-11-24')
    expect(clock.isRegular(at('2023-11-24T14:30Z') - 1)).toBe(false)
    expect(clock.isRegular(at('2023-11-24T14:30Z'))).toBe(true)
    expect(clock.isRegular(at('2023-11-24T18:00Z') - 1)).toBe(true)
    expect(clock.isRegular(at('2023-11-24T18:00Z'))).toBe(false)
    expect(clock.isFuturesOpen(at('2023-11-24T18:15Z') - 1)).toBe(true)
    expect(clock.isFuturesOpen(at('2023-11-24T18:15Z'))).toBe(false)
    expect(clock.nextFuturesOpen(at('2023-11-24T18:15Z'))).toBe(at('2023-11-26T23:00Z'))
  })

  test('makes a holiday’s morning a session of its own', () => {
    const { clock, at } = clockOf('2024-01-15')
    const holiday = clock.sessionAt(at('2024-01-15T12:00Z'))
    expect(holiday.tradingYmd).toBe(20240115)
    expect(holiday.regularOpenRelNs).toBeNull()
    expect(clock.isRegular(at('2024-01-15T16:00Z'))).toBe(false)
    expect(clock.isFuturesOpen(at('2024-01-15T18:00Z'))).toBe(false)
    expect(clock.sessionAfter(holiday).tradingYmd).toBe(20240116)
    expect(clock.isFuturesOpen(at('2024-01-15T23:00Z'))).toBe(true)
  })

  test('gives the same object all through a session', () => {
    const { clock, at } = clockOf('2024-06-13')
    const session = clock.sessionAt(at('2024-06-13T15:00Z'))
    clock.sessionAt(at('2024-06-17T15:00Z'))
    expect(clock.sessionAt(session.globexOpenRelNs)).toBe(session)
    expect(clock.sessionAt(session.globexCloseRelNs - 1)).toBe(session)
    expect(clock.sessionAt(session.globexCloseRelNs)).toBe(clock.sessionAfter(session))
  })

  test('counts the minutes to an expiry of any later year', () => {
    const { clock, at } = clockOf('2023-12-26')
    expect(clock.minutesToExpiry(at('2023-12-26T20:00Z'), 20231226)).toBe(60)
    expect(clock.minutesToExpiry(at('2023-12-26T21:30Z'), 20231226)).toBe(-30)
    expect(clock.minutesToExpiry(at('2023-12-26T21:00Z'), 20251226)).toBe(731 * 1_440)
  })

  test('answers to the end of a run and in the lull after it, exactly', () => {
    // 104.25 days on, in the session of Monday the 8th of April, which ends later than that.
    const { clock, at } = clockOf('2023-12-26')
    const { tradingYmd, globexOpenRelNs, globexCloseRelNs } = clock.sessionAt(MAX_REL_NS)
    expect(tradingYmd).toBe(20240408)
    expect(globexOpenRelNs).toBe(at('2024-04-07T22:00Z'))
    expect(globexCloseRelNs).toBe(at('2024-04-08T21:00Z'))
    expect(globexCloseRelNs).toBeGreaterThan(MAX_REL_NS)
    expect(clock.isFuturesOpen(globexCloseRelNs - 250 * NS_PER_MS)).toBe(true)
    expect(clock.isFuturesOpen(globexCloseRelNs)).toBe(false)
    expect(clock.nextFuturesOpen(globexCloseRelNs)).toBe(at('2024-04-08T22:00Z'))
    expect(clock.sessionAfter(clock.openedSessionAt(MAX_REL_NS)).tradingYmd).toBe(20240409)
  })

  test('refuses times the calendar does not know', () => {
    const before = new SessionClock(epochFor(ns('2007-01-01T00:00Z')))
    expect(() => before.sessionAt(0)).toThrow(RangeViolationError)
    const after = new SessionClock(epochFor(ns('2099-12-31T00:00Z')))
    expect(() => after.sessionAt(NS_PER_DAY)).toThrow(RangeViolationError)
  })

  test('answers for all that is taken to have happened, and for weeks of lull after it', () => {
    const weekNs = 7n * BigInt(NS_PER_DAY)
    const asked = (tsNs: bigint): void => {
      const clock = new SessionClock(epochFor(tsNs))
      const tsRelNs = Number(tsNs - clock.epochNs)
      expect(clock.sessionAt(tsRelNs).globexCloseRelNs).toBeGreaterThan(tsRelNs)
      const opened = clock.openedSessionAt(tsRelNs)
      expect(opened.globexOpenRelNs).toBeLessThanOrEqual(tsRelNs)
      expect(clock.sessionAfter(opened).globexOpenRelNs).toBeGreaterThan(tsRelNs)
      expect(clock.nextFuturesOpen(tsRelNs)).toBeGreaterThanOrEqual(tsRelNs)
    }
    const last = END_TS_NS - 1n
    for (const tsNs of [FIRST_TS_NS, last, last + weekNs, last + 3n * weekNs]) asked(tsNs)
    fc.assert(fc.property(fc.bigInt({ min: FIRST_TS_NS, max: last }), asked), { numRuns: 300 })
  })
})

/** Every trading day from 2023-11 to 2024-04, to be searched from the front. */
const DAYS: TradingDay[] = []
for (let t = Date.UTC(2023, 10, 1); t < Date.UTC(2024, 4, 1); t += 86_400_000) {
  const date = new Date(t).toISOString().slice(0, 10)
  const day = tradingDayOn(Number(date.replaceAll('-', '')))
  if (day !== null) DAYS.push(day)
}

const EPOCH_NS = ns('2024-01-15T00:00Z')

/** Times of the span, many of them at or beside a boundary. */
const arbitraryRelNs = fc.oneof(
  fc.integer({ min: -60 * 86_400, max: 60 * 86_400 }).map((s) => s * 1e9),
  fc
    .record({
      day: fc.integer({ min: 5, max: DAYS.length - 10 }),
      off: fc.integer({ min: -1, max: 1 }),
    })
    .chain(({ day, off }) => {
      const { globexOpenNs, globexCloseNs, regularOpenNs, regularCloseNs } = DAYS[day] as TradingDay
      const edges = [globexOpenNs, globexCloseNs, regularOpenNs, regularCloseNs]
      return fc.constantFrom(...edges.filter((edge) => edge !== null)).map((edge) => {
        return Number(edge - EPOCH_NS) + off
      })
    }),
)

describe('whatever is asked in whatever order', () => {
  test('a clock answers as a search through all trading days does', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRelNs, { minLength: 1, maxLength: 40 }), (times) => {
        const clock = new SessionClock(EPOCH_NS)
        for (const tsRelNs of times) {
          const tsNs = EPOCH_NS + BigInt(tsRelNs)
          const next = DAYS.find((day) => day.globexCloseNs > tsNs) as TradingDay
          const opened = DAYS.findLast((day) => day.globexOpenNs <= tsNs) as TradingDay
          expect(toDay(clock.sessionAt(tsRelNs))).toEqual(next)
          expect(toDay(clock.openedSessionAt(tsRelNs))).toEqual(opened)
          expect(clock.isFuturesOpen(tsRelNs)).toBe(next.globexOpenNs <= tsNs)
          expect(EPOCH_NS + BigInt(clock.nextFuturesOpen(tsRelNs))).toBe(
            next.globexOpenNs > tsNs ? next.globexOpenNs : tsNs,
          )
          expect(clock.isRegular(tsRelNs)).toBe(
            DAYS.some(
              (d) => (d.regularOpenNs ?? tsNs + 1n) <= tsNs && tsNs < (d.regularCloseNs ?? 0n),
            ),
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  test('an open market’s clock in New York is between 18:00 and 17:00', () => {
    fc.assert(
      fc.property(arbitraryRelNs, (tsRelNs) => {
        const hour = Number(newYorkClock(EPOCH_NS + BigInt(tsRelNs)).slice(11, 13))
        if (new SessionClock(EPOCH_NS).isFuturesOpen(tsRelNs)) expect(hour).not.toBe(17)
      }),
      { numRuns: 300 },
    )
  })
})

function toDay(session: MarketSession): TradingDay {
  const abs = (relNs: number | null): bigint | null =>
    relNs === null ? null : EPOCH_NS + BigInt(relNs)
  return {
    tradingYmd: session.tradingYmd,
    globexOpenNs: EPOCH_NS + BigInt(session.globexOpenRelNs),
    globexCloseNs: EPOCH_NS + BigInt(session.globexCloseRelNs),
    overnightEndNs: EPOCH_NS + BigInt(session.overnightEndRelNs),
    premarketOpenNs: abs(session.premarketOpenRelNs),
    regularOpenNs: abs(session.regularOpenRelNs),
    openingRangeEndNs: abs(session.openingRangeEndRelNs),
    regularCloseNs: abs(session.regularCloseRelNs),
  }
}
