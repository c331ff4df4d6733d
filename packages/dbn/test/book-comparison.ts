import { ASK_LOTS, ASK_TICKS, BID_LOTS, BID_TICKS, BOOK_SLOTS, NO_TICK, Side } from '@levels/kernel'
import type { MboBook } from '../src/order-book.ts'
import type { NaiveBook } from './naive-book.ts'

const ticks: number[] = []
const lots: number[] = []
const top = new Int32Array(BOOK_SLOTS)

function fail(what: string, wanted: unknown, was: unknown): never {
  throw new Error(`expected ${what} ${JSON.stringify(wanted)}, was ${JSON.stringify(was)}`)
}

/** Throws unless a book equals the naive one: every level, the best ten, and all counters. */
export function assertSameBook(book: MboBook, naive: NaiveBook): void {
  book.copyTop10(top)
  for (const side of [Side.Bid, Side.Ask]) {
    const wanted = naive.levels(side)
    book.levelsInto(side, ticks, lots)
    const was = ticks.map((tick, i): [number, number] => [tick, lots[i] ?? 0])
    const isSame = was.every(([tick, held], i) => tick === wanted[i]?.[0] && held === wanted[i][1])
    if (was.length !== wanted.length || !isSame) fail('levels', wanted, was)
    const [ticksAt, lotsAt] = side === Side.Bid ? [BID_TICKS, BID_LOTS] : [ASK_TICKS, ASK_LOTS]
    for (let i = 0; i < 10; i++) {
      const [tick, held] = wanted[i] ?? [NO_TICK, 0]
      if (top[ticksAt + i] !== tick || top[lotsAt + i] !== held) {
        fail('the best ten', wanted.slice(0, 10), [...top])
      }
    }
    const count = side === Side.Bid ? book.bidCount : book.askCount
    if (count !== Math.min(10, wanted.length)) fail('a count of', wanted.length, count)
  }
  for (const counter of counters) {
    if (book[counter] !== naive[counter]) fail(counter, naive[counter], book[counter])
  }
  if (book.orderCount !== naive.orders.size) fail('orders', naive.orders.size, book.orderCount)
}

const counters = [
  'unknownOrderCount',
  'duplicateOrderCount',
  'excessCancelCount',
  'overflowCount',
  'ignoredCount',
] as const
