import { SessionClock } from '@levels/calendar'
import { epochFor, MAX_REL_NS, toRelNs } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { type FuturesHours, SNAP_INTERVAL_NS, SnapClock } from '../src/snap-clock.ts'

const ALWAYS_OPEN: FuturesHours = {
  isFuturesOpen: () => true,
  nextFuturesOpen: (tsRelNs) => tsRelNs,
}

function hoursOf(...sessions: [open: number, close: number][]): FuturesHours {
  return {
    isFuturesOpen: (ts) => sessions.some(([open, close]) => ts >= open && ts < close),
    nextFuturesOpen: (ts) => {
      const next = sessions.find(([, close]) => ts < close)
      return next === undefined ? Infinity : Math.max(ts, next[0])
    },
  }
}

function clockOf(hours: FuturesHours, options: { fromRelNs?: number; epochNs?: bigint } = {}) {
  const boundaries: number[] = []
  const clock = new SnapClock({
    hours,
    epochNs: options.epochNs ?? 0n,
    intervalNs: 10,
    ...(options.fromRelNs === undefined ? {} : { fromRelNs: options.fromRelNs }),
    onBoundary: (tsRelNs) => boundaries.push(tsRelNs),
  })
  return { clock, boundaries }
}

describe('SnapClock', () => {
  it('begins with the first boundary at or after the first event', () => {
    const { clock, boundaries } = clockOf(ALWAYS_OPEN)
    clock.observe(13)
    clock.observe(29)
    expect(boundaries).toEqual([20])
    const exact = clockOf(ALWAYS_OPEN)
    exact.clock.observe(20)
    exact.clock.observe(21)
    expect(exact.boundaries).toEqual([20])
  })

  it('emits a boundary only before the first event beyond it', () => {
    const { clock, boundaries } = clockOf(ALWAYS_OPEN)
    clock.observe(5)
    clock.observe(10)
    clock.observe(10)
    expect(boundaries).toEqual([])
    clock.observe(11)
    expect(boundaries).toEqual([10])
  })

  it('emits every boundary of a lull', () => {
    const { clock, boundaries } = clockOf(ALWAYS_OPEN)
    clock.observe(5)
    clock.observe(45)
    expect(boundaries).toEqual([10, 20, 30, 40])
  })

  it('follows the watermark when no event comes', () => {
    const { clock, boundaries } = clockOf(ALWAYS_OPEN)
    clock.advanceTo(100)
    expect(boundaries).toEqual([]) // nothing was seen yet
    clock.observe(5)
    clock.advanceTo(20)
    expect(boundaries).toEqual([10]) // an event of time 20 may still come
    clock.advanceTo(21)
    expect(boundaries).toEqual([10, 20])
  })

  it('ends with the last boundary at or before the last event', () => {
    const { clock, boundaries } = clockOf(ALWAYS_OPEN)
    clock.observe(5)
    clock.observe(30)
    clock.finish(30)
    expect(boundaries).toEqual([10, 20, 30])
    expect(clock.count).toBe(3)
  })

  it('waits for an event in an open market, then knows the opening by the calendar', () => {
    const { clock, boundaries } = clockOf(hoursOf([100, 130], [500, 1_000]))
    clock.observe(50) // before the open: seen, but no beginning
    clock.observe(103)
    clock.observe(127)
    clock.observe(300) // closed
    clock.observe(512)
    expect(boundaries).toEqual([110, 120, 500, 510]) // 130 is the close, hence closed
  })

  it('skips an opening that holds no boundary', () => {
    const { clock, boundaries } = clockOf(hoursOf([100, 111], [201, 209], [300, 400]))
    clock.observe(100)
    clock.observe(301)
    expect(boundaries).toEqual([100, 110, 300])
  })

  it('stops where the calendar knows no further opening', () => {
    const { clock, boundaries } = clockOf(hoursOf([0, 25]))
    clock.observe(5)
    clock.observe(1_000)
    expect(boundaries).toEqual([10, 20])
    expect(clock.nextRelNs).toBe(Infinity)
  })

  it('emits nothing before the asked-for beginning', () => {
    const { clock, boundaries } = clockOf(ALWAYS_OPEN, { fromRelNs: 30 })
    clock.observe(5)
    clock.observe(45)
    expect(boundaries).toEqual([30, 40])
  })

  it('keeps to multiples of Unix time, whatever the epoch', () => {
    const { clock, boundaries } = clockOf(ALWAYS_OPEN, { epochNs: 7n })
    clock.observe(0) // Unix 7
    clock.observe(24) // Unix 31
    expect(boundaries).toEqual([3, 13, 23])
    const before = clockOf(ALWAYS_OPEN, { epochNs: 100n })
    before.clock.observe(-15)
    before.clock.observe(1)
    expect(before.boundaries).toEqual([-10, 0])
  })

  it('goes on from a saved boundary', () => {
    const { clock, boundaries } = clockOf(ALWAYS_OPEN)
    clock.resumeAt(40)
    clock.observe(51)
    expect(boundaries).toEqual([40, 50])
  })

  it('passes a Christmas weekend in a few steps, with the real calendar', () => {
    const epochNs = epochFor(BigInt(Date.parse('2023-12-22T21:00:00Z')) * 1_000_000n)
    const at = (iso: string) => toRelNs(BigInt(Date.parse(iso)) * 1_000_000n, epochNs)
    const boundaries: number[] = []
    const hours = new SessionClock(epochNs)
    let asked = 0
    const clock = new SnapClock({
      hours: {
        isFuturesOpen: (ts) => (asked++, hours.isFuturesOpen(ts)),
        nextFuturesOpen: (ts) => (asked++, hours.nextFuturesOpen(ts)),
      },
      epochNs,
      onBoundary: (tsRelNs) => boundaries.push(tsRelNs),
    })
    clock.observe(at('2023-12-22T21:59:59.100Z')) // Friday, a second before the close
    clock.observe(at('2023-12-25T23:00:00.600Z')) // Monday evening, Christmas
    expect(boundaries).toEqual([
      at('2023-12-22T21:59:59.250Z'),
      at('2023-12-22T21:59:59.500Z'),
      at('2023-12-22T21:59:59.750Z'),
      at('2023-12-25T23:00:00.000Z'),
      at('2023-12-25T23:00:00.250Z'),
      at('2023-12-25T23:00:00.500Z'),
    ])
    expect(asked).toBeLessThan(20)
    expect(SNAP_INTERVAL_NS).toBe(250_000_000)
  })

  it('goes on exactly in a lull after the 104 days of a run', () => {
    const epochNs = epochFor(BigInt(Date.parse('2023-12-26T00:00:00Z')) * 1_000_000n)
    const after = (iso: string): number => Number(BigInt(Date.parse(iso)) * 1_000_000n - epochNs)
    const boundaries: number[] = []
    const hours = new SessionClock(epochNs)
    const onBoundary = (tsRelNs: number) => boundaries.push(tsRelNs)
    const clock = new SnapClock({ hours, epochNs, onBoundary })
    expect(after('2024-04-08T20:59:59.400Z')).toBeGreaterThan(MAX_REL_NS)
    clock.resumeAt(after('2024-04-08T20:59:59.400Z'))
    clock.advanceTo(after('2024-04-08T22:00:00.500Z'))
    expect(boundaries).toEqual([
      after('2024-04-08T20:59:59.500Z'),
      after('2024-04-08T20:59:59.750Z'),
      after('2024-04-08T22:00:00.000Z'),
      after('2024-04-08T22:00:00.250Z'),
    ])
  })
})
