import { daysOf, daysOfYmd, easterSunday, nthWeekday, weekdayOf } from './civil-date.ts'

const MONDAY = 1
const THURSDAY = 4
const FRIDAY = 5
const SATURDAY = 6

/** Minutes since midnight in New York. */
export const GLOBEX_OPEN_MINUTE = 18 * 60
export const PREMARKET_OPEN_MINUTE = 4 * 60
export const REGULAR_OPEN_MINUTE = 9 * 60 + 30
export const OPENING_RANGE_END_MINUTE = 9 * 60 + 45
export const OPTION_EXPIRY_MINUTE = 16 * 60
const REGULAR_CLOSE_MINUTE = 16 * 60
const HALF_DAY_CLOSE_MINUTE = 13 * 60
const GLOBEX_CLOSE_MINUTE = 17 * 60
const GLOBEX_HALF_DAY_CLOSE_MINUTE = 13 * 60 + 15
const GLOBEX_HOLIDAY_CLOSE_MINUTE = 13 * 60
const GLOBEX_OLD_HOLIDAY_CLOSE_MINUTE = 11 * 60 + 30
const GLOBEX_PAYROLLS_CLOSE_MINUTE = 9 * 60 + 15

/** Until when each market trades on a date, in minutes since midnight in New York. */
export interface ExchangeHours {
  /** End of NYSE's regular session, null when there is none. */
  readonly regularCloseMinute: number | null
  /** End of the Globex day that opened at 18:00 the evening before, null when there is none. */
  readonly globexCloseMinute: number | null
}

const FULL_DAY: ExchangeHours = {
  regularCloseMinute: REGULAR_CLOSE_MINUTE,
  globexCloseMinute: GLOBEX_CLOSE_MINUTE,
}
const HALF_DAY: ExchangeHours = {
  regularCloseMinute: HALF_DAY_CLOSE_MINUTE,
  globexCloseMinute: GLOBEX_HALF_DAY_CLOSE_MINUTE,
}
const CLOSED: ExchangeHours = { regularCloseMinute: null, globexCloseMinute: null }

/** A day on which NYSE rests and Globex stops at the given minute. */
function futuresOnly(globexCloseMinute: number): ExchangeHours {
  return { regularCloseMinute: null, globexCloseMinute }
}

/**
 * Closures no rule foretells, as NYSE and CME Group announced them: the two storm days of 2012
 * (Globex until 9:15), the days of mourning for Presidents Bush (2018) and Carter (2025; Globex
 * until 9:30).
 */
const EXCEPTIONS: ReadonlyMap<number, ExchangeHours> = new Map([
  [20121029, futuresOnly(9 * 60 + 15)],
  [20121030, futuresOnly(9 * 60 + 15)],
  [20181205, futuresOnly(9 * 60 + 30)],
  [20250109, futuresOnly(9 * 60 + 30)],
])

/**
 * The hours of NYSE and of CME Globex equity-index futures on a date.
 *
 * NYSE: its holidays by Rule 7.2 (a holiday on a Sunday is kept on Monday, one on a Saturday on
 * Friday, but New Year's Day, whose Friday ends the year, not at all), Juneteenth since 2022;
 * it closes at 13:00 on the day after Thanksgiving, on December 24 and on July 3, when these
 * are trading days before a holiday on Tuesday to Friday. Globex: CME Group's holiday schedules;
 * closed on New Year's Day, Good Friday and Christmas; until 13:00 on NYSE's other holidays
 * (11:30 before Memorial Day 2014); until 13:15 on NYSE's half days; until 9:15 on a Good Friday
 * in the first week of April, when the employment report is published.
 *
 * @param ymd `yyyymmdd`
 */
export function exchangeHoursOn(ymd: number): ExchangeHours {
  const exception = EXCEPTIONS.get(ymd)
  if (exception !== undefined) return exception
  const days = daysOfYmd(ymd)
  const weekday = weekdayOf(days)
  if (weekday < MONDAY || weekday > FRIDAY) return CLOSED
  const year = Math.floor(ymd / 10_000)
  if (days === newYearsDay(year) || days === observed(year, 12, 25)) return CLOSED
  if (days === easterSunday(year) - 2) {
    const isPayrollsDay = days >= daysOf(year, 4, 1) && days <= daysOf(year, 4, 7)
    return isPayrollsDay ? futuresOnly(GLOBEX_PAYROLLS_CLOSE_MINUTE) : CLOSED
  }
  if (isFuturesOnlyHoliday(year, days)) {
    const isOld = ymd < 20140501
    return futuresOnly(isOld ? GLOBEX_OLD_HOLIDAY_CLOSE_MINUTE : GLOBEX_HOLIDAY_CLOSE_MINUTE)
  }
  return isHalfDay(year, days) ? HALF_DAY : FULL_DAY
}

/** The holidays of NYSE on which index futures trade in the morning. */
function isFuturesOnlyHoliday(year: number, days: number): boolean {
  return (
    days === nthWeekday(year, 1, MONDAY, 3) || // Martin Luther King, Jr. Day
    days === nthWeekday(year, 2, MONDAY, 3) || // Presidents' Day
    days === nthWeekday(year, 6, MONDAY, 1) - 7 || // Memorial Day, the last Monday of May
    (year >= 2022 && days === observed(year, 6, 19)) || // Juneteenth
    days === observed(year, 7, 4) || // Independence Day
    days === nthWeekday(year, 9, MONDAY, 1) || // Labor Day
    days === nthWeekday(year, 11, THURSDAY, 4) // Thanksgiving Day
  )
}

/**
 * July 3 and December 24 fall on Monday to Thursday here, or are no trading days: on a Friday
 * they are the observed holiday itself.
 */
function isHalfDay(year: number, days: number): boolean {
  return (
    days === nthWeekday(year, 11, THURSDAY, 4) + 1 ||
    days === daysOf(year, 7, 3) ||
    days === daysOf(year, 12, 24)
  )
}

function newYearsDay(year: number): number {
  const days = daysOf(year, 1, 1)
  return weekdayOf(days) === 0 ? days + 1 : days
}

function observed(year: number, month: number, day: number): number {
  const days = daysOf(year, month, day)
  const weekday = weekdayOf(days)
  if (weekday === 0) return days + 1
  return weekday === SATURDAY ? days - 1 : days
}
