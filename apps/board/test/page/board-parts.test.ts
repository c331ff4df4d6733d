import type { SignalEvent } from '@levels/gateway/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { announcementOf } from '../../page/announcer.ts'
import { backOffMs, FIRST_DELAY_MS, LAST_DELAY_MS } from '../../page/model/back-off.ts'
import { EventLog, EVENTS_MAX } from '../../page/model/event-log.ts'
import { GatewayClock } from '../../page/model/gateway-clock.ts'
import { alarmOf, healthItems, isStale, type HealthFacts } from '../../page/model/health.ts'
import { followedLevel, ladderOrder, neighbourId } from '../../page/model/selection.ts'
import {
  goldenSignals,
  goldenStatus,
  levelLike,
  liveStatus,
  snapOf,
} from '../browser/sample-signals.ts'

describe('the back-off', () => {
  it('doubles up to its limit, give or take a fifth', () => {
    expect([1, 2, 3, 4].map((attempt) => backOffMs(attempt, 0.5))).toEqual([250, 500, 1000, 2000])
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const delay = backOffMs(attempt, random)
          expect(delay).toBeGreaterThanOrEqual(0.8 * FIRST_DELAY_MS)
          expect(delay).toBeLessThanOrEqual(1.2 * LAST_DELAY_MS)
        },
      ),
    )
  })
})

describe('the clock of the gateway', () => {
  let nowMs = 0
  const clock = new GatewayClock(() => nowMs)

  it('tells how old a thing is, wherever the clock of the page stands', () => {
    nowMs = 5_000
    expect(clock.since(0)).toBeNull()
    clock.begin(1_700_000_060_000)
    expect(clock.since(1_700_000_000_000)).toBe(60_000)
    nowMs += 500
    expect(clock.since(1_700_000_000_000)).toBe(60_500)
    expect(clock.since(1_700_000_062_000)).toBe(0)
  })

  it('goes by the word that was on its way for the shortest time', () => {
    nowMs += 5_000
    clock.hear(1_700_000_053_500) // ten seconds late, as what came with it
    expect(clock.since(1_700_000_053_500)).toBe(12_000)
    clock.hear(1_700_000_065_700)
    expect(clock.since(1_700_000_065_700)).toBe(0)
  })
})

describe('the followed level', () => {
  const calm = levelLike({ id: 'A', signal: 'NEUTRAL', distance: 0.01, breakScoreSmooth: 50 })
  const far = levelLike({ id: 'B', signal: 'NEUTRAL', distance: 0.2, breakScoreSmooth: 60 })
  const breaking = levelLike({ id: 'B', signal: 'BREAK', distance: 0.2, breakScoreSmooth: 84 })
  const rejecting = levelLike({ id: 'C', signal: 'REJECT', distance: 0.22, breakScoreSmooth: 5 })

  it('is the nearest at first', () => {
    expect(followedLevel([calm, far], null)?.id).toBe('A')
    expect(followedLevel([], null)).toBeNull()
  })

  it('stays the same while nothing is decided', () => {
    expect(followedLevel([calm, far], 'B')?.id).toBe('B')
  })

  it('changes to one that breaks or rejects, the most decided first, and stays there', () => {
    expect(followedLevel([calm, breaking], 'A')?.id).toBe('B')
    expect(followedLevel([calm, breaking, rejecting], 'A')?.id).toBe('C')
    expect(followedLevel([calm, breaking, rejecting], 'B')?.id).toBe('B')
  })
})

describe('the ladder', () => {
  const ladder = ladderOrder(snapOf(0, { levelCount: 5 }).levels)

  it('has the highest price on top', () => {
    const prices = ladder.map(({ price }) => price)
    expect(prices).toEqual(prices.toSorted((a, b) => b - a))
  })

  it('is climbed rung by rung and ends at its ends', () => {
    const [top, second] = ladder
    expect(neighbourId(ladder, top?.id ?? null, 1)).toBe(second?.id)
    expect(neighbourId(ladder, top?.id ?? null, -1)).toBe(top?.id)
    expect(neighbourId(ladder, second?.id ?? null, 99)).toBe(ladder.at(-1)?.id)
    expect(neighbourId([], 'A', 1)).toBeNull()
  })

  it('is entered at the nearest level', () => {
    expect(neighbourId(ladder, 'gone', 1)).toBe('STRIKE_600')
  })
})

function eventOf(seq: number, part: Partial<SignalEvent> = {}): SignalEvent {
  return {
    seq,
    ts: seq * 250,
    levelId: 'VWAP',
    kind: 'VWAP',
    direction: 'SUPPORT',
    price: 687.1,
    spot: 687.2,
    signal: 'BREAK',
    previous: 'NEUTRAL',
    confidence: 'LOW',
    score: 81.6,
    ...part,
  }
}

describe('the event log', () => {
  const message = (isReset: boolean, events: SignalEvent[], droppedCount = 0) =>
    ({ type: 'events', isReset, droppedCount, events }) as const

  it('gives what is new, and nothing of what takes the place of all', () => {
    const log = new EventLog()
    expect(log.take(message(true, [eventOf(1), eventOf(2)]))).toEqual([])
    expect(log.take(message(false, [eventOf(2), eventOf(3)])).map(({ seq }) => seq)).toEqual([3])
    expect(log.events.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(log.endAt(500)).toBe(2)
    expect(log.endAt(499)).toBe(1)
    log.take(message(true, [eventOf(1)], 4))
    expect(log.events).toHaveLength(1)
    expect(log.droppedCount).toBe(4)
  })

  it('is bounded, and counts what it let go', () => {
    const log = new EventLog()
    for (let seq = 1; seq <= 3 * EVENTS_MAX; seq++) log.take(message(false, [eventOf(seq)]))
    expect(log.events.length).toBeLessThanOrEqual(EVENTS_MAX * 1.125)
    expect(log.events.length + log.droppedCount).toBe(3 * EVENTS_MAX)
    expect(log.events.at(-1)?.seq).toBe(3 * EVENTS_MAX)
  })
})

describe('what is said aloud', () => {
  it('is each new signal in a sentence, no end of one', () => {
    expect(announcementOf([eventOf(1), eventOf(2, { signal: 'NEUTRAL' })])).toBe(
      'Break: VWAP at 687.10, support, score 82, confidence low.',
    )
    expect(announcementOf([])).toBe('')
  })

  it('is no more than one can listen to', () => {
    const said = announcementOf([1, 2, 3, 4, 5].map((seq) => eventOf(seq)))
    expect(said.match(/Break:/g)).toHaveLength(3)
    expect(said).toMatch(/And 2 more\.$/)
  })
})

const LINK = {
  type: 'link',
  isConnected: true,
  reason: null,
  isCatchingUp: false,
  refusedSnaps: null,
  refusedStatuses: null,
} as const

describe('health', () => {
  const facts = (part: Partial<HealthFacts> = {}): HealthFacts => ({
    connection: { kind: 'open' },
    hello: {
      type: 'hello',
      protocol: 1,
      mode: 'live',
      gatewayId: 'a',
      instrument: { equity: 'SPY', future: null },
      snapIntervalMs: 250,
      nowTs: 0,
      run: null,
    },
    link: LINK,
    status: liveStatus(1),
    statusAgeMs: 100,
    signals: goldenSignals('full'),
    snapAgeMs: 100,
    refusedSnapAgeMs: null,
    refusedStatusAgeMs: null,
    refusedCount: 0,
    lastRefusal: null,
    nowMs: 0,
    ...part,
  })
  const grades = (part: Partial<HealthFacts>): Record<string, string> =>
    Object.fromEntries(healthItems(facts(part)).map(({ key, grade }) => [key, grade]))

  it('is good where all is well, and nothing is alarming', () => {
    expect(new Set(Object.values(grades({})))).toEqual(new Set(['good']))
    expect(alarmOf(facts())).toBeNull()
  })

  it('is unknown, with a dash and a reason, where nothing was said', () => {
    const items = healthItems(
      facts({ status: null, statusAgeMs: null, signals: null, snapAgeMs: null }),
    )
    const unknown = items.filter(({ grade }) => grade === 'unknown')
    expect(unknown.map(({ key }) => key)).toEqual([
      'data',
      'lag',
      'service',
      'book',
      'basis',
      'greeks',
      'rejects',
    ])
    for (const { value, detail } of unknown) {
      expect(value).toBe('—')
      expect(detail).not.toBe('')
    }
  })

  it('is stale when live snaps stop, never in replay', () => {
    expect(isStale(facts({ snapAgeMs: 1_900 }))).toBe(false)
    expect(isStale(facts({ snapAgeMs: 2_100 }))).toBe(true)
    const { hello } = facts()
    if (hello === null) throw new Error('expected a hello')
    expect(isStale(facts({ snapAgeMs: 2_100, hello: { ...hello, mode: 'replay' } }))).toBe(false)
    expect(isStale(facts({ snapAgeMs: 7_000, hello: { ...hello, snapIntervalMs: 1_000 } }))).toBe(
      false,
    )
  })

  it('no longer trusts a lag that nobody confirms', () => {
    expect(grades({ statusAgeMs: 6_000 })).toMatchObject({ lag: 'unknown', service: 'bad' })
    expect(grades({ status: { ...liveStatus(1), lagMs: 1_500 } }).lag).toBe('warning')
    expect(grades({ status: { ...liveStatus(1), lagMs: 9_000 } }).lag).toBe('bad')
  })

  it('counts what was refused, by the service and by the page', () => {
    const status = { ...liveStatus(1), rejects: { OFF_TICK: 2, LATE: 0 } }
    const rejects = healthItems(facts({ status, refusedCount: 1 })).at(-1)
    expect(rejects).toMatchObject({
      value: '3',
      grade: 'warning',
      detail: 'OFF_TICK 2, by this page 1',
    })
  })

  describe('where the gateway refuses what the bus brings', () => {
    const reason = '$.spy: expected an object, was "<b>"'
    const refusedSnaps = { count: 1649, lastTs: 2_000, code: 'SCHEMA', reason }
    const refusedStatuses = { count: 2, lastTs: 1_000, code: 'INVALID_JSON', reason: '$: none' }
    const itemOf = (part: Partial<HealthFacts>, key: string) =>
      healthItems(facts(part)).find((item) => item.key === key)

    it('counts it, warns, and names the last', () => {
      const snaps = { link: { ...LINK, refusedSnaps }, refusedSnapAgeMs: 300 }
      expect(itemOf(snaps, 'rejects')).toMatchObject({
        value: '1,649',
        grade: 'warning',
        detail: `by the gateway 1649: snap SCHEMA ${reason}`,
      })
      const both = { link: { ...LINK, refusedSnaps, refusedStatuses }, refusedCount: 1 }
      expect(itemOf(both, 'rejects')).toMatchObject({
        value: '1,652',
        detail: `by this page 1, by the gateway 1651: snap SCHEMA ${reason}`,
      })
      const later = { ...refusedStatuses, lastTs: 2_001 }
      const status = { link: { ...LINK, refusedSnaps, refusedStatuses: later }, status: null }
      expect(itemOf(status, 'rejects')).toMatchObject({
        value: '1,651',
        detail: 'by the gateway 1651: status INVALID_JSON $: none',
      })
      // Good snaps come between: nothing that is shown is old.
      expect(alarmOf(facts(snaps))).toBeNull()
      expect(itemOf(snaps, 'data')).toMatchObject({ grade: 'good' })
    })

    it('says why no snap is shown, or only an old one', () => {
      const link = { ...LINK, refusedSnaps }
      const why = `the gateway refused the last that came: SCHEMA ${reason}`
      const old = { link, snapAgeMs: 4_800, refusedSnapAgeMs: 300 }
      expect(alarmOf(facts(old))).toEqual({
        grade: 'bad',
        title: 'Stale',
        detail: `no snap for 4.8 s: ${why}. What is shown is old.`,
      })
      expect(itemOf(old, 'data')?.detail).toBe(`the last snap came 4.8 s ago: ${why}`)
      const none = { link, signals: null, snapAgeMs: null, refusedSnapAgeMs: 300 }
      expect(alarmOf(facts(none))).toEqual({ grade: 'bad', title: 'No snap', detail: why })
      expect(itemOf(none, 'data')).toMatchObject({ grade: 'unknown', detail: why })
      // What was refused before the last snap is not why none comes.
      const before = { link, snapAgeMs: 4_800, refusedSnapAgeMs: 5_000 }
      expect(alarmOf(facts(before))?.detail).toBe('no snap for 4.8 s. What is shown is old.')
    })

    it('says why the service seems silent', () => {
      const link = { ...LINK, refusedStatuses }
      const why = 'the gateway refused the last report that came: INVALID_JSON $: none'
      const old = { link, statusAgeMs: 6_000, refusedStatusAgeMs: 100 }
      expect(itemOf(old, 'service')).toMatchObject({
        value: 'Silent',
        detail: `no report for 6.0 s: ${why}; it was LIVE`,
      })
      const none = { link, status: null, statusAgeMs: null, refusedStatusAgeMs: 100 }
      expect(itemOf(none, 'service')).toMatchObject({ value: '—', detail: why })
      expect(itemOf(none, 'lag')).toMatchObject({ value: '—', detail: why })
      expect(itemOf(none, 'rejects')).toMatchObject({ value: '2', grade: 'warning' })
    })
  })

  it('of a replay tells that the run was changed, and what was refused', () => {
    const { hello } = facts()
    if (hello === null) throw new Error('expected a hello')
    const replay = { hello: { ...hello, mode: 'replay' } } as const
    expect(healthItems(facts(replay)).at(-1)).toMatchObject({ key: 'rejects', grade: 'good' })
    const reason = 'the run: expected the signals that were opened, was others'
    const other = { refusedCount: 1, lastRefusal: { code: null, reason: 'expected JSON' } }
    expect(alarmOf(facts({ ...replay, ...other }))).toBeNull()
    expect(healthItems(facts({ ...replay, ...other })).at(-1)).toMatchObject({
      value: '1',
      grade: 'warning',
      detail: 'expected JSON',
    })
    const changed = { refusedCount: 1, lastRefusal: { code: 'RUN_CHANGED', reason } } as const
    expect(alarmOf(facts({ ...replay, ...changed }))).toMatchObject({
      title: 'Run changed',
      grade: 'bad',
      detail: `${reason}. Open the run again.`,
    })
    expect(grades({ ...replay, ...changed }).run).toBe('bad')
  })

  it('alarms with the worst first', () => {
    const waiting = {
      kind: 'waiting',
      attempt: 3,
      retryAtMs: 1_700,
      reason: 'connection lost',
    } as const
    const status = goldenStatus()
    const link = { ...LINK, isConnected: false, reason: 'no server' }
    const all = facts({ connection: waiting, link, status, snapAgeMs: 9_000 })
    expect(alarmOf(all)).toMatchObject({ title: 'Disconnected' })
    expect(alarmOf(all)?.detail).toContain('attempt 4 in 2 s')
    expect(alarmOf(facts({ link, status, snapAgeMs: 9_000 }))).toMatchObject({
      title: 'No bus',
      detail: 'no server',
    })
    expect(alarmOf(facts({ status, snapAgeMs: 9_000 }))).toMatchObject({ title: 'Stale' })
    expect(alarmOf(facts({ status }))).toMatchObject({ title: 'Degraded', grade: 'bad' })
    const signals = {
      ...goldenSignals('full'),
      health: { book: 'crossed', basis: 'live', greeksCoverage: 1 },
    } as const
    expect(alarmOf(facts({ signals }))).toMatchObject({ title: 'Book crossed', grade: 'bad' })
  })
})
