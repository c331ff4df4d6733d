import { NS_PER_S } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MAX_VELOCITY_WINDOW_NS,
  VELOCITY_CAPACITY,
  VelocityWindow,
} from '../src/velocity-window.ts'

/** Least squares straight from the definition, in bigints. */
function naiveSlope(trades: readonly (readonly [tsNs: number, tick: number])[]): number {
  const n = BigInt(trades.length)
  const sum = (f: (x: bigint, y: bigint) => bigint) =>
    trades.reduce((s, [x, y]) => s + f(BigInt(x), BigInt(y)), 0n)
  const x = sum((t) => t)
  const denominator = n * sum((t) => t * t) - x * x
  if (denominator === 0n) return 0
  const numerator = n * sum((t, y) => t * y) - x * sum((_t, y) => y)
  return (Number(numerator) / Number(denominator)) * 1e9
}

const trade = fc.tuple(
  fc.oneof(
    fc.integer({ min: 0, max: 2 * NS_PER_S }),
    fc.constantFrom(0, 1, MAX_VELOCITY_WINDOW_NS - 1, MAX_VELOCITY_WINDOW_NS),
  ),
  fc.oneof(
    fc.integer({ min: 19_000, max: 21_000 }),
    fc.integer({ min: -2_147_483_647, max: 2_147_483_647 }),
  ),
)

it('is exact at the longest window, over minutes of trades and at any price', () => {
  fc.assert(
    fc.property(fc.array(trade, { minLength: 2, maxLength: 200, size: 'max' }), (draws) => {
      const window = new VelocityWindow(MAX_VELOCITY_WINDOW_NS)
      const trades: [number, number][] = []
      let tsNs = 0
      for (const [waitNs, tick] of draws) {
        tsNs += waitNs
        trades.push([tsNs, tick])
        window.add({ tsRelNs: tsNs, priceTicks: tick })
        const held = trades.filter(([ts]) => ts > tsNs - MAX_VELOCITY_WINDOW_NS)
        expect(window.count).toBe(held.length)
        expect(window.ticksPerS()).toBe(naiveSlope(held))
      }
    }),
    { numRuns: 60 },
  )
})

it('stays exact when trading never pauses for days', () => {
  const window = new VelocityWindow(MAX_VELOCITY_WINDOW_NS)
  const trades: [number, number][] = []
  for (let i = 0; i < 20_000; i++) {
    const entry: [number, number] = [
      i * 10 * NS_PER_S + ((i * 7_919) % 1_000_003),
      20_000 + (i % 97),
    ]
    trades.push(entry)
    window.add({ tsRelNs: entry[0], priceTicks: entry[1] })
    if (i % 100 !== 0) continue
    const held = trades.slice(-4).filter(([ts]) => ts > entry[0] - MAX_VELOCITY_WINDOW_NS)
    expect(window.ticksPerS()).toBe(naiveSlope(held))
  }
})

describe('a full window', () => {
  it('stays exact, lets the oldest go early and counts it', () => {
    const window = new VelocityWindow(MAX_VELOCITY_WINDOW_NS)
    const trades: [number, number][] = []
    for (let i = 0; i < VELOCITY_CAPACITY + 3; i++) {
      // Times near the end of the span and large prices: the largest limbs there are.
      const entry: [number, number] = [30 * NS_PER_S + i * 7, 2_147_480_000 - (i % 1_000)]
      trades.push(entry)
      window.add({ tsRelNs: entry[0], priceTicks: entry[1] })
    }
    expect(window.droppedCount).toBe(3)
    expect(window.ticksPerS()).toBe(naiveSlope(trades.slice(3)))
  })
})

it('refuses a window it could not keep exact', () => {
  expect(() => new VelocityWindow(MAX_VELOCITY_WINDOW_NS + 1)).toThrow(
    'a velocity window lies within',
  )
})
