import fc from 'fast-check'
import { BOOK_SLOTS, NO_TICK, Side } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { Action, RecordFlag, RecordSide } from '../src/codes.ts'
import { MboRecord } from '../src/mbo-record.ts'
import { MboBook } from '../src/order-book.ts'
import { NaiveBook } from './naive-book.ts'
import { assertSameBook } from './book-comparison.ts'

/** Few ids and prices, so that orders meet; far jumps, empty sides and crossed books among them. */
const mbo = fc
  .record({
    orderIdHigh: fc.constantFrom(0, 150, 0xffff_ffff),
    orderIdLow: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 30 }) },
      { weight: 1, arbitrary: fc.constantFrom(1024, 2048, 0x8000_0000, 0xffff_ffff) },
    ),
    priceTicks: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 19_190, max: 19_215 }) },
      { weight: 2, arbitrary: fc.integer({ min: -40_000, max: 40_000 }) },
      { weight: 1, arbitrary: fc.constantFrom(NO_TICK, NO_TICK + 1, 2 ** 31 - 1, 0, -1, 255, 256) },
    ),
    size: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 20 }) },
      { weight: 1, arbitrary: fc.constantFrom(2 ** 31 - 1, 2 ** 30) },
    ),
    flags: fc.constantFrom(0, RecordFlag.Last, RecordFlag.Last, 160, 32, 64, 16),
    action: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(Action.Add, Action.Cancel, Action.Modify) },
      { weight: 3, arbitrary: fc.constantFrom(Action.Trade, Action.Fill, Action.None, 0) },
      { weight: 1, arbitrary: fc.constant(Action.Clear) },
    ),
    side: fc.constantFrom(RecordSide.Bid, RecordSide.Ask, RecordSide.Bid, RecordSide.Ask, 78, 0),
  })
  .map((fields) => Object.assign(new MboRecord(), fields))

describe('an order book on any stream of records', () => {
  it('equals a book kept in plain maps, level by level, after every record', () => {
    fc.assert(
      fc.property(fc.array(mbo, { maxLength: 120 }), (records) => {
        const book = new MboBook()
        const naive = new NaiveBook()
        for (const record of records) {
          expect(book.apply(record)).toBe(naive.apply(record))
          assertSameBook(book, naive)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('also with little room', () => {
    fc.assert(
      fc.property(fc.array(mbo, { maxLength: 60 }), (records) => {
        const book = new MboBook({ maxOrders: 5 })
        const naive = new NaiveBook(5)
        for (const record of records) {
          book.apply(record)
          naive.apply(record)
          assertSameBook(book, naive)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('says that the best ten changed whenever they did', () => {
    fc.assert(
      fc.property(fc.array(mbo, { maxLength: 120 }), (records) => {
        const book = new MboBook()
        const before = new Int32Array(BOOK_SLOTS)
        const after = new Int32Array(BOOK_SLOTS)
        book.copyTop10(before)
        for (const record of records) {
          book.apply(record)
          const isChanged = book.isTopChanged
          book.copyTop10(after)
          if (!isChanged) expect(after).toEqual(before)
          before.set(after)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('holds many orders at once, added and canceled in any order', () => {
    const book = new MboBook()
    const record = new MboRecord()
    const count = 20_000
    record.action = Action.Add
    record.size = 3
    for (let i = 0; i < count; i++) {
      record.orderIdLow = Math.imul(i, 0x9e37_79b1) >>> 0
      record.priceTicks = i % 5000
      record.side = i % 2 === 0 ? RecordSide.Bid : RecordSide.Ask
      book.apply(record)
    }
    expect(book.orderCount).toBe(count)
    expect(book.lotsAt(Side.Bid, 4998)).toBe((count / 5000) * 3)
    record.action = Action.Cancel
    for (let i = count - 1; i >= 0; i--) {
      record.orderIdLow = Math.imul((i * 7919) % count, 0x9e37_79b1) >>> 0
      book.apply(record)
    }
    expect([book.orderCount, book.unknownOrderCount]).toEqual([0, 0])
    expect(book.lotsAt(Side.Bid, 4998)).toBe(0)
  })
})
