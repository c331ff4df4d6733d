import { describe, expect, it } from 'vitest'
import { normalCdf, normalPdf } from '../src/index.ts'
import { reference, relativeError } from './reference.ts'

describe('normalCdf', () => {
  it('gives the published values', () => {
    // M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, Table 26.1, 15 decimals.
    expect(normalCdf(0)).toBe(0.5)
    expect(normalCdf(0.5)).toBeCloseTo(0.691462461274013, 15)
    expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 15)
    expect(normalCdf(2)).toBeCloseTo(0.977249868051821, 15)
    expect(normalCdf(3)).toBeCloseTo(0.99865010196837, 15)
  })

  it.each(reference.normal)('at $d is right to the last digits, far tails included', (row) => {
    expect(relativeError(normalCdf(row.d), row.cdf)).toBeLessThan(1e-15)
    expect(relativeError(normalPdf(row.d), row.pdf)).toBeLessThan(1e-15)
  })

  it('never falls, also where one approximation hands over to the next', () => {
    for (let d = -9; d < 9; d += 1 / 512) {
      expect(normalCdf(d + 1 / 512)).toBeGreaterThanOrEqual(normalCdf(d))
    }
  })

  it('is 0, ½ and 1 at the ends, and not a number for what is none', () => {
    expect([-Infinity, -40, 0, 40, Infinity].map(normalCdf)).toEqual([0, 0, 0.5, 1, 1])
    expect([-Infinity, -40, 40, Infinity].map(normalPdf)).toEqual([0, 0, 0, 0])
    expect(normalCdf(NaN)).toBeNaN()
  })
})
