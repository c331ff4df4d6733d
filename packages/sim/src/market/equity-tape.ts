import { type MarketEvent, EventKind, NS_PER_S } from '@levels/kernel'
import { exp } from '../numeric/elementary.ts'
import type { Random } from '../random.ts'

/** The equity beside the future. */
export interface EquitySettings {
  /** Futures price over equity price around which the basis moves. */
  readonly ratio: number
  /** How far the basis strays, as a share of price: its standard deviation. */
  readonly basisSpread: number
  /** How fast it comes back, 1/s. */
  readonly basisReturnPerS: number
  /** By how much quotes trail the future, s. */
  readonly lagS: number
  readonly quotesPerS: number
  readonly tradesPerS: number
}

export const DEFAULT_EQUITY: EquitySettings = {
  ratio: 10.0125,
  basisSpread: 0.00002,
  basisReturnPerS: 1 / 300,
  lagS: 0.15,
  quotesPerS: 12,
  tradesPerS: 4,
}

const WIDE_QUOTES = 0.08
const CAPTURE_DELAY_NS = 20_000

/** SPY's quotes and trades: they follow the future's mid, late and with a basis that drifts. */
export class EquityTape {
  readonly #settings: EquitySettings
  readonly #random: Random
  readonly #sink: (event: MarketEvent) => void
  readonly #event: MarketEvent
  readonly #futuresMid: () => number
  #trailingMid: number
  #basis = 0
  #lastRelNs: number
  #bid = 0
  #ask = 0
  #seq = 0
  nextQuoteRelNs: number
  nextTradeRelNs: number

  /** @param tape.futuresMid the future's mid in its own currency */
  constructor(
    settings: EquitySettings,
    tape: {
      readonly random: Random
      readonly startRelNs: number
      readonly event: MarketEvent
      readonly futuresMid: () => number
      readonly sink: (event: MarketEvent) => void
    },
  ) {
    this.#settings = settings
    this.#random = tape.random
    this.#sink = tape.sink
    this.#event = tape.event
    this.#futuresMid = tape.futuresMid
    this.#trailingMid = tape.futuresMid()
    this.#lastRelNs = tape.startRelNs
    this.nextQuoteRelNs = tape.startRelNs
    this.nextTradeRelNs = this.#after(tape.startRelNs, settings.tradesPerS)
  }

  /** Futures price over equity price as it is now. */
  get ratio(): number {
    return this.#settings.ratio * (1 + this.#basis)
  }

  /** What a share is worth now, without lag. */
  get fairUsd(): number {
    return this.#futuresMid() / this.ratio
  }

  quote(nowRelNs: number): void {
    this.#pass(nowRelNs)
    const mid = this.#trailingMid / this.ratio
    const halfCents = this.#random.chance(WIDE_QUOTES) ? 1 : 0.5
    this.#bid = Math.floor(mid * 100 - halfCents + 0.5) / 100
    this.#ask = (Math.round(this.#bid * 100) + 2 * halfCents) / 100
    const event = this.#stamp(EventKind.StockQuote, nowRelNs)
    event.bidPx = this.#bid
    event.askPx = this.#ask
    event.bidSz = 100 * this.#random.count(6)
    event.askSz = 100 * this.#random.count(6)
    this.#sink(event)
    this.nextQuoteRelNs = this.#after(nowRelNs, this.#settings.quotesPerS)
  }

  trade(nowRelNs: number): void {
    const random = this.#random
    const event = this.#stamp(EventKind.StockTrade, nowRelNs)
    event.price = random.chance(0.5) ? this.#ask : this.#bid
    event.size = random.chance(0.4) ? 100 * random.count(2) : random.count(40)
    this.#sink(event)
    this.nextTradeRelNs = this.#after(nowRelNs, this.#settings.tradesPerS)
  }

  #pass(nowRelNs: number): void {
    const seconds = (nowRelNs - this.#lastRelNs) / NS_PER_S
    this.#lastRelNs = nowRelNs
    const { basisSpread, basisReturnPerS, lagS } = this.#settings
    const stay = exp(-seconds * basisReturnPerS)
    const kick = basisSpread * Math.sqrt(1 - stay * stay)
    this.#basis = this.#basis * stay + kick * this.#random.normal()
    const mid = this.#futuresMid()
    this.#trailingMid = mid + (this.#trailingMid - mid) * exp(-seconds / lagS)
  }

  #after(relNs: number, perS: number): number {
    if (perS <= 0) return Infinity
    return relNs + Math.ceil((this.#random.exponential() / perS) * NS_PER_S)
  }

  #stamp(kind: EventKind, nowRelNs: number): MarketEvent {
    const event = this.#event
    event.kind = kind
    event.tsRelNs = nowRelNs
    event.tsRecvRelNs = nowRelNs + CAPTURE_DELAY_NS + this.#random.below(CAPTURE_DELAY_NS)
    event.seq = ++this.#seq
    return event
  }
}
