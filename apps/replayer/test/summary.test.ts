import type { LevelSignal, LevelSignals, Signal } from '@levels/contracts'
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
}

/** A payload with the few fields a summary looks at. */
function snap(second: number, ...levels: Seen[]): LevelSignals {
  const level = ({ id = 'VWAP', distance = 0.05, score = 50, signal = 'NEUTRAL' }: Seen) => ({
    id,
    price: 687.125,
    direction: 'SUPPORT',
    distance,
    breakScoreRaw: score,
    signal,
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
    snap(0, { id: 'VWAP', score: 60, signal: 'CONTESTED' }),
    snap(1, { id: 'VWAP', score: 88.75, signal: 'BREAK' }, { id: 'STRIKE_687', score: 5 }),
    snap(2, { id: 'VWAP', score: 70 }, { id: 'STRIKE_687', score: 15 }),
    snap(3, { id: 'VWAP', score: 90, signal: 'BREAK' }, { id: 'STRIKE_687', signal: 'REJECT' }),
  )

  it('is a row a touched level', () => {
    const lines = summaryText(session, keptChannel({ columns: 160 })).split('\n')
    expect(lines.slice(0, 5)).toEqual([
      '2026-03-10  10:00:00 – 10:00:03 New York, 4 snaps, SPY 687.00 – 687.03',
      '',
      'touched   level        price  direction  touches  highest score   lowest score  signals',
      '10:00:00  VWAP        687.13  support          1  90.0 10:00:03  60.0 10:00:00  BREAK 10:00:01 +1  CONTESTED 10:00:00',
      '10:00:01  STRIKE_687  687.13  support          1  50.0 10:00:03   5.0 10:00:01  REJECT 10:00:03',
    ])
  })

  it('fits into a narrow terminal', () => {
    const lines = summaryText(session, keptChannel({ columns: 80 })).split('\n')
    expect(lines.slice(2, 5)).toEqual([
      'touched   level        price  direction  highest  lowest  signals',
      '10:00:00  VWAP        687.13  support       90.0    60.0  2 BREAK  1 CONTESTED',
      '10:00:01  STRIKE_687  687.13  support       50.0     5.0  1 REJECT',
    ])
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
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
