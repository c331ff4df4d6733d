import { decodeMarketEvent } from '@levels/contracts'
import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  ES_SPY,
  EventKind,
  type MarketEvent,
  NO_TICK,
} from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ndjsonLine } from '../src/contract-from-event.ts'
import { eventFromContract } from '../src/event-from-contract.ts'
import { EPOCH_NS, eventAt, plain } from './support.ts'

const AS = { epochNs: EPOCH_NS, pair: ES_SPY, futuresSymbol: 'ESH4', source: 'replay' } as const

const dollars = fc.integer({ min: 1, max: 9_999_999 }).map((cents) => cents / 100)
const size = fc.integer({ min: 1, max: 2 ** 31 - 1 })
const aggressor = fc.constantFrom(...Object.values(Aggressor))
const orNaN = (value: fc.Arbitrary<number>) => fc.option(value, { nil: NaN })

const side = fc
  .uniqueArray(fc.integer({ min: 1, max: 40_000 }), { maxLength: 10 })
  .map((ticks) => ticks.sort((a, b) => a - b))

const fields: fc.Arbitrary<Partial<MarketEvent>> = fc.oneof(
  fc.record({
    kind: fc.constant(EventKind.FuturesTrade),
    priceTicks: fc.integer({ min: 1, max: 40_000 }),
    size,
    aggressor,
    exchange: fc.integer({ min: -1, max: 500 }),
  }),
  fc.record({ kind: fc.constant(EventKind.StockTrade), price: dollars, size }),
  fc.record({
    kind: fc.constant(EventKind.StockQuote),
    bidPx: dollars,
    askPx: dollars,
    bidSz: fc.nat(),
    askSz: fc.nat(),
  }),
  fc.record({
    kind: fc.constant(EventKind.OptionTrade),
    price: dollars,
    size,
    aggressor,
    strikeMilli: fc.integer({ min: 1, max: 99_999_999 }),
    right: fc.constantFrom<(0 | 1)[]>(0, 1),
    expiryYmd: fc.constantFrom(20240117, 20241231),
    optBid: orNaN(dollars),
    optAsk: orNaN(dollars),
    delta: orNaN(fc.double({ min: -1, max: 1, noNaN: true }).map((d) => d + 0)),
    gamma: orNaN(fc.double({ min: 0, max: 10, noNaN: true })),
  }),
)

const depth: fc.Arbitrary<Partial<MarketEvent>> = fc
  .record({ bids: side, asks: side, isSnapshot: fc.boolean() })
  .map(({ bids, asks, isSnapshot }) => {
    const event = eventAt(0, { kind: EventKind.Depth, isSnapshot })
    bids.reverse().forEach((ticks, i) => {
      event.book[BID_TICKS + i] = ticks
      event.book[BID_LOTS + i] = ticks % 97
    })
    asks.forEach((ticks, i) => {
      event.book[ASK_TICKS + i] = ticks
      event.book[ASK_LOTS + i] = ticks % 89
    })
    return Object.assign(event, { bidCount: bids.length, askCount: asks.length })
  })

const event = fc
  .record({
    tsRelNs: fc.nat(86_400_000),
    delay: fc.nat(5_000),
    seq: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
    fields: fc.oneof(fields, depth),
  })
  .map(({ tsRelNs, delay, seq, fields: rest }) =>
    eventAt(tsRelNs, { ...rest, tsRelNs, tsRecvRelNs: tsRelNs + delay, seq }),
  )

describe('an event as a message of the bus', () => {
  it('is the same event when it is read back', () => {
    fc.assert(
      fc.property(event, (original) => {
        const line = ndjsonLine(original, AS)
        const subject = /^\{"subject":"([^"]+)"/.exec(line)?.[1]
        const decoded = decodeMarketEvent(subject as Parameters<typeof decodeMarketEvent>[0], line)
        if (!decoded.ok) throw new Error(`${decoded.reject.message}: ${line}`)
        const back = eventAt(0)
        eventFromContract(decoded.value, AS, back)
        // The fields of other kinds mean nothing, and are left as they were.
        expect(plain(back)).toEqual(plain(Object.assign(eventAt(0), original)))
      }),
      { numRuns: 500 },
    )
  })

  it('writes empty slots as zeros', () => {
    const empty = eventAt(0, { kind: EventKind.Depth })
    expect(empty.book[0]).toBe(NO_TICK)
    expect(ndjsonLine(empty, AS)).toContain('{"bid_px":0,"bid_sz":0,"ask_px":0,"ask_sz":0}')
  })
})
