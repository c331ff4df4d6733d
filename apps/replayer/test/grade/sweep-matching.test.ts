import { Aggressor, ES_SPY, EventKind, MarketEvent } from '@levels/kernel'
import { resolveConfig } from '@levels/level-signals'
import { describe, expect, it } from 'vitest'
import { isOnTape, matchSweeps, type SweepReading } from '../../src/grade/sweep-matching.ts'
import { tapeSweeps } from '../../src/grade/tape-sweeps.ts'

const MS = 1_000_000
const up = (fromMs: number, toMs: number) =>
  ({ fromNs: fromMs * MS, toNs: toMs * MS, direction: 'UP' }) as const

/** Readings every 250 ms: by index, the notional of an upward sweep, negative of a downward one. */
function readings(...notionals: number[]): SweepReading[] {
  return notionals.map((notional, at) => ({
    tsNs: at * 250 * MS,
    direction: notional === 0 ? 'NONE' : notional > 0 ? 'UP' : 'DOWN',
    notional: Math.abs(notional),
  }))
}

describe('matching of sweeps', () => {
  it('finds a sweep told at the first snap after its last print', () => {
    const grade = matchSweeps([up(300, 400)], readings(0, 0, 6, 6, 6, 0))
    expect(grade).toEqual({ hits: 1, misses: 0, alarms: [], delaysMs: [100] })
  })

  it('lets a sweep grow while it runs, told once', () => {
    const grade = matchSweeps([up(100, 600)], readings(0, 5, 7, 9, 9))
    expect(grade).toMatchObject({ hits: 1, misses: 0, alarms: [], delaysMs: [-350] })
  })

  it('misses what is told the other way round, which is an alarm besides', () => {
    const grade = matchSweeps([up(100, 200)], readings(0, -6, -6))
    expect(grade).toMatchObject({ hits: 0, misses: 1, delaysMs: [] })
    expect(grade.alarms).toEqual([{ tsNs: 250 * MS, direction: 'DOWN', notional: 6 }])
  })

  it('misses what is told too late', () => {
    const grade = matchSweeps([up(0, 100)], readings(0, 0, 0, 6))
    expect(grade).toMatchObject({ hits: 0, misses: 1 })
    expect(grade.alarms).toHaveLength(1)
  })

  it('takes another notional for another sweep', () => {
    const grade = matchSweeps([up(200, 250)], readings(0, 6, 6, 6, 8, 8))
    expect(grade).toMatchObject({ hits: 1, misses: 0 })
    expect(grade.alarms).toEqual([{ tsNs: 1000 * MS, direction: 'UP', notional: 8 }])
  })
})

describe('the tape read the plain way', () => {
  const config = resolveConfig().tape

  function trade(tsMs: number, priceTicks: number, size: number, aggressor: Aggressor) {
    const event = new MarketEvent()
    Object.assign(event, { kind: EventKind.FuturesTrade, tsRelNs: tsMs * MS, priceTicks, size })
    event.aggressor = aggressor
    return event
  }

  it('holds a run of three prints over two prices worth five million', () => {
    const { Buy } = Aggressor
    const run = [trade(0, 27480, 5, Buy), trade(50, 27480, 5, Buy), trade(150, 27481, 5, Buy)]
    expect(tapeSweeps(run, config, ES_SPY)).toEqual([up(0, 150)])
    expect(tapeSweeps(run.slice(1), config, ES_SPY)).toEqual([])
  })

  it('ends a run at a print of the other side, and at a pause of more than 100 ms', () => {
    const { Buy, Sell } = Aggressor
    const crossed = [trade(0, 27480, 9, Buy), trade(10, 27481, 9, Buy), trade(20, 27479, 1, Sell)]
    const late = [trade(30, 27482, 9, Buy), trade(131, 27483, 9, Buy)]
    expect(tapeSweeps([...crossed, ...late], config, ES_SPY)).toEqual([])
  })

  it('explains an alarm by a run that has not been over for longer than is remembered', () => {
    const [told] = readings(6)
    const at = (tsMs: number): SweepReading => ({ ...told!, tsNs: tsMs * MS })
    expect(isOnTape(at(10_099), [up(0, 100)], 10_000 * MS)).toBe(true)
    expect(isOnTape(at(10_100), [up(0, 100)], 10_000 * MS)).toBe(false)
    expect(isOnTape({ ...at(200), direction: 'DOWN' }, [up(0, 100)], 10_000 * MS)).toBe(false)
  })
})
