import { fromRelNs, NS_PER_MINUTE } from '@levels/kernel'
import { daysOfYmd, ymdOfDays } from './civil-date.ts'
import { ymdOf } from './new-york-time.ts'
import { optionExpiryNs, tradingDayOn } from './trading-day.ts'
import type { TradingDay } from './trading-day.ts'

/** A `TradingDay` in nanoseconds since a run's epoch. */
export interface MarketSession {
  /** The date its regular session has, or would have, `yyyymmdd`. */
  readonly tradingYmd: number
  readonly globexOpenRelNs: number
  readonly globexCloseRelNs: number
  /** 09:30, or the Globex close where that is earlier. */
  readonly overnightEndRelNs: number
  /** This and the following are null on a day without a regular session. */
  readonly premarketOpenRelNs: number | null
  readonly regularOpenRelNs: number | null
  readonly openingRangeEndRelNs: number | null
  readonly regularCloseRelNs: number | null
}

/**
 * The sessions of a run, in its own time. Boundaries are computed once a session: asking again
 * within the same one is two comparisons, and gives the same object. What it answers depends on
 * the instant alone, never on what was asked before.
 */
export class SessionClock {
  readonly epochNs: bigint
  /** Every session met so far; a run's time spans 208 days, which bounds them. */
  readonly #sessions = new Map<number, MarketSession>()
  readonly #expiries = new Map<number, number>()
  #current: MarketSession | null = null
  /** The close before `#current`: from then on `#current` is the answer. */
  #currentFromRelNs = Infinity
  #currentToRelNs = -Infinity

  /** @param epochNs what the run's relative times count from, epoch nanoseconds */
  constructor(epochNs: bigint) {
    this.epochNs = epochNs
  }

  /**
   * The Globex day an instant lies in or, in a break, the next one.
   *
   * @throws RangeViolationError for times the calendar does not know
   */
  sessionAt(tsRelNs: number): MarketSession {
    if (
      this.#current !== null &&
      tsRelNs >= this.#currentFromRelNs &&
      tsRelNs < this.#currentToRelNs
    ) {
      return this.#current
    }
    // A session ends on its trading date: the first that ends after `ts` is not of a date before.
    const session = this.#firstFrom(ymdOf(fromRelNs(tsRelNs, this.epochNs)), 1, (s) => {
      return s.globexCloseRelNs > tsRelNs
    })
    this.#current = session
    this.#currentFromRelNs = this.#before(session).globexCloseRelNs
    this.#currentToRelNs = session.globexCloseRelNs
    return session
  }

  /**
   * The Globex day that opened last: in a break the one that has just ended.
   *
   * @throws RangeViolationError as `sessionAt`
   */
  openedSessionAt(tsRelNs: number): MarketSession {
    const session = this.sessionAt(tsRelNs)
    return tsRelNs >= session.globexOpenRelNs ? session : this.#before(session)
  }

  /** The Globex day that follows another. @throws RangeViolationError as `sessionAt` */
  sessionAfter(session: MarketSession): MarketSession {
    return this.#firstFrom(dayAfter(session.tradingYmd, 1), 1, () => true)
  }

  /** Whether the futures market is open: from each Globex open to before its close. */
  isFuturesOpen(tsRelNs: number): boolean {
    return tsRelNs >= this.sessionAt(tsRelNs).globexOpenRelNs
  }

  /** The first instant, from `tsRelNs` on, at which the futures market is open. */
  nextFuturesOpen(tsRelNs: number): number {
    return Math.max(tsRelNs, this.sessionAt(tsRelNs).globexOpenRelNs)
  }

  /** Whether the regular session is on: from 09:30 to before its close. */
  isRegular(tsRelNs: number): boolean {
    const { regularOpenRelNs, regularCloseRelNs } = this.sessionAt(tsRelNs)
    return (
      regularOpenRelNs !== null &&
      regularCloseRelNs !== null &&
      tsRelNs >= regularOpenRelNs &&
      tsRelNs < regularCloseRelNs
    )
  }

  /**
   * Minutes to 16:00 New York of an expiry date, zero or negative once it is past.
   *
   * @param expiryYmd `yyyymmdd`, as far ahead as the calendar goes
   */
  minutesToExpiry(tsRelNs: number, expiryYmd: number): number {
    let expiryRelNs = this.#expiries.get(expiryYmd)
    if (expiryRelNs === undefined) {
      expiryRelNs = Number(optionExpiryNs(expiryYmd) - this.epochNs)
      this.#expiries.set(expiryYmd, expiryRelNs)
    }
    return (expiryRelNs - tsRelNs) / NS_PER_MINUTE
  }

  #before(session: MarketSession): MarketSession {
    return this.#firstFrom(dayAfter(session.tradingYmd, -1), -1, () => true)
  }

  /** The first session that `matches`, walking by `step` days from a date, that one included. */
  #firstFrom(
    startYmd: number,
    step: 1 | -1,
    matches: (session: MarketSession) => boolean,
  ): MarketSession {
    for (let ymd = startYmd; ; ymd = dayAfter(ymd, step)) {
      const session = this.#sessions.get(ymd) ?? this.#create(ymd)
      if (session !== null && matches(session)) return session
    }
  }

  #create(ymd: number): MarketSession | null {
    const day = tradingDayOn(ymd)
    if (day === null) return null
    const session = toSession(day, this.epochNs)
    this.#sessions.set(ymd, session)
    return session
  }
}

function dayAfter(ymd: number, count: number): number {
  return ymdOfDays(daysOfYmd(ymd) + count)
}

/**
 * A run's last session ends beyond the 104 days in which a double holds every nanosecond. The whole
 * minutes that these are, from a midnight on, it holds for two thousand times as long.
 */
function toSession(day: TradingDay, epochNs: bigint): MarketSession {
  const relNs = (tsNs: bigint): number => Number(tsNs - epochNs)
  const orNull = (tsNs: bigint | null): number | null => (tsNs === null ? null : relNs(tsNs))
  return {
    tradingYmd: day.tradingYmd,
    globexOpenRelNs: relNs(day.globexOpenNs),
    globexCloseRelNs: relNs(day.globexCloseNs),
    overnightEndRelNs: relNs(day.overnightEndNs),
    premarketOpenRelNs: orNull(day.premarketOpenNs),
    regularOpenRelNs: orNull(day.regularOpenNs),
    openingRangeEndRelNs: orNull(day.openingRangeEndNs),
    regularCloseRelNs: orNull(day.regularCloseNs),
  }
}
