import { Aggressor, BOOK_SLOTS, NO_TICK, StateCodecError, StateReader } from '@levels/kernel'
import type { DepthEvent } from '@levels/kernel'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { BookHistory } from '../src/book-history.ts'
import { OptionFlowRing, type OptionFlowEntry } from '../src/option-flow-ring.ts'
import { TradeHistory } from '../src/trade-history.ts'
import { restoreInto, savedBytes } from './saved-state.ts'

/** A time, a place in a sequence: whatever double they are. */
const anyNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(NaN, -0, -1, 2 ** 53, -(2 ** 48), Infinity, 1e300),
)
const anyWord = fc.oneof(
  fc.integer({ min: 20_000, max: 20_060 }),
  fc.constantFrom(NO_TICK, 0, 2 ** 31 - 1, -(2 ** 31)),
)
const anyCode = fc.nat({ max: 10 })

/** What an update does to a book: nothing, changes of a few of its numbers, or another book. */
const anyChange = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 4, arbitrary: fc.array(fc.tuple(fc.nat({ max: BOOK_SLOTS - 1 }), anyWord)) },
  {
    weight: 1,
    arbitrary: fc
      .array(anyWord, { minLength: BOOK_SLOTS, maxLength: BOOK_SLOTS })
      .map((book) => book.map((word, slot): [number, number] => [slot, word])),
  },
)
const anyUpdate = fc.record({
  tsRelNs: anyNumber,
  tsRecvRelNs: anyNumber,
  seq: anyNumber,
  bidCount: anyCode,
  askCount: anyCode,
  isSnapshot: fc.boolean(),
  change: anyChange,
})

function booksOf(history: BookHistory): unknown {
  return { books: history.inWindow(Infinity, Infinity), dropped: history.droppedCount }
}

describe('the history of books', () => {
  it('is saved and restored bit for bit, and goes on as it would have', () => {
    fc.assert(
      fc.property(fc.array(anyUpdate, { maxLength: 20 }), fc.nat({ max: 20 }), (updates, when) => {
        const book = new Int32Array(BOOK_SLOTS)
        const events = updates.map(({ change, ...rest }): DepthEvent => {
          for (const [slot, word] of change) book[slot] = word
          return { ...rest, book: book.slice() }
        })
        const lived = new BookHistory(6)
        let resumed = new BookHistory(6)
        events.forEach((event, i) => {
          if (i === when) resumed = restoreInto(new BookHistory(6), lived)
          lived.add(event)
          if (i >= when) resumed.add(event)
        })
        if (when >= events.length) resumed = restoreInto(new BookHistory(6), lived)
        expect(booksOf(resumed)).toStrictEqual(booksOf(lived))
        expect(savedBytes(resumed)).toEqual(savedBytes(lived))
      }),
    )
  })

  it('gives every one of its books back: the first, one that repeats it, one of other numbers', () => {
    const book = (first: number): Int32Array => Int32Array.from({ length: 40 }, (_, i) => first + i)
    const books = [book(0), book(0), book(1), book(-5), book(-5).fill(9, 19, 21), book(2 ** 30)]
    const lived = new BookHistory(5)
    books.forEach((held, i) => {
      const stamp = { tsRelNs: i, tsRecvRelNs: i, seq: i }
      lived.add({ ...stamp, bidCount: 10, askCount: 10, isSnapshot: i === 2, book: held })
    })
    const resumed = restoreInto(new BookHistory(5), lived)
    const found = resumed.inWindow(10, 100)
    expect(found.map((record) => record.book)).toStrictEqual(books.slice(1))
    expect(found).toStrictEqual(lived.inWindow(10, 100))
  })

  it('takes a byte for each number beside the book, and two where the book is the one before', () => {
    const sizeOf = (count: number): number => {
      const history = new BookHistory(8)
      const stamp = { tsRelNs: 5, tsRecvRelNs: 6, seq: 7, bidCount: 9, askCount: 9 }
      for (let i = 0; i < count; i++) {
        history.add({ ...stamp, isSnapshot: false, book: new Int32Array(BOOK_SLOTS).fill(3) })
      }
      return savedBytes(history).length
    }
    expect(sizeOf(3) - sizeOf(2)).toBe(8) // six numbers, two masks
  })

  it('is not read into one with less room', () => {
    const lived = new BookHistory(5)
    const stamp = { tsRelNs: 1, tsRecvRelNs: 1, seq: 1, bidCount: 0, askCount: 0 }
    const book = new Int32Array(BOOK_SLOTS)
    for (let i = 0; i < 5; i++) lived.add({ ...stamp, isSnapshot: false, book })
    const reader = new StateReader(savedBytes(lived), 'TEST', 1)
    expect(() => {
      new BookHistory(4).decode(reader)
    }).toThrow(StateCodecError)
  })
})

describe('the history of trades', () => {
  const anyTrade = fc.record({
    tsRelNs: anyNumber,
    tsRecvRelNs: anyNumber,
    seq: anyNumber,
    priceTicks: anyWord,
    size: fc.integer(),
    exchange: fc.integer(),
    aggressor: fc.constantFrom(...Object.values(Aggressor)),
  })

  it('is saved and restored bit for bit, and goes on as it would have', () => {
    fc.assert(
      fc.property(fc.array(anyTrade, { maxLength: 20 }), fc.nat({ max: 20 }), (trades, when) => {
        const lived = new TradeHistory(6)
        for (const trade of trades.slice(0, when)) lived.add(trade)
        const resumed = restoreInto(new TradeHistory(6), lived)
        expect(savedBytes(resumed)).toEqual(savedBytes(lived))
        for (const trade of trades.slice(when)) {
          lived.add(trade)
          resumed.add(trade)
        }
        expect(savedBytes(resumed)).toEqual(savedBytes(lived))
        expect(resumed.droppedCount).toBe(lived.droppedCount)
      }),
    )
  })
})

describe('the ring of option flow', () => {
  const anyOr = (usual: fc.Arbitrary<number>): fc.Arbitrary<number> =>
    fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: anyNumber })
  const anyEntry = fc
    .record({
      gapNs: fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 1e300)),
      chain: anyOr(fc.nat({ max: 0x4000 })),
      row: anyOr(fc.nat({ max: 0x1_0000 })),
      allRow: anyOr(fc.nat({ max: 0x1_0000 })),
      right: anyOr(fc.nat({ max: 1 })),
      gammaMicro: anyOr(fc.integer()),
      volume: anyOr(fc.nat({ max: 0x1_0000 })),
      isCovered: fc.boolean(),
      coveredVolume: anyOr(fc.constant(0)),
    })
    .map(({ isCovered, coveredVolume, ...rest }) => ({
      ...rest,
      coveredVolume: isCovered ? rest.volume : coveredVolume,
    }))

  /** Every trade that leaves, with all of its numbers. */
  function ringOf(): { ring: OptionFlowRing; left: OptionFlowEntry[] } {
    const left: OptionFlowEntry[] = []
    const ring = new OptionFlowRing([100, 1_000], 8_192, (_, entry) => left.push({ ...entry }))
    return { ring, left }
  }

  it('gives back every number of every trade, whatever double it is', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 30 }), (entries) => {
        const lived = ringOf()
        let tsRelNs = 0
        for (const { gapNs, ...entry } of entries) lived.ring.push((tsRelNs += gapNs), entry)
        const resumed = ringOf()
        restoreInto(resumed.ring, lived.ring)
        expect(savedBytes(resumed.ring)).toEqual(savedBytes(lived.ring))
        tsRelNs = 0
        for (const { gapNs } of entries) {
          tsRelNs += gapNs
          for (const { ring } of [lived, resumed]) ring.advanceTo(tsRelNs)
          expect(resumed.left).toStrictEqual(lived.left) // each at its time
        }
        for (const { ring } of [lived, resumed]) ring.advanceTo(Infinity)
        expect(resumed.left).toStrictEqual(lived.left)
        expect(resumed.left).toHaveLength(2 * entries.length)
      }),
    )
  })

  it('does so for thousands of trades, from the middle of the ring on', () => {
    const lived = ringOf()
    for (let i = 0; i < 12_000; i++) {
      const volume = i % 1_000 === 0 ? 1e9 + i : 1 + (i % 9)
      const coveredVolume = i % 2 === 0 ? volume : 0
      const rows = { chain: i % 3, row: i % 50, allRow: i % 70, right: i % 2 }
      lived.ring.push(i / 10, {
        ...rows,
        gammaMicro: i * (i % 2 === 0 ? 1 : -1),
        volume,
        coveredVolume,
      })
    }
    const resumed = ringOf()
    restoreInto(resumed.ring, lived.ring)
    expect(resumed.ring.droppedCount).toBe(12_000 - 8_192)
    lived.left.length = 0
    lived.ring.advanceTo(Infinity)
    resumed.ring.advanceTo(Infinity)
    expect(resumed.left).toHaveLength(lived.left.length)
    const found = lived.left.findIndex((entry, i) => !isDeepStrictEqual(entry, resumed.left[i]))
    expect(found).toBe(-1)
  })
})
