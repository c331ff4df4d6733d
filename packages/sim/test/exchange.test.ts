import { Action } from '@levels/dbn'
import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  Side,
} from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { Exchange, NO_ORDER } from '../src/index.ts'

interface Fill {
  readonly owner: number
  readonly orderId: number
  readonly tick: number
  readonly lots: number
  readonly leftLots: number
}

/** An exchange with twelve levels of ten lots a side: bids 100 and below, asks 101 and above. */
function openExchange(capacity = 1_000) {
  const told: string[] = []
  const fills: Fill[] = []
  let orders: number[] = []
  const exchange = new Exchange(100, {
    capacity,
    captureDelayNs: () => 100,
    onFill: (owner, orderId, tick, lots, leftLots) => {
      fills.push({ owner, orderId, tick, lots, leftLots })
    },
    sink: (event, change) => {
      orders = [...change.orders]
      const name = Object.entries(Action).find(([, code]) => code === change.action)?.[0]
      const isTrade = event.kind === EventKind.FuturesTrade
      told.push(
        isTrade
          ? `${name} ${event.size} at ${event.priceTicks} (${event.aggressor})`
          : `${name} ${change.lots} at ${change.tick}: ${event.book[BID_LOTS]} at ` +
              `${event.book[BID_TICKS]} | ${event.book[ASK_LOTS]} at ${event.book[ASK_TICKS]}`,
      )
    },
  })
  for (let i = 0; i < 12; i++) {
    exchange.limit(Side.Bid, 100 - i, 10)
    exchange.limit(Side.Ask, 101 + i, 10)
  }
  exchange.open()
  return { exchange, told, fills, ordersNow: () => orders }
}

describe('price-time priority', () => {
  it('fills the better price first, and at a price who came first', () => {
    const { exchange, fills } = openExchange()
    const late = exchange.limit(Side.Bid, 100, 5, 1)
    const later = exchange.limit(Side.Bid, 100, 5, 2)
    const better = exchange.limit(Side.Bid, 99, 5, 3)
    exchange.take(Side.Ask, 17, 90)
    expect(fills).toEqual([
      { owner: 1, orderId: late, tick: 100, lots: 5, leftLots: 0 },
      { owner: 2, orderId: later, tick: 100, lots: 2, leftLots: 3 },
    ])
    expect(exchange.cancel(late)).toBe(0) // gone
    expect(exchange.cancel(later)).toBe(3)
    expect(exchange.cancel(better)).toBe(5)
  })

  it('prints once a price, then tells the book', () => {
    const { exchange, told } = openExchange()
    expect(exchange.take(Side.Bid, 25, 110)).toBe(25)
    expect(told).toEqual([
      'Trade 10 at 101 (1)',
      'Trade 10 at 102 (1)',
      'Trade 5 at 103 (1)',
      'Fill 0 at 103: 10 at 100 | 5 at 103',
    ])
  })

  it('takes no worse price than the limit, and cancels the rest', () => {
    const { exchange } = openExchange()
    expect(exchange.take(Side.Bid, 25, 102)).toBe(20)
    expect(exchange.bestAskTicks).toBe(103)
  })
})

describe('a limit order', () => {
  it('trades what it crosses and rests with what is left', () => {
    const { exchange, told } = openExchange()
    exchange.limit(Side.Bid, 101, 14)
    expect(told).toEqual([
      'Trade 10 at 101 (1)',
      'Fill 0 at 101: 10 at 100 | 10 at 102',
      'Add 4 at 101: 4 at 101 | 10 at 102',
    ])
  })

  it('is not told when it lies behind the ten levels', () => {
    const { exchange, told } = openExchange()
    exchange.limit(Side.Bid, 85, 10)
    expect(told).toEqual([])
    expect(exchange.lotsAt(Side.Bid, 85)).toBe(10)
  })

  it('is refused outside of the price band and when the book is full', () => {
    const { exchange } = openExchange(25)
    expect(exchange.limit(Side.Bid, -2_000, 1)).toBe(NO_ORDER)
    expect(exchange.limit(Side.Bid, 100, 1)).not.toBe(NO_ORDER)
    expect(exchange.limit(Side.Bid, 100, 1)).toBe(NO_ORDER)
    expect(exchange.queues.refusedCount).toBe(1)
  })
})

describe('an iceberg', () => {
  it('shows its next part when one is gone, behind the others of its price', () => {
    const { exchange, told, fills } = openExchange()
    const id = exchange.limit(Side.Bid, 100, 30, 1, 4) // 4 shown
    exchange.limit(Side.Bid, 100, 6, 2)
    expect(exchange.lotsAt(Side.Bid, 100)).toBe(20)
    told.length = 0
    exchange.take(Side.Ask, 16, 100)
    // Ten of the background, four of the iceberg, two of the third: the iceberg shows four again.
    expect(told).toEqual(['Trade 16 at 100 (-1)', 'Fill 0 at 100: 8 at 100 | 10 at 101'])
    expect(fills).toEqual([
      { owner: 1, orderId: id, tick: 100, lots: 4, leftLots: 26 },
      { owner: 2, orderId: expect.any(Number), tick: 100, lots: 2, leftLots: 4 },
    ])
    expect(exchange.queues.refilledLots).toBe(4)
  })

  it('fills more than it shows, in one order', () => {
    const { exchange } = openExchange()
    exchange.limit(Side.Ask, 101, 100, 1, 5)
    expect(exchange.take(Side.Bid, 60, 101)).toBe(60)
    expect(exchange.bestAskTicks).toBe(101)
    expect(exchange.lotsAt(Side.Ask, 101)).toBe(5)
  })
})

describe('the orders of a level', () => {
  it('are counted as they come, move, trade and go; an iceberg is one', () => {
    const { exchange, ordersNow } = openExchange()
    const bids = (): number[] => ordersNow().slice(0, 3)
    exchange.limit(Side.Bid, 100, 30, 1, 4)
    expect(bids()).toEqual([2, 1, 1])
    exchange.moveSlot(exchange.queues.slotAt(98, 0), 99)
    expect(bids()).toEqual([2, 2, 1])
    exchange.take(Side.Ask, 12, 100)
    expect(bids()).toEqual([1, 2, 1])
    exchange.take(Side.Ask, 30, 99)
    expect(bids()).toEqual([2, 1, 1])
    exchange.limit(Side.Ask, 101, 5)
    expect(ordersNow().slice(BOOK_DEPTH, BOOK_DEPTH + 2)).toEqual([2, 1])
  })
})

describe('cancels and moves', () => {
  it('take displayed lots off, in part or whole', () => {
    const { exchange, told } = openExchange()
    const id = exchange.limit(Side.Ask, 101, 8)
    told.length = 0
    expect(exchange.cancel(id, 3)).toBe(3)
    expect(exchange.cancel(id)).toBe(5)
    expect(exchange.cancel(id)).toBe(0)
    expect(told).toEqual([
      'Cancel 3 at 101: 10 at 100 | 15 at 101',
      'Cancel 5 at 101: 10 at 100 | 10 at 101',
    ])
  })

  it('move an order in one event', () => {
    const { exchange, told } = openExchange()
    expect(exchange.moveSlot(exchange.queues.slotAt(98, 0), 100)).toBe(10)
    expect(told).toEqual(['Modify 10 at 100: 20 at 100 | 10 at 101'])
    expect(exchange.lotsAt(Side.Bid, 98)).toBe(0)
    // Not through the other side.
    expect(exchange.moveSlot(exchange.queues.slotAt(99, 0), 101)).toBe(0)
  })

  it('leave a side its last order', () => {
    const { exchange } = openExchange()
    for (let tick = 99; tick > 88; tick--) exchange.cancelSlot(exchange.queues.slotAt(tick, 0))
    expect(exchange.cancelSlot(exchange.queues.slotAt(100, 0))).toBe(0)
    expect(exchange.take(Side.Ask, 50, 50)).toBe(9)
    expect(exchange.lotsAt(Side.Bid, 100)).toBe(1)
  })

  it('know an order from the one that took its place', () => {
    const { exchange } = openExchange()
    const first = exchange.limit(Side.Bid, 99, 5)
    exchange.cancel(first)
    const second = exchange.limit(Side.Bid, 99, 7)
    expect(second).not.toBe(first)
    expect(exchange.cancel(first)).toBe(0)
    expect(exchange.cancel(second)).toBe(7)
  })
})
