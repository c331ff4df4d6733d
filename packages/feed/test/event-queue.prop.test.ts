import { compareEvents, EventKind, MarketEvent } from '@levels/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EventQueue } from '../src/event-queue.ts'

const SIDE_SLOTS = 20
const number = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 }))
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

/** Fields of every kind, of which those of the event's own are to come through. */
const fields = fc.record({
  tsRelNs: fc.nat(4),
  tsRecvRelNs: fc.nat(2),
  seq: fc.integer({ min: -1, max: 2 }),
  kind: fc.constantFrom<EventKind[]>(0, 1, 1, 1, 2, 3, 4),
  priceTicks: int,
  price: number,
  size: number,
  aggressor: fc.constantFrom<MarketEvent['aggressor'][]>(-1, 0, 1, 2),
  exchange: fc.integer({ min: -1, max: 70_000 }),
  bidCount: fc.integer({ min: 0, max: 10 }),
  askCount: fc.integer({ min: 0, max: 10 }),
  isSnapshot: fc.boolean(),
  bidPx: number,
  askPx: number,
  bidSz: number,
  askSz: number,
  strikeMilli: int,
  right: fc.constantFrom<MarketEvent['right'][]>(0, 1),
  expiryYmd: int,
  optBid: number,
  optAsk: number,
  delta: number,
  gamma: number,
})

const step = fc.record({
  fields,
  slots: fc.array(fc.tuple(fc.nat(39), int), { maxLength: 3 }),
  /** A book that an owner counts, one that it counts and that is not put in, or anyone's. */
  from: fc.constantFrom('owner', 'owner', 'owner left out', 'anyone', 'a new book'),
  takes: fc.nat(2),
})

/** The fields of an event's kind, as plain values. */
function plain(e: MarketEvent): unknown[] {
  const stamp = [e.kind, e.tsRelNs, e.tsRecvRelNs, e.seq, e.arrival]
  switch (e.kind) {
    case EventKind.FuturesTrade:
      return [...stamp, e.priceTicks, e.size, e.aggressor, e.exchange]
    case EventKind.Depth:
      return [...stamp, [...e.book], e.bidCount, e.askCount, e.isSnapshot]
    case EventKind.StockQuote:
      return [...stamp, e.bidPx, e.askPx, e.bidSz, e.askSz]
    case EventKind.StockTrade:
      return [...stamp, e.price, e.size]
    case EventKind.OptionTrade: {
      const contract = [e.strikeMilli, e.right, e.expiryYmd]
      const trade = [e.price, e.size, e.aggressor, e.optBid, e.optAsk, e.delta, e.gamma]
      return [...stamp, ...contract, ...trade]
    }
  }
}

/** Changes an owner's book and says so. */
function revise(event: MarketEvent, slots: readonly (readonly [number, number])[]): void {
  const before = event.book.slice()
  for (const [slot, value] of slots) event.book[slot] = value
  event.bookRevision++
  const bits = [...before.keys()].map((i) => (before[i] === event.book[i] ? 0 : 2 ** i))
  event.changedBids = bits.slice(0, SIDE_SLOTS).reduce((sum, bit) => sum + bit, 0)
  event.changedAsks = bits.slice(SIDE_SLOTS).reduce((sum, bit) => sum + bit, 0) / 2 ** SIDE_SLOTS
}

it('gives the events of a list, in order, with every field of their kind', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(0, 0, 300), (steps, ahead) => {
      const queue = new EventQueue()
      const list: unknown[][] = []
      const owner = new MarketEvent()
      const anyone = new MarketEvent()
      const last = new MarketEvent()
      let lastOut: { book: Int32Array; revision: number } | null = null
      // Some runs begin with many whole books, so that the ring grows while it is in use.
      const growth = Array.from({ length: ahead }, (_, i) => bookOf(i))
      const inputs = [...growth, ...steps]
      inputs.forEach(({ fields: given, slots, from, takes }, arrival) => {
        const event = from.startsWith('owner') ? owner : anyone
        if (event === owner) revise(event, slots)
        else for (const [slot, value] of slots) event.book[slot] = value
        if (from === 'a new book') event.book.forEach((v, i, book) => (book[i] = v + 1 + i))
        if (from === 'owner left out') return
        Object.assign(event, given, { arrival })
        if (list.length > 0) {
          expect(queue.isInOrder(event)).toBe(compareEvents(last, event) <= 0)
        }
        queue.push(event)
        list.push(plain(event))
        Object.assign(last, given, { arrival })
        for (let i = 0; i < takes; i++) {
          expect(queue.length).toBe(list.length)
          if (i === 1 && list.length > 0) expect(queue.firstRelNs).toBe(list[0]?.[1])
          if (i === 1)
            expect(queue.first === undefined ? undefined : plain(queue.first)).toEqual(list[0])
          const taken = queue.take()
          expect(taken === undefined ? undefined : plain(taken)).toEqual(list.shift())
          if (taken?.kind !== EventKind.Depth) continue
          // What it says of its own book holds too.
          const { book, bookRevision, changedBids, changedAsks } = taken
          if (lastOut !== null) {
            const before = lastOut.book
            expect(bookRevision).toBe(lastOut.revision + 1)
            const bits = [...before.keys()].filter((i) => before[i] !== book[i])
            expect(changedBids + changedAsks * 2 ** SIDE_SLOTS).toBe(
              bits.reduce((sum, i) => sum + 2 ** i, 0),
            )
          }
          lastOut = { book: book.slice(), revision: bookRevision }
        }
      })
      while (list.length > 0) {
        const taken = queue.take()
        expect(taken === undefined ? undefined : plain(taken)).toEqual(list.shift())
      }
      expect(queue.length).toBe(0)
      expect(queue.take()).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

function bookOf(i: number) {
  const stamp = { tsRelNs: i, tsRecvRelNs: i, seq: i, kind: EventKind.Depth }
  const counts = { bidCount: 10, askCount: 10, isSnapshot: false }
  return {
    fields: { ...stamp, ...counts },
    slots: [],
    from: 'a new book',
    takes: i % 3 === 0 ? 1 : 0,
  }
}
