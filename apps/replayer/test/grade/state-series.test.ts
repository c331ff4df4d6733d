import { describe, expect, it } from 'vitest'
import { quantilesOf } from '../../src/grade/quantiles.ts'
import { gradeSeries } from '../../src/grade/state-series.ts'

const MS = 1_000_000

/** Statements a letter each, every 250 ms from 0 on, against a truth over the whole time. */
function grade(truth: string, letters: string) {
  const said = letters.split('')
  const tsNs = said.map((_, at) => at * 250 * MS)
  return gradeSeries(truth, 0, (said.length - 1) * 250 * MS, tsNs, said)
}

describe('a series of statements', () => {
  it('is taken for what was said most in its last half', () => {
    expect(grade('A', 'BBBBBBAAABA').answer).toBe('A')
    expect(grade('A', 'AAAAAABBBAB').answer).toBe('B')
  })

  it('is taken for what was said first where two were said as often', () => {
    expect(grade('A', '----BBAA').answer).toBe('B')
  })

  it('has found the truth once it was said four times in a row, from the first of them on', () => {
    expect(grade('A', 'BAABAAAA').detectMs).toBe(1_000)
    expect(grade('A', 'AAAABBBB').detectMs).toBe(0)
    expect(grade('A', 'AAABAAAB').detectMs).toBeNull()
  })

  it('counts changes in the last half only', () => {
    expect(grade('A', 'ABABABAAAAA').flips).toBe(1)
    expect(grade('A', 'AAAAAABABAB')).toMatchObject({ flips: 5, settledMs: 1_250 })
  })

  it('is refused when it is empty', () => {
    expect(() => gradeSeries('A', 0, 1, [], [])).toThrow('expected a statement at each of 0 snaps')
  })
})

describe('quantiles', () => {
  it('are values that were there', () => {
    const values = Array.from({ length: 100 }, (_, at) => 100 - at)
    expect(quantilesOf(values)).toEqual({ count: 100, p50: 50, p90: 90, p99: 99 })
    expect(quantilesOf([7])).toEqual({ count: 1, p50: 7, p90: 7, p99: 7 })
    expect(quantilesOf([])).toEqual({ count: 0, p50: null, p90: null, p99: null })
  })
})
