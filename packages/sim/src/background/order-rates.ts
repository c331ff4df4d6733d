import { Side } from '@levels/kernel'
import type { Exchange } from '../exchange/exchange.ts'
import { exp } from '../numeric/elementary.ts'
import { GAP_PLACES, IMBALANCES, type MarketProfile, QUEUES } from '../profile.ts'
import type { Random } from '../random.ts'
import type { Appetite } from './appetite.ts'

// An imported constant is read from its module at every use; a module's own is folded into code.
const QUEUE_COUNT: number = QUEUES
const PLACES: number = GAP_PLACES
const BALANCES: number = IMBALANCES
const BID = Side.Bid
const ASK = Side.Ask

/** Kinds of orders. */
export const Order = { Limit: 0, Cancel: 1, Market: 2, Gap: 3 } as const

/** Rates are whole numbers of this part of an event, so that their sum is exact. */
const UNITS = 1_048_576
const WEIGHT_MAX = 1_000_000_000
const LOTS_CLASSED = 4_096

/** Where the rates lie, in the order in which they are tried: most used first. */
const LIMIT_AT = 0
const CANCEL_AT = 2
const MARKET_AT = 4 * QUEUE_COUNT
const GAP_AT = MARKET_AT + 2
const SLOTS = GAP_AT + 2 * PLACES

/**
 * The rates of all orders the background may send next, by the state of the book. Kept up to date
 * where the book changes; the sum is exact.
 */
export class OrderRates {
  readonly #exchange: Exchange
  readonly #profile: MarketProfile
  readonly #appetites: readonly Appetite[]
  readonly #classes = new Uint8Array(LOTS_CLASSED)
  readonly #limit: Float64Array
  readonly #cancel: Float64Array
  readonly #classCount: number
  readonly #weights = new Int32Array(SLOTS)
  #buyers = 1
  #sellers = 1
  #total = 0
  #lastBid = 0
  #lastAsk = 0
  /** Which side gave way last. */
  #gaveWay: Side = BID

  constructor(exchange: Exchange, profile: MarketProfile, appetites: readonly Appetite[]) {
    this.#exchange = exchange
    this.#profile = profile
    this.#appetites = appetites
    const count = profile.queueClasses.length
    this.#classCount = count
    for (let lots = 0, at = 0; lots < LOTS_CLASSED; lots++) {
      while (at + 1 < count && lots >= (profile.queueClasses[at + 1] ?? Infinity)) at++
      this.#classes[lots] = at
    }
    this.#limit = Float64Array.from(profile.limit.flat(), (rate) => rate * UNITS)
    this.#cancel = Float64Array.from(profile.cancel.flat(), (rate) => rate * UNITS)
  }

  /** The sum of all rates: 1 on average over what the profile was fitted to. */
  get total(): number {
    return this.#total / UNITS
  }

  /** Factor on the rate of everything, by the state of the book. */
  get haste(): number {
    const isWide = this.#lastAsk - this.#lastBid > 1
    return isWide ? this.#profile.haste : 1
  }

  /** Sets the sentiment; holds from the next `refreshAll` on. @param sentiment > 0: buyers wax */
  lean(sentiment: number): void {
    this.#buyers = exp(sentiment)
    this.#sellers = 1 / this.#buyers
  }

  /** The class of a queue by its lots. */
  classOf(lots: number): number {
    return this.#classes[lots < LOTS_CLASSED ? lots : LOTS_CLASSED - 1] ?? 0
  }

  /**
   * Draws an order by its rate.
   *
   * @returns side + 2 · kind + 8 · place: of a limit or cancel, ticks behind the own best; inside
   *   the spread, ticks before it less 1; −1 when all rates are 0
   */
  choose(random: Random): number {
    const weights = this.#weights
    if (this.#total === 0) return -1
    let left = Math.floor(random.unit() * this.#total)
    let at = 0
    for (; at < SLOTS - 1; at++) {
      left -= weights[at] ?? 0
      if (left < 0) break
    }
    const side = at & 1
    if (at < MARKET_AT) return side | (at & 2) | ((at >> 2) << 3)
    if (at < GAP_AT) return side | (Order.Market << 1)
    return side | (Order.Gap << 1) | (((at - GAP_AT) >> 1) << 3)
  }

  /** After the best prices, or anything, may have changed. */
  refreshAll(): void {
    const exchange = this.#exchange
    const bid = exchange.bestBidTicks
    const ask = exchange.bestAskTicks
    if (bid < this.#lastBid) this.#gaveWay = BID
    else if (ask > this.#lastAsk) this.#gaveWay = ASK
    this.#lastBid = bid
    this.#lastAsk = ask
    this.#weights.fill(0)
    this.#total = 0
    for (let k = 1; k < QUEUE_COUNT; k++) {
      this.#refreshQueue(BID, k)
      this.#refreshQueue(ASK, k)
    }
    this.#refreshTouch()
    if (ask - bid > 1) this.#refreshGaps(ask - bid)
  }

  /** After a queue changed and the best prices did not. @param place ticks behind the best; −1 the best */
  refresh(side: Side, place: number): void {
    if (place > 0) this.#refreshQueue(side, place)
    else this.#refreshTouch()
  }

  #set(at: number, rate: number): void {
    const weight = rate < WEIGHT_MAX ? Math.floor(rate + 0.5) : WEIGHT_MAX
    this.#total += weight - (this.#weights[at] ?? 0)
    this.#weights[at] = weight
  }

  #refreshQueue(side: Side, place: number): void {
    const exchange = this.#exchange
    const isBid = side === BID
    const tick = isBid ? exchange.bestBidTicks - place : exchange.bestAskTicks + place
    const lots = exchange.queues.lotsAt(tick)
    const at = place * this.#classCount + this.classOf(lots)
    const limit = (this.#limit[at] ?? 0) * this.#limitLean(side, tick)
    const cancel = lots === 0 ? 0 : (this.#cancel[at] ?? 0) * this.#cancelLean(side, tick)
    const slot = 4 * place + side
    this.#set(LIMIT_AT + slot, limit)
    this.#set(CANCEL_AT + slot, cancel)
  }

  /** The two best queues and what trades against them: each depends on both. */
  #refreshTouch(): void {
    const exchange = this.#exchange
    const { imbalance, wideSpread, market } = this.#profile
    const bid = exchange.bestBidTicks
    const ask = exchange.bestAskTicks
    const bidLots = exchange.queues.lotsAt(bid)
    const askLots = exchange.queues.lotsAt(ask)
    const isWide = ask - bid > 1
    const limitWide = isWide ? wideSpread.limit : 1
    const cancelWide = isWide ? wideSpread.cancel : 1
    const marketWide = isWide ? wideSpread.market : 1
    for (let side = 0; side < 2; side++) {
      const isBid = side === BID
      const tick = isBid ? bid : ask
      const own = isBid ? bidLots : askLots
      const other = isBid ? askLots : bidLots
      const balance = imbalanceClass(own, other)
      const ownClass = this.classOf(own)
      const limit = (this.#limit[ownClass] ?? 0) * (imbalance.limit[balance] ?? 1) * limitWide
      const cancel = (this.#cancel[ownClass] ?? 0) * (imbalance.cancel[balance] ?? 1) * cancelWide
      this.#set(LIMIT_AT + side, limit * this.#limitLean(isBid ? BID : ASK, tick))
      this.#set(CANCEL_AT + side, cancel * this.#cancelLean(isBid ? BID : ASK, tick))
      // Who hits this queue is on the other side.
      const hit = (market[ownClass] ?? 0) * (imbalance.market[balance] ?? 1) * marketWide * UNITS
      this.#set(MARKET_AT + (1 - side), hit * this.#marketLean(isBid))
    }
  }

  #refreshGaps(spread: number): void {
    const { gap } = this.#profile
    const row = Math.min(spread, PLACES + 1) - 2
    for (let side = 0; side < 2; side++) {
      const rates = (side === this.#gaveWay ? gap.back : gap.on)[row]
      for (let place = 0; place < PLACES && place < spread - 1; place++) {
        const rate = (rates?.[place] ?? 0) * UNITS
        const exchange = this.#exchange
        const isBid = side === BID
        const tick = isBid ? exchange.bestBidTicks + place + 1 : exchange.bestAskTicks - place - 1
        const lean = this.#limitLean(isBid ? BID : ASK, tick)
        const crowd = isBid ? this.#buyers : this.#sellers
        this.#set(GAP_AT + 2 * place + side, rate * lean * crowd)
      }
    }
  }

  #limitLean(side: Side, tick: number): number {
    let factor = 1
    for (const lean of this.#appetites) {
      if (tick < lean.loTick || tick > lean.hiTick) continue
      factor *= side === BID ? lean.bidLimit : lean.askLimit
    }
    return factor
  }

  #cancelLean(side: Side, tick: number): number {
    let factor = 1
    for (const lean of this.#appetites) {
      if (tick < lean.loTick || tick > lean.hiTick) continue
      factor *= side === BID ? lean.bidCancel : lean.askCancel
    }
    return factor
  }

  #marketLean(isSell: boolean): number {
    let factor = isSell ? this.#sellers : this.#buyers
    for (const lean of this.#appetites) factor *= isSell ? lean.marketSell : lean.marketBuy
    return factor
  }
}

/** 0 … `BALANCES` − 1: from a queue that is small beside the other to one that is large. */
export function imbalanceClass(own: number, other: number): number {
  const at = Math.floor((own / (own + other + 1e-9)) * BALANCES)
  return at < BALANCES ? at : BALANCES - 1
}
