import {
  Aggressor,
  EventKind,
  MarketEvent,
  NS_PER_HOUR,
  NS_PER_S,
  OptionRight,
} from '@levels/kernel'
import { defaultMarketStateConfig, MarketState } from '@levels/market-state'

export const { Buy, Sell, Mid, Unknown } = Aggressor
export const { Call, Put } = OptionRight

/** Tuesday 16 December 2025, a regular trading day. */
export const TODAY = 20_251_216
export const TOMORROW = 20_251_217
export const EPOCH_NS = BigInt(Date.UTC(2025, 11, 16)) * 1_000_000n
/** 10:00 in New York. */
export const OPEN_NS = 15 * NS_PER_HOUR

export interface OptionFlow {
  /** US dollars. */
  readonly strike: number
  readonly right: OptionRight
  readonly aggressor: Aggressor
  readonly size: number
  /** Per share and $1; null unknown. */
  readonly gamma: number | null
  readonly expiryYmd?: number
}

/** A market state that is fed by hand, second by second, from 10:00 on. */
export class TestMarket {
  readonly state: MarketState
  #nowNs = OPEN_NS

  /** @param spot SPY dollars, a multiple of 0.025; null: no futures trade yet */
  constructor(spot: number | null, windowsS: readonly number[] = [60, 300]) {
    const config = defaultMarketStateConfig
    const optionFlow = { ...config.optionFlow, windowsNs: windowsS.map((s) => s * NS_PER_S) }
    this.state = new MarketState({ epochNs: EPOCH_NS, config: { ...config, optionFlow } })
    if (spot !== null) this.trade(spot)
  }

  get nowNs(): number {
    return this.#nowNs
  }

  wait(seconds: number): this {
    this.#nowNs += Math.round(seconds * NS_PER_S)
    this.state.advanceTo(this.#nowNs)
    return this
  }

  /** A futures trade that makes this the spot: no quote was seen, so the ratio is 10. */
  trade(spot: number): this {
    const event = this.#event(EventKind.FuturesTrade)
    event.priceTicks = Math.round(spot * 40)
    event.size = 1
    event.aggressor = Aggressor.Buy
    this.state.updateEsTrade(event)
    return this
  }

  option({ strike, right, aggressor, size, gamma, expiryYmd = TODAY }: OptionFlow): this {
    const event = this.#event(EventKind.OptionTrade)
    event.strikeMilli = Math.round(strike * 1_000)
    event.right = right
    event.aggressor = aggressor
    event.size = size
    event.price = 1
    event.expiryYmd = expiryYmd
    this.state.updateOptionTrade(event, gamma === null ? null : 0.5, gamma)
    return this
  }

  /** A trade that leaves dealers with so much gamma (negative: short). */
  dealers(strike: number, right: OptionRight, gamma: number): this {
    const aggressor = gamma > 0 ? Sell : Buy
    return this.option({ strike, right, aggressor, size: Math.abs(gamma) / 5, gamma: 0.05 })
  }

  #event(kind: EventKind): MarketEvent {
    const event = new MarketEvent()
    event.kind = kind
    event.tsRelNs = this.#nowNs
    event.tsRecvRelNs = this.#nowNs
    return event
  }
}
