import { expect, it } from 'vitest'
import {
  div,
  exp,
  fromDouble,
  ln,
  ONE,
  PI,
  sqrt,
  toDecimal,
  toDouble,
} from '../tools/fixed-point.ts'
import { greeksCases, impliedCases, normalCases } from '../tools/reference-cases.ts'
import { reference } from './reference.ts'

it('the generator writes what is committed', () => {
  expect(greeksCases(10)).toEqual(reference.greeks.slice(0, 10))
  expect(impliedCases(4)).toEqual(reference.implied.slice(0, 4))
  expect(normalCases()).toEqual(reference.normal)
})

it('the arithmetic it stands on gives the known digits', () => {
  // The On-Line Encyclopedia of Integer Sequences: A000796, A001113, A002162, A002193.
  const digits50 = (value: bigint): string => toDecimal(value, 50)
  expect(digits50(PI)).toBe('3.1415926535897932384626433832795028841971693993751e0')
  expect(digits50(exp(ONE))).toBe('2.7182818284590452353602874713526624977572470937000e0')
  expect(digits50(ln(2n * ONE))).toBe('6.9314718055994530941723212145817656807550013436026e-1')
  expect(digits50(sqrt(2n * ONE))).toBe('1.4142135623730950488016887242096980785696718753769e0')
  expect(digits50(div(-ONE, 3n * ONE))).toBe(`-3.${'3'.repeat(49)}e-1`)
})

it('doubles go in exactly and come out rounded to the nearest', () => {
  for (const value of [0, 1, -1, 0.1, 687.42, -1e-300, 5e-324, 1.7976931348623157e308]) {
    expect(toDouble(fromDouble(value))).toBe(value)
  }
  expect(toDecimal(fromDouble(0.1), 25)).toBe('1.000000000000000055511151e-1')
  expect(toDecimal(fromDouble(9.9999), 3)).toBe('1.00e1')
})
