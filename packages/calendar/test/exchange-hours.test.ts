import { RangeViolationError } from '@levels/kernel'
import { describe, expect, test } from 'vitest'
import { exchangeHoursOn, tradingDayOn } from '../src/index.ts'
import { newYorkClock, ymd } from './new-york.ts'

/** NYSE's published holidays and 13:00 closes. */
const NYSE: Record<number, { closed: string; half: string }> = {
  2018: {
    closed: '01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25',
    half: '07-03 11-23 12-24',
  },
  2019: {
    closed: '01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25',
    half: '07-03 11-29 12-24',
  },
  2020: {
    closed: '01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25',
    half: '11-27 12-24',
  },
  2021: { closed: '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24', half: '11-26' },
  2022: { closed: '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26', half: '11-25' },
  2023: {
    closed: '01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25',
    half: '07-03 11-24',
  },
  2024: {
    closed: '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25',
    half: '07-03 11-29 12-24',
  },
  2025: {
    closed: '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25',
    half: '07-03 11-28 12-24',
  },
  2026: {
    closed: '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25',
    half: '11-27 12-24',
  },
}

/** CME Group's published ends of the Globex day for equity-index futures, New York time. */
const GLOBEX: Record<string, string | null> = {
  '2012-10-29': '09:15', // Hurricane Sandy
  '2012-10-30': '09:15',
  '2013-07-03': '13:15',
  '2013-07-04': '11:30',
  '2015-04-03': '09:15', // Good Friday with the employment report
  '2018-03-30': null, // Good Friday without
  '2018-12-05': '09:30', // day of mourning
  '2021-04-02': '09:15',
  '2021-12-24': null,
  '2021-12-31': '17:00',
  '2022-04-15': null,
  '2022-06-20': '13:00',
  '2022-12-26': null,
  '2023-01-02': null,
  '2023-04-07': '09:15',
  '2023-11-23': '13:00',
  '2023-11-24': '13:15',
  '2023-12-25': null,
  '2024-01-15': '13:00',
  '2024-12-24': '13:15',
  '2025-01-09': '09:30',
  '2025-01-20': '13:00',
  '2026-01-01': null,
  '2026-01-19': '13:00',
  '2026-02-16': '13:00',
  '2026-04-02': '17:00',
  '2026-04-03': '09:15',
  '2026-05-25': '13:00',
  '2026-06-19': '13:00',
  '2026-07-03': '13:00',
  '2026-09-07': '13:00',
  '2026-11-26': '13:00',
  '2026-11-27': '13:15',
  '2026-12-24': '13:15',
  '2026-12-25': null,
  '2026-12-31': '17:00',
}

function weekdaysOf(year: number): string[] {
  const dates: string[] = []
  for (let t = Date.UTC(year, 0, 1); new Date(t).getUTCFullYear() === year; t += 86_400_000) {
    const weekday = new Date(t).getUTCDay()
    if (weekday !== 0 && weekday !== 6) dates.push(new Date(t).toISOString().slice(0, 10))
  }
  return dates
}

describe('NYSE', () => {
  test.each(Object.entries(NYSE))(
    'has its published holidays and half days in %s',
    (year, days) => {
      const closed: string[] = []
      const half: string[] = []
      for (const date of weekdaysOf(Number(year))) {
        const { regularCloseMinute } = exchangeHoursOn(ymd(date))
        if (regularCloseMinute === null) closed.push(date.slice(5))
        else if (regularCloseMinute === 13 * 60) half.push(date.slice(5))
        else expect(regularCloseMinute).toBe(16 * 60)
      }
      expect(closed.join(' ')).toBe(days.closed)
      expect(half.join(' ')).toBe(days.half)
    },
  )

  test('kept no Juneteenth before 2022, and keeps one on a Saturday on the Friday before', () => {
    expect(exchangeHoursOn(20200619).regularCloseMinute).toBe(16 * 60)
    expect(exchangeHoursOn(20210618).regularCloseMinute).toBe(16 * 60)
    expect(exchangeHoursOn(20270618).regularCloseMinute).toBeNull()
  })

  test('was closed for the storm of 2012', () => {
    expect(exchangeHoursOn(20121029).regularCloseMinute).toBeNull()
    expect(exchangeHoursOn(20121030).regularCloseMinute).toBeNull()
    expect(exchangeHoursOn(20121031).regularCloseMinute).toBe(16 * 60)
  })
})

describe('Globex', () => {
  test.each(Object.entries(GLOBEX))('on %s ends its day at %s', (date, close) => {
    const day = tradingDayOn(ymd(date))
    expect(day && newYorkClock(day.globexCloseNs)).toBe(close && `${date} ${close}`)
  })

  test('has no day on a weekend, and one until 17:00 on every day NYSE is open in full', () => {
    expect(tradingDayOn(20240615)).toBeNull()
    expect(tradingDayOn(20240616)).toBeNull()
    for (const date of weekdaysOf(2024)) {
      const { regularCloseMinute, globexCloseMinute } = exchangeHoursOn(ymd(date))
      if (regularCloseMinute === 16 * 60) expect(globexCloseMinute).toBe(17 * 60)
    }
  })
})

describe('Good Friday', () => {
  const PAYROLLS = '2007-04-06 2010-04-02 2012-04-06 2015-04-03 2021-04-02 2023-04-07 2026-04-03'
  const OTHERS = `2008-03-21 2009-04-10 2011-04-22 2013-03-29 2014-04-18 2016-03-25 2017-04-14
    2018-03-30 2019-04-19 2020-04-10 2022-04-15 2024-03-29 2025-04-18 2027-03-26 2028-04-14
    2029-03-30 2030-04-19 2031-04-11 2032-03-26 2033-04-15 2035-03-23 2036-04-11`

  test.each(`${PAYROLLS} 2034-04-07 2037-04-03`.split(' '))(
    'of %s, the day of the employment report, leaves Globex open until 9:15',
    (date) => {
      const hours = exchangeHoursOn(ymd(date))
      expect(hours).toEqual({ regularCloseMinute: null, globexCloseMinute: 555 })
    },
  )

  test.each(OTHERS.split(/\s+/))('of %s closes both markets', (date) => {
    const hours = exchangeHoursOn(ymd(date))
    expect(hours).toEqual({ regularCloseMinute: null, globexCloseMinute: null })
  })
})

describe('a trading day', () => {
  test('has its sessions at the published times on the clock, all through 2007 to 2037', () => {
    for (let year = 2007; year <= 2037; year++) {
      for (const date of weekdaysOf(year)) {
        const day = ymd(date) < 20070103 ? null : tradingDayOn(ymd(date))
        if (day === null || day.regularOpenNs === null) continue
        expect(newYorkClock(day.globexOpenNs).slice(11)).toBe('18:00')
        expect(newYorkClock(day.premarketOpenNs ?? 0n)).toBe(`${date} 04:00`)
        expect(newYorkClock(day.regularOpenNs)).toBe(`${date} 09:30`)
        expect(newYorkClock(day.openingRangeEndNs ?? 0n)).toBe(`${date} 09:45`)
        expect(day.overnightEndNs).toBe(day.regularOpenNs)
        expect(newYorkClock(day.regularCloseNs ?? 0n)).toMatch(/ (16|13):00$/)
      }
    }
  })

  test('without a regular session has neither premarket nor opening range, and a night', () => {
    const day = tradingDayOn(20230407)
    expect(day).toMatchObject({
      premarketOpenNs: null,
      regularOpenNs: null,
      openingRangeEndNs: null,
      regularCloseNs: null,
    })
    expect(newYorkClock(day?.overnightEndNs ?? 0n)).toBe('2023-04-07 09:15')
    expect(newYorkClock(tradingDayOn(20240115)?.overnightEndNs ?? 0n)).toBe('2024-01-15 09:30')
  })

  test('is refused where closures were not looked up', () => {
    expect(() => tradingDayOn(20070102)).toThrow(RangeViolationError)
    expect(tradingDayOn(20070103)).not.toBeNull()
  })
})
