import { expect, it } from 'vitest'
import { fuzzContracts } from './fuzz-target.ts'

it('no mutated message makes a decoder throw, is accepted without coming back the same, or is scanned as another', () => {
  const outcome = fuzzContracts(20_231_225, 4_000)
  const refused = Object.values(outcome.rejected).reduce((sum, count) => sum + count, 0)
  expect(outcome.accepted + refused).toBe(4_000)
  // The mutations reach every kind of answer that a decoder has.
  expect(outcome.accepted).toBeGreaterThan(400)
  for (const code of ['INVALID_JSON', 'SCHEMA', 'OFF_TICK', 'TOO_LARGE']) {
    expect(outcome.rejected[code]).toBeGreaterThan(10)
  }
  // And the scanner takes some and leaves some, both in numbers.
  expect(outcome.scanned.taken).toBeGreaterThan(200)
  expect(outcome.scanned.left).toBeGreaterThan(20)
  expect(outcome.scanned.refused).toBeGreaterThan(600)
})

it('the same seed gives the same outcome', () => {
  expect(fuzzContracts(7, 300)).toEqual(fuzzContracts(7, 300))
})
