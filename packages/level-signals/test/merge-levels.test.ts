import { LEVEL_KINDS, type LevelKind } from '@levels/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confluenceOf, mergeLevels } from '../src/merge-levels.ts'
import type { Level } from '../src/level.ts'

const level = (id: string, price: number, kind: LevelKind = 'ROUND'): Level => ({
  id,
  kind,
  price,
  direction: 'SUPPORT',
})

describe('levels at one price', () => {
  const all = [
    level('HOTZONE_687', 687, 'USER_HOTZONE'),
    level('CALL_WALL', 687, 'CALL_WALL'),
    level('STRIKE_687', 687, 'STRIKE'),
    level('ROUND_687', 687),
  ]

  it('are given once, under the first in precedence', () => {
    expect(mergeLevels(all, 0.005).map((l) => l.id)).toEqual(['HOTZONE_687'])
  })

  it('are named as confluence of the one that is given, in the same order', () => {
    expect(confluenceOf(all[0]!, all, 0.05)).toEqual(['CALL_WALL', 'STRIKE_687', 'ROUND_687'])
  })

  it('merge at half a cent and not beyond', () => {
    const at = (price: number): string[] =>
      mergeLevels([level('A', 687), level('B', price)], 0.005).map((l) => l.id)
    expect(at(687.005)).toEqual(['A'])
    expect(at(686.995)).toEqual(['A'])
    expect(at(687.0051)).toEqual(['A', 'B'])
    expect(at(686.9949)).toEqual(['B', 'A'])
  })

  it('merge with what is given, not with what was itself merged', () => {
    const chain = [level('A', 687), level('B', 687.004), level('C', 687.008)]
    expect(mergeLevels(chain, 0.005).map((l) => l.id)).toEqual(['A', 'C'])
  })
})

it('levels within five cents are confluence of each other and stay levels of their own', () => {
  const all = [level('VWAP', 687.05, 'VWAP'), level('ROUND_687', 687), level('ROUND_688', 688)]
  expect(mergeLevels(all, 0.005).map((l) => l.id)).toEqual(['ROUND_687', 'VWAP', 'ROUND_688'])
  expect(confluenceOf(all[0]!, all, 0.05)).toEqual(['ROUND_687'])
  expect(confluenceOf(all[1]!, all, 0.05)).toEqual(['VWAP'])
  expect(confluenceOf(all[2]!, all, 0.05)).toEqual([])
})

/** Straight from the specification: every pair is compared. */
function naiveMerge(levels: readonly Level[], mergeUsd: number): Level[] {
  const kept: Level[] = []
  for (const candidate of levels) {
    const isNew = kept.every((k) => Math.abs(k.price - candidate.price) > mergeUsd + 1e-9)
    if (isNew) kept.push(candidate)
  }
  return kept.sort((a, b) => a.price - b.price)
}

it('merging equals the comparison of every pair, and with their confluence loses no level', () => {
  const levels = fc.uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 4 }),
      kind: fc.constantFrom(...LEVEL_KINDS),
      price: fc.integer({ min: 687_000, max: 687_100 }).map((mills) => mills / 1_000),
      direction: fc.constantFrom('SUPPORT', 'RESISTANCE'),
    }),
    { selector: (l) => l.id, maxLength: 40 },
  )
  fc.assert(
    fc.property(levels, fc.constantFrom(0, 0.001, 0.005), (all, mergeUsd) => {
      const merged = mergeLevels(all, mergeUsd)
      expect(merged).toEqual(naiveMerge(all, mergeUsd))
      const named = new Set(merged.flatMap((l) => [l.id, ...confluenceOf(l, all, 0.05)]))
      expect(named).toEqual(new Set(all.map((l) => l.id)))
    }),
  )
})
