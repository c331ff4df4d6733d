import { optionGreeks } from '@levels/greeks'
import { Aggressor, OptionRight, type MarketEvent } from '@levels/kernel'
import type { Random } from './random.ts'

const MINUTES_PER_YEAR = 525_600

/** Option trades of one expiry around spot, priced off a fixed volatility with a penny spread. */
export class OptionTape {
  readonly #expiryYmd: number
  readonly #minutesToExpiry: number
  readonly #strikeStep: number
  readonly #random: Random

  constructor(
    options: {
      readonly tradingYmd: number
      readonly minutesToExpiry: number
      readonly pair: { readonly strikeStep: number }
    },
    random: Random,
  ) {
    this.#expiryYmd = options.tradingYmd
    this.#minutesToExpiry = options.minutesToExpiry
    this.#strikeStep = options.pair.strikeStep
    this.#random = random
  }

  /** Fills an event with the next trade. */
  fill(
    event: MarketEvent,
    now: { readonly spotUsd: number; readonly elapsedS: number; readonly customerBuys: number },
  ): void {
    const random = this.#random
    const atTheMoney = Math.round(now.spotUsd / this.#strikeStep)
    const strike = (atTheMoney + random.below(7) - 3) * this.#strikeStep
    const isCall = strike > now.spotUsd || (strike > now.spotUsd - 1 && random.chance(0.5))
    const valued = optionGreeks({
      spot: now.spotUsd,
      strike,
      tteYears: (this.#minutesToExpiry - now.elapsedS / 60) / MINUTES_PER_YEAR,
      rateAnnual: 0.04,
      dividendYieldAnnual: 0.012,
      ivAnnual: 0.14 + 0.004 * Math.abs(strike - now.spotUsd),
      right: isCall ? OptionRight.Call : OptionRight.Put,
    })
    const fair = valued.ok ? valued.price : 0
    event.strikeMilli = Math.round(strike * 1_000)
    event.right = isCall ? OptionRight.Call : OptionRight.Put
    event.expiryYmd = this.#expiryYmd
    event.optBid = Math.max(0.01, Math.floor(fair * 100) / 100)
    event.optAsk = Math.round(event.optBid * 100 + 2) / 100
    event.price = random.chance(now.customerBuys) ? event.optAsk : event.optBid
    event.size = random.count(18)
    event.aggressor = Aggressor.Unknown // the receiver has the quote to tell
    event.delta = NaN
    event.gamma = NaN
  }
}
