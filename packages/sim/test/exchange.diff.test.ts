import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  NO_TICK,
  Side,
} from '@levels/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Exchange } from '../src/index.ts'
import { NaiveExchange } from './naive-exchange.ts'

const FAR = 60
const runs = process.env.LEVELS_NIGHTLY === '1' ? 3_000 : 150

const side = fc.constantFrom(Side.Bid, Side.Ask)
const step = fc.oneof(
  fc.record({
    kind: fc.constant('limit'),
    side,
    away: fc.integer({ min: -4, max: 15 }),
    lots: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({
    kind: fc.constant('cancel'),
    which: fc.nat(200),
    lots: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({
    kind: fc.constant('take'),
    side,
    lots: fc.integer({ min: 1, max: 80 }),
    away: fc.integer({ min: 0, max: 15 }),
  }),
)

it('keeps the same orders, prints the same trades and shows the same ten levels, their lots and orders, as a plain list', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const naive = new NaiveExchange()
      const prints: string[] = []
      let book: Int32Array = new Int32Array(0)
      let orders: Int32Array = new Int32Array(0)
      const exchange = new Exchange(1_000, {
        captureDelayNs: () => 0,
        sink: (event, change) => {
          orders = change.orders
          if (event.kind === EventKind.FuturesTrade)
            prints.push(`${event.size} at ${event.priceTicks}`)
          else book = event.book
        },
      })
      // Depth that no step reaches, so that neither side runs out.
      const ids = new Map<number, number>()
      let key = 0
      const place = (own: Side, tick: number, lots: number): void => {
        naive.limit(++key, own, tick, lots)
        ids.set(key, exchange.limit(own, tick, lots))
      }
      for (let i = 0; i < FAR; i++) {
        place(Side.Bid, 1_000 - i, i === FAR - 1 ? 100_000 : 5)
        place(Side.Ask, 1_001 + i, i === FAR - 1 ? 100_000 : 5)
      }
      exchange.open()
      for (const each of steps) {
        const middle = exchange.bestBidTicks
        if ('which' in each) {
          const target = each.which % key
          naive.cancel(target, each.lots)
          exchange.cancel(ids.get(target) ?? -1, each.lots)
        } else {
          const tick = each.side === Side.Bid ? middle - each.away : middle + 1 + each.away
          if (each.kind === 'limit') place(each.side, tick, each.lots)
          else {
            const worst = each.side === Side.Bid ? middle + 1 + each.away : middle - each.away
            const taken = naive.take(each.side, each.lots, worst)
            expect(exchange.take(each.side, each.lots, worst)).toBe(taken)
          }
        }
      }
      exchange.tellBook()
      expect(prints).toEqual(naive.prints)
      const counts = [orders.subarray(0, BOOK_DEPTH), orders.subarray(BOOK_DEPTH)] as const
      expect(columns(book, counts[0], BID_TICKS, BID_LOTS)).toEqual(
        naive.levels(Side.Bid).slice(0, BOOK_DEPTH),
      )
      expect(columns(book, counts[1], ASK_TICKS, ASK_LOTS)).toEqual(
        naive.levels(Side.Ask).slice(0, BOOK_DEPTH),
      )
      expect(exchange.queues.orderCount).toBe(naive.orders.length)
    }),
    { numRuns: runs },
  )
})

function columns(
  book: Int32Array,
  orders: Int32Array,
  ticks: number,
  lots: number,
): [number, number, number][] {
  return Array.from({ length: BOOK_DEPTH }, (_, i): [number, number, number] => [
    book[ticks + i] ?? NO_TICK,
    book[lots + i] ?? 0,
    orders[i] ?? 0,
  ]).filter(([tick]) => tick !== NO_TICK)
}
