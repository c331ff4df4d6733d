import { NO_TICK, Side } from '@levels/kernel'
import { Action, RecordFlag, RecordSide } from '../src/codes.ts'
import type { MboRecord } from '../src/mbo-record.ts'

interface Order {
  readonly side: Side
  readonly tick: number
  readonly lots: number
}

const LOTS_MAX = 2 ** 31 - 1

/** The order book as one would write it down: a map of orders, levels summed anew when asked. */
export class NaiveBook {
  readonly orders = new Map<bigint, Order>()
  readonly #maxOrders: number
  unknownOrderCount = 0
  duplicateOrderCount = 0
  excessCancelCount = 0
  overflowCount = 0
  ignoredCount = 0

  constructor(maxOrders = Infinity) {
    this.#maxOrders = maxOrders
  }

  apply(record: MboRecord): boolean {
    const id = (BigInt(record.orderIdHigh) << 32n) | BigInt(record.orderIdLow)
    const order = this.orders.get(id)
    if (record.action === Action.Add) this.#add(id, record)
    else if (record.action === Action.Clear) this.orders.clear()
    else if (record.action === Action.Cancel || record.action === Action.Modify) {
      if (order === undefined) this.unknownOrderCount++
      else if (record.action === Action.Cancel) this.#cancel(id, order, record.size)
      else this.#modify(id, order, record)
    } else if (![Action.Trade, Action.Fill, Action.None].some((a) => a === record.action)) {
      this.ignoredCount++
    }
    return (record.flags & (RecordFlag.Last | RecordFlag.Snapshot)) === RecordFlag.Last
  }

  levels(side: Side): [tick: number, lots: number][] {
    const sums = new Map<number, number>()
    for (const order of this.orders.values()) {
      if (order.side === side) sums.set(order.tick, (sums.get(order.tick) ?? 0) + order.lots)
    }
    return [...sums].sort(([a], [b]) => (side === Side.Bid ? b - a : a - b))
  }

  #add(id: bigint, { side, priceTicks, size, flags }: MboRecord): void {
    const notAnOrder = (flags & (RecordFlag.TopOfBook | RecordFlag.Mbp)) !== 0
    if (!isBookSide(side) || priceTicks === NO_TICK || size === 0 || notAnOrder) {
      this.ignoredCount++
      return
    }
    if (this.orders.delete(id)) this.duplicateOrderCount++
    this.#put(id, { side: sideOf(side), tick: priceTicks, lots: size })
  }

  #cancel(id: bigint, order: Order, size: number): void {
    if (size > order.lots) this.excessCancelCount++
    if (size >= order.lots) this.orders.delete(id)
    else this.orders.set(id, { ...order, lots: order.lots - size })
  }

  #modify(id: bigint, order: Order, { side, priceTicks, size }: MboRecord): void {
    if (priceTicks === NO_TICK) {
      this.ignoredCount++
      return
    }
    this.orders.delete(id)
    if (size === 0) return
    const sideAfter = isBookSide(side) ? sideOf(side) : order.side
    this.#put(id, { side: sideAfter, tick: priceTicks, lots: size })
  }

  #put(id: bigint, order: Order): void {
    const held = this.levels(order.side).find(([tick]) => tick === order.tick)?.[1] ?? 0
    if (this.orders.size >= this.#maxOrders || held + order.lots > LOTS_MAX) this.overflowCount++
    else this.orders.set(id, order)
  }
}

function isBookSide(side: number): boolean {
  return side === RecordSide.Bid || side === RecordSide.Ask
}

function sideOf(side: number): Side {
  return side === RecordSide.Bid ? Side.Bid : Side.Ask
}
