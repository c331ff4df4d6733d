import { RangeViolationError } from '@levels/kernel'
import { describe, expect, test } from 'vitest'
import {
  minutesToExpiry,
  newYorkOffsetNs,
  newYorkToNs,
  optionExpiryNs,
  ymdOf,
} from '../src/index.ts'
import { newYorkClock, ns, ymd } from './new-york.ts'

const HOUR_NS = 3_600_000_000_000n
const QUARTER_NS = HOUR_NS / 4n

/** UTC read as if it were New York's clock: what adding the offset must give. */
function clockByOffset(tsNs: bigint): string {
  const shifted = tsNs + BigInt(newYorkOffsetNs(tsNs))
  return new Date(Number(shifted / 1_000_000n)).toISOString().slice(0, 16).replace('T', ' ')
}

describe('the offset of New York', () => {
  test('is what time-zone data says at every noon and midnight of 2007 to 2037', () => {
    const wrong: string[] = []
    for (let t = ns('2007-01-01T00:00Z'); t < ns('2038-01-01T00:00Z'); t += 12n * HOUR_NS) {
      if (clockByOffset(t) !== newYorkClock(t)) wrong.push(newYorkClock(t))
    }
    expect(wrong).toEqual([])
  })

  test('is what time-zone data says at every quarter of an hour around each change of the clocks', () => {
    const wrong: string[] = []
    for (let year = 2007; year <= 2037; year++) {
      for (const [from, to] of [
        ['03-07', '03-16'],
        ['10-31', '11-09'],
      ]) {
        const end = ns(`${year}-${to}T00:00Z`)
        for (let t = ns(`${year}-${from}T00:00Z`); t < end; t += QUARTER_NS) {
          if (clockByOffset(t) !== newYorkClock(t)) wrong.push(newYorkClock(t))
        }
      }
    }
    expect(wrong).toEqual([])
  })

  test('changes at the nanosecond of 02:00', () => {
    const begin = ns('2024-03-10T07:00Z')
    expect(newYorkOffsetNs(begin - 1n)).toBe(-5 * 3_600e9)
    expect(newYorkOffsetNs(begin)).toBe(-4 * 3_600e9)
    const end = ns('2024-11-03T06:00Z')
    expect(newYorkOffsetNs(end - 1n)).toBe(-4 * 3_600e9)
    expect(newYorkOffsetNs(end)).toBe(-5 * 3_600e9)
  })

  test('is refused before the present rule began', () => {
    expect(() => newYorkOffsetNs(ns('2006-12-31T23:59Z'))).toThrow(RangeViolationError)
    expect(() => newYorkOffsetNs(ns('2100-01-01T00:00Z'))).toThrow(
      /expected a time in the years 2007 to 2099/,
    )
  })
})

describe('the date in New York', () => {
  test('turns at midnight there, on every day of 2007 to 2037', () => {
    const wrong: string[] = []
    for (let t = ns('2007-01-01T04:30Z'); t < ns('2038-01-01T00:00Z'); t += 24n * HOUR_NS) {
      for (const at of [t, t + HOUR_NS]) {
        if (ymdOf(at) !== ymd(newYorkClock(at).slice(0, 10))) wrong.push(newYorkClock(at))
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('a time on the clock', () => {
  test('gives the instant at which the clock shows it, on every day of 2007 to 2037', () => {
    const wrong: string[] = []
    for (let t = ns('2007-01-01T12:00Z'); t < ns('2038-01-01T00:00Z'); t += 24n * HOUR_NS) {
      const date = newYorkClock(t).slice(0, 10)
      for (const [minute, clock] of [
        [0, '00:00'],
        [240, '04:00'],
        [570, '09:30'],
        [1_080, '18:00'],
        [1_439, '23:59'],
      ] as const) {
        const shown = newYorkClock(newYorkToNs(ymd(date), minute))
        if (shown !== `${date} ${clock}`) wrong.push(shown)
      }
    }
    expect(wrong).toEqual([])
  })

  test('is the second one where it occurs twice, and standard time where it is skipped', () => {
    expect(newYorkToNs(20241103, 90)).toBe(ns('2024-11-03T06:30Z'))
    expect(newYorkToNs(20240310, 150)).toBe(ns('2024-03-10T07:30Z'))
  })

  test('is refused for a date that does not exist', () => {
    expect(() => newYorkToNs(20230229, 0)).toThrow('expected a date as yyyymmdd, was 20230229')
    expect(() => newYorkToNs(20231301, 0)).toThrow(RangeViolationError)
    expect(() => newYorkToNs(20231200, 0)).toThrow(RangeViolationError)
    expect(newYorkToNs(20240229, 0)).toBe(ns('2024-02-29T05:00Z'))
  })
})

describe('option expiry', () => {
  test('is 16:00 New York, in summer, in winter and on a half day', () => {
    expect(optionExpiryNs(20240617)).toBe(ns('2024-06-17T20:00Z'))
    expect(optionExpiryNs(20231226)).toBe(ns('2023-12-26T21:00Z'))
    expect(optionExpiryNs(20231124)).toBe(ns('2023-11-24T21:00Z'))
  })

  test('is counted in minutes, across a change of the clocks too', () => {
    const at = (iso: string, expiryYmd: number): number =>
      minutesToExpiry({ tsNs: ns(iso), expiryYmd })
    expect(at('2023-12-26T14:30Z', 20231226)).toBe(390)
    expect(at('2023-12-26T20:59:59.700Z', 20231226)).toBe(0.005)
    expect(at('2023-12-26T21:00Z', 20231226)).toBe(0)
    expect(at('2023-12-26T21:30Z', 20231226)).toBe(-30)
    expect(at('2024-03-08T21:00Z', 20240311)).toBe(3 * 1_440 - 60)
  })
})
