import { NS_PER_S } from '@levels/kernel'
import type { MarketProfile } from '../profile.ts'

const MINUTES_PER_DAY = 1_440

/** How fast events come of themselves, by the time of day. */
export class IntradayRate {
  readonly #points: MarketProfile['intraday']
  readonly #perNs: number
  readonly #eventsPerS: number
  readonly #startMinute: number
  readonly #isIntraday: boolean

  /** @param at.startMinute minute of the New York day at the start */
  constructor(
    profile: MarketProfile,
    at: {
      readonly startMinute: number
      readonly factor: number
      readonly isIntraday: boolean
    },
  ) {
    const children = profile.excitation.reduce((sum, kernel) => sum + kernel.children, 0)
    this.#points = profile.intraday
    this.#perNs = (profile.eventsPerS * (1 - children) * at.factor) / NS_PER_S
    this.#eventsPerS = profile.eventsPerS * at.factor
    this.#startMinute = at.startMinute
    this.#isIntraday = at.isIntraday
  }

  /** Events a nanosecond, while the sum of the rates of orders is 1. */
  perNs(minutesSinceStart: number): number {
    return this.#perNs * this.#factor(minutesSinceStart)
  }

  /** Events a second, those that others bring about included, on average. */
  eventsPerS(minutesSinceStart: number): number {
    return this.#eventsPerS * this.#factor(minutesSinceStart)
  }

  #factor(minutesSinceStart: number): number {
    if (!this.#isIntraday) return 1
    return this.#factorAt((this.#startMinute + minutesSinceStart) % MINUTES_PER_DAY)
  }

  #factorAt(minute: number): number {
    const points = this.#points
    let [lastMinute, lastFactor] = points[0] ?? [0, 1]
    if (minute <= lastMinute) return lastFactor
    for (const [nextMinute, nextFactor] of points) {
      if (minute <= nextMinute && nextMinute > lastMinute) {
        const share = (minute - lastMinute) / (nextMinute - lastMinute)
        return lastFactor + share * (nextFactor - lastFactor)
      }
      lastMinute = nextMinute
      lastFactor = nextFactor
    }
    return lastFactor
  }
}
