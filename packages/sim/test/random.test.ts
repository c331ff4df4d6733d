import { expect, it } from 'vitest'
import { Random } from '../src/index.ts'

it('gives the same numbers for the same seed, on every platform and version', () => {
  const random = new Random(7)
  const numbers = Array.from({ length: 4 }, () => random.uint32())
  expect(numbers).toEqual([1206341644, 2879969105, 4198631115, 4121430246])
  const other = new Random(8)
  expect(other.uint32()).not.toBe(numbers[0])
})

it('spreads evenly over its range', () => {
  const random = new Random(1)
  const buckets = new Array<number>(10).fill(0)
  for (let i = 0; i < 100_000; i++) {
    const at = random.below(10)
    buckets[at] = (buckets[at] ?? 0) + 1
  }
  // Each bucket has 10,000 ± 95 (one standard deviation): five of them are never passed.
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(475)
})

it('counts by a geometric law with the mean asked for', () => {
  const random = new Random(1)
  let sum = 0
  for (let i = 0; i < 50_000; i++) sum += random.count(4)
  expect(sum / 50_000).toBeCloseTo(4, 1)
})
