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

it('draws from the exponential and the normal law', () => {
  const random = new Random(3)
  const count = 200_000
  let sum = 0
  let squares = 0
  let beyond = 0
  let normals = 0
  let normalSquares = 0
  for (let i = 0; i < count; i++) {
    const x = random.exponential()
    sum += x
    squares += x * x
    if (x > 8) beyond++
    const z = random.normal()
    normals += z
    normalSquares += z * z
  }
  // Four standard deviations of each estimate.
  expect(Math.abs(sum / count - 1)).toBeLessThan(0.009)
  expect(Math.abs(squares / count - 2)).toBeLessThan(0.04)
  // The tail of the ziggurat begins at 7.7: 67 of 200,000 lie beyond 8.
  expect(Math.abs(beyond - 67)).toBeLessThan(33)
  expect(Math.abs(normals / count)).toBeLessThan(0.009)
  expect(Math.abs(normalSquares / count - 1)).toBeLessThan(0.013)
})

it('tells streams of one seed apart', () => {
  const draw = (stream: number): number => new Random(7, stream).uint32()
  expect(new Set([0, 1, 2, 100, 101].map(draw)).size).toBe(5)
  expect(draw(0)).toBe(new Random(7).uint32())
})
