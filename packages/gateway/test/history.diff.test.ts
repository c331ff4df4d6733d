// The history against a naive twin that keeps every snap and looks through all of them.
import type { LevelSignals } from '@levels/contracts'
import { SIGNALS } from '@levels/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryQuery } from '../src/history-view.ts'
import { historyColumns, WHOLE_HISTORY } from '../src/history-view.ts'
import { HISTORY_LIMITS, SessionHistory } from '../src/session-history.ts'
import { snapOf, T } from './support.ts'

const IDS = ['A', 'B', 'C', 'D']
const round = (dollars: number): number => Math.round(dollars * 1e4) / 1e4

/** The same columns from a plain list, for a bucket that is given. */
function naiveColumns(snaps: readonly LevelSignals[], query: HistoryQuery, bucketMs: number) {
  const { fromTs, toTs, levelIds } = query
  const within = snaps.filter(({ ts }) => ts >= (fromTs ?? -Infinity) && ts <= (toTs ?? Infinity))
  const buckets = Map.groupBy(within, ({ ts }) => Math.floor(ts / bucketMs))
  const groups = [...buckets.values()]
  const spots = groups.map((group) =>
    group.flatMap(({ spy }) => (spy.spot === null ? [] : round(spy.spot))),
  )
  const firstSeen = new Set(snaps.flatMap(({ levels }) => levels.map(({ id }) => id)))
  const levels = [...firstSeen].flatMap((id) => {
    if (levelIds !== null && !levelIds.includes(id)) return []
    const rows = groups.map((group) =>
      group.flatMap((snap) => snap.levels.filter((l) => l.id === id)),
    )
    const at = rows.flatMap((row, index) => (row.length === 0 ? [] : index))
    if (at.length === 0) return []
    const seen = at.map((index) => rows[index]!)
    return {
      id,
      kind: 'STRIKE',
      at,
      price: seen.map((row) => round(row.at(-1)!.price)),
      score: seen.map((row) => Math.round(row.at(-1)!.breakScoreSmooth * 100) / 100),
      signal: seen.map((row) => Math.min(...row.map(({ signal }) => SIGNALS.indexOf(signal)))),
    }
  })
  return {
    bucketMs,
    ts: groups.map((group) => group.at(-1)!.ts),
    spot: spots.map((prices) => prices.at(-1) ?? null),
    spotLow: spots.map((prices) => (prices.length === 0 ? null : Math.min(...prices))),
    spotHigh: spots.map((prices) => (prices.length === 0 ? null : Math.max(...prices))),
    levels,
    droppedSnaps: 0,
  }
}

const levelArbitrary = fc.record({
  id: fc.constantFrom(...IDS),
  price: fc.double({ min: 600, max: 700, noNaN: true }),
  breakScoreSmooth: fc.double({ min: 0, max: 100, noNaN: true }),
  signal: fc.constantFrom(...SIGNALS),
})

/** Sessions with lulls, unknown spots, and levels that come and go. */
const sessionArbitrary = fc
  .array(
    fc.record({
      gap: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 5000 })),
      spot: fc.option(fc.double({ min: 600, max: 700, noNaN: true }), { nil: null, freq: 9 }),
      levels: fc.uniqueArray(levelArbitrary, { selector: ({ id }) => id, maxLength: 4 }),
    }),
    { maxLength: 120 },
  )
  .map((steps) => {
    let n = 0
    return steps.map(({ gap, spot, levels }): LevelSignals => {
      n += gap
      return { ...snapOf(n, levels), spy: { spot, bid: null, ask: null } }
    })
  })

const queryArbitrary: fc.Arbitrary<HistoryQuery> = fc.record({
  fromTs: fc.option(fc.integer({ min: T - 1000, max: T + 200_000 }), { nil: null }),
  toTs: fc.option(fc.integer({ min: T - 1000, max: T + 200_000 }), { nil: null }),
  pointsMax: fc.integer({ min: 10, max: 200 }),
  levelIds: fc.option(fc.subarray([...IDS, 'Z']), { nil: null }),
})

function historyOf(snaps: readonly LevelSignals[], limits = HISTORY_LIMITS): SessionHistory {
  const history = new SessionHistory(limits)
  for (const snap of snaps) history.append(snap)
  return history
}

describe('a history', () => {
  it('shows what a list of all snaps shows, in no more points than were asked for', () => {
    fc.assert(
      fc.property(sessionArbitrary, queryArbitrary, (snaps, query) => {
        const columns = historyColumns(historyOf(snaps), query, 250)
        expect(columns.ts.length).toBeLessThanOrEqual(query.pointsMax)
        expect(columns).toEqual(naiveColumns(snaps, query, columns.bucketMs))
      }),
    )
  })

  it('keeps buckets as they are while it grows', () => {
    const snaps = Array.from({ length: 3000 }, (_, n) => snapOf(n, [{ id: 'A' }], 687 + n / 1000))
    const query = { ...WHOLE_HISTORY, pointsMax: 500 }
    const [some, all] = [2500, 3000].map((n) =>
      historyColumns(historyOf(snaps.slice(0, n)), query, 250),
    )
    expect(some!.bucketMs).toBe(2000)
    expect(all!.bucketMs).toBe(2000)
    // All but the last one, which was not complete.
    expect(all!.ts.slice(0, some!.ts.length - 1)).toEqual(some!.ts.slice(0, -1))
    expect(all!.spotHigh.slice(0, some!.ts.length - 1)).toEqual(some!.spotHigh.slice(0, -1))
  })

  it('that is full lets the oldest go, and says how many', () => {
    const snaps = Array.from({ length: 20_000 }, (_, n) => snapOf(n, [{ id: 'A' }, { id: 'B' }]))
    const byCount = historyOf(snaps, { ...HISTORY_LIMITS, snapsMax: 9000 })
    expect([byCount.snapCount, byCount.droppedSnaps]).toEqual([20_000 - 3 * 4096, 3 * 4096])
    expect(byCount.firstTs).toBe(snaps[3 * 4096]!.ts)
    const byEntries = historyOf(snaps, { ...HISTORY_LIMITS, entriesMax: 20_000 })
    expect(byEntries.entryCount).toBeLessThanOrEqual(20_000)
    expect(byEntries.entryCount).toBe(byEntries.snapCount * 2)
    const { ts, droppedSnaps } = historyColumns(byEntries, WHOLE_HISTORY, 250)
    expect(droppedSnaps).toBe(20_000 - byEntries.snapCount)
    expect(ts.at(-1)).toBe(snaps.at(-1)!.ts)
  })

  it('keeps no more different levels than it may, and counts the rest', () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ id: `L${n}` }))
    const history = historyOf([snapOf(1, many)], { ...HISTORY_LIMITS, levelsMax: 100 })
    expect([history.levels.length, history.entryCount, history.unkeptEntries]).toEqual([
      100, 100, 200,
    ])
    history.clear()
    expect([history.levels.length, history.entryCount, history.unkeptEntries]).toEqual([0, 0, 0])
    expect(historyOf([snapOf(1, many)]).entryCount).toBe(256)
  })
})
