import type { LevelKind } from '@levels/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeLevels, type Level } from '../src/universe.ts'

const bands = { mergeUsd: 0.005, confluenceUsd: 0.05 }
const level = (id: string, price: number, kind: LevelKind = 'ROUND'): Level => ({ id, kind, price })

describe('levels at one price', () => {
  it('are given once, under the first in precedence, the others named as confluence', () => {
    const merged = mergeLevels(
      [
        level('HOTZONE_687', 687, 'USER_HOTZONE'),
        level('CALL_WALL', 687, 'CALL_WALL'),
        level('STRIKE_687', 687, 'STRIKE'),
        level('ROUND_687', 687),
      ],
      bands,
    )
    expect(merged).toEqual([
      {
        ...level('HOTZONE_687', 687, 'USER_HOTZONE'),
        confluence: ['CALL_WALL', 'STRIKE_687', 'ROUND_687'],
      },
    ])
  })

  it('merge at half a cent and not beyond', () => {
    const at = (price: number): string[] =>
      mergeLevels([level('A', 687), level('B', price)], bands).map((l) => l.id)
    expect(at(687.005)).toEqual(['A'])
    expect(at(687.0051)).toEqual(['A', 'B'])
  })

  it('name others within five cents as confluence and stay levels of their own', () => {
    const merged = mergeLevels([level('VWAP', 687.05, 'VWAP'), level('ROUND_687', 687)], bands)
    expect(merged.map((l) => [l.id, l.confluence])).toEqual([
      ['ROUND_687', ['VWAP']],
      ['VWAP', ['ROUND_687']],
    ])
  })
})

it('never gives two levels within the merge distance, nor one id twice, and loses none', () => {
  const levels = fc.uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 4 }),
      kind: fc.constantFrom<LevelKind>('VWAP', 'STRIKE', 'ROUND', 'POC'),
      price: fc.integer({ min: 68_690, max: 68_710 }).map((cents) => cents / 100 / 1),
    }),
    { selector: (l) => l.id, maxLength: 20 },
  )
  fc.assert(
    fc.property(levels, (all) => {
      const merged = mergeLevels(all, bands)
      for (const [i, a] of merged.entries()) {
        for (const b of merged.slice(i + 1)) expect(b.price - a.price).toBeGreaterThan(0.005)
      }
      expect(new Set(merged.map((l) => l.id)).size).toBe(merged.length)
      const named = new Set(merged.flatMap((l) => [l.id, ...l.confluence]))
      expect(named).toEqual(new Set(all.map((l) => l.id)))
    }),
  )
})
