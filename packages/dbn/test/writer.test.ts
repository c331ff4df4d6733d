import fc from 'fast-check'
import { Aggressor, MarketEvent, NO_TICK, RangeViolationError } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { Action, RecordFlag, RecordSide, RType } from '../src/codes.ts'
import { readDefinition, readMessage, readSymbolMapping } from '../src/definitions.ts'
import { readMbp10Into } from '../src/depth-reader.ts'
import { EventScale, ReadCode } from '../src/event-scale.ts'
import { MboRecord, readMboInto } from '../src/mbo-record.ts'
import { parseOsiSymbol } from '../src/osi-symbol.ts'
import { decodeRecord, makeRecord } from '../src/records.ts'
import { readOptionTradeInto, readTradeInto } from '../src/trade-readers.ts'
import { DbnWriter, RecordTags } from '../src/writer.ts'
import {
  definitionFile,
  epochNs,
  fileOf,
  liveFile,
  metadataOf,
  randomDepth,
  randomMbo,
  randomTags,
  scale,
  seededRandom,
} from './fixtures.ts'
import { readAll } from './support.ts'

const version = fc.constantFrom(1 as const, 2 as const, 3 as const)

describe('what a writer writes', () => {
  it('is depth with the same book, times and tags when read again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), version, async (seed, v) => {
        const random = seededRandom(seed)
        const events = Array.from({ length: 5 }, () => randomDepth(random))
        const tags = events.map(() => randomTags(random))
        const file = fileOf(metadataOf('mbp-10', v), (writer) => {
          events.forEach((event, i) => writer.writeMbp10(event, tags[i] ?? new RecordTags()))
        })
        const { records, fault } = await readAll([file], (record) => {
          const event = new MarketEvent()
          const code = readMbp10Into(record, scale, event)
          return { code, event, fields: decodeRecord(record).fields }
        })
        expect(fault).toBeNull()
        expect(records).toHaveLength(5)
        records.forEach(({ code, event, fields }, i) => {
          expect(code).toBe(ReadCode.Ok)
          expect(event.book).toEqual(events[i]?.book)
          const { tsRelNs, tsRecvRelNs, bidCount, askCount } = event
          expect(events[i]).toMatchObject({ tsRelNs, tsRecvRelNs, bidCount, askCount })
          expect(fields).toMatchObject({
            action: String.fromCharCode(tags[i]?.action ?? 0),
            side: String.fromCharCode(tags[i]?.side ?? 0),
            flags: tags[i]?.flags,
            depth: tags[i]?.depth,
            tsInDelta: tags[i]?.tsInDeltaNs,
            sequence: tags[i]?.sequence,
            price: BigInt(events[i]?.priceTicks ?? 0) * 250_000_000n,
            size: events[i]?.size,
          })
          const levels = fields['levels'] as { bidCt: number; askCt: number }[]
          const counts = [...levels.map(({ bidCt }) => bidCt), ...levels.map(({ askCt }) => askCt)]
          expect(counts).toEqual([...(tags[i]?.orders ?? [])])
        })
      }),
      { numRuns: 50 },
    )
  })

  it('is a trade, an option trade and an order when read again', async () => {
    const event = randomDepth(seededRandom(5))
    event.aggressor = Aggressor.Sell
    const tags = randomTags(seededRandom(6))
    const trades = await readAll(
      [fileOf(metadataOf('trades'), (writer) => writer.writeTrade(event, tags))],
      (record) => {
        const read = new MarketEvent()
        return { code: readTradeInto(record, scale, read), read }
      },
    )
    expect(trades.records[0]?.code).toBe(ReadCode.Ok)
    const { priceTicks, size, aggressor, tsRelNs } = event
    expect(trades.records[0]?.read).toMatchObject({ priceTicks, size, aggressor, tsRelNs })

    Object.assign(event, { price: 1.07, optBid: NaN, optAsk: 1.1, bidSz: 4, askSz: 5 })
    const contract = parseOsiSymbol('SPY   240305C00500000')
    const options = await readAll(
      [fileOf(metadataOf('tcbbo'), (writer) => writer.writeOptionTrade(event, tags))],
      (record) => {
        const read = new MarketEvent()
        if (contract === null) throw new Error('expected a contract')
        const code = readOptionTradeInto(record, scale, contract, read)
        return { code, read, fields: decodeRecord(record).fields }
      },
    )
    expect(options.records[0]?.code).toBe(ReadCode.Ok)
    expect(options.records[0]?.read).toMatchObject({ price: 1.07, optBid: NaN, optAsk: 1.1 })
    expect(options.records[0]?.fields['levels']).toEqual([
      { bidPx: 2n ** 63n - 1n, askPx: 1_100_000_000n, bidSz: 0, askSz: 5, bidPb: 0, askPb: 0 },
    ])

    const random = seededRandom(7)
    const orders = Array.from({ length: 20 }, () => randomMbo(random, 1000))
    const mbo = await readAll(
      [fileOf(metadataOf('mbo'), (writer) => orders.forEach((order) => writer.writeMbo(order)))],
      (record) => {
        const read = new MboRecord()
        expect(readMboInto(record, scale, read)).toBe(ReadCode.Ok)
        return read
      },
    )
    expect(mbo.records).toEqual(orders)
  })

  it('is exact in time for every nanosecond, across the words it is made of', async () => {
    const near = 2n ** 32n
    const tight = new EventScale({ epochNs: epochNs - (epochNs % near) + near - 3n, tickNanos: 1 })
    const event = new MarketEvent()
    const chunks: Uint8Array[] = []
    const writer = new DbnWriter({
      metadata: metadataOf('trades'),
      scale: tight,
      sink: (chunk) => chunks.push(chunk),
    })
    const times = [0, 2, 3, 4, -1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 3, -(2 ** 32), 9e15, -9e15]
    for (const time of times) {
      event.tsRelNs = time
      event.tsRecvRelNs = time
      writer.writeTrade(event, new RecordTags())
    }
    writer.finish()
    const { records } = await readAll(chunks, ({ tsEventNs, tsRecvNs }) => [tsEventNs, tsRecvNs])
    expect(records).toEqual(
      times.map((t) => [tight.epochNs + BigInt(t), tight.epochNs + BigInt(t)]),
    )
  })

  it('is definitions, mappings and messages of any version', async () => {
    for (const v of [1, 2, 3] as const) {
      const definitions = await readAll([definitionFile(1, 2, v)], readDefinition)
      expect(definitions.records[0]).toMatchObject({
        asset: 'ES',
        instrumentClass: 'F',
        minPriceIncrementNanos: 250_000_000n,
        strikePriceNanos: null,
        activationNs: null,
        contractMultiplier: null,
        expirationNs: epochNs + 10_000_000_000_000n,
      })
      const live = await readAll([liveFile(1, 1, v)], (record) => {
        if (record.rtype === RType.SymbolMapping) return readSymbolMapping(record)
        const isMessage = record.rtype === RType.System || record.rtype === RType.Error
        return isMessage ? readMessage(record) : null
      })
      expect(live.records[0]).toMatchObject({ instrumentId: 17_077, stypeOutSymbol: 'ESH4' })
      expect(live.records[1]).toEqual({ kind: 'system', text: 'Heartbeat' })
      expect(live.records.at(-1)).toEqual({ kind: 'error', text: 'Slow reader' })
    }
  })

  it('comes in pieces of the size asked for, that together are the file', () => {
    const sizes: number[] = []
    const writer = new DbnWriter({
      metadata: metadataOf('trades'),
      scale,
      sink: (chunk) => sizes.push(chunk.length),
      chunkBytes: 1024,
    })
    for (let i = 0; i < 100; i++) writer.writeTrade(randomDepth(seededRandom(i)), new RecordTags())
    writer.finish()
    expect(sizes.slice(1)).toEqual([1008, 1008, 1008, 1008, 768])
  })
})

describe('a writer refuses', () => {
  function writing(write: (writer: DbnWriter) => void): () => void {
    return () => fileOf(metadataOf('mbp-10'), write)
  }

  it('text that does not fit, and fields that are missing or too large', () => {
    const header = { rtype: RType.InstrumentDef, publisherId: 1, instrumentId: 1, tsEvent: 0n }
    const record = makeRecord(header, 3, { rawSymbol: 'X'.repeat(71) })
    expect(writing((writer) => writer.writeRecord(record))).toThrow(RangeViolationError)
    const tooLarge = makeRecord(header, 3, { marketDepth: 2 ** 31 })
    expect(writing((writer) => writer.writeRecord(tooLarge))).toThrow('i32 for marketDepth')
    const missing = { ...record, fields: {} }
    expect(writing((writer) => writer.writeRecord(missing))).toThrow('u64 for tsRecv')
    expect(() => makeRecord(header, 3, { colour: 1 })).toThrow('was colour')
  })

  it('a record after the end, and leaves no trace of a refused one', () => {
    const event = new MarketEvent()
    event.tsRelNs = -1e18
    expect(writing((writer) => writer.finish())).not.toThrow()
    expect(
      writing((writer) => {
        writer.finish()
        writer.writeMbp10(new MarketEvent(), new RecordTags())
      }),
    ).toThrow('after finish()')
    const early = new EventScale({ epochNs: 0n, tickNanos: 1 })
    const pieces: Uint8Array[] = []
    const writer = new DbnWriter({
      metadata: metadataOf('mbp-10'),
      scale: early,
      sink: (piece) => pieces.push(piece),
    })
    expect(() => writer.writeMbp10(event, new RecordTags())).toThrow('after 1970')
    writer.finish()
    expect(pieces).toHaveLength(1)
  })

  it('nothing of an order without a price', async () => {
    const mbo = new MboRecord()
    mbo.action = Action.Clear
    mbo.side = RecordSide.None
    mbo.flags = RecordFlag.Last
    mbo.priceTicks = NO_TICK
    const file = fileOf(metadataOf('mbo'), (writer) => writer.writeMbo(mbo))
    const { records } = await readAll([file], decodeRecord)
    expect(records[0]?.fields['price']).toBe(2n ** 63n - 1n)
  })
})
