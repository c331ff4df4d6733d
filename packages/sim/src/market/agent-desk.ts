import { NS_PER_US, type Side } from '@levels/kernel'
import type { Agent, Desk, Fill, OptionOrder } from '../agents/agent.ts'
import { Appetite } from '../background/appetite.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { PROTECTION_TICKS } from '../exchange/exchange.ts'
import type { Label } from '../label.ts'
import type { Random } from '../random.ts'

/** Event time between two orders of one agent. */
const ORDER_GAP_NS = 5 * NS_PER_US

/** What a desk needs of the market around it. */
export interface DeskFloor {
  readonly exchange: Exchange
  /** Futures ticks to one dollar of the equity, now. */
  readonly ticksPerUsd: () => number
  readonly crowdLotsPerS: () => number
  readonly option: (order: OptionOrder) => void
  readonly label: (label: Label) => void
}

/** The desk of one agent: numbers its orders' times, and keeps when it wakes. */
export class AgentDesk implements Desk {
  readonly agent: Agent
  readonly appetite = new Appetite()
  readonly random: Random
  /** Tells its orders from those of others. */
  readonly owner: number
  nextWakeRelNs = Infinity
  readonly #floor: DeskFloor

  constructor(agent: Agent, desk: { owner: number; random: Random; floor: DeskFloor }) {
    this.agent = agent
    this.owner = desk.owner
    this.random = desk.random
    this.#floor = desk.floor
  }

  get nowRelNs(): number {
    return this.#floor.exchange.nowRelNs
  }

  get bestBidTicks(): number {
    return this.#floor.exchange.bestBidTicks
  }

  get bestAskTicks(): number {
    return this.#floor.exchange.bestAskTicks
  }

  get crowdLotsPerS(): number {
    return this.#floor.crowdLotsPerS()
  }

  start(): void {
    this.nextWakeRelNs = this.agent.start(this)
  }

  wake(): void {
    const wanted = this.agent.wake(this)
    this.nextWakeRelNs = Math.max(wanted, this.nowRelNs + NS_PER_US)
  }

  filled(fill: Fill): void {
    const wanted = this.agent.onFill?.(fill, this)
    if (wanted !== undefined) this.nextWakeRelNs = Math.max(wanted, this.nowRelNs + NS_PER_US)
  }

  lotsAt(side: Side, tick: number): number {
    return this.#floor.exchange.lotsAt(side, tick)
  }

  ticksOf(usd: number): number {
    return usd * this.#floor.ticksPerUsd()
  }

  usdOf(ticks: number): number {
    return ticks / this.#floor.ticksPerUsd()
  }

  limit(side: Side, tick: number, lots: number, peakLots = lots): number {
    return this.#onTime().limit(side, tick, lots, this.owner, peakLots)
  }

  cancel(orderId: number, lots?: number): number {
    if (this.#floor.exchange.queues.slotOf(orderId) < 0) return 0
    return this.#onTime().cancel(orderId, lots)
  }

  leftLots(orderId: number): number {
    const { queues } = this.#floor.exchange
    const slot = queues.slotOf(orderId)
    return slot < 0 ? 0 : queues.shownLots(slot) + queues.hiddenLots(slot)
  }

  market(side: Side, lots: number, limitTick?: number): number {
    const isBuy = side === 0
    const worst = isBuy
      ? this.bestAskTicks + PROTECTION_TICKS
      : this.bestBidTicks - PROTECTION_TICKS
    return this.#onTime().take(side, lots, limitTick ?? worst)
  }

  option(order: OptionOrder): void {
    this.#floor.option(order)
  }

  label(label: Label): void {
    this.#floor.label(label)
  }

  #onTime(): Exchange {
    const { exchange } = this.#floor
    exchange.nowRelNs += ORDER_GAP_NS
    return exchange
  }
}
