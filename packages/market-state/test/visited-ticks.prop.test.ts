import fc from 'fast-check'
import { expect, it } from 'vitest'
import { VISITED_TICKS, VisitedTicks } from '../src/visited-ticks.ts'
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
        expect(visited.count).toBe(set.size)
      }
      const restored = restoreInto(new VisitedTicks(), visited)
      expect(restored.count).toBe(set.size)
      for (const [lo, width] of bands) {
        const isTouched = [...set].some((tick) => tick >= lo && tick <= lo + width)
        expect(visited.touches(lo, lo + width)).toBe(isTouched)
        expect(restored.touches(lo, lo + width)).toBe(isTouched)
      }
    }),
  )
})

it('leaves out further ticks once it is full', () => {
  const visited = new VisitedTicks()
  for (let i = 0; i < VISITED_TICKS; i++) expect(visited.add(i * 10)).toBe(true)
  expect(visited.add(5)).toBe(false)
  expect(visited.touches(5, 5)).toBe(false)
  expect(visited.add(10)).toBe(true)
  expect(visited.count).toBe(VISITED_TICKS)
})
