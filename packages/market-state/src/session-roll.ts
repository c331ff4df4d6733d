import type { MarketSession, SessionClock } from '@levels/calendar'

/** Which Globex day is on: the one that opened last, until the next opens. */
export class SessionRoll {
  readonly #calendar: SessionClock
  #session: MarketSession | null = null
  #nextOpenRelNs = -Infinity

  constructor(calendar: SessionClock) {
    this.#calendar = calendar
  }

  /** `yyyymmdd`; null before the first session. */
  get tradingYmd(): number | null {
    return this.#session?.tradingYmd ?? null
  }

  /** From when on there is another session; −Infinity before the first. */
  get nextOpenRelNs(): number {
    return this.#nextOpenRelNs
  }

  /**
   * Brings the session up to a time.
   *
   * @returns true when one session gave way to another
   */
  advanceTo(tsRelNs: number): boolean {
    if (tsRelNs < this.#nextOpenRelNs) return false
    const isRoll = this.#session !== null
    this.#session = this.#calendar.openedSessionAt(tsRelNs)
    this.#nextOpenRelNs = this.#calendar.sessionAfter(this.#session).globexOpenRelNs
    return isRoll
  }

  /** Takes up the session of a time, as after a restore; none for a time before any event. */
  resumeAt(tsRelNs: number): void {
    this.#session = null
    this.#nextOpenRelNs = -Infinity
    if (Number.isFinite(tsRelNs)) this.advanceTo(tsRelNs)
  }
}
