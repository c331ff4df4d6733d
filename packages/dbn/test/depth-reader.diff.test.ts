import fc from 'fast-check'
import { MarketEvent, NO_TICK } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { RType } from '../src/codes.ts'
import { readMbp10Into } from '../src/depth-reader.ts'
import { ReadCode } from '../src/event-scale.ts'
import { RecordCursor } from '../src/record-cursor.ts'
import { encodedBytes, encodeRecord, type FieldValues, makeRecord } from '../src/records.ts'
import { epochNs, scale } from './fixtures.ts'

const UNDEF = 2n ** 63n - 1n
const TICK = 250_000_000n

interface Level {
  readonly px: bigint
  readonly sz: number
}

/** What is read of a side, level by level with `bigint`s; a code when it is to be refused. */
function naiveSide(side: readonly Level[], isBid: boolean): [number, number][] | ReadCode {
  const levels: [number, number][] = []
  for (const [i, { px, sz }] of side.entries()) {
    if (px === UNDEF) continue
    if (px < -(2n ** 53n) || px >= 2n ** 53n) return ReadCode.BadPrice
    if (px % TICK !== 0n) return ReadCode.OffTick
    const tick = Number(px / TICK)
    const before = levels.at(-1)?.[0] ?? (isBid ? Infinity : -Infinity)
    if (levels.length < i || (isBid ? tick >= before : tick <= before)) return ReadCode.BadLevels
    if (sz >= 2 ** 31) return ReadCode.BadSize
    levels.push([tick, sz])
  }
  return levels
}

/** Mostly null, now and then something. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
}

/** Ten levels that mostly step by one tick, some missing at the end, now and then one odd. */
const side = (isBid: boolean): fc.Arbitrary<Level[]> =>
  fc
    .record({
      first: fc.integer({ min: -30, max: 40_000 }),
      steps: fc.array(fc.constantFrom(1, 1, 1, 1, 1, 1, 2, 17), { minLength: 10, maxLength: 10 }),
      sizes: fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 10, maxLength: 10 }),
      count: fc.constantFrom(10, 10, 10, 10, 7, 0),
      odd: seldom(
        fc.record({
          at: fc.nat(9),
          px: fc.constantFrom(UNDEF, 1n, 0n, TICK * 19_200n, 2n ** 62n, -(2n ** 60n), TICK / 2n),
        }),
      ),
      large: seldom(fc.nat(9)),
    })
    .map(({ first, steps, sizes, count, odd, large }) => {
      let tick = first
      return sizes.map((sz, i): Level => {
        tick += (isBid ? -1 : 1) * (steps[i] ?? 1)
        const px = i < count ? BigInt(tick) * TICK : UNDEF
        return { px: odd?.at === i ? odd.px : px, sz: large === i ? 2 ** 32 - 1 : sz }
      })
    })

function cursorOn(bids: readonly Level[], asks: readonly Level[]): RecordCursor {
  const levels = bids.map(({ px, sz }, i): FieldValues => {
    const ask = asks[i] ?? { px: UNDEF, sz: 0 }
    return { bidPx: px, bidSz: sz, askPx: ask.px, askSz: ask.sz, bidCt: 1, askCt: 1 }
  })
  const header = { rtype: RType.Mbp10, publisherId: 1, instrumentId: 1, tsEvent: epochNs }
  const fields = { action: 'A', side: 'B', tsRecv: epochNs, levels }
  const record = makeRecord(header, 3, fields)
  const cursor = new RecordCursor()
  cursor.rtype = RType.Mbp10
  cursor.length = encodedBytes(record, 3)
  cursor.view = new DataView(new ArrayBuffer(cursor.length))
  encodeRecord(record, 3, cursor.view, 0)
  return cursor
}

describe('depth read the fast way', () => {
  it('equals depth read level by level, and is refused when that is', () => {
    const event = new MarketEvent()
    let okCount = 0
    fc.assert(
      fc.property(side(true), side(false), (bids, asks) => {
        const code = readMbp10Into(cursorOn(bids, asks), scale, event)
        const [wantedBids, wantedAsks] = [naiveSide(bids, true), naiveSide(asks, false)]
        if (typeof wantedBids === 'number' || typeof wantedAsks === 'number') {
          // With several things wrong, either may be named.
          const codes = [wantedBids, wantedAsks].filter((wanted) => typeof wanted === 'number')
          if (codes.length === 1 && codes[0] !== ReadCode.BadSize) expect(code).toBe(codes[0])
          expect(code).not.toBe(ReadCode.Ok)
          return
        }
        okCount++
        expect(code).toBe(ReadCode.Ok)
        expect([event.bidCount, event.askCount]).toEqual([wantedBids.length, wantedAsks.length])
        for (let i = 0; i < 10; i++) {
          const [bidTick, bidLots] = wantedBids[i] ?? [NO_TICK, 0]
          const [askTick, askLots] = wantedAsks[i] ?? [NO_TICK, 0]
          expect([event.book[i], event.book[10 + i]]).toEqual([bidTick, bidLots])
          expect([event.book[20 + i], event.book[30 + i]]).toEqual([askTick, askLots])
        }
      }),
      { numRuns: 2000 },
    )
    expect(okCount).toBeGreaterThan(300)
  })
})
