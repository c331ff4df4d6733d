import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VISITED_INTERVALS, VisitedTicks } from '../src/visited-ticks.ts'
import { restoreInto } from './saved-state.ts'

it('is a set of ticks', () => {
  const ticks = fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 60 })
  const band = fc.tuple(fc.integer({ min: -35, max: 35 }), fc.integer({ min: -2, max: 12 }))
  fc.assert(
    fc.property(ticks, fc.array(band), (visits, bands) => {
      const visited = new VisitedTicks()
      const set = new Set<number>()
      for (const tick of visits) {
        expect(visited.add(tick)).toBe(true)
        set.add(tick)
        expect(visited.distinct).toBe(set.size)
      }
      const restored = restoreInto(new VisitedTicks(), visited)
      expect(restored.distinct).toBe(set.size)
      for (const [lo, width] of bands) {
        const isTouched = [...set].some((tick) => tick >= lo && tick <= lo + width)
        expect(visited.touches(lo, lo + width)).toBe(isTouched)
        expect(restored.touches(lo, lo + width)).toBe(isTouched)
      }
    }),
  )
})

describe('beyond its room', () => {
  it('leaves out what would open a further interval, and takes what extends or joins one', () => {
    const visited = new VisitedTicks()
    for (let i = 0; i < VISITED_INTERVALS; i++) expect(visited.add(i * 10)).toBe(true)
    expect(visited.add(5)).toBe(false)
    expect(visited.touches(5, 5)).toBe(false)
    expect(visited.distinct).toBe(VISITED_INTERVALS)
    for (let tick = 1; tick < 10; tick++) expect(visited.add(tick)).toBe(true) // joins 0 and 10
    expect(visited.add(1_005)).toBe(true)
    expect(visited.touches(1_005, 1_005)).toBe(true)
  })
})
