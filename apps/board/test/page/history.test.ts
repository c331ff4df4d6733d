import type { HistoryMessage } from '@levels/gateway/protocol'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { HistoryColumns, POINTS_MAX } from '../../page/model/history-columns.ts'
import { HistoryFeed, WHOLE_SESSION } from '../../page/model/history-feed.ts'
import { LevelTrack } from '../../page/model/level-track.ts'
import { shownSpanMs } from '../../page/model/shown-span.ts'
import { snapOf } from '../browser/sample-signals.ts'

const MINUTE_MS = 60_000

function historyOf(part: Partial<HistoryMessage> = {}): HistoryMessage {
  return {
    type: 'history',
    id: null,
    runId: null,
    bucketMs: 250,
    ts: [1000, 1250, 1500],
    spot: [687, null, 687.5],
    spotLow: [686.9, null, 687.4],
    spotHigh: [687.1, null, 687.6],
    levels: [
      {
        id: 'VWAP',
        kind: 'VWAP',
        at: [0, 2],
        price: [687.2, 687.3],
        score: [40, 60],
        signal: [3, 0],
      },
    ],
    droppedSnaps: 0,
    ...part,
  }
}

describe('history columns', () => {
  it('take a history in place of all that was there', () => {
    const columns = new HistoryColumns()
    columns.append(snapOf(500))
    columns.load(historyOf())
    expect(columns.count).toBe(3)
    expect([...columns.tsMs.subarray(0, 3)]).toEqual([1000, 1250, 1500])
    expect([...columns.spotUsd.subarray(0, 3)]).toEqual([687, NaN, 687.5])
    expect([...columns.tracks.keys()]).toEqual(['VWAP'])
    const track = columns.tracks.get('VWAP')
    expect([...(track?.at.subarray(0, 2) ?? [])]).toEqual([0, 2])
  })

  it('take each later snap, and none twice', () => {
    const columns = new HistoryColumns()
    columns.load(historyOf())
    columns.append(snapOf(1750, { levelCount: 2 }))
    columns.append(snapOf(1750, { levelCount: 2 }))
    columns.append(snapOf(1000))
    expect(columns.count).toBe(4)
    expect(columns.lastTs).toBe(1750)
    expect(columns.droppedCount).toBe(2)
    expect(columns.tracks.get('STRIKE_601')?.at[0]).toBe(3)
  })

  it('hold a bounded number of points and say when they are full', () => {
    const columns = new HistoryColumns()
    const snap = snapOf(0, { levelCount: 1 })
    for (let n = 0; n < POINTS_MAX + 5; n++) columns.append({ ...snap, ts: n * 250 })
    expect(columns.count).toBe(POINTS_MAX)
    expect(columns.isFull).toBe(true)
    expect(columns.droppedCount).toBe(5)
    expect(columns.tracks.get('STRIKE_600')?.count).toBe(POINTS_MAX)
  })

  it('find the point of any moment as a search from the front does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(5000), { maxLength: 60 }),
        fc.nat(5200),
        (times, wanted) => {
          const ts = times.toSorted((a, b) => a - b)
          const columns = new HistoryColumns()
          const empty = ts.map(() => null)
          columns.load(historyOf({ ts, spot: empty, spotLow: empty, spotHigh: empty, levels: [] }))
          const first = ts.findIndex((time) => time >= wanted)
          expect(columns.firstFrom(wanted)).toBe(first < 0 ? ts.length : first)
          expect(columns.endAt(wanted)).toBe(ts.filter((time) => time <= wanted).length)
        },
      ),
    )
  })
})

describe('a level track', () => {
  it('grows up to its capacity and keeps what it holds', () => {
    const track = new LevelTrack('VWAP', 'VWAP', 100)
    for (let n = 0; n < 100; n++) expect(track.add(n * 2, 600 + n, n % 101, n % 4)).toBe(true)
    expect(track.add(200, 1, 1, 1)).toBe(false)
    expect([...track.priceUsd.subarray(0, track.count)]).toEqual(
      Array.from({ length: 100 }, (_, n) => 600 + n),
    )
    expect(track.firstFrom(7)).toBe(4)
    expect(track.firstFrom(1000)).toBe(100)
  })
})

describe('the history feed', () => {
  let asked: { id: number; fromTs: number | null; toTs: number | null }[]
  let feed: HistoryFeed
  let nowMs: number

  beforeEach(() => {
    asked = []
    nowMs = 0
    feed = new HistoryFeed(
      (message) => {
        if (message.type === 'history') asked.push(message)
      },
      () => nowMs,
    )
    feed.connected(250)
  })

  /** An overview of a whole day in buckets of 20 s. */
  function takeCoarseOverview(): void {
    const ts = Array.from({ length: 1000 }, (_, n) => n * 20_000)
    feed.take(historyOf({ bucketMs: 20_000, ts, spot: ts, spotLow: ts, spotHigh: ts, levels: [] }))
  }

  it('shows the overview where that has every snap', () => {
    feed.take(historyOf())
    expect(feed.columnsFor({ cursorTs: 1500, windowMs: MINUTE_MS }, { isLive: true })).toBe(
      feed.overview,
    )
    expect(asked).toEqual([])
  })

  it('asks once for what a window needs, and shows it when it is there', () => {
    takeCoarseOverview()
    const span = { cursorTs: 10_000_000, windowMs: 5 * MINUTE_MS }
    expect(feed.columnsFor(span, { isLive: false })).toBe(feed.overview)
    expect(feed.columnsFor(span, { isLive: false })).toBe(feed.overview)
    expect(asked).toHaveLength(1)
    const [{ id, fromTs, toTs }] = asked as [{ id: number; fromTs: number; toTs: number }]
    expect(fromTs).toBeLessThanOrEqual(span.cursorTs - span.windowMs)
    expect(toTs).toBeGreaterThanOrEqual(span.cursorTs)
    feed.take(historyOf({ id }))
    const shown = feed.columnsFor(span, { isLive: false })
    expect(shown).not.toBe(feed.overview)
    expect(shown.count).toBe(3)
    expect(asked).toHaveLength(1)
  })

  it('asks nothing while it may not', () => {
    takeCoarseOverview()
    const span = { cursorTs: 10_000_000, windowMs: MINUTE_MS }
    expect(feed.columnsFor(span, { isLive: false, mayAsk: false })).toBe(feed.overview)
    expect(asked).toEqual([])
  })

  it('passes over an answer that a newer question has overtaken', () => {
    takeCoarseOverview()
    feed.columnsFor({ cursorTs: 10_000_000, windowMs: MINUTE_MS }, { isLive: false })
    feed.columnsFor({ cursorTs: 15_000_000, windowMs: MINUTE_MS }, { isLive: false })
    expect(asked).toHaveLength(2)
    feed.take(historyOf({ id: asked[0]?.id ?? -1 }))
    expect(feed.columnsFor({ cursorTs: 15_000_000, windowMs: MINUTE_MS }, { isLive: false })).toBe(
      feed.overview,
    )
  })

  it('asks again where no answer came, as when the gateway passed it over for another', () => {
    feed.take(historyOf({ ts: [], spot: [], spotLow: [], spotHigh: [], levels: [] }))
    const snap = snapOf(0, { levelCount: 1 })
    for (let n = 1; n <= POINTS_MAX + 1; n++) feed.append({ ...snap, ts: n * 250 })
    nowMs = 4999
    feed.append({ ...snap, ts: (POINTS_MAX + 2) * 250 })
    expect(asked).toHaveLength(1)
    nowMs = 5000
    feed.append({ ...snap, ts: (POINTS_MAX + 3) * 250 })
    expect(asked).toHaveLength(2)
    feed.take(historyOf({ id: asked[1]?.id ?? -1 }))
    expect(feed.overview.count).toBe(3)

    takeCoarseOverview()
    const span = { cursorTs: 10_000_000, windowMs: MINUTE_MS }
    feed.columnsFor(span, { isLive: false })
    nowMs += 4999
    feed.columnsFor(span, { isLive: false })
    expect(asked).toHaveLength(3)
    nowMs++
    feed.columnsFor(span, { isLive: false })
    expect(asked).toHaveLength(4)
  })

  it('asks ahead while it plays', () => {
    takeCoarseOverview()
    const windowMs = 5 * MINUTE_MS
    feed.columnsFor({ cursorTs: 10_000_000, windowMs }, { isLive: false })
    feed.take(historyOf({ id: asked[0]?.id ?? -1 }))
    feed.columnsFor({ cursorTs: 10_000_000 + windowMs * 0.4, windowMs }, { isLive: false })
    expect(asked).toHaveLength(1)
    feed.columnsFor({ cursorTs: 10_000_000 + windowMs * 0.6, windowMs }, { isLive: false })
    expect(asked).toHaveLength(2)
  })

  it('asks for the whole session anew when a long day has filled it', () => {
    feed.take(historyOf({ ts: [], spot: [], spotLow: [], spotHigh: [], levels: [] }))
    const snap = snapOf(0, { levelCount: 1 })
    for (let n = 1; n <= POINTS_MAX; n++) feed.append({ ...snap, ts: n * 250 })
    expect(asked).toEqual([])
    feed.append({ ...snap, ts: (POINTS_MAX + 1) * 250 })
    feed.append({ ...snap, ts: (POINTS_MAX + 2) * 250 })
    expect(asked).toHaveLength(1)
    feed.take(historyOf({ id: asked[0]?.id ?? -1, bucketMs: 2000 }))
    expect(feed.overview.count).toBe(3)
    expect(feed.columnsFor({ cursorTs: 1500, windowMs: WHOLE_SESSION }, { isLive: true })).toBe(
      feed.overview,
    )
  })
})

describe('the time shown', () => {
  it.each([
    [300_000, 0, 30_000],
    [300_000, 61_000, 120_000],
    [300_000, 240_000, 300_000],
    [120_000, 3_600_000, 120_000],
    [3_600_000, 1_900_000, 3_600_000],
    [WHOLE_SESSION, 5_000, WHOLE_SESSION],
  ])('of %d ms chosen, in a session of %d ms: %d ms', (windowMs, ageMs, expected) => {
    expect(shownSpanMs(windowMs, ageMs)).toBe(expected)
  })
})
