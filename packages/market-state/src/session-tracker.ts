import type { MarketSession, SessionClock } from '@levels/calendar'
import { invariant } from '@levels/kernel'
import type { StateReader, StateWriter } from '@levels/kernel'
import { Closes } from './closes.ts'
import { MinuteBars } from './minute-bars.ts'
import type { MinuteBar } from './minute-bars.ts'
import type { Now } from './now.ts'
import { PriceRange } from './price-range.ts'
import { VolumeAverage } from './volume-average.ts'
import { VolumeProfile } from './volume-profile.ts'

export interface SessionTrackerConfig {
  readonly calendar: SessionClock
  /** Price units per bucket of the volume at price: 1 for ES ticks, 100 for cents of 1e-4 $. */
  readonly profileBucketUnits: number
  /** Share of the volume the value area holds at least, e.g. 0.7. */
  readonly valueAreaShare: number
}

/** What of a Globex day is going on: it decides which boundary comes next. */
const Phase = { BeforeRegular: 0, Regular: 1, AfterRegular: 2 } as const
type Phase = (typeof Phase)[keyof typeof Phase]

/**
 * What traders read off one instrument's trades in the sessions of a day. Prices are integers
 * in the caller's unit, and so is every answer (the averages need not be whole); null is unknown.
 *
 * - VWAP, session high and low and the volume profile begin at the Globex open (18:00 New York)
 *   and anew at the regular open; from there they run to the next Globex open.
 * - Premarket 04:00–09:30 and opening range 09:30–09:45 exist on days with a regular session,
 *   overnight (Globex open to 09:30) on every day. They are cleared at the next Globex open.
 * - Previous high, low and close are those of the last regular session before this Globex day;
 *   null when it had no trade.
 *
 * A session holds its start and not its end. A trade is O(1); boundaries are looked up once a
 * session.
 */
export class SessionTracker {
  readonly #calendar: SessionClock
  readonly #vwap = new VolumeAverage()
  readonly #profile: VolumeProfile
  readonly #anchored = new PriceRange()
  readonly #premarket = new PriceRange()
  readonly #openingRange = new PriceRange()
  readonly #overnight = new PriceRange()
  readonly #regular = new PriceRange()
  readonly #previous = new PriceRange()
  readonly #closes = new Closes()
  readonly #minuteBars = new MinuteBars()
  #hasTradesInSession = false
  #session: MarketSession | null = null
  #phase: Phase = Phase.BeforeRegular
  /** When `#phase` ends. */
  #boundaryRelNs = -Infinity
  #nowRelNs = -Infinity
  readonly #asked = { tsRelNs: -Infinity }

  constructor({ calendar, profileBucketUnits, valueAreaShare }: SessionTrackerConfig) {
    this.#calendar = calendar
    this.#profile = new VolumeProfile({ bucketUnits: profileBucketUnits, valueAreaShare })
  }

  /**
   * @param price an integer
   * @param size an integer, > 0
   */
  onTrade(tsRelNs: number, price: number, size: number): void {
    this.#asked.tsRelNs = tsRelNs
    this.onTradeWith(this.#asked, price, size)
  }

  /** `onTrade` for hot callers, with the time inside the object it came in: see `Now`. */
  onTradeWith(now: Now, price: number, size: number): void {
    this.#advanceWith(now)
    const { tsRelNs } = now
    const session = this.#session
    if (session === null) return
    this.#hasTradesInSession = true
    this.#anchored.include(price)
    if (tsRelNs < session.overnightEndRelNs) this.#overnight.include(price)
    if (this.#phase === Phase.Regular) {
      this.#regular.include(price)
      if (tsRelNs < (session.openingRangeEndRelNs ?? -Infinity)) this.#openingRange.include(price)
    } else if (
      this.#phase === Phase.BeforeRegular &&
      tsRelNs >= (session.premarketOpenRelNs ?? Infinity)
    ) {
      this.#premarket.include(price)
    }
    if (this.#vwap.add(price, size)) this.#profile.add(price, size)
    this.#closes.onTrade(now, price)
    this.#minuteBars.onTrade(now, price, size)
  }

  /** Lets time pass: closes bars, crosses session boundaries. */
  advanceTo(tsRelNs: number): void {
    this.#asked.tsRelNs = tsRelNs
    this.#advanceWith(this.#asked)
  }

  #advanceWith(now: Now): void {
    const { tsRelNs } = now
    invariant(tsRelNs >= this.#nowRelNs, 'a session tracker never goes back in time')
    this.#nowRelNs = tsRelNs
    this.#closes.advanceWith(now)
    if (tsRelNs < this.#boundaryRelNs) return
    if (this.#session === null) this.#enter(this.#calendar.openedSessionAt(tsRelNs))
    while (tsRelNs >= this.#boundaryRelNs) this.#crossBoundary()
  }

  get vwap(): number | null {
    return this.#vwap.value
  }

  get sessionHigh(): number | null {
    return this.#anchored.high
  }

  get sessionLow(): number | null {
    return this.#anchored.low
  }

  get pmHigh(): number | null {
    return this.#premarket.high
  }

  get pmLow(): number | null {
    return this.#premarket.low
  }

  get orHigh(): number | null {
    return this.#openingRange.high
  }

  get orLow(): number | null {
    return this.#openingRange.low
  }

  get onHigh(): number | null {
    return this.#overnight.high
  }

  get onLow(): number | null {
    return this.#overnight.low
  }

  get prevHigh(): number | null {
    return this.#previous.high
  }

  get prevLow(): number | null {
    return this.#previous.low
  }

  get prevClose(): number | null {
    return this.#previous.last
  }

  /** Point of control: where most was traded since the anchor. See `VolumeProfile.read`. */
  get poc(): number | null {
    return this.#profile.read()?.poc ?? null
  }

  /** Value area high. */
  get vah(): number | null {
    return this.#profile.read()?.vah ?? null
  }

  /** Value area low. */
  get val(): number | null {
    return this.#profile.read()?.val ?? null
  }

  /** Mean of the last `length` (1 … 400) two-minute closes, null until there are as many. */
  sma(length: number): number | null {
    return this.#closes.average(length)
  }

  /** One-minute bars that end within the last `windowNs`, the one in progress included. */
  barsInWindow(windowNs: number): MinuteBar[] {
    return this.#minuteBars.inWindow(this.#nowRelNs, windowNs)
  }

  /** Whether there was a trade since the Globex open. */
  get hasTradesInSession(): boolean {
    return this.#hasTradesInSession
  }

  /** Whether there was a trade in this day's premarket. */
  get hasTradesInPremarket(): boolean {
    return !this.#premarket.isEmpty
  }

  /** Whether there was a trade in this day's regular session. */
  get hasTradesInRegular(): boolean {
    return !this.#regular.isEmpty
  }

  /** The Globex day that opened last, null before the first call. */
  get session(): MarketSession | null {
    return this.#session
  }

  /** What bounded memory and exact sums left out: trades of the VWAP, volume of the profile. */
  get counters(): { readonly vwapDropped: number; readonly profileOutOfSpanVolume: number } {
    return {
      vwapDropped: this.#vwap.droppedCount,
      profileOutOfSpanVolume: this.#profile.outOfSpanVolume,
    }
  }

  encode(writer: StateWriter): void {
    writer
      .number(this.#nowRelNs)
      .nullable(this.#session === null ? null : this.#session.globexOpenRelNs)
      .number(this.#phase)
      .boolean(this.#hasTradesInSession)
    for (const part of this.#parts()) part.encode(writer)
  }

  /**
   * Replaces the state with what `encode` wrote.
   *
   * @throws RangeViolationError when the clock does not know the saved session's time
   */
  decode(reader: StateReader): void {
    this.#nowRelNs = reader.number()
    const globexOpenRelNs = reader.nullable()
    const phase = reader.number()
    this.#hasTradesInSession = reader.boolean()
    this.#session =
      globexOpenRelNs === null ? null : this.#calendar.openedSessionAt(globexOpenRelNs)
    this.#boundaryRelNs = -Infinity
    if (this.#session !== null) {
      this.#phase =
        phase === Phase.Regular || phase === Phase.AfterRegular ? phase : Phase.BeforeRegular
      this.#boundaryRelNs = this.#endOfPhase(this.#session)
    }
    for (const part of this.#parts()) part.decode(reader)
  }

  #parts(): { encode(writer: StateWriter): void; decode(reader: StateReader): void }[] {
    return [
      this.#vwap,
      this.#profile,
      this.#anchored,
      this.#premarket,
      this.#openingRange,
      this.#overnight,
      this.#regular,
      this.#previous,
      this.#closes,
      this.#minuteBars,
    ]
  }

  #enter(session: MarketSession): void {
    // A day without a regular session hands on what it was given.
    if (this.#session !== null && this.#session.regularOpenRelNs !== null) {
      this.#previous.assign(this.#regular)
    }
    this.#session = session
    this.#startAnchor()
    this.#premarket.clear()
    this.#openingRange.clear()
    this.#overnight.clear()
    this.#regular.clear()
    this.#hasTradesInSession = false
    this.#phase = session.regularOpenRelNs === null ? Phase.AfterRegular : Phase.BeforeRegular
    this.#boundaryRelNs = this.#endOfPhase(session)
  }

  #startAnchor(): void {
    this.#vwap.clear()
    this.#profile.clear()
    this.#anchored.clear()
  }

  #crossBoundary(): void {
    const session = this.#session
    if (session === null) return
    if (this.#phase === Phase.AfterRegular) {
      this.#enter(this.#calendar.sessionAfter(session))
      return
    }
    if (this.#phase === Phase.BeforeRegular) {
      this.#startAnchor()
      this.#phase = Phase.Regular
    } else {
      this.#phase = Phase.AfterRegular
    }
    this.#boundaryRelNs = this.#endOfPhase(session)
  }

  #endOfPhase(session: MarketSession): number {
    const { regularOpenRelNs, regularCloseRelNs } = session
    if (this.#phase === Phase.BeforeRegular && regularOpenRelNs !== null) return regularOpenRelNs
    if (this.#phase === Phase.Regular && regularCloseRelNs !== null) return regularCloseRelNs
    return this.#calendar.sessionAfter(session).globexOpenRelNs
  }
}
