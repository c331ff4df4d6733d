import { Side } from '@levels/kernel'
import type { Exchange } from '../exchange/exchange.ts'
import { BACKGROUND } from '../exchange/order-queues.ts'
import { WeightedChoice } from '../numeric/weighted-choice.ts'
import { type MarketProfile, QUEUES } from '../profile.ts'
import type { Random } from '../random.ts'
import { Order, type OrderRates } from './order-rates.ts'

/** Ticks a side that hold orders at the open, and that are kept behind the best price. */
const KEPT_TICKS = 40
/** Orders further from the best than this are dropped. */
const TRIM_TICKS = 250
/** Tries to find an order of the background in a queue where others stand too. */
const PICKS = 4
/** Draws of a size that fits into the best queue, and of an order that can be moved. */
const DRAWS = 3

/**
 * The market that is always there: limit, cancel and market orders whose rates depend on the size
 * of the queue they concern and its distance from the best price (W. Huang, C.-A. Lehalle and
 * M. Rosenbaum, "Simulating and Analyzing Order Book Data: The Queue-Reactive Model", JASA 110,
 * 2015). Price moves when the best queue runs out and the gap is filled by one side or the other.
 */
export class Background {
  readonly #exchange: Exchange
  readonly #random: Random
  readonly #rates: OrderRates
  readonly #gapSizes: WeightedChoice
  readonly #bestSizes: WeightedChoice
  readonly #deeperSizes: WeightedChoice
  readonly #marketSizes: WeightedChoice
  readonly #levelLots: readonly (readonly number[])[]
  readonly #deplete: readonly number[]
  readonly #walk: number
  readonly #moves: MarketProfile['moves']
  readonly #movesFrom: WeightedChoice
  #isMoved = false

  constructor(
    exchange: Exchange,
    setup: { readonly profile: MarketProfile; readonly rates: OrderRates; readonly random: Random },
  ) {
    const { profile, rates, random } = setup
    this.#exchange = exchange
    this.#random = random
    this.#rates = rates
    this.#gapSizes = new WeightedChoice(profile.sizes.gap)
    this.#bestSizes = new WeightedChoice(profile.sizes.best)
    this.#deeperSizes = new WeightedChoice(profile.sizes.deeper)
    this.#marketSizes = new WeightedChoice(profile.sizes.market)
    this.#levelLots = profile.levelLots
    this.#deplete = profile.deplete
    this.#walk = profile.walk
    this.#moves = profile.moves
    this.#movesFrom = new WeightedChoice(profile.moves.from.map((weight, i) => [i, weight]))
  }

  /** Fills the empty book as the market would have left it, and opens the exchange. */
  open(): void {
    const exchange = this.#exchange
    const bid = exchange.bestBidTicks
    const ask = exchange.bestAskTicks
    for (let k = 0; k < KEPT_TICKS; k++) {
      this.#fillLevel(Side.Bid, bid - k, k)
      this.#fillLevel(Side.Ask, ask + k, k)
    }
    exchange.open()
    this.#rates.refreshAll()
  }

  /** One order of the background, now. */
  act(): void {
    const rates = this.#rates
    const exchange = this.#exchange
    const bid = exchange.bestBidTicks
    const ask = exchange.bestAskTicks
    const choice = rates.choose(this.#random)
    if (choice < 0) return
    const side = (choice & 1) === 0 ? Side.Bid : Side.Ask
    const place = choice >> 3
    switch ((choice >> 1) & 3) {
      case Order.Limit:
        this.#limit(side, side === Side.Bid ? bid - place : ask + place, place)
        break
      case Order.Cancel:
        this.#cancel(side === Side.Bid ? bid - place : ask + place)
        break
      case Order.Market:
        this.#market(side)
        break
      default: {
        const tick = side === Side.Bid ? bid + place + 1 : ask - place - 1
        if (!this.#random.chance(this.#moves.gap) || !this.#move(side, tick)) {
          exchange.limit(side, tick, this.#gapSizes.draw(this.#random))
        }
      }
    }
    if (exchange.bestBidTicks !== bid || exchange.bestAskTicks !== ask || this.#isMoved) {
      this.#isMoved = false
      this.#keepDepth()
      rates.refreshAll()
    } else {
      rates.refresh(side, (choice & 6) === Order.Market << 1 ? -1 : place)
    }
  }

  /** After orders that are not the background's. */
  review(): void {
    this.#keepDepth()
    this.#rates.refreshAll()
  }

  #limit(side: Side, tick: number, place: number): void {
    const share = place === 0 ? this.#moves.best : this.#moves.deeper
    if (this.#random.chance(share) && this.#move(side, tick)) return
    const sizes = place === 0 ? this.#bestSizes : this.#deeperSizes
    this.#exchange.limit(side, tick, sizes.draw(this.#random))
  }

  /** Brings an order from elsewhere on its side. @returns false when none was found */
  #move(side: Side, tick: number): boolean {
    const exchange = this.#exchange
    const { queues } = exchange
    for (let i = 0; i < DRAWS; i++) {
      const place = this.#movesFrom.draw(this.#random)
      const from = side === Side.Bid ? exchange.bestBidTicks - place : exchange.bestAskTicks + place
      const count = queues.ordersAt(from)
      if (count === 0 || from === tick) continue
      const slot = queues.slotAt(from, this.#random.below(count))
      if (!queues.isBackground(slot) || exchange.moveSlot(slot, tick) === 0) continue
      this.#isMoved = true
      return true
    }
    return false
  }

  /** Cancels an order of the background, each of the queue with the same chance. */
  #cancel(tick: number): void {
    const { queues } = this.#exchange
    const count = queues.ordersAt(tick)
    for (let i = 0; i < PICKS && count > 0; i++) {
      const slot = queues.slotAt(tick, this.#random.below(count))
      if (!queues.isBackground(slot)) continue
      this.#exchange.cancelSlot(slot)
      return
    }
  }

  /** @param side `Bid` buys */
  #market(side: Side): void {
    const exchange = this.#exchange
    const random = this.#random
    const tick = side === Side.Bid ? exchange.bestAskTicks : exchange.bestBidTicks
    const queue = exchange.queues.lotsAt(tick)
    let lots = this.#marketSizes.draw(random)
    // Traders look first: they hardly send more than is there unless they want it all.
    for (let i = 0; i < DRAWS && lots >= queue; i++) lots = this.#marketSizes.draw(random)
    if (random.chance(this.#deplete[this.#rates.classOf(queue)] ?? 0)) {
      lots = random.chance(this.#walk) ? queue + lots : queue
    } else if (lots >= queue) {
      lots = queue > 1 ? queue - 1 : 1
    }
    exchange.take(side, lots, side === Side.Bid ? tick + KEPT_TICKS : tick - KEPT_TICKS)
  }

  /** Puts levels at the far end where price has come near it; drops what it has left behind. */
  #keepDepth(): void {
    const exchange = this.#exchange
    while (exchange.bestBidTicks - exchange.lowestBidTicks < KEPT_TICKS - 1) {
      if (!this.#fillLevel(Side.Bid, exchange.lowestBidTicks - 1, QUEUES)) break
    }
    while (exchange.highestAskTicks - exchange.bestAskTicks < KEPT_TICKS - 1) {
      if (!this.#fillLevel(Side.Ask, exchange.highestAskTicks + 1, QUEUES)) break
    }
    const isFar =
      exchange.bestBidTicks - exchange.lowestBidTicks > TRIM_TICKS ||
      exchange.highestAskTicks - exchange.bestAskTicks > TRIM_TICKS
    if (isFar) exchange.trim(TRIM_TICKS / 2)
  }

  #fillLevel(side: Side, tick: number, place: number): boolean {
    const random = this.#random
    const lots = this.#levelLots[Math.min(place, QUEUES - 1)] ?? [1]
    let left = Math.max(1, lots[random.below(lots.length)] ?? 1)
    const sizes = place === 0 ? this.#bestSizes : this.#deeperSizes
    while (left > 0) {
      const size = Math.min(left, sizes.draw(random))
      const before = this.#exchange.queues.refusedCount
      this.#exchange.limit(side, tick, size, BACKGROUND)
      if (this.#exchange.queues.refusedCount > before) return false
      left -= size
    }
    return true
  }
}
