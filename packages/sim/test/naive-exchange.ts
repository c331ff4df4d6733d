import { Side } from '@levels/kernel'

interface Resting {
  readonly key: number
  readonly side: Side
  readonly tick: number
  lots: number
}

/** The same rules from a plain list of orders in the order of their coming. */
export class NaiveExchange {
  orders: Resting[] = []
  prints: string[] = []

  limit(key: number, side: Side, tick: number, lots: number): void {
    const left = lots - this.take(side, lots, tick)
    if (left > 0) this.orders.push({ key, side, tick, lots: left })
  }

  cancel(key: number, lots: number): void {
    const order = this.orders.find((each) => each.key === key)
    if (order === undefined) return
    order.lots -= Math.min(lots, order.lots)
    this.#sweepUp()
  }

  take(side: Side, lots: number, limitTick: number): number {
    let left = lots
    while (left > 0) {
      const [best] = this.orders
        .filter((order) => order.side !== side)
        .sort((a, b) => (side === Side.Bid ? a.tick - b.tick : b.tick - a.tick))
      if (best === undefined) break
      if (side === Side.Bid ? best.tick > limitTick : best.tick < limitTick) break
      const queue = this.orders.filter(
        ({ side: own, tick }) => own === best.side && tick === best.tick,
      )
      let traded = 0
      for (const order of queue) {
        const taken = Math.min(left, order.lots)
        order.lots -= taken
        left -= taken
        traded += taken
      }
      this.prints.push(`${traded} at ${best.tick}`)
      this.#sweepUp()
    }
    return lots - left
  }

  levels(side: Side): [tick: number, lots: number, orders: number][] {
    const own = this.orders.filter((order) => order.side === side)
    const ticks = [...new Set(own.map(({ tick }) => tick))]
    return ticks
      .sort((a, b) => (side === Side.Bid ? b - a : a - b))
      .map((tick) => {
        const level = own.filter((order) => order.tick === tick)
        return [tick, level.reduce((sum, { lots }) => sum + lots, 0), level.length]
      })
  }

  #sweepUp(): void {
    this.orders = this.orders.filter((order) => order.lots > 0)
  }
}
