import type { LevelSignals, Signal } from '@levels/contracts'
import { SIGNALS } from '@levels/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HISTORY_LIMITS } from '../src/session-history.ts'
import { SESSION_GAP_MS, SessionRecord } from '../src/session-record.ts'
import { SignalLog } from '../src/signal-log.ts'
import { snapOf, snapWith, T } from './support.ts'

const recordOf = (): SessionRecord =>
  new SessionRecord({ limits: HISTORY_LIMITS, sessionGapMs: SESSION_GAP_MS })

describe('a record', () => {
  it('is of one session: half an hour without a boundary ends it', () => {
    const record = recordOf()
    const gap = SESSION_GAP_MS / 250
    expect(record.append('a', snapWith(0, 'BREAK'))).toBe('added')
    expect(record.append('a', snapWith(gap - 1, 'NEUTRAL'))).toBe('added')
    expect(record.log.lastSeq).toBe(2)
    expect(record.append('a', snapWith(2 * gap - 1, 'REJECT'))).toBe('restarted')
    expect([record.history.snapCount, record.log.lastSeq]).toEqual([1, 1])
  })

  it('takes no boundary of a run twice, and none that steps back', () => {
    const record = recordOf()
    record.append('a', snapOf(5))
    expect(record.append('a', snapOf(5))).toBe('stale')
    expect(record.append('a', snapOf(4))).toBe('stale')
    expect(record.append('a', snapOf(6))).toBe('added')
  })

  it('is of one run: a new one takes its place, wherever it begins', () => {
    const record = recordOf()
    record.append('a', snapOf(500))
    expect(record.append('b', snapOf(3))).toBe('restarted')
    expect([record.runId, record.history.firstTs]).toEqual(['b', T + 750])
  })

  it('does not go to and fro between two runs that publish at once', () => {
    const record = recordOf()
    record.append('a', snapOf(1))
    record.append('b', snapOf(1))
    for (let n = 2; n < 100; n++) {
      expect(record.append('a', snapOf(n))).toBe('foreign')
      expect(record.append('b', snapOf(n))).toBe('added')
    }
    // Ten seconds without the present one, and the other is taken again.
    const outcomes = Array.from({ length: 42 }, (_, i) => record.append('a', snapOf(100 + i)))
    expect(outcomes.lastIndexOf('foreign')).toBe(39)
    expect(outcomes.slice(40)).toEqual(['restarted', 'added'])
  })
})

/** All changes, from a plain list of snaps. */
function naiveChanges(snaps: readonly LevelSignals[]) {
  return snaps.flatMap((snap, n) =>
    snap.levels.flatMap(({ id, signal }) => {
      const before = n === 0 ? undefined : snaps[n - 1]!.levels.find((level) => level.id === id)
      const previous: Signal = before?.signal ?? 'NEUTRAL'
      return previous === signal ? [] : { ts: snap.ts, levelId: id, signal, previous }
    }),
  )
}

const snapsArbitrary = fc
  .array(
    fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('A', 'B', '__proto__'),
        signal: fc.constantFrom(...SIGNALS),
      }),
      { selector: ({ id }) => id },
    ),
    { maxLength: 40 },
  )
  .map((list) => list.map((levels, n) => snapOf(n, levels)))

describe('a log of signals', () => {
  it('tells every change, each once, from wherever one is', () => {
    fc.assert(
      fc.property(snapsArbitrary, fc.nat(60), (snaps, known) => {
        const log = new SignalLog()
        for (const snap of snaps) log.append(snap)
        const changes = naiveChanges(snaps).map((change, i) => ({ seq: i + 1, ...change }))
        expect(log.since(null).events).toMatchObject(changes)
        expect(log.since(null).events.length).toBe(changes.length)
        const rest = log.since(Math.min(known, changes.length))
        expect(rest).toMatchObject({ isReset: false, droppedCount: 0 })
        expect(rest.events.map(({ seq }) => seq)).toEqual(
          changes.slice(known).map(({ seq }) => seq),
        )
      }),
    )
  })

  it('that is full lets the oldest go, and says how many are missing', () => {
    const log = new SignalLog(4)
    for (let n = 1; n <= 10; n++) log.append(snapWith(n, n % 2 === 0 ? 'BREAK' : 'NEUTRAL'))
    const told = (seq: number | null) => {
      const { isReset, droppedCount, events } = log.since(seq)
      return [isReset, droppedCount, events.map((event) => event.seq)]
    }
    expect(log.lastSeq).toBe(9)
    expect(told(null)).toEqual([true, 5, [6, 7, 8, 9]])
    expect(told(2)).toEqual([false, 3, [6, 7, 8, 9]])
    expect(told(7)).toEqual([false, 0, [8, 9]])
    expect(told(9)).toEqual([false, 0, []])
  })

  it('takes a level that leaves and comes back for one that was neutral', () => {
    const log = new SignalLog()
    for (const snap of [
      snapWith(1, 'BREAK'),
      snapOf(2),
      snapWith(3, 'BREAK'),
      snapWith(4, 'NEUTRAL'),
    ]) {
      log.append(snap)
    }
    const signals = log.since(null).events.map(({ ts, signal }) => [(ts - T) / 250, signal])
    expect(signals).toEqual([
      [1, 'BREAK'],
      [3, 'BREAK'],
      [4, 'NEUTRAL'],
    ])
  })
})
