import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BASELINE_CAPACITY, DepthBaseline } from '../src/depth-baseline.ts'
import { restoreInto, savedBytes } from './saved-state.ts'

/** The least value that at least `percent` of a hundred of all do not exceed. */
function naivePercentile(values: readonly number[], percent: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const isEnough = (v: number) =>
    100 * values.filter((w) => w <= v).length >= percent * values.length
  return sorted.find(isEnough) ?? null
}

const sample = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 }))

it('gives the nearest-rank percentile of a list sorted anew each time', () => {
  const samples = fc.array(sample, { maxLength: 80, size: 'max' })
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 100 }), fc.nat(12), (draws, percent, extra) => {
      const baseline = new DepthBaseline(300)
      const all: { readonly ts: number; readonly value: number }[] = []
      let ts = 0
      for (const [wait, value] of draws) {
        ts += wait
        baseline.add(ts, value / 3)
        all.push({ ts, value: value / 3 })
        const held = all.filter((s) => s.ts > ts - 300).map((s) => s.value)
        expect(baseline.count).toBe(held.length)
        expect(baseline.percentile(percent / 100, null)).toBe(naivePercentile(held, percent))
        expect(baseline.percentile(percent / 100, extra / 3)).toBe(
          naivePercentile([...held, extra / 3], percent),
        )
        expect(baseline.percentile(percent / 100, null)).toBe(naivePercentile(held, percent))
      }
      const restored = restoreInto(new DepthBaseline(300), baseline)
      expect(savedBytes(restored)).toEqual(savedBytes(baseline))
      expect(restored.percentile(0.5, null)).toBe(baseline.percentile(0.5, null))
    }),
  )
})

it('knows nothing without a sample, and one that would be added may be the only one', () => {
  const baseline = new DepthBaseline(10)
  expect(baseline.percentile(0.2, null)).toBeNull()
  expect(baseline.percentile(0.2, 7)).toBe(7)
})

it('lets the oldest sample go early, counted, when there are too many', () => {
  const baseline = new DepthBaseline(Infinity)
  for (let i = 0; i < BASELINE_CAPACITY + 2; i++) baseline.add(i, BASELINE_CAPACITY + 2 - i)
  expect(baseline.count).toBe(BASELINE_CAPACITY)
  expect(baseline.droppedCount).toBe(2)
  expect(baseline.percentile(1, null)).toBe(BASELINE_CAPACITY)
})
