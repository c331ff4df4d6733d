import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { ASK_TICKS, BID_TICKS, BOOK_SLOTS, NO_TICK, Side } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { Action, RecordFlag } from '../src/codes.ts'
import { EventScale, ReadCode } from '../src/event-scale.ts'
import { MboRecord, readMboInto } from '../src/mbo-record.ts'
import { MboBook } from '../src/order-book.ts'
import { sharedData } from './shared-data.ts'
import { readAll } from './support.ts'

const folder = sharedData('es-mbo')
const file = join(folder ?? '', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst')
const scale = new EventScale({
  epochNs: BigInt(Date.UTC(2023, 11, 25)) * 1_000_000n,
  tickNanos: 250_000_000,
})

/** Orders and levels in plain maps, levels changed order by order. */
class MapBook {
  readonly orders = new Map<string, [side: number, tick: number, lots: number]>()
  readonly sides = [new Map<number, number>(), new Map<number, number>()] as const

  #change(side: number, tick: number, lots: number): void {
    const levels = this.sides[side === 66 ? Side.Bid : Side.Ask]
    const after = (levels.get(tick) ?? 0) + lots
    if (after === 0) levels.delete(tick)
    else levels.set(tick, after)
  }

  /** @returns the ticks whose levels may have changed */
  apply({ action, orderIdHigh, orderIdLow, side, priceTicks, size }: MboRecord): number[] {
    const id = `${orderIdHigh}:${orderIdLow}`
    const [oldSide, oldTick, oldLots] = this.orders.get(id) ?? [side, priceTicks, 0]
    if (action !== Action.Add && action !== Action.Cancel && action !== Action.Modify) {
      return []
    }
    const left = action === Action.Cancel ? oldLots - size : size
    const tick = action === Action.Cancel ? oldTick : priceTicks
    if (oldLots > 0) this.#change(oldSide, oldTick, -oldLots)
    if (left === 0) this.orders.delete(id)
    else this.orders.set(id, [oldSide, tick, left])
    if (left > 0) this.#change(oldSide, tick, left)
    return [oldTick, tick]
  }
}

describe.skipIf(folder === null)('the real ES hour', () => {
  it('gives the known records, and the book that plain maps give after every event', async () => {
    const book = new MboBook()
    const maps = new MapBook()
    const mbo = new MboRecord()
    const top = new Int32Array(BOOK_SLOTS)
    const seen: Record<string, number> = {}
    const touched: number[] = []
    let [tradedLots, snapshotCount, eventCount] = [0, 0, 0]

    /** Every level of a side. */
    function assertSameSide(side: Side): void {
      const ticks: number[] = []
      const lots: number[] = []
      book.levelsInto(side, ticks, lots)
      expect(new Map(ticks.map((tick, i) => [tick, lots[i]]))).toEqual(maps.sides[side])
      const order = side === Side.Bid ? -1 : 1
      expect(ticks).toEqual(ticks.toSorted((a, b) => (a - b) * order))
      const at = side === Side.Bid ? BID_TICKS : ASK_TICKS
      expect([...top.subarray(at, at + 10)]).toEqual(ticks.slice(0, 10))
    }

    /** The levels the event can have changed, and the sizes of the best ten. */
    function assertSameNear(): void {
      for (const side of [Side.Bid, Side.Ask]) {
        const wanted = maps.sides[side]
        for (const tick of touched) {
          if (book.lotsAt(side, tick) !== (wanted.get(tick) ?? 0))
            throw new Error(`differs at ${tick}`)
        }
        const at = side === Side.Bid ? BID_TICKS : ASK_TICKS
        for (let i = at; i < at + 10; i++) {
          if (wanted.get(top[i] ?? NO_TICK) !== top[i + 10])
            throw new Error(`differs at place ${i}`)
        }
      }
    }

    const { metadata, records, fault } = await readAll(createReadStream(file), (record) => {
      expect(readMboInto(record, scale, mbo)).toBe(ReadCode.Ok)
      const action = String.fromCharCode(mbo.action)
      seen[action] = (seen[action] ?? 0) + 1
      if (mbo.action === Action.Trade) tradedLots += mbo.size
      if ((mbo.flags & RecordFlag.Snapshot) !== 0) snapshotCount++
      touched.push(...maps.apply(mbo))
      if (!book.apply(mbo)) return
      eventCount++
      book.copyTop10(top)
      assertSameNear()
      touched.length = 0
      if (eventCount % 100 !== 0) return
      assertSameSide(Side.Bid)
      assertSameSide(Side.Ask)
    })
    expect(fault).toBeNull()
    expect(metadata).toMatchObject({ version: 1, schema: 'mbo', symbols: ['ESH4'] })
    expect(records).toHaveLength(68_792)
    expect(seen).toEqual({ A: 29_216, C: 17_999, M: 12_233, T: 2_973, F: 6_371 })
    expect([tradedLots, snapshotCount]).toEqual([9_892, 8_725])
    expect([book.unknownOrderCount, book.duplicateOrderCount, book.ignoredCount]).toEqual([0, 0, 0])
    expect([book.excessCancelCount, book.overflowCount]).toEqual([0, 0])
    expect(book.orderCount).toBe(maps.orders.size)
  })
})
