import { RangeViolationError } from '@levels/kernel'

/**
 * Days since 1970-01-01 of a Gregorian date. Years are counted from March, so that the leap day
 * is a year's last and every month's start follows from one linear formula.
 *
 * @param ymd `yyyymmdd`
 * @throws RangeViolationError when there is no such date
 */
export function daysOfYmd(ymd: number): number {
  const days = daysOf(Math.floor(ymd / 10_000), Math.floor(ymd / 100) % 100, ymd % 100)
  if (!Number.isInteger(ymd) || ymdOfDays(days) !== ymd) {
    throw new RangeViolationError(`expected a date as yyyymmdd, was ${ymd}`)
  }
  return days
}

/** Days since 1970-01-01 of the date `year`-`month`-`day` (month and day from 1). */
export function daysOf(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1
  const marchMonth = (month + 9) % 12
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  const dayOfMarchYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1
  return marchYear * 365 + leapDays + dayOfMarchYear - DAYS_TO_1970
}

/** Days from 0000-03-01, where March years start, to 1970-01-01. */
const DAYS_TO_1970 = 719_468

/**
 * The date as `yyyymmdd`, the inverse of `daysOfYmd`.
 *
 * @param days since 1970-01-01, not before the year 0
 */
export function ymdOfDays(days: number): number {
  const shifted = days + DAYS_TO_1970
  const era = Math.floor(shifted / 146_097) // 400 Gregorian years
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  return year * 10_000 + month * 100 + day
}

/** The day of the week, Sunday 0 … Saturday 6. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7 // 1970-01-01 was a Thursday
}

/**
 * Days since 1970-01-01 of a month's n-th weekday.
 *
 * @param nth from 1
 */
export function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  const first = daysOf(year, month, 1)
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (nth - 1) * 7
}

/** Easter Sunday of a Gregorian year (Meeus, Jones and Butcher), in days since 1970-01-01. */
export function easterSunday(year: number): number {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const yearOfCentury = year % 100
  const lunarShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.floor(century / 4) - lunarShift + 15) % 30
  const toSunday =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7
  const correction = Math.floor((golden + 11 * epact + 22 * toSunday) / 451)
  const march22 = epact + toSunday - 7 * correction
  return daysOf(year, 3, 22) + march22
}
