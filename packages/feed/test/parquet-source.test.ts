import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Action, RecordSide } from '@levels/dbn'
import { Aggressor, EventKind, NO_TICK, OptionRight } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { openSource } from '../src/open-source.ts'
import { dbnBytes, depthAt, EPOCH_NS, fileOf, OPEN_RELNS as T, record, tagsOf } from './support.ts'

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)
const TRADES = fixture('futures-trades.parquet')

/** Rows of the fixtures are this far apart: not a whole number of microseconds. */
const STEP_NS = 100_000_001

describe('a Parquet file', () => {
  it('gives one event a row, over several row groups, and refuses a bad one', async () => {
    const { events, result } = await record([TRADES])
    const rows = [0, 1, 2, 3, 4, 6, 7, 8, 9]
    expect(events.map((e) => e.tsRelNs - T)).toEqual(rows.map((i) => i * STEP_NS))
    expect(events.map((e) => e.tsRecvRelNs - e.tsRelNs)).toEqual(rows.map(() => 999))
    expect(events.map((e) => e.seq)).toEqual(rows.map((i) => i + 7))
    expect(events[1]).toMatchObject({
      kind: EventKind.FuturesTrade,
      priceTicks: 19_201,
      size: 2,
      aggressor: Aggressor.Buy,
    })
    expect(result.rejects.OFF_TICK).toBe(1)
    expect(result.rejected[0]).toMatchObject({ file: TRADES, line: 6, path: '$.price' })
    expect(result.rejected[0]?.byteOffset).toBeGreaterThan(4)
    expect(result.outcome).toBe('end')
  })

  it('takes its epoch from the first row with sound times, and refuses what is before it', async () => {
    const bytes = Buffer.from(readFileSync(TRADES))
    const placeOf = (ns: bigint): number => {
      const value = Buffer.alloc(8)
      value.writeBigInt64LE(ns)
      return bytes.indexOf(value)
    }
    const eventAt = placeOf(EPOCH_NS + BigInt(T))
    const recvAt = placeOf(EPOCH_NS + BigInt(T + 999))
    expect(Math.min(eventAt, recvAt)).toBeGreaterThan(0)
    for (const ns of [1n, 946_684_800n * 10n ** 9n, 2n ** 63n - 1n]) {
      bytes.writeBigInt64LE(ns, eventAt)
      bytes.writeBigInt64LE(ns, recvAt)
      const { epochNs, events, result } = await record([fileOf(bytes)])
      expect(epochNs).toBe(EPOCH_NS)
      expect(events.map((e) => e.tsRelNs - T)).toEqual(
        [1, 2, 3, 4, 6, 7, 8, 9].map((i) => i * STEP_NS),
      )
      expect(result.rejects).toMatchObject({ OFF_TICK: 1, SCHEMA: 1 })
      expect(result.rejected[0]).toMatchObject({ line: 1, path: '$.ts_event_ns' })
    }
  })

  it('may have depth in flat columns, with nulls in empty slots and nanosecond timestamps', async () => {
    const { events } = await record([fixture('depth-flat.parquet')])
    expect(events).toHaveLength(3)
    expect(events[1]).toMatchObject({ kind: EventKind.Depth, bidCount: 5, askCount: 5 })
    expect(events[1]?.tsRelNs).toBe(T + STEP_NS)
    expect(events[0]?.book.slice(3, 6)).toEqual([19_197, 19_196, NO_TICK])
    expect(events[0]?.book.slice(13, 16)).toEqual([13, 14, 0])
  })

  it('may have depth as a list of levels', async () => {
    const { events } = await record([fixture('depth-nested.parquet')])
    expect(events.map((e) => [e.bidCount, e.askCount, e.isSnapshot])).toEqual([
      [10, 10, true],
      [10, 10, false],
      [10, 10, false],
    ])
    expect(events[2]?.book.slice(30)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29])
  })

  it('may have dates and numbers in types of their own', async () => {
    const { events } = await record([fixture('option-trades.parquet')])
    expect(events).toHaveLength(2)
    expect(events[0]).toMatchObject({
      kind: EventKind.OptionTrade,
      strikeMilli: 480_000,
      right: OptionRight.Call,
      expiryYmd: 20240119,
      aggressor: Aggressor.Buy,
      delta: 0.5,
      optBid: NaN,
    })
    expect(events[1]).toMatchObject({ strikeMilli: 478_500, delta: NaN })
  })

  it('of trades makes depth files leave theirs out', async () => {
    const { info } = await openSource(TRADES)
    expect(info).toMatchObject({ format: 'parquet', schema: 'market.futures.trades' })
    const depth = dbnBytes('mbp-10', (w) => {
      const event = Object.assign(depthAt(T, 19_200), { priceTicks: 19_200, size: 99 })
      w.writeMbp10(event, tagsOf({ action: Action.Trade, side: RecordSide.Bid }))
    })
    const { result } = await record([fileOf(depth), TRADES])
    expect(result.events).toMatchObject({ FuturesTrade: 9, Depth: 1 })
  })

  it('that is damaged is at fault where its row group begins, after the groups before', async () => {
    const bytes = readFileSync(TRADES)
    const groupAt = (await record([TRADES])).result.rejected[0]?.byteOffset ?? 0
    bytes.fill(0xff, groupAt, groupAt + 20)
    const { result, events } = await record([fileOf(bytes)])
    expect(events).toHaveLength(4)
    expect(result.faults[0]).toMatchObject({ code: 'CORRUPT_INPUT', byteOffset: groupAt })
  })

  it('without its footer cannot be opened', async () => {
    const bytes = readFileSync(TRADES)
    const cut = fileOf(bytes.subarray(0, bytes.length - 10))
    await expect(record([cut])).rejects.toMatchObject({ name: 'FeedError', code: 'CORRUPT_INPUT' })
  })
})
