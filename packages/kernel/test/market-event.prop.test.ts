import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  BOOK_SLOTS,
  compareEvents,
  EVENT_KIND_COUNT,
  EventKind,
  MarketEvent,
  NO_SEQ,
} from '../src/index.ts'

const kinds = [
  EventKind.FuturesTrade,
  EventKind.Depth,
  EventKind.StockQuote,
  EventKind.StockTrade,
  EventKind.OptionTrade,
] as const

interface Keys {
  ts?: number
  recv?: number
  seq?: number
  kind?: EventKind
  arrival?: number
}

function eventOf({ ts = 0, recv = 0, seq = NO_SEQ, kind = 0, arrival = 0 }: Keys): MarketEvent {
  const event = new MarketEvent()
  event.tsRelNs = ts
  event.tsRecvRelNs = recv
  event.seq = seq
  event.kind = kind
  event.arrival = arrival
  return event
}

/** Few distinct values, so that every tie occurs. */
const anyEvent = fc
  .record({
    ts: fc.constantFrom(-1, 0, Number.MAX_SAFE_INTEGER),
    recv: fc.constantFrom(0, 1),
    seq: fc.constantFrom(NO_SEQ, 0, 1, Number.MAX_SAFE_INTEGER),
    kind: fc.constantFrom(...kinds),
    arrival: fc.constantFrom(0, 1),
  })
  .map(eventOf)

describe('compareEvents', () => {
  it.each<[string, Keys, Keys]>([
    ['event time', { ts: 1, recv: 9, seq: 9, kind: 4, arrival: 9 }, { ts: 2 }],
    ['then capture time', { recv: 1, seq: 9, kind: 4, arrival: 9 }, { recv: 2 }],
    ['then sequence, none first', { kind: 4, arrival: 9 }, { seq: 0 }],
    ['then sequence', { seq: 1, kind: 4, arrival: 9 }, { seq: 2 }],
    ['then stream rank', { kind: EventKind.FuturesTrade, arrival: 9 }, { kind: EventKind.Depth }],
    ['then arrival', { arrival: 1 }, { arrival: 2 }],
  ])('orders by %s', (_, first, second) => {
    expect(compareEvents(eventOf(first), eventOf(second))).toBeLessThan(0)
    expect(compareEvents(eventOf(second), eventOf(first))).toBeGreaterThan(0)
  })

  it('ranks a trade before its depth and a quote before the trades it prices', () => {
    expect([...kinds].sort((a, b) => a - b)).toEqual([...kinds])
    expect(kinds).toHaveLength(EVENT_KIND_COUNT)
  })

  it('is antisymmetric, and 0 only for equal keys', () => {
    fc.assert(
      fc.property(anyEvent, anyEvent, (a, b) => {
        expect(Math.sign(compareEvents(a, b)) + Math.sign(compareEvents(b, a))).toBe(0)
        const keys = (e: MarketEvent): number[] => {
          return [e.tsRelNs, e.tsRecvRelNs, e.seq, e.kind, e.arrival]
        }
        const isEqual = keys(a).every((key, i) => key === keys(b)[i])
        expect(compareEvents(a, b) === 0).toBe(isEqual)
      }),
    )
  })

  it('is transitive', () => {
    fc.assert(
      fc.property(anyEvent, anyEvent, anyEvent, (a, b, c) => {
        fc.pre(compareEvents(a, b) <= 0 && compareEvents(b, c) <= 0)
        expect(compareEvents(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('the book columns', () => {
  it('lie side by side and fill the array', () => {
    expect([BID_TICKS, BID_LOTS, ASK_TICKS, ASK_LOTS, BOOK_SLOTS]).toEqual(
      [0, 1, 2, 3, 4].map((column) => column * BOOK_DEPTH),
    )
    expect(new MarketEvent().book).toHaveLength(BOOK_SLOTS)
  })
})
