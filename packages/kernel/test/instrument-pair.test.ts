import { expect, it } from 'vitest'
import { ES_SPY, priceToTicks } from '../src/index.ts'

it('ES and SPY: a quarter point, 50 dollars a point, ten to one, dollar strikes', () => {
  expect(ES_SPY).toEqual({
    futures: 'ES',
    equity: 'SPY',
    tick: 0.25,
    pointValue: 50,
    defaultRatio: 10,
    strikeStep: 1,
  })
  expect(priceToTicks(687 * ES_SPY.defaultRatio, ES_SPY.tick)).toBe(27_480)
})
