import { Side } from '@levels/kernel'
import type { Desk } from './agent.ts'

/**
 * A level seen from the side that defends it, so that a script reads the same for support and
 * resistance: ahead is where price comes from, behind is where it breaks to.
 */
export class LevelFrame {
  readonly direction: 'SUPPORT' | 'RESISTANCE'
  /** Who rests at the level. */
  readonly defenders: Side
  /** The side of orders that hit them. */
  readonly attackers: Side
  /** SPY dollars, whole cents. */
  readonly levelUsd: number
  /** Futures ticks the level stood at when it was chosen; need not be whole. */
  readonly levelTicks: number
  readonly #center: number
  readonly #sign: 1 | -1

  /** Chooses a level so many ticks behind the best price of its defenders. */
  constructor(desk: Desk, direction: 'SUPPORT' | 'RESISTANCE', ticksBehindBest: number) {
    this.direction = direction
    const isSupport = direction === 'SUPPORT'
    this.#sign = isSupport ? 1 : -1
    this.defenders = isSupport ? Side.Bid : Side.Ask
    this.attackers = isSupport ? Side.Ask : Side.Bid
    const best = isSupport ? desk.bestBidTicks : desk.bestAskTicks
    const wanted = best - this.#sign * ticksBehindBest
    this.levelUsd = Math.floor(desk.usdOf(wanted) * 100 + 0.5) / 100
    this.levelTicks = desk.ticksOf(this.levelUsd)
    this.#center = Math.floor(this.levelTicks + 0.5)
  }

  /** The tick so many ahead of the level; negative: behind it. */
  tick(ahead: number): number {
    return this.#center + this.#sign * ahead
  }

  /** How far ahead of the level the defenders' best price is, ticks. */
  bestAhead(desk: Desk): number {
    const best = this.defenders === Side.Bid ? desk.bestBidTicks : desk.bestAskTicks
    return (best - this.#center) * this.#sign
  }

  /** Sets the factors on the defenders' background orders from `from` to `to` ticks ahead. */
  leanDefenders(
    desk: Desk,
    lean: { from: number; to: number; limit: number; cancel: number },
  ): void {
    const { appetite } = desk
    const a = this.tick(lean.from)
    const b = this.tick(lean.to)
    appetite.loTick = Math.min(a, b)
    appetite.hiTick = Math.max(a, b)
    const isBid = this.defenders === Side.Bid
    appetite.bidLimit = isBid ? lean.limit : 1
    appetite.bidCancel = isBid ? lean.cancel : 1
    appetite.askLimit = isBid ? 1 : lean.limit
    appetite.askCancel = isBid ? 1 : lean.cancel
  }

  /** Sets the factors on background market orders that hit the defenders, and on the others. */
  leanMarket(desk: Desk, against: number, withThem = 1): void {
    const isBid = this.defenders === Side.Bid
    desk.appetite.marketSell = isBid ? against : withThem
    desk.appetite.marketBuy = isBid ? withThem : against
  }
}
