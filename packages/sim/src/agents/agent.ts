import type { OptionRight, Side } from '@levels/kernel'
import type { Appetite } from '../background/appetite.ts'
import type { Random } from '../random.ts'
import type { Label } from '../label.ts'

/** A fill of an agent's resting order. Borrowed: valid until `onFill` returns. */
export interface Fill {
  readonly orderId: number
  readonly tick: number
  readonly lots: number
  /** What the order has left, hidden lots included; 0 when it is gone. */
  readonly leftLots: number
}

/** An option trade brought by customers. */
export interface OptionOrder {
  /** A listed strike, US dollars. */
  readonly strikeUsd: number
  readonly right: OptionRight
  /** Contracts. */
  readonly contracts: number
  /** Customers buy: dealers get short gamma. */
  readonly isBuy: boolean
  /** 0 the nearest expiry (default), 1 the one after it … */
  readonly expiry?: number
}

/**
 * What an agent sees of the market and can do in it. Every order goes through the same matching as
 * the background's, at its own event time some microseconds after the one before.
 */
export interface Desk {
  /** Event time, ns since the epoch. */
  readonly nowRelNs: number
  /** The agent's own stream of random numbers. */
  readonly random: Random
  readonly bestBidTicks: number
  readonly bestAskTicks: number
  /** Lots a second that the background adds to one side of the ten levels now, on average. */
  readonly crowdLotsPerS: number
  /** Displayed lots of a side at a price. */
  lotsAt(side: Side, tick: number): number
  /** Futures ticks that an equity price stands at now; need not be whole. */
  ticksOf(usd: number): number
  /** The equity price of a futures tick now. */
  usdOf(ticks: number): number
  /**
   * Places a limit order; what crosses the book trades at once.
   *
   * @param peakLots most lots displayed at a time: an iceberg
   * @returns its id, `NO_ORDER` when nothing rests
   */
  limit(side: Side, tick: number, lots: number, peakLots?: number): number
  /** @returns displayed lots canceled, 0 when the order rests no more */
  cancel(orderId: number, lots?: number): number
  /** Lots of an order that still rest, hidden ones included. */
  leftLots(orderId: number): number
  /**
   * Trades at once; what finds no one is canceled.
   *
   * @param side `Bid` buys
   * @param limitTick worst price; default: the venue's protection
   * @returns lots traded
   */
  market(side: Side, lots: number, limitTick?: number): number
  option(order: OptionOrder): void
  /**
   * How the background leans on this agent's account; several agents' factors multiply. Changed in
   * `start`, `wake` or `onFill`, it holds from then on.
   */
  readonly appetite: Appetite
  /** Puts a label on record. Intervals end by now. */
  label(label: Label): void
}

/**
 * Someone who trades by a script, on top of the background.
 *
 * @example A bidder who takes his order away after a minute:
 * ```ts
 * class Bidder implements Agent {
 *   readonly name = 'bidder'
 *   #id = NO_ORDER
 *   start(desk: Desk) { return desk.nowRelNs }
 *   wake(desk: Desk) {
 *     if (this.#id !== NO_ORDER) { desk.cancel(this.#id); return Infinity }
 *     this.#id = desk.limit(Side.Bid, desk.bestBidTicks - 2, 500)
 *     return desk.nowRelNs + 60 * NS_PER_S
 *   }
 * }
 * ```
 */
export interface Agent {
  /** For messages. */
  readonly name: string
  /** Called once, when the book is open. @returns when to wake first, ns since the epoch */
  start(desk: Desk): number
  /** @returns when to wake next, Infinity when done; at once counts as a microsecond later */
  wake(desk: Desk): number
  /**
   * Called after the event that filled one of its orders. It may trade from here.
   *
   * @returns when to wake next, in place of what `wake` said last; undefined leaves that
   */
  onFill?(fill: Fill, desk: Desk): number | undefined
}
