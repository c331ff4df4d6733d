import { expect, it } from 'vitest'
import { PriceIds } from '../src/price-ids.ts'

it('names a price as it is written, however many others were named before', () => {
  const ids = new PriceIds('ROUND')
  expect(ids.of(687)).toBe('ROUND_687')
  expect(ids.of(687.5)).toBe('ROUND_687.5')
  for (let cents = 1; cents <= 5_000; cents++) {
    expect(ids.of(cents / 100)).toBe(`ROUND_${cents / 100}`)
  }
  expect(ids.of(687)).toBe('ROUND_687')
})
