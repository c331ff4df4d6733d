import { MarketEvent } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RType } from '../src/codes.ts'
import { readMbp10Into } from '../src/depth-reader.ts'
import { ReadCode } from '../src/event-scale.ts'
import { Mbp10Reader } from '../src/mbp10-reader.ts'
import { RecordCursor } from '../src/record-cursor.ts'
import { encodeRecord, type FieldValues, makeRecord } from '../src/records.ts'
import { epochNs, scale } from './fixtures.ts'

const RECORD_BYTES = 368
const LEVELS_AT = 48
const UNDEF = 2n ** 63n - 1n
const SIDE_SLOTS = 20

/** Bytes of a record of ten levels that step by one tick, `empty` of them missing on each side. */
function recordOf(bidTick: number, empty: number): Uint8Array {
  const levels = Array.from({ length: 10 }, (_, i): FieldValues => {
    const px = (tick: number): bigint => (i < 10 - empty ? BigInt(tick) * 250_000_000n : UNDEF)
    const [bidPx, askPx] = [px(bidTick - i), px(bidTick + 1 + i)]
    return { bidPx, askPx, bidSz: 5 + i, askSz: 6 + i, bidCt: 1, askCt: 1 }
  })
  const header = { rtype: RType.Mbp10, publisherId: 1, instrumentId: 1, tsEvent: epochNs }
  const fields = { action: 'A', side: 'B', tsRecv: epochNs, levels }
  const bytes = new Uint8Array(RECORD_BYTES)
  encodeRecord(makeRecord(header, 3, fields), 3, new DataView(bytes.buffer), 0)
  return bytes
}

/** How a record differs from the one before it. */
const change = fc.oneof(
  // Sizes of some levels, now and then one that does not fit.
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant('sizes' as const),
      levels: fc.array(fc.nat(9), { maxLength: 3 }),
      isAsk: fc.boolean(),
      lots: fc.oneof({ weight: 9, arbitrary: fc.nat(50) }, fc.constant(0x8000_0000)),
    }),
  },
  // Counts of orders, which are not read, and any byte of the header.
  { weight: 2, arbitrary: fc.record({ what: fc.constant('counts' as const), at: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('byte' as const),
      at: fc.integer({ min: 8, max: RECORD_BYTES - 1 }),
      value: fc.nat(255),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('book' as const),
      bidTick: fc.integer({ min: -3, max: 4 }),
      empty: fc.constantFrom(0, 0, 0, 2, 10),
    }),
  },
)

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function changed(before: Uint8Array, to: Change): Uint8Array {
  if (to.what === 'book') return recordOf(to.bidTick, to.empty)
  const bytes = before.slice()
  const view = new DataView(bytes.buffer)
  if (to.what === 'byte') view.setUint8(to.at, to.value)
  if (to.what === 'counts') view.setUint32(LEVELS_AT + to.at * 32 + 24, 77, true)
  if (to.what === 'sizes') {
    for (const level of to.levels) {
      view.setUint32(LEVELS_AT + level * 32 + (to.isAsk ? 20 : 16), to.lots, true)
    }
  }
  return bytes
}

const step = fc.record({
  change,
  /** The record begins a new piece of input, or lies where the one before it lay. */
  place: fc.constantFrom('after', 'after', 'after', 'after', 'gap', 'new view', 'same place'),
})

const depthOf = (event: MarketEvent) => ({
  stamp: [event.kind, event.tsRelNs, event.tsRecvRelNs, event.seq, event.isSnapshot],
  counts: [event.bidCount, event.askCount],
  book: [...event.book],
})

describe('mbp-10 records read one after the other', () => {
  it('give the events and the refusals that each gives read alone', () => {
    let claims = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const reader = new Mbp10Reader(scale)
        const alone = new MarketEvent()
        const cursor = new RecordCursor()
        cursor.rtype = RType.Mbp10
        let record = recordOf(2, 0)
        let revision = -1
        let lastBook: number[] = []
        cursor.view = new DataView(new ArrayBuffer(100 * RECORD_BYTES))
        for (const { change: to, place } of steps) {
          record = changed(record, to)
          if (place === 'new view') {
            cursor.view = new DataView(new ArrayBuffer(100 * RECORD_BYTES))
            cursor.at = 0
          } else if (place !== 'same place') {
            cursor.at += place === 'gap' ? 2 * RECORD_BYTES : RECORD_BYTES
          }
          new Uint8Array(cursor.view.buffer).set(record, cursor.at)
          const code = reader.read(cursor)
          expect(code).toBe(readMbp10Into(cursor, scale, alone))
          if (code !== ReadCode.Ok) continue
          const { event } = reader
          expect(depthOf(event)).toEqual(depthOf(alone))
          if (event.bookRevision === revision + 1) {
            const slots = lastBook.flatMap((lots, i) => (lots === event.book[i] ? [] : [i]))
            const bits = slots.reduce((sum, i) => sum + 2 ** i, 0)
            expect(event.changedBids + event.changedAsks * 2 ** SIDE_SLOTS).toBe(bits)
            claims++
          }
          revision = event.bookRevision
          lastBook = [...event.book]
        }
      }),
      { numRuns: 1_000 },
    )
    expect(claims).toBeGreaterThan(1_000)
  })

  it('says of a record that changes a size which slot that is', () => {
    const view = new DataView(new ArrayBuffer(2 * RECORD_BYTES))
    const bytes = new Uint8Array(view.buffer)
    bytes.set(recordOf(100, 0))
    bytes.set(recordOf(100, 0), RECORD_BYTES)
    view.setInt32(RECORD_BYTES + LEVELS_AT + 3 * 32 + 20, 99, true)
    const cursor = Object.assign(new RecordCursor(), { view, rtype: RType.Mbp10 })
    const reader = new Mbp10Reader(scale)
    reader.read(cursor)
    const { bookRevision } = reader.event
    cursor.at = RECORD_BYTES
    expect(reader.read(cursor)).toBe(ReadCode.Ok)
    expect(reader.event.bookRevision).toBe(bookRevision + 1)
    expect(reader.event.changedBids).toBe(0)
    expect(reader.event.changedAsks).toBe(1 << 13)
    expect(reader.event.book[33]).toBe(99)
  })
})
