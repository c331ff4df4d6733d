import { NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, RangeViolationError } from '@levels/kernel'
import { daysOfYmd, nthWeekday, ymdOfDays } from './civil-date.ts'

const SUNDAY = 0
const STANDARD_OFFSET_NS = -5 * NS_PER_HOUR
const DAYLIGHT_OFFSET_NS = -4 * NS_PER_HOUR

/** The present rule holds since this year (Energy Policy Act of 2005, section 110). */
const FIRST_YEAR = 2007
/** Last year accepted: a bound for sanity, not a promise that the law stays as it is. */
const LAST_YEAR = 2099

/**
 * What New York's clocks show minus UTC, in ns: −4 h from the second Sunday of March 02:00
 * (standard time) to the first Sunday of November 02:00 (daylight time), −5 h otherwise.
 *
 * @param tsNs epoch nanoseconds
 * @throws RangeViolationError outside the years 2007 to 2099
 */
export function newYorkOffsetNs(tsNs: bigint): number {
  const { days, ns } = splitUtc(tsNs)
  const year = checkedYear(Math.floor(ymdOfDays(days) / 10_000), tsNs)
  const { firstDay, lastDay } = daylightDays(year)
  // 02:00 standard time is 07:00 UTC, 02:00 daylight time is 06:00 UTC.
  const begun = days > firstDay || (days === firstDay && ns >= 7 * NS_PER_HOUR)
  const ended = days > lastDay || (days === lastDay && ns >= 6 * NS_PER_HOUR)
  return begun && !ended ? DAYLIGHT_OFFSET_NS : STANDARD_OFFSET_NS
}

/**
 * The date in New York at an instant, `yyyymmdd`.
 *
 * @param tsNs epoch nanoseconds
 * @throws RangeViolationError outside the years 2007 to 2099
 */
export function ymdOf(tsNs: bigint): number {
  return ymdOfDays(splitUtc(tsNs + BigInt(newYorkOffsetNs(tsNs))).days)
}

/**
 * The instant at which New York's clocks show a time. Of a time that occurs twice, in the hour
 * after daylight time ends, the second; a time that is skipped is read in standard time.
 *
 * @param minuteOfDay minutes since midnight on the clock
 * @returns epoch nanoseconds
 * @throws RangeViolationError for no date, or one outside 2007 to 2099
 */
export function newYorkToNs(ymd: number, minuteOfDay: number): bigint {
  const days = daysOfYmd(ymd)
  const { firstDay, lastDay } = daylightDays(checkedYear(Math.floor(ymd / 10_000), ymd))
  const begun = days > firstDay || (days === firstDay && minuteOfDay >= 180)
  const ended = days > lastDay || (days === lastDay && minuteOfDay >= 60)
  const offsetNs = begun && !ended ? DAYLIGHT_OFFSET_NS : STANDARD_OFFSET_NS
  return BigInt(days) * BigInt(NS_PER_DAY) + BigInt(minuteOfDay * NS_PER_MINUTE - offsetNs)
}

function daylightDays(year: number): { firstDay: number; lastDay: number } {
  return {
    firstDay: nthWeekday(year, 3, SUNDAY, 2),
    lastDay: nthWeekday(year, 11, SUNDAY, 1),
  }
}

function checkedYear(year: number, was: bigint | number): number {
  if (year >= FIRST_YEAR && year <= LAST_YEAR) return year
  throw new RangeViolationError(
    `expected a time in the years ${FIRST_YEAR} to ${LAST_YEAR}, was ${was}`,
  )
}

/** Days since 1970-01-01 and the nanoseconds into that day. */
function splitUtc(tsNs: bigint): { days: number; ns: number } {
  const day = BigInt(NS_PER_DAY)
  const rest = ((tsNs % day) + day) % day
  return { days: Number((tsNs - rest) / day), ns: Number(rest) }
}
