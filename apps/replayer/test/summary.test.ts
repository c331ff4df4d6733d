import {
  BARRIER_STATES,
  type BarrierState,
  type LevelSignal,
  type LevelSignals,
  type Signal,
} from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { SessionSummary } from '../src/session-summary.ts'
import { summaryText } from '../src/summary-text.ts'
import { keptChannel } from './support.ts'

const TEN = Date.parse('2026-03-10T14:00:00Z')

interface Seen {
  readonly id?: string
  readonly distance?: number
  readonly score?: number
  readonly signal?: Signal
  readonly state?: BarrierState
}

/** A payload with the few fields a summary looks at. */
function snap(second: number, ...levels: Seen[]): LevelSignals {
  const level = (seen: Seen) => ({
    id: seen.id ?? 'VWAP',
    price: 687.125,
    direction: 'SUPPORT',
    distance: seen.distance ?? 0.05,
    breakScoreRaw: seen.score ?? 50,
    signal: seen.signal ?? 'NEUTRAL',
    barrier: { state: seen.state ?? 'NEUTRAL' },
  })
  return {
    ts: TEN + second * 1_000,
    spy: { spot: 687 + second / 100, bid: null, ask: null },
    levels: levels.map(level) as unknown as LevelSignal[],
    health: { book: 'live', basis: 'live', greeksCoverage: null },
  }
}

function summaryOf(...snaps: LevelSignals[]): SessionSummary {
  const summary = new SessionSummary({ touchBandUsd: 0.1, snapIntervalMs: 1_000 })
  for (const one of snaps) summary.add(one)
  return summary
}

describe('the summary of a session', () => {
  it('has a level from its first touch on, with the highest and lowest score since', () => {
    const [level, ...others] = summaryOf(
      snap(0, { distance: 0.2, score: 99 }),
      snap(1, { distance: 0.1, score: 40 }),
      snap(2, { distance: 0.2, score: 71.3 }),
      snap(3, { distance: 0.05, score: 12 }),
    ).touched
    expect(others).toEqual([])
    expect(level).toMatchObject({
      id: 'VWAP',
      firstTouchTs: TEN + 1_000,
      price: 687.125,
      direction: 'SUPPORT',
      touches: 2,
      highestScore: 71.3,
      highestScoreTs: TEN + 2_000,
      lowestScore: 12,
      lowestScoreTs: TEN + 3_000,
    })
  })

  it('counts what the barrier said there, from the first touch on, while it is in band', () => {
    const [level] = summaryOf(
      snap(0, { distance: 0.2, state: 'WALL' }),
      snap(1, { distance: 0.1, state: 'WEAK' }),
      snap(2, { distance: 0.2, state: 'VACUUM' }),
      snap(3),
      snap(4, { distance: 0.1, state: 'VACUUM' }),
    ).touched
    expect([...level!.states]).toEqual([
      ['WEAK', 1],
      ['VACUUM', 2],
    ])
  })

  it('counts it over all touched levels, and over no other', () => {
    const { states } = summaryOf(
      snap(0, { id: 'VWAP', state: 'WALL' }, { id: 'POC', state: 'WEAK' }),
      snap(1, { id: 'VWAP', state: 'WEAK' }, { id: 'VAH', state: 'VACUUM', distance: 0.2 }),
    )
    expect([...states]).toEqual([
      ['WEAK', 2],
      ['WALL', 1],
    ])
  })

  it('has no level that price only came near', () => {
    expect(summaryOf(snap(0, { distance: 0.11 })).touched).toEqual([])
  })

  it('has a signal when it begins, again when it comes back, and not while it is held', () => {
    const [level] = summaryOf(
      snap(0, { signal: 'CONTESTED' }),
      snap(1, { signal: 'CONTESTED' }),
      snap(2, { signal: 'BREAK' }),
      snap(3, { signal: 'NEUTRAL' }),
      snap(4, { signal: 'BREAK' }),
      snap(5, { signal: 'BREAK' }),
      snap(6),
    ).touched
    expect(level?.signals).toEqual([
      { signal: 'CONTESTED', ts: TEN },
      { signal: 'BREAK', ts: TEN + 2_000 },
      { signal: 'BREAK', ts: TEN + 4_000 },
    ])
  })

  it('takes a level that left the band and came back for one that starts anew', () => {
    const gone = summaryOf(snap(0, { signal: 'REJECT' }), snap(1), snap(2, { signal: 'REJECT' }))
    expect(gone.touched[0]?.signals.length).toBe(2)
    const left = summaryOf(snap(0, { signal: 'REJECT' }), snap(2, { signal: 'REJECT' }))
    expect(left.touched[0]).toMatchObject({ touches: 2 })
    expect(left.touched[0]?.signals.length).toBe(2)
  })
})

describe('its text', () => {
  const session = summaryOf(
    snap(0, { score: 60, signal: 'CONTESTED', state: 'WEAK' }),
    snap(
      1,
      { score: 88.75, signal: 'BREAK', state: 'VACUUM' },
      { id: 'STRIKE_687', score: 5, state: 'WALL' },
    ),
    snap(2, { score: 70, state: 'VACUUM' }, { id: 'STRIKE_687', score: 15, state: 'WALL' }),
    snap(
      3,
      { score: 90, signal: 'BREAK', state: 'VACUUM' },
      { id: 'STRIKE_687', signal: 'REJECT', state: 'WALL' },
    ),
  )
  const linesAt = (columns: number): string[] =>
    summaryText(session, keptChannel({ columns })).split('\n')

  it('is a row a touched level, then what the barrier said over all of them', () => {
    expect(linesAt(160).slice(0, 7)).toEqual([
      '2026-03-10  10:00:00 – 10:00:03 New York, 4 snaps, SPY 687.00 – 687.03',
      '',
      'touched   level        price  direction  touches  highest score   lowest score  barrier                signals',
      '10:00:00  VWAP        687.13  support          1  90.0 10:00:03  60.0 10:00:00  VACUUM  75%  WEAK 25%  BREAK 10:00:01 +1  CONTESTED 10:00:00',
      '10:00:01  STRIKE_687  687.13  support          1  50.0 10:00:03   5.0 10:00:01  WALL   100%            REJECT 10:00:03',
      '',
      'barrier, all levels  VACUUM 43%  WALL 43%  WEAK 14%',
    ])
  })

  it('leaves out when, and all but the foremost state, where there is less room', () => {
    expect(linesAt(135).slice(2, 5)).toEqual([
      'touched   level        price  direction  touches  highest  lowest  barrier                signals',
      '10:00:00  VWAP        687.13  support          1     90.0    60.0  VACUUM  75%  WEAK 25%  BREAK 10:00:01 +1  CONTESTED 10:00:00',
      '10:00:01  STRIKE_687  687.13  support          1     50.0     5.0  WALL   100%            REJECT 10:00:03',
    ])
    expect(linesAt(100).slice(2, 5)).toEqual([
      'touched   level        price  direction  highest  lowest  barrier      signals',
      '10:00:00  VWAP        687.13  support       90.0    60.0  VACUUM  75%  2 BREAK  1 CONTESTED',
      '10:00:01  STRIKE_687  687.13  support       50.0     5.0  WALL   100%  1 REJECT',
    ])
  })

  it('takes two lines a level in a narrow terminal', () => {
    expect(linesAt(80).slice(2, 8)).toEqual([
      'touched   level        price  direction  touches  highest  lowest',
      '          barrier                signals',
      '10:00:00  VWAP        687.13  support          1     90.0    60.0',
      '          VACUUM  75%  WEAK 25%  2 BREAK  1 CONTESTED',
      '10:00:01  STRIKE_687  687.13  support          1     50.0     5.0',
      '          WALL   100%            1 REJECT',
    ])
  })

  it('has dates where the session lasts longer than a day', () => {
    const day = 86_400
    const text = summaryText(
      summaryOf(snap(0, { signal: 'BREAK' }), snap(3 * day, { id: 'VAL' })),
      keptChannel({ columns: 200 }),
    )
    expect(text.split('\n').slice(0, 5)).toEqual([
      '2026-03-10  10:00:00 – 2026-03-13  10:00:00 New York, 2 snaps, SPY 687.00 – 3279.00',
      '',
      'touched         level   price  direction  touches        highest score         lowest score  barrier       signals',
      '03-10 10:00:00  VWAP   687.13  support          1  50.0 03-10 10:00:00  50.0 03-10 10:00:00  NEUTRAL 100%  BREAK 03-10 10:00:00',
      '03-13 10:00:00  VAL    687.13  support          1  50.0 03-13 10:00:00  50.0 03-13 10:00:00  NEUTRAL 100%  none',
    ])
  })

  it('has the range of spot by the default ratio only where none was measured', () => {
    const byDefault = (second: number): LevelSignals => ({
      ...snap(second),
      health: { book: 'live', basis: 'default', greeksCoverage: null },
    })
    const rangeOf = (...snaps: LevelSignals[]) => String(summaryOf(...snaps).spotRange)
    expect(rangeOf(byDefault(1), byDefault(3))).toBe('687.01 – 687.03')
    expect(rangeOf(byDefault(1), snap(4), byDefault(9), snap(5))).toBe('687.04 – 687.05')
  })

  it('has no line wider than the terminal, and all six states at every width', () => {
    const all = summaryOf(
      ...BARRIER_STATES.flatMap((state, i) => [
        snap(2 * i, { state, score: 100, signal: 'CONTESTED', id: 'SESSION_HIGH' }),
        snap(2 * i + 1, { state, signal: i % 2 === 0 ? 'BREAK' : 'REJECT', id: 'SESSION_HIGH' }),
      ]),
    )
    expect(summaryText(all, keptChannel({ columns: 20 }))).toContain('SESSION_HIGH')
    for (let columns = 60; columns <= 200; columns++) {
      const lines = summaryText(all, keptChannel({ columns })).split('\n')
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
      const from = lines.findIndex((line) => line.startsWith('barrier, all levels'))
      const said = lines.slice(from, lines.indexOf('', from)).join(' ')
      for (const state of BARRIER_STATES) expect(said).toContain(`${state} 17%`)
    }
  })

  it('rounds no share that is something to nothing, and none to all', () => {
    const rare = Array.from({ length: 300 }, (_, i) => snap(i, i === 7 ? { state: 'WALL' } : {}))
    const text = summaryText(summaryOf(...rare), keptChannel())
    expect(text).toContain('NEUTRAL >99%  WALL <1%')
  })

  it('says when nothing was touched, and when there was nothing', () => {
    const channel = keptChannel()
    expect(summaryText(summaryOf(snap(0)), channel)).toContain('No level was touched.')
    expect(summaryText(summaryOf(), channel)).toContain('nothing to report')
  })

  it('shows the first forty levels and counts the rest', () => {
    const many = Array.from({ length: 43 }, (_, i) => ({ id: `ROUND_${600 + i}` }))
    const text = summaryText(summaryOf(snap(0, ...many)), keptChannel())
    expect(text).toContain('… and 3 more levels, all in signals.ndjson')
  })
})
