import fc from 'fast-check'
import {
  Aggressor,
  epochFor,
  EventKind,
  MarketEvent,
  NO_EXCHANGE,
  NO_SEQ,
  NO_TICK,
  OptionRight,
} from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { type RType as RTypeCode, RType } from '../src/codes.ts'
import { readMbp10Into } from '../src/depth-reader.ts'
import { EventScale, ReadCode, readCodeText } from '../src/event-scale.ts'
import { MboRecord, readMboInto } from '../src/mbo-record.ts'
import { formatOsiSymbol, parseOsiSymbol } from '../src/osi-symbol.ts'
import { RecordCursor } from '../src/record-cursor.ts'
import { encodedBytes, encodeRecord, type FieldValues, makeRecord } from '../src/records.ts'
import {
  readOptionTradeInto,
  readStockQuoteInto,
  readStockTradeInto,
  readTradeInto,
} from '../src/trade-readers.ts'
import { epochNs, scale } from './fixtures.ts'

const UNDEF = 2n ** 63n - 1n
const tsEvent = epochNs + 34_200_000_000_123n

const tradeFields: FieldValues = {
  price: 4_800_250_000_000n,
  size: 7,
  action: 'T',
  side: 'B',
  flags: 128,
  tsRecv: tsEvent + 1000n,
  tsInDelta: 100,
}

/** A cursor on a record made of fields, at an address that is not aligned. */
function cursorOn(rtype: RTypeCode, fields: FieldValues, time = tsEvent): RecordCursor {
  const header = { rtype, publisherId: 1, instrumentId: 17_077, tsEvent: time }
  const record = makeRecord(header, 3, fields)
  const cursor = new RecordCursor()
  cursor.at = 5
  cursor.length = encodedBytes(record, 3)
  cursor.view = new DataView(new ArrayBuffer(cursor.length + 9), 1)
  cursor.rtype = rtype
  encodeRecord(record, 3, cursor.view, cursor.at)
  return cursor
}

function levelsOf(
  bids: readonly (readonly [bigint, number])[],
  asks: readonly (readonly [bigint, number])[],
): FieldValues[] {
  return Array.from({ length: 10 }, (_, i) => ({
    bidPx: bids[i]?.[0] ?? UNDEF,
    bidSz: bids[i]?.[1] ?? 0,
    askPx: asks[i]?.[0] ?? UNDEF,
    askSz: asks[i]?.[1] ?? 0,
    bidCt: 1,
    askCt: 1,
  }))
}

function depthOf(
  bids: readonly (readonly [bigint, number])[],
  asks: readonly (readonly [bigint, number])[],
  fields: FieldValues = {},
): RecordCursor {
  return cursorOn(RType.Mbp10, {
    ...tradeFields,
    action: 'A',
    sequence: 99,
    levels: levelsOf(bids, asks),
    ...fields,
  })
}

describe('mbp-10 as depth', () => {
  it('has ticks and lots a side, and NO_TICK where the format has no price', () => {
    const event = new MarketEvent()
    const code = readMbp10Into(
      depthOf(
        [
          [4_800_250_000_000n, 3],
          [4_799_500_000_000n, 4],
        ],
        [[4_800_500_000_000n, 5]],
      ),
      scale,
      event,
    )
    expect(code).toBe(ReadCode.Ok)
    expect(event.kind).toBe(EventKind.Depth)
    expect([event.tsRelNs, event.tsRecvRelNs, event.seq]).toEqual([
      34_200_000_000_123, 34_200_000_001_123, 99,
    ])
    expect([...event.book.subarray(0, 3)]).toEqual([19_201, 19_198, NO_TICK])
    expect([...event.book.subarray(10, 13)]).toEqual([3, 4, 0])
    expect([...event.book.subarray(20, 22)]).toEqual([19_202, NO_TICK])
    expect([...event.book.subarray(30, 32)]).toEqual([5, 0])
    expect([event.bidCount, event.askCount, event.isSnapshot]).toEqual([2, 1, false])
  })

  it('is a resync when it is of a snapshot, or clears the book', () => {
    const event = new MarketEvent()
    readMbp10Into(depthOf([], [], { flags: 160 }), scale, event)
    expect(event.isSnapshot).toBe(true)
    readMbp10Into(depthOf([], [], { action: 'R' }), scale, event)
    expect([event.isSnapshot, event.bidCount, event.askCount]).toEqual([true, 0, 0])
  })

  it('may be crossed: that is for the book to judge', () => {
    const crossed = depthOf([[4_800_500_000_000n, 1]], [[4_800_250_000_000n, 1]])
    expect(readMbp10Into(crossed, scale, new MarketEvent())).toBe(ReadCode.Ok)
  })

  it.each([
    ['a price off the grid', depthOf([[4_800_300_000_000n, 1]], []), ReadCode.OffTick],
    ['an ask off the grid by 1e-9', depthOf([], [[4_800_250_000_001n, 1]]), ReadCode.OffTick],
    ['a price that does not fit', depthOf([[2n ** 62n, 1]], []), ReadCode.BadPrice],
    [
      'bids that do not fall',
      depthOf(
        [
          [250_000_000n, 1],
          [250_000_000n, 1],
        ],
        [],
      ),
      ReadCode.BadLevels,
    ],
    [
      'asks that do not rise',
      depthOf(
        [],
        [
          [500_000_000n, 1],
          [250_000_000n, 1],
        ],
      ),
      ReadCode.BadLevels,
    ],
    [
      'a level after an empty one',
      depthOf(
        [
          [UNDEF, 0],
          [250_000_000n, 1],
        ],
        [],
      ),
      ReadCode.BadLevels,
    ],
    ['more lots than fit', depthOf([[250_000_000n, 2 ** 31]], []), ReadCode.BadSize],
    ['no capture time', depthOf([], [], { tsRecv: 2n ** 64n - 1n }), ReadCode.BadTime],
    ['another kind', cursorOn(RType.Mbp0, tradeFields), ReadCode.WrongKind],
  ])('is refused with %s', (_, record, code) => {
    expect(readMbp10Into(record, scale, new MarketEvent())).toBe(code)
    expect(readCodeText(code)).toMatch(/^expected /)
  })

  it('ignores the size of a level without a price', () => {
    const event = new MarketEvent()
    expect(readMbp10Into(depthOf([[UNDEF, 44]], []), scale, event)).toBe(ReadCode.Ok)
    expect(event.book[10]).toBe(0)
  })
})

describe('a futures trade', () => {
  it.each([RType.Mbp0, RType.Mbp1, RType.Mbp10, RType.Mbo] as const)(
    'is read from record type %i',
    (rtype) => {
      const event = new MarketEvent()
      const levels = { [RType.Mbp1]: 1, [RType.Mbp10]: 10 }[rtype as number] ?? 0
      const extra: FieldValues = levels === 0 ? {} : { levels: levelsOf([], []).slice(0, levels) }
      const code = readTradeInto(
        cursorOn(rtype, { ...tradeFields, sequence: 5, ...extra }),
        scale,
        event,
      )
      expect(code).toBe(ReadCode.Ok)
      expect(event).toMatchObject({
        kind: EventKind.FuturesTrade,
        tsRelNs: 34_200_000_000_123,
        tsRecvRelNs: 34_200_000_001_123,
        seq: 5,
        priceTicks: 19_201,
        size: 7,
        aggressor: Aggressor.Buy,
        exchange: 1,
      })
      expect(event.exchange).not.toBe(NO_EXCHANGE)
    },
  )

  it('has the aggressor its side names, unknown where it names none', () => {
    const event = new MarketEvent()
    readTradeInto(cursorOn(RType.Mbp0, { ...tradeFields, side: 'A' }), scale, event)
    expect(event.aggressor).toBe(Aggressor.Sell)
    readTradeInto(cursorOn(RType.Mbp0, { ...tradeFields, side: 'N' }), scale, event)
    expect(event.aggressor).toBe(Aggressor.Unknown)
  })

  it.each([
    ['another action', { action: 'A' }, ReadCode.WrongKind],
    ['no price', { price: UNDEF }, ReadCode.BadPrice],
    ['a price off the grid', { price: 1n }, ReadCode.OffTick],
    ['no lots', { size: 0 }, ReadCode.BadSize],
    ['an undefined size', { size: 2 ** 32 - 1 }, ReadCode.BadSize],
    ['an unknown side', { side: 'x' }, ReadCode.BadSide],
  ])('is refused with %s', (_, fields, code) => {
    const record = cursorOn(RType.Mbp0, { ...tradeFields, ...fields })
    expect(readTradeInto(record, scale, new MarketEvent())).toBe(code)
  })

  it('is refused when it is more than 104 days from the epoch', () => {
    const at = (days: bigint): RecordCursor => {
      const time = epochNs + days * 86_400_000_000_000n
      return cursorOn(RType.Mbp0, { ...tradeFields, tsRecv: time }, time)
    }
    expect(readTradeInto(at(104n), scale, new MarketEvent())).toBe(ReadCode.Ok)
    expect(readTradeInto(at(105n), scale, new MarketEvent())).toBe(ReadCode.BadTime)
    expect(readTradeInto(at(-105n), scale, new MarketEvent())).toBe(ReadCode.BadTime)
  })
})

describe('prices and times', () => {
  it('are exact for every tick and every nanosecond, and nothing between ticks passes', () => {
    const event = new MarketEvent()
    fc.assert(
      fc.property(
        fc.integer({ min: -2_000_000, max: 2_000_000 }),
        fc.integer({ min: 0, max: 249_999_999 }),
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        (ticks, off, relNs) => {
          const price = BigInt(ticks) * 250_000_000n + BigInt(off)
          const time = epochNs + BigInt(relNs)
          const record = cursorOn(RType.Mbp0, { ...tradeFields, price, tsRecv: time }, time)
          const code = readTradeInto(record, scale, event)
          expect(code).toBe(off === 0 ? ReadCode.Ok : ReadCode.OffTick)
          if (off === 0) expect(event.priceTicks).toBe(ticks)
          expect(event.tsRelNs).toBe(relNs)
          expect(record.tsEventNs).toBe(time)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('never take the sentinel of ticks for a price', () => {
    const fine = new EventScale({ epochNs: epochFor(epochNs), tickNanos: 1 })
    const record = cursorOn(RType.Mbp0, { ...tradeFields, price: -(2n ** 31n) })
    expect(readTradeInto(record, fine, new MarketEvent())).toBe(ReadCode.BadPrice)
    const depth = depthOf([[-(2n ** 31n), 1]], [])
    expect(readMbp10Into(depth, fine, new MarketEvent())).toBe(ReadCode.BadPrice)
    const full = Array.from({ length: 10 }, (_, i) => [BigInt(i), 1] as const)
    const bids = full.map(([tick, lots]) => [5n - 2n ** 31n - tick, lots] as const)
    expect(readMbp10Into(depthOf(bids, full), fine, new MarketEvent())).toBe(ReadCode.BadPrice)
    const high = full.map(([tick, lots]) => [2n ** 31n - 5n + tick, lots] as const)
    const low = full.map(([tick, lots]) => [-tick, lots] as const)
    expect(readMbp10Into(depthOf(low, high), fine, new MarketEvent())).toBe(ReadCode.BadPrice)
  })
})

describe('dollars', () => {
  const quote = {
    bidPx: 1_230_000_000n,
    askPx: 1_250_000_000n,
    bidSz: 10,
    askSz: 20,
    bidPb: 1,
    askPb: 2,
  }
  const contract = parseOsiSymbol('SPY   251216C00687000')

  it('an option trade comes with the quote it met', () => {
    const event = new MarketEvent()
    const fields = { ...tradeFields, price: 1_240_000_000n, levels: [quote] }
    if (contract === null) throw new Error('expected a contract')
    for (const rtype of [RType.Tcbbo, RType.Cmbp1]) {
      expect(readOptionTradeInto(cursorOn(rtype, fields), scale, contract, event)).toBe(ReadCode.Ok)
      expect(event).toMatchObject({
        kind: EventKind.OptionTrade,
        price: 1.24,
        size: 7,
        seq: NO_SEQ,
        optBid: 1.23,
        optAsk: 1.25,
        strikeMilli: 687_000,
        right: OptionRight.Call,
        expiryYmd: 20_251_216,
      })
    }
    const oneSided = cursorOn(RType.Tcbbo, { ...fields, levels: [{ ...quote, bidPx: UNDEF }] })
    readOptionTradeInto(oneSided, scale, contract, event)
    expect([event.optBid, event.optAsk, event.delta]).toEqual([NaN, 1.25, NaN])
  })

  it('a stock trade and a stock quote are read, a quote with one side refused', () => {
    const event = new MarketEvent()
    expect(
      readStockTradeInto(
        cursorOn(RType.Mbp0, { ...tradeFields, price: 480_120_000_000n }),
        scale,
        event,
      ),
    ).toBe(ReadCode.Ok)
    expect([event.kind, event.price, event.size]).toEqual([EventKind.StockTrade, 480.12, 7])
    const record = cursorOn(RType.Cmbp1, { ...tradeFields, action: 'A', levels: [quote] })
    expect(readStockQuoteInto(record, scale, event)).toBe(ReadCode.Ok)
    expect([event.bidPx, event.askPx, event.bidSz, event.askSz]).toEqual([1.23, 1.25, 10, 20])
    const oneSided = cursorOn(RType.Cmbp1, { ...tradeFields, levels: [{ ...quote, askPx: UNDEF }] })
    expect(readStockQuoteInto(oneSided, scale, event)).toBe(ReadCode.BadPrice)
    const free = cursorOn(RType.Mbp0, { ...tradeFields, price: 0n })
    expect(readStockTradeInto(free, scale, event)).toBe(ReadCode.BadPrice)
  })

  it('an option symbol is read and written', () => {
    expect(contract?.underlying).toBe('SPY')
    expect(contract === null ? '' : formatOsiSymbol(contract)).toBe('SPY   251216C00687000')
    expect(parseOsiSymbol('SPXW  240105P04700500')).toEqual({
      underlying: 'SPXW',
      expiryYmd: 20_240_105,
      right: OptionRight.Put,
      strikeMilli: 4_700_500,
    })
    for (const other of ['ESH4', 'SPY', 'SPY   251316C00687000', 'SPY   251216X00687000']) {
      expect(parseOsiSymbol(other)).toBeNull()
    }
  })
})

describe('an mbo record', () => {
  const fields: FieldValues = {
    ...tradeFields,
    orderId: 0xffff_fffe_0000_0001n,
    action: 'A',
    sequence: 3,
  }

  it('keeps its order id as two words', () => {
    const mbo = new MboRecord()
    expect(readMboInto(cursorOn(RType.Mbo, fields), scale, mbo)).toBe(ReadCode.Ok)
    expect([mbo.orderIdHigh, mbo.orderIdLow]).toEqual([0xffff_fffe, 1])
    expect([mbo.priceTicks, mbo.size, mbo.action, mbo.side]).toEqual([19_201, 7, 65, 66])
    expect([mbo.tsRelNs, mbo.sequence, mbo.instrumentId]).toEqual([34_200_000_000_123, 3, 17_077])
  })

  it('of a snapshot may be older than a time can say, another may not', () => {
    const mbo = new MboRecord()
    const old = epochNs - 200n * 86_400_000_000_000n
    const flags = { ...fields, flags: 32 }
    expect(readMboInto(cursorOn(RType.Mbo, flags, old), scale, mbo)).toBe(ReadCode.Ok)
    expect(mbo.tsRelNs).toBeNaN()
    expect(readMboInto(cursorOn(RType.Mbo, fields, old), scale, mbo)).toBe(ReadCode.BadTime)
  })

  it('has no price where the format has none, and is refused off the grid', () => {
    const mbo = new MboRecord()
    const clear = { ...fields, action: 'R', side: 'N', price: UNDEF, size: 0 }
    expect(readMboInto(cursorOn(RType.Mbo, clear), scale, mbo)).toBe(ReadCode.Ok)
    expect(mbo.priceTicks).toBe(NO_TICK)
    const offGrid = cursorOn(RType.Mbo, { ...fields, price: 5n })
    expect(readMboInto(offGrid, scale, mbo)).toBe(ReadCode.OffTick)
  })
})
