import { Aggressor, EventKind, type MarketEvent, NS_PER_S, OptionRight } from '@levels/kernel'
import { WeightedChoice } from '../numeric/weighted-choice.ts'
import type { Random } from '../random.ts'
import { optionPriceUsd } from './option-price.ts'

/** The market of the equity's options. */
export interface OptionSettings {
  /** Trades a second of customers who buy as often as they sell. */
  readonly tradesPerS: number
  /** Contracts of a trade, on average. */
  readonly contracts: number
  /** Share of trades in the first, second … expiry. */
  readonly expiryShares: readonly number[]
  /** Volatility a year at the money, and how it rises with distance and its square, by dollars. */
  readonly iv: number
  readonly ivSkewPerUsd: number
  readonly ivSmilePerUsd2: number
  /** Strikes around spot in which most trades are. */
  readonly strikes: number
}

export const DEFAULT_OPTIONS: OptionSettings = {
  tradesPerS: 3,
  contracts: 8,
  expiryShares: [0.8, 0.15, 0.05],
  iv: 0.14,
  ivSkewPerUsd: -0.0012,
  ivSmilePerUsd2: 0.00025,
  strikes: 8,
}

/** An expiry: its date, and the minutes left at the start of the session. */
export interface Expiry {
  readonly ymd: number
  readonly minutesAtStart: number
}

/** A trade that a customer brings. */
export interface CustomerTrade {
  readonly strikeUsd: number
  readonly right: OptionRight
  readonly expiry: number
  readonly contracts: number
  readonly isBuy: boolean
}

const MINUTES_PER_YEAR = 525_600
const CAPTURE_DELAY_NS = 50_000
const IV_MIN = 0.05

/** Option trades by strike and expiry, priced off a smile, at quotes around what they are worth. */
export class OptionTape {
  readonly #settings: OptionSettings
  readonly #random: Random
  readonly #sink: (event: MarketEvent) => void
  readonly #event: MarketEvent
  readonly #expiries: readonly Expiry[]
  readonly #expiryOf: WeightedChoice
  readonly #strikeStep: number
  readonly #startRelNs: number
  readonly #spotUsd: () => number
  #seq = 0
  nextTradeRelNs: number

  constructor(
    settings: OptionSettings,
    tape: {
      readonly random: Random
      readonly startRelNs: number
      readonly strikeStep: number
      readonly expiries: readonly Expiry[]
      readonly event: MarketEvent
      readonly spotUsd: () => number
      readonly sink: (event: MarketEvent) => void
    },
  ) {
    this.#settings = settings
    this.#random = tape.random
    this.#sink = tape.sink
    this.#event = tape.event
    this.#expiries = tape.expiries
    this.#strikeStep = tape.strikeStep
    this.#startRelNs = tape.startRelNs
    this.#spotUsd = tape.spotUsd
    this.#expiryOf = new WeightedChoice(
      tape.expiries.map((_, i) => [i, settings.expiryShares[i] ?? 0] as const),
    )
    this.nextTradeRelNs = this.#after(tape.startRelNs)
  }

  /** A trade of the background. */
  trade(nowRelNs: number): void {
    const random = this.#random
    const { strikes, contracts } = this.#settings
    const spot = this.#spotUsd()
    const steps = Math.floor(spot / this.#strikeStep + 0.5)
    // Two uniform draws: most trades near the money.
    const away = random.below(strikes + 1) + random.below(strikes + 1) - strikes
    const strikeUsd = (steps + away) * this.#strikeStep
    const isOutCall = strikeUsd > spot
    // Three trades in four are out of the money.
    const isCall = random.chance(0.75) ? isOutCall : !isOutCall
    this.customerTrade(nowRelNs, {
      strikeUsd,
      right: isCall ? OptionRight.Call : OptionRight.Put,
      expiry: this.#expiryOf.draw(random),
      contracts: random.count(contracts),
      isBuy: random.chance(0.5),
    })
    this.nextTradeRelNs = this.#after(nowRelNs)
  }

  /** A trade that someone brings: at the ask when a customer buys, else at the bid. */
  customerTrade(nowRelNs: number, trade: CustomerTrade): void {
    const expiry = this.#expiries[trade.expiry]
    if (expiry === undefined) return
    const minutes = expiry.minutesAtStart - (nowRelNs - this.#startRelNs) / (60 * NS_PER_S)
    if (minutes <= 0) return
    const spotUsd = this.#spotUsd()
    const { strikeUsd, right } = trade
    const tteYears = minutes / MINUTES_PER_YEAR
    const fair = optionPriceUsd({
      spotUsd,
      strikeUsd,
      tteYears,
      ivAnnual: this.#volatility(strikeUsd - spotUsd),
      right,
    })
    const event = this.#event
    event.kind = EventKind.OptionTrade
    event.tsRelNs = nowRelNs
    event.tsRecvRelNs = nowRelNs + CAPTURE_DELAY_NS + this.#random.below(CAPTURE_DELAY_NS)
    event.seq = ++this.#seq
    event.strikeMilli = Math.round(strikeUsd * 1_000)
    event.right = right
    event.expiryYmd = expiry.ymd
    const halfCents = Math.max(0.5, fair * 0.75)
    const bidCents = Math.max(1, Math.floor(fair * 100 - halfCents + 0.5))
    const askCents = Math.max(bidCents + 1, Math.floor(fair * 100 + halfCents + 0.5))
    event.optBid = bidCents / 100
    event.optAsk = askCents / 100
    event.price = trade.isBuy ? event.optAsk : event.optBid
    event.size = trade.contracts
    event.aggressor = Aggressor.Unknown // the receiver has the quote to tell
    event.delta = NaN
    event.gamma = NaN
    this.#sink(event)
  }

  #volatility(awayUsd: number): number {
    const { iv, ivSkewPerUsd, ivSmilePerUsd2 } = this.#settings
    return Math.max(IV_MIN, iv + ivSkewPerUsd * awayUsd + ivSmilePerUsd2 * awayUsd * awayUsd)
  }

  #after(relNs: number): number {
    const { tradesPerS } = this.#settings
    if (tradesPerS <= 0) return Infinity
    return relNs + Math.ceil((this.#random.exponential() / tradesPerS) * NS_PER_S)
  }
}
