import { isoOfNs } from '@levels/feed'
import { describe, expect, it } from 'vitest'
import { parseTime } from '../src/time-option.ts'

const ELEVEN = BigInt(Date.parse('2023-12-25T23:00:00Z')) * 1_000_000n

describe('a time on the command line', () => {
  it.each<[string, bigint]>([
    ['2023-12-25T23:00:00Z', ELEVEN],
    ['2023-12-25T23:00Z', ELEVEN],
    ['2023-12-25 23:00:00Z', ELEVEN],
    ['2023-12-25T18:00:00-05:00', ELEVEN],
    ['2023-12-25T23:00:00.25Z', ELEVEN + 250_000_000n],
    ['2023-12-25T23:00:00.123456789Z', ELEVEN + 123_456_789n],
    [String(ELEVEN + 1n), ELEVEN + 1n],
    ['1969-12-31T23:59:59.75Z', -250_000_000n],
  ])('%s is exact to the nanosecond', (text, ns) => {
    expect(parseTime(text, '--from')).toBe(ns)
    expect(parseTime(isoOfNs(ns), '--from')).toBe(ns)
  })

  it.each(['', 'now', '2023-12-25', '2023-12-25T23:00', '2023-13-01T00:00Z', '2023-02-29T00:00Z'])(
    '"%s" is refused with what was expected',
    (text) => {
      expect(() => parseTime(text, '--from')).toThrow(
        /^--from: expected a time with its zone, .* was ".*"$/,
      )
    },
  )

  it.each(['1703545200', '2023-12-25T25:00Z', '2023-12-25T23:00:00.1234567890Z'])(
    '"%s" is none either',
    (text) => {
      expect(() => parseTime(text, '--to')).toThrow('--to: expected')
    },
  )
})
