import { describe, expect, it } from 'vitest'
import { exp, log, normalCdf } from '../src/numeric/elementary.ts'
import { Random } from '../src/random.ts'

const GOLDEN_EXP = [
  '4005bf0a8b14576a',
  '3fd78b56362cef38',
  '3ff1aec7b35a00d4',
  '41c7d6c4f0bcdd5c',
  '00caf5fe9a485c8e',
]
const GOLDEN_LOG = [
  '3fe62e42fefa39ef',
  'c0026bb1bbb55515',
  '40026bb1bbb55516',
  '4085963447f87fb5',
  'c086f9be0f7cee66',
]

/** The 64 bits of a double, in hexadecimal. */
function bits(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}

describe('exp and log', () => {
  it('are within a unit in the last place of what the platform gives', () => {
    const random = new Random(1)
    for (let i = 0; i < 200_000; i++) {
      const x = (random.unit() - 0.5) * 1_400
      const y = Math.exp((random.unit() - 0.5) * 1_400)
      if (Math.abs(exp(x) - Math.exp(x)) > Math.exp(x) * 2.3e-16) throw new Error(`exp(${x})`)
      if (Math.abs(log(y) - Math.log(y)) > Math.abs(Math.log(y)) * 2.3e-16) {
        throw new Error(`log(${y})`)
      }
    }
  })

  it('have these bits on every platform', () => {
    expect([1, -1, 0.1, 20.5, -700.25].map((x) => bits(exp(x)))).toEqual(GOLDEN_EXP)
    expect([2, 0.1, 10, 1e300, 5e-320].map((x) => bits(log(x)))).toEqual(GOLDEN_LOG)
  })

  it('hold at the ends of what a double can say', () => {
    expect([exp(0), exp(800), exp(-800), log(1), log(Infinity)]).toEqual([
      1,
      Infinity,
      0,
      0,
      Infinity,
    ])
    expect([exp(-Infinity), log(0)]).toEqual([0, -Infinity])
    expect([exp(NaN), log(-1), log(NaN)]).toEqual([NaN, NaN, NaN])
    expect(exp(-744)).toBe(Math.exp(-744))
    expect(exp(709.7)).toBe(Math.exp(709.7))
  })
})

describe('the normal distribution', () => {
  it('agrees with published values', () => {
    // M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, table 26.1.
    expect(normalCdf(0)).toBeCloseTo(0.5, 14)
    expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 13)
    expect(normalCdf(-2)).toBeCloseTo(0.022750131948179, 13)
    expect(normalCdf(8) + normalCdf(-8)).toBeCloseTo(1, 14)
    expect([normalCdf(-40), normalCdf(40)]).toEqual([0, 1])
  })
})
