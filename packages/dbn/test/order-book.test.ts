import { BOOK_SLOTS, NO_TICK, Side } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { Action, RecordFlag, RecordSide } from '../src/codes.ts'
import { MboRecord } from '../src/mbo-record.ts'
import { MboBook } from '../src/order-book.ts'

function record(fields: Partial<MboRecord>): MboRecord {
  return Object.assign(new MboRecord(), { flags: RecordFlag.Last }, fields)
}

function add(orderIdLow: number, side: number, priceTicks: number, size: number): MboRecord {
  return record({ action: Action.Add, orderIdLow, side, priceTicks, size })
}

function levels(book: MboBook, side: Side): [number, number][] {
  const ticks: number[] = []
  const lots: number[] = []
  book.levelsInto(side, ticks, lots)
  return ticks.map((tick, i) => [tick, lots[i] ?? 0])
}

const { Bid, Ask } = RecordSide

describe('an order book', () => {
  it('adds up the orders of a price and gives the best first', () => {
    const book = new MboBook()
    book.apply(add(1, Bid, 100, 5))
    book.apply(add(2, Bid, 101, 3))
    book.apply(add(3, Bid, 100, 2))
    book.apply(add(4, Ask, 103, 1))
    book.apply(add(5, Ask, 102, 9))
    expect(levels(book, Side.Bid)).toEqual([
      [101, 3],
      [100, 7],
    ])
    expect(levels(book, Side.Ask)).toEqual([
      [102, 9],
      [103, 1],
    ])
    expect(book.lotsAt(Side.Bid, 100)).toBe(7)
    expect(book.lotsAt(Side.Ask, 100)).toBe(0)
    expect(book.orderCount).toBe(5)
  })

  it('copies the best ten a side, the rest as empty slots', () => {
    const book = new MboBook()
    for (let i = 0; i < 12; i++) book.apply(add(i, Bid, 100 - i * 300, i + 1))
    book.apply(add(50, Ask, -5, 4))
    const out = new Int32Array(BOOK_SLOTS).fill(77)
    book.copyTop10(out)
    expect([book.bidCount, book.askCount]).toEqual([10, 1])
    expect([...out.subarray(0, 3), out[9]]).toEqual([100, -200, -500, -2600])
    expect([...out.subarray(10, 13), out[19]]).toEqual([1, 2, 3, 10])
    expect([...out.subarray(20, 22)]).toEqual([-5, NO_TICK])
    expect([...out.subarray(30, 32)]).toEqual([4, 0])
  })

  it('takes off what is canceled, in part or whole', () => {
    const book = new MboBook()
    book.apply(add(1, Bid, 100, 5))
    book.apply(record({ action: Action.Cancel, orderIdLow: 1, size: 2 }))
    expect(levels(book, Side.Bid)).toEqual([[100, 3]])
    book.apply(record({ action: Action.Cancel, orderIdLow: 1, size: 3 }))
    expect([levels(book, Side.Bid), book.orderCount]).toEqual([[], 0])
  })

  it('moves and resizes an order that is modified', () => {
    const book = new MboBook()
    book.apply(add(1, Bid, 100, 5))
    book.apply(add(2, Bid, 100, 1))
    book.apply(record({ action: Action.Modify, orderIdLow: 1, side: Bid, priceTicks: 99, size: 7 }))
    expect(levels(book, Side.Bid)).toEqual([
      [100, 1],
      [99, 7],
    ])
  })

  it('is not changed by trades and fills', () => {
    const book = new MboBook()
    book.apply(add(1, Ask, 100, 5))
    for (const action of [Action.Trade, Action.Fill]) {
      book.apply(record({ action, orderIdLow: 1, side: Ask, priceTicks: 100, size: 5 }))
    }
    expect(levels(book, Side.Ask)).toEqual([[100, 5]])
  })

  it('is emptied by a clear, and is then not to be compared with what it was', () => {
    const book = new MboBook()
    book.apply(add(1, Bid, 100, 5))
    expect(book.takeResync()).toBe(false)
    expect(book.apply(record({ action: Action.Clear, side: RecordSide.None }))).toBe(true)
    expect([levels(book, Side.Bid), book.orderCount]).toEqual([[], 0])
    expect([book.takeResync(), book.takeResync()]).toEqual([true, false])
  })

  it('never makes up an order: an unknown one is counted and left alone', () => {
    const book = new MboBook()
    book.apply(record({ action: Action.Cancel, orderIdLow: 9, side: Bid, priceTicks: 5, size: 1 }))
    book.apply(record({ action: Action.Modify, orderIdLow: 9, side: Bid, priceTicks: 5, size: 1 }))
    expect([levels(book, Side.Bid), book.unknownOrderCount]).toEqual([[], 2])
  })

  it('tells orders apart by all 64 bits of their id', () => {
    const book = new MboBook()
    for (const orderIdHigh of [0, 1, 0x8000_0000, 0xffff_ffff]) {
      book.apply(Object.assign(add(0xffff_ffff, Bid, 100, 1), { orderIdHigh }))
    }
    expect([book.orderCount, book.duplicateOrderCount]).toEqual([4, 0])
  })

  it('believes the later word about an order that is added twice', () => {
    const book = new MboBook()
    book.apply(add(1, Bid, 100, 5))
    book.apply(add(1, Ask, 105, 2))
    expect([levels(book, Side.Bid), levels(book, Side.Ask)]).toEqual([[], [[105, 2]]])
    expect(book.duplicateOrderCount).toBe(1)
  })

  it('ends an event only at the last record of it', () => {
    const book = new MboBook()
    expect(book.apply(Object.assign(add(1, Bid, 100, 5), { flags: 0 }))).toBe(false)
    expect(book.apply(add(2, Bid, 100, 5))).toBe(true)
  })

  it('is built by a snapshot in silence, and taken up as a resync at the next record', () => {
    const book = new MboBook()
    const flags = RecordFlag.Snapshot | RecordFlag.Last
    const old = Object.assign(add(1, Bid, 100, 5), { flags, tsRelNs: NaN })
    expect(book.apply(old)).toBe(false)
    expect(book.isSnapshotPending).toBe(true)
    expect(book.apply(add(2, Bid, 99, 1))).toBe(true)
    expect(book.isSnapshotPending).toBe(false)
    expect(book.takeResync()).toBe(true)
    expect(levels(book, Side.Bid)).toEqual([
      [100, 5],
      [99, 1],
    ])
  })

  it('ignores and counts what says nothing about an order', () => {
    const book = new MboBook()
    book.apply(add(1, RecordSide.None, 100, 5))
    book.apply(add(2, Bid, NO_TICK, 5))
    book.apply(add(3, Bid, 100, 0))
    book.apply(Object.assign(add(4, Bid, 100, 1), { flags: RecordFlag.TopOfBook }))
    book.apply(record({ action: 0 }))
    expect([book.ignoredCount, book.orderCount]).toEqual([5, 0])
  })

  it('refuses and counts orders beyond its capacity, and lots beyond what a level holds', () => {
    const book = new MboBook({ maxOrders: 2 })
    book.apply(add(1, Bid, 100, 2 ** 31 - 1))
    book.apply(add(2, Bid, 100, 1))
    book.apply(add(3, Bid, 99, 1))
    book.apply(add(4, Bid, 98, 1))
    expect([book.orderCount, book.overflowCount]).toEqual([2, 2])
    expect(levels(book, Side.Bid)).toEqual([
      [100, 2 ** 31 - 1],
      [99, 1],
    ])
  })

  it('knows when the best ten did not change', () => {
    const book = new MboBook()
    const out = new Int32Array(BOOK_SLOTS)
    for (let i = 0; i < 10; i++) book.apply(add(i, Bid, 100 - i, 1))
    expect(book.isTopChanged).toBe(true)
    book.copyTop10(out)
    book.apply(add(20, Bid, 50, 1))
    expect(book.isTopChanged).toBe(false)
    book.apply(add(21, Bid, 91, 1))
    expect(book.isTopChanged).toBe(true)
  })
})
