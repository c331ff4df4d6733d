import { NS_PER_MINUTE, RangeViolationError } from '@levels/kernel'
import { daysOfYmd, ymdOfDays } from './civil-date.ts'
import {
  exchangeHoursOn,
  GLOBEX_OPEN_MINUTE,
  OPENING_RANGE_END_MINUTE,
  OPTION_EXPIRY_MINUTE,
  PREMARKET_OPEN_MINUTE,
  REGULAR_OPEN_MINUTE,
} from './exchange-hours.ts'
import { newYorkToNs } from './new-york-time.ts'

/** First trading date the calendar knows: before it, closures were not looked up. */
const FIRST_TRADING_YMD = 20070103

/**
 * One day of the futures market with the sessions in it, in epoch nanoseconds. Every interval
 * holds its start and not its end.
 */
export interface TradingDay {
  /** The date its regular session has, or would have, `yyyymmdd`. */
  readonly tradingYmd: number
  /** 18:00 New York on the calendar day before. */
  readonly globexOpenNs: bigint
  /** 17:00, earlier on holidays and half days. */
  readonly globexCloseNs: bigint
  /** 09:30, or the Globex close where that is earlier. */
  readonly overnightEndNs: bigint
  /** 04:00; this and the following are null on a day without a regular session. */
  readonly premarketOpenNs: bigint | null
  /** 09:30. */
  readonly regularOpenNs: bigint | null
  /** 09:45. */
  readonly openingRangeEndNs: bigint | null
  /** 16:00, on half days 13:00. */
  readonly regularCloseNs: bigint | null
}

/**
 * The trading day of a date.
 *
 * @param ymd `yyyymmdd`
 * @returns null when the futures market has no session of that date: weekends, full holidays
 * @throws RangeViolationError for no date, or one the calendar does not know
 */
export function tradingDayOn(ymd: number): TradingDay | null {
  if (ymd < FIRST_TRADING_YMD) {
    throw new RangeViolationError(`expected a date from ${FIRST_TRADING_YMD} on, was ${ymd}`)
  }
  const { regularCloseMinute, globexCloseMinute } = exchangeHoursOn(ymd)
  if (globexCloseMinute === null) return null
  const isRegular = regularCloseMinute !== null
  return {
    tradingYmd: ymd,
    globexOpenNs: newYorkToNs(ymdOfDays(daysOfYmd(ymd) - 1), GLOBEX_OPEN_MINUTE),
    globexCloseNs: newYorkToNs(ymd, globexCloseMinute),
    overnightEndNs: newYorkToNs(ymd, Math.min(REGULAR_OPEN_MINUTE, globexCloseMinute)),
    premarketOpenNs: isRegular ? newYorkToNs(ymd, PREMARKET_OPEN_MINUTE) : null,
    regularOpenNs: isRegular ? newYorkToNs(ymd, REGULAR_OPEN_MINUTE) : null,
    openingRangeEndNs: isRegular ? newYorkToNs(ymd, OPENING_RANGE_END_MINUTE) : null,
    regularCloseNs: isRegular ? newYorkToNs(ymd, regularCloseMinute) : null,
  }
}

/**
 * When options of an expiry date are taken to expire: 16:00 New York, on half days too.
 *
 * @param expiryYmd `yyyymmdd`
 * @returns epoch nanoseconds
 * @throws RangeViolationError for no date, or one outside the calendar's years
 */
export function optionExpiryNs(expiryYmd: number): bigint {
  return newYorkToNs(expiryYmd, OPTION_EXPIRY_MINUTE)
}

/**
 * Minutes from an instant to an option's expiry, zero or negative once it has expired.
 *
 * @throws RangeViolationError for no date, or one outside the calendar's years
 */
export function minutesToExpiry(at: { tsNs: bigint; expiryYmd: number }): number {
  return Number(optionExpiryNs(at.expiryYmd) - at.tsNs) / NS_PER_MINUTE
}
