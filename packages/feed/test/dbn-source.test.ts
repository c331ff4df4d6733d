import { zstdCompressSync } from 'node:zlib'
import {
  Action,
  definitionRecord,
  type DbnWriter,
  type InstrumentDefinition,
  MboRecord,
  RecordFlag,
  RecordSide,
  type RecordTags,
} from '@levels/dbn'
import { SessionClock } from '@levels/calendar'
import {
  Aggressor,
  END_TS_NS,
  epochFor,
  EventKind,
  NO_SEQ,
  NO_TICK,
  NS_PER_MS,
  OptionRight,
} from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import {
  dbnBytes,
  depthAt,
  EPOCH_NS,
  eventAt,
  fileOf,
  mapping,
  OPEN_RELNS as T,
  record,
  tagsOf,
} from './support.ts'

const LAST = RecordFlag.Last
const DEFINITION: Omit<InstrumentDefinition, 'instrumentId' | 'rawSymbol'> = {
  publisherId: 1,
  tsRecvNs: EPOCH_NS,
  instrumentClass: 'F',
  asset: 'ES',
  underlying: '',
  exchange: 'XCME',
  currency: 'USD',
  securityType: 'FUT',
  minPriceIncrementNanos: 250_000_000n,
  strikePriceNanos: null,
  expirationNs: null,
  activationNs: null,
  contractMultiplier: 50,
}

function depth(writer: DbnWriter, ts: number, bid: number, tags: Partial<RecordTags> = {}): void {
  writer.writeMbp10(depthAt(ts, bid), tagsOf({ action: Action.Add, ...tags }))
}

/** A trade as an mbp-10 file reports it: a record of the book, with the trade's price and size. */
function depthTrade(writer: DbnWriter, ts: number, tags: Partial<RecordTags> = {}): void {
  const event = depthAt(ts, 19_200)
  event.priceTicks = 19_201
  event.size = 3
  const trade = { action: Action.Trade, side: RecordSide.Bid }
  writer.writeMbp10(event, tagsOf({ ...trade, ...tags }))
}

function trade(writer: DbnWriter, ts: number, tags: Partial<RecordTags> = {}): void {
  const fields = { priceTicks: 19_201, size: 3, aggressor: Aggressor.Buy }
  writer.writeTrade(eventAt(ts, fields), tagsOf(tags))
}

const kinds = (events: readonly { kind: EventKind }[]) => events.map((e) => e.kind)

describe('an mbp-10 file', () => {
  it('gives the book after each event, and its trades before it', async () => {
    const bytes = dbnBytes('mbp-10', (w) => {
      depth(w, T, 19_200, { sequence: 7 })
      depthTrade(w, T + 5, { sequence: 8, flags: 0 })
      depth(w, T + 5, 19_201, { sequence: 8 })
    })
    const { events, result } = await record([fileOf(bytes)])
    expect(kinds(events)).toEqual([EventKind.Depth, EventKind.FuturesTrade, EventKind.Depth])
    const [first, print, after] = events
    expect(first).toMatchObject({ tsRelNs: T, tsRecvRelNs: T + 1_000, isSnapshot: true })
    expect(first).toMatchObject({ bidCount: 10, askCount: 10, seq: 7 * 2 ** 20 })
    expect(first?.book.slice(0, 3)).toEqual([19_200, 19_199, 19_198])
    expect(print).toMatchObject({ priceTicks: 19_201, size: 3, aggressor: Aggressor.Buy })
    expect(print).toMatchObject({ seq: 8 * 2 ** 20 })
    expect(after).toMatchObject({ seq: 8 * 2 ** 20 + 1, isSnapshot: false })
    expect(result.outcome).toBe('end')
    expect(result.events).toMatchObject({ FuturesTrade: 1, Depth: 2 })
  })

  it('is read alike from a zstd file, of one frame or several', async () => {
    const bytes = dbnBytes('mbp-10', (w) => {
      for (let i = 0; i < 900; i++) depth(w, T + i * 1_000, 19_200 + (i % 7))
    })
    const middle = Math.floor(bytes.length / 2) + 3
    const frames = [bytes.subarray(0, middle), bytes.subarray(middle)]
    const plain = await record([fileOf(bytes)])
    const zstd = await record([fileOf(zstdCompressSync(bytes))])
    const multi = await record([fileOf(Buffer.concat(frames.map((f) => zstdCompressSync(f))))])
    expect(plain.events).toHaveLength(900)
    expect(zstd.events).toEqual(plain.events)
    expect(multi.events).toEqual(plain.events)
  })

  it('gives a book only at the last record of an event', async () => {
    const bytes = dbnBytes('mbp-10', (w) => {
      depth(w, T, 19_200, { flags: 0 })
      depth(w, T, 19_201, { flags: 0 })
      depth(w, T, 19_202, { flags: LAST })
    })
    const { events } = await record([fileOf(bytes)])
    expect(events).toHaveLength(1)
    expect(events[0]?.book[0]).toBe(19_202)
  })

  it('leaves a level without a price empty', async () => {
    const bytes = dbnBytes('mbp-10', (w) => {
      const event = depthAt(T, 19_200)
      event.book.fill(NO_TICK, 3, 10)
      event.book.fill(0, 13, 20)
      w.writeMbp10(event, tagsOf({ action: Action.Add }))
    })
    const { events } = await record([fileOf(bytes)])
    expect(events[0]).toMatchObject({ bidCount: 3, askCount: 10 })
    expect(events[0]?.book.slice(2, 4)).toEqual([19_198, NO_TICK])
  })

  it('builds snapshots in silence and marks the first book after them as a resync', async () => {
    const bytes = dbnBytes('mbp-10', (w) => {
      depth(w, T, 19_200)
      depth(w, T + 1, 19_200)
      depth(w, T + 2, 19_300, { flags: LAST | RecordFlag.Snapshot })
      depth(w, T + 3, 19_300)
      depth(w, T + 4, 19_300)
      depth(w, T + 5, 19_300, { action: Action.Clear, flags: 0 })
      depth(w, T + 6, 19_300)
      depth(w, T + 7, 19_300, { flags: LAST | RecordFlag.MaybeBadBook })
      depth(w, T + 8, 19_300)
    })
    const { events } = await record([fileOf(bytes)])
    expect(events.map((e) => [e.tsRelNs - T, e.isSnapshot])).toEqual([
      [0, true],
      [1, false],
      [3, true],
      [4, false],
      [6, true],
      [7, true],
      [8, false],
    ])
  })

  it('refuses and counts what is off the tick grid, without a price or far from its capture', async () => {
    const offTick = dbnBytes('trades', (w) => {
      trade(w, T)
      trade(w, T + 1)
      trade(w, T + 2)
      trade(w, T + 3)
      trade(w, T + 4)
    })
    const view = new DataView(offTick.buffer, offTick.byteOffset + offTick.length - 5 * 48)
    view.setBigInt64(48 + 16, 4_800_100_000_000n, true)
    view.setBigInt64(2 * 48 + 16, 2n ** 63n - 1n, true)
    view.setBigUint64(3 * 48 + 8, EPOCH_NS + BigInt(T) + 3_600_000_000_000n, true)
    view.setBigUint64(4 * 48 + 8, EPOCH_NS + BigInt(T) - 3_600_000_000_000n, true)
    const { result } = await record([fileOf(offTick)])
    expect(result.events.FuturesTrade).toBe(1)
    expect(result.rejects).toMatchObject({ OFF_TICK: 1, SCHEMA: 3 })
    expect(result.rejected.map((r) => r.code)).toEqual(['OFF_TICK', 'SCHEMA', 'SCHEMA', 'SCHEMA'])
    expect(result.rejected[0]?.byteOffset).toBe(offTick.length - 4 * 48)
  })
})

describe('a DBN file that begins with times that no run takes', () => {
  it.each([0n, 1n, 946_684_800n * 10n ** 9n, END_TS_NS, 2n ** 63n - 1n, 2n ** 64n - 1n])(
    'has its epoch from the first record with sound ones, and that one refused (%d)',
    async (ns) => {
      const bytes = dbnBytes('trades', (w) => {
        trade(w, T)
        trade(w, T + 1)
      })
      const view = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 2 * 48)
      view.setBigUint64(8, ns, true)
      view.setBigUint64(32, ns, true)
      const path = fileOf(bytes)
      const { epochNs, events, result } = await record([path])
      expect(epochNs).toBe(EPOCH_NS)
      expect(events.map((e) => e.tsRelNs)).toEqual([T + 1])
      expect(result.rejects.SCHEMA).toBe(1)
      expect(result.rejected[0]).toMatchObject({ file: path, line: null })
      // Where no record has sound ones, nothing is left, whatever the run counts from.
      const alone = fileOf(bytes.subarray(0, -48))
      const hours = new SessionClock(epochFor(ns))
      const none = await record([alone], { epochNs: epochFor(ns), hours })
      expect(none.result).toMatchObject({ outcome: 'end', eventCount: 0, rejects: { SCHEMA: 1 } })
      expect(none.result.rejected[0]?.message).toMatch(
        /^expected (a time from February|times within 104)/,
      )
    },
  )
})

describe('an mbo file', () => {
  function order(fields: Partial<MboRecord>): MboRecord {
    const base = { instrumentId: 1, flags: LAST, tsRelNs: T, tsRecvRelNs: T + 1_000, sequence: 1 }
    return Object.assign(new MboRecord(), base, { priceTicks: 100, size: 5 }, fields)
  }

  it('gives the book that its orders build, and its trades', async () => {
    const snapshot = { flags: RecordFlag.Snapshot, tsRelNs: T - 9e12, action: Action.Add }
    const bytes = dbnBytes('mbo', (w) => {
      w.writeMbo(order({ ...snapshot, action: Action.Clear, side: RecordSide.None }))
      w.writeMbo(order({ ...snapshot, orderIdLow: 1, side: RecordSide.Bid }))
      const ask = { orderIdLow: 2, side: RecordSide.Ask, priceTicks: 101, size: 7 }
      w.writeMbo(order({ ...snapshot, ...ask, flags: LAST | RecordFlag.Snapshot }))
      const hit = { action: Action.Trade, side: RecordSide.Ask, size: 2, flags: 0, sequence: 5 }
      w.writeMbo(order({ ...hit, tsRelNs: T + 1 }))
      const fill = { action: Action.Fill, side: RecordSide.Bid, orderIdLow: 1, size: 2, flags: 0 }
      w.writeMbo(order({ ...fill, tsRelNs: T + 1, sequence: 5 }))
      const cancel = { action: Action.Cancel, side: RecordSide.Bid, orderIdLow: 1, size: 2 }
      w.writeMbo(order({ ...cancel, tsRelNs: T + 1, sequence: 5 }))
      const add = { action: Action.Add, side: RecordSide.Bid, orderIdLow: 3, size: 1 }
      w.writeMbo(order({ ...add, tsRelNs: T + 2, sequence: 6 }))
    })
    const { events } = await record([fileOf(bytes)])
    expect(kinds(events)).toEqual([EventKind.FuturesTrade, EventKind.Depth, EventKind.Depth])
    const [print, first, second] = events
    expect(print).toMatchObject({ tsRelNs: T + 1, aggressor: Aggressor.Sell, size: 2 })
    expect(print?.seq).toBe(5 * 2 ** 20)
    expect(first).toMatchObject({ tsRelNs: T + 1, isSnapshot: true, bidCount: 1, askCount: 1 })
    expect(first).toMatchObject({ seq: 5 * 2 ** 20 + 2 })
    expect([first?.book[0], first?.book[10], first?.book[30]]).toEqual([100, 3, 7])
    expect(second).toMatchObject({ isSnapshot: false })
    expect(second?.book[10]).toBe(4)
  })

  it('begins anew when the instrument changes', async () => {
    const continuous = {
      symbols: ['ES.c.0'],
      mappings: [mapping('ES.c.0', 1), mapping('ES.c.0', 2)],
    }
    const add = { action: Action.Add, side: RecordSide.Bid }
    const bytes = dbnBytes(
      'mbo',
      (w) => {
        w.writeMbo(order({ ...add, orderIdLow: 1, priceTicks: 100 }))
        w.writeMbo(order({ ...add, orderIdLow: 2, priceTicks: 90, instrumentId: 2, sequence: 2 }))
      },
      continuous,
    )
    const { events } = await record([fileOf(bytes)])
    expect(events.map((e) => [e.bidCount, e.book[0], e.isSnapshot])).toEqual([
      [1, 100, true],
      [1, 90, true],
    ])
  })

  it('gives nothing for a snapshot that nothing follows', async () => {
    const bytes = dbnBytes('mbo', (w) => {
      const flags = LAST | RecordFlag.Snapshot
      w.writeMbo(order({ flags, action: Action.Add, side: RecordSide.Bid }))
    })
    const { result } = await record([fileOf(bytes)])
    expect(result).toMatchObject({ outcome: 'end', eventCount: 0, boundaryCount: 0 })
  })
})

describe('trades', () => {
  const depthFile = dbnBytes('mbp-10', (w) => {
    depth(w, T, 19_200, { sequence: 1 })
    depthTrade(w, T + 5, { sequence: 2, flags: 0 })
    depth(w, T + 5, 19_201, { sequence: 2 })
  })
  const tradeFile = dbnBytes('trades', (w) => trade(w, T + 5, { sequence: 2 }))

  it('come from a file of trades where there is one, and before the depth they cause', async () => {
    const paths = [fileOf(depthFile), fileOf(tradeFile)]
    for (const order of [paths, [...paths].reverse()]) {
      const { events } = await record(order)
      expect(kinds(events)).toEqual([EventKind.Depth, EventKind.FuturesTrade, EventKind.Depth])
    }
  })

  it('come from both where that is asked for', async () => {
    const { result } = await record([fileOf(depthFile), fileOf(tradeFile)], { depthTrades: true })
    expect(result.events.FuturesTrade).toBe(2)
  })

  it('of one packet are told apart by their place in it', async () => {
    const bytes = dbnBytes('trades', (w) => {
      for (const sequence of [4, 4, 4, 9]) trade(w, T, { sequence })
      trade(w, T + 1, { sequence: 9 })
      trade(w, T + 1, { sequence: 0 })
    })
    const { events } = await record([fileOf(bytes)])
    const packet = 2 ** 20
    expect(events.map((e) => e.seq)).toEqual([
      4 * packet,
      4 * packet + 1,
      4 * packet + 2,
      9 * packet,
      NO_SEQ,
      9 * packet,
    ])
  })
})

describe('instruments', () => {
  const parent = {
    symbols: ['ES.FUT'],
    mappings: [mapping('ESH4', 1), mapping('ESM4', 2), mapping('ESH4-ESM4', 3)],
  }
  const several = dbnBytes(
    'mbp-10',
    (w) => {
      depth(w, T, 19_200)
      depth(w, T + 1, 19_400, { instrumentId: 2 })
      depth(w, T + 2, 200, { instrumentId: 3 })
      depth(w, T + 3, 19_201)
      depth(w, T + 4, 1, { instrumentId: 99 })
    },
    parent,
  )

  it('are chosen by symbol; other futures are passed over, strangers refused', async () => {
    const { events, result } = await record([fileOf(several)], { symbol: 'ESM4' })
    expect(events.map((e) => e.book[0])).toEqual([19_400])
    expect(result.rejects.UNKNOWN_SYMBOL).toBe(1)
    expect(result.rejected[0]?.message).toMatch(/was #99$/)
  })

  it('must be chosen where there are several futures', async () => {
    await expect(record([fileOf(several)])).rejects.toMatchObject({
      code: 'SYMBOL_REQUIRED',
      reason: 'expected one future or a choice, was a file of ESH4, ESH4-ESM4, ESM4',
    })
  })

  it('are refused up front where the file does not have the chosen one', async () => {
    await expect(record([fileOf(several)], { symbol: 'ESZ4' })).rejects.toMatchObject({
      code: 'UNKNOWN_SYMBOL',
    })
  })

  it('need no choice where one future is among spreads', async () => {
    const spreads = { ...parent, mappings: [mapping('ESH4', 1), mapping('ESH4-ESM4', 3)] }
    const bytes = dbnBytes(
      'mbp-10',
      (w) => {
        depth(w, T, 19_200)
        depth(w, T, 300, { instrumentId: 3 })
      },
      spreads,
    )
    const { events } = await record([fileOf(bytes)])
    expect(events.map((e) => e.book[0])).toEqual([19_200])
  })

  it('must agree between files', async () => {
    const march = fileOf(dbnBytes('mbp-10', (w) => depth(w, T, 19_200)))
    const june = { symbols: ['ESM4'], mappings: [mapping('ESM4', 2)] }
    const other = dbnBytes('trades', (w) => trade(w, T, { instrumentId: 2 }), june)
    await expect(record([march, fileOf(other)])).rejects.toMatchObject({ code: 'SYMBOL_REQUIRED' })
  })

  it('may be a continuous contract, whose roll begins another book', async () => {
    const continuous = {
      symbols: ['ES.c.0'],
      mappings: [
        {
          rawSymbol: 'ES.c.0',
          intervals: [
            { startYmd: 20240116, endYmd: 20240117, symbol: '1' },
            { startYmd: 20240117, endYmd: 20240118, symbol: '2' },
          ],
        },
      ],
    }
    const day = 86_400e9
    const bytes = dbnBytes(
      'mbp-10',
      (w) => {
        depth(w, T - day, 19_200)
        depth(w, T - day + 1, 19_200)
        depth(w, T - day + 2, 19_300, { instrumentId: 2 })
        depth(w, T, 19_400, { instrumentId: 2 })
        depth(w, T + 1, 19_400, { instrumentId: 2 })
        depth(w, T + 2, 19_200)
      },
      continuous,
    )
    const { events, result } = await record([fileOf(bytes)])
    expect(events.map((e) => [e.book[0], e.isSnapshot])).toEqual([
      [19_200, true],
      [19_200, false],
      [19_400, true],
      [19_400, false],
    ])
    expect(result.rejects.UNKNOWN_SYMBOL).toBe(2)
  })

  it('may be named by definitions in a file of their own', async () => {
    const unnamed = { symbols: ['ES.FUT'], mappings: [mapping('ES.FUT', 1), mapping('ES.FUT', 2)] }
    const bytes = dbnBytes(
      'trades',
      (w) => {
        trade(w, T)
        trade(w, T + 1, { instrumentId: 2 })
      },
      unnamed,
    )
    const definitions = dbnBytes('definition', (w) => {
      for (const [instrumentId, rawSymbol] of [
        [1, 'ESH4'],
        [2, 'ESM4'],
      ] as const) {
        w.writeRecord(definitionRecord({ ...DEFINITION, instrumentId, rawSymbol }, 3))
      }
    })
    const paths = [fileOf(bytes), fileOf(definitions)]
    const { events } = await record(paths, { symbol: 'ESM4' })
    expect(events.map((e) => e.tsRelNs)).toEqual([T + 1])
    // Without a choice, the first that has a record is the one, and the second is one too many.
    const unchosen = await record(paths)
    expect(unchosen.events.map((e) => e.tsRelNs)).toEqual([T])
    expect(unchosen.result.faults).toMatchObject([
      { code: 'SYMBOL_REQUIRED', reason: 'expected one future or a choice, was ESH4 and ESM4' },
    ])
  })
})

describe('options and stocks', () => {
  it('give option trades with their quotes, of the pair’s equity only', async () => {
    const options = {
      dataset: 'OPRA.PILLAR',
      symbols: ['SPY.OPT'],
      mappings: [mapping('SPY   240119C00480000', 5), mapping('QQQ   240119P00400000', 6)],
    }
    const quote = { price: 1.25, size: 4, optBid: 1.2, optAsk: NaN, bidSz: 9, askSz: 0 }
    const bytes = dbnBytes(
      'tcbbo',
      (w) => {
        const event = eventAt(T, { ...quote, aggressor: Aggressor.Sell })
        w.writeOptionTrade(event, tagsOf({ instrumentId: 5 }))
        w.writeOptionTrade(event, tagsOf({ instrumentId: 6 }))
      },
      options,
    )
    const { events, result } = await record([fileOf(bytes)])
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      kind: EventKind.OptionTrade,
      price: 1.25,
      size: 4,
      optBid: 1.2,
      optAsk: NaN,
      delta: NaN,
      strikeMilli: 480_000,
      right: OptionRight.Call,
      expiryYmd: 20240119,
      aggressor: Aggressor.Sell,
      seq: NO_SEQ,
    })
    expect(result.rejects.UNKNOWN_SYMBOL).toBe(1)
  })

  it('give trades of the equity from a file of trades', async () => {
    const spy = { dataset: 'XNAS.ITCH', symbols: ['SPY'], mappings: [mapping('SPY', 1)] }
    const bytes = dbnBytes('trades', (w) => trade(w, T), spy)
    const { events } = await record([fileOf(bytes)])
    expect(events[0]).toMatchObject({ kind: EventKind.StockTrade, price: 4800.25, size: 3 })
  })
})

describe('damage', () => {
  const bytes = dbnBytes('mbp-10', (w) => {
    for (let i = 0; i < 20; i++) depth(w, T + i * 100 * NS_PER_MS, 19_200)
  })
  const bodyAt = bytes.length - 20 * 368

  it('ends the run where it is, with everything before it delivered', async () => {
    const { result, events, boundaries } = await record([
      fileOf(bytes.subarray(0, bodyAt + 10 * 368 + 5)),
    ])
    expect(result.outcome).toBe('fault')
    expect(events).toHaveLength(10)
    expect(boundaries).toEqual([0, 250, 500, 750].map((ms) => T + ms * NS_PER_MS))
    expect(result.faults).toHaveLength(1)
    expect(result.faults[0]).toMatchObject({ code: 'CORRUPT_INPUT', byteOffset: bodyAt + 10 * 368 })
    expect(result.faults[0]?.reason).toMatch(/^expected/)
  })

  it('in a zstd file is told by its place in the file as it lies there', async () => {
    const noisy = dbnBytes('mbp-10', (w) => {
      let seed = 1
      for (let i = 0; i < 3_000; i++) {
        seed = (seed * 48_271) % 2_147_483_647
        depth(w, T + i * 1_000, 19_200 + (seed % 50), { sequence: seed })
      }
    })
    const zstd = zstdCompressSync(noisy)
    const { result, events } = await record([fileOf(zstd.subarray(0, zstd.length - 40))])
    expect(result.outcome).toBe('fault')
    expect(events.length).toBeGreaterThan(1_000)
    expect(result.faults[0]?.byteOffset).toBeLessThan(zstd.length)
    expect(result.faults[0]?.reason).toMatch(/of the decompressed input/)
  })

  it('in the header is told at once', async () => {
    await expect(record([fileOf(bytes.subarray(0, 40))])).rejects.toMatchObject({
      name: 'FeedError',
      code: 'CORRUPT_INPUT',
    })
    await expect(record(['/nowhere/at.all'])).rejects.toMatchObject({ code: 'UNREADABLE' })
    await expect(record([fileOf('hello')])).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' })
    await expect(record([fileOf('')])).rejects.toThrow(/empty file/)
    const candles = dbnBytes('ohlcv-1s', () => undefined)
    await expect(record([fileOf(candles)])).rejects.toMatchObject({ code: 'UNSUPPORTED_SCHEMA' })
  })
})
