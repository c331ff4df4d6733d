import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  nearestTick,
  NO_TICK,
  OffTickError,
  priceToTicks,
  ticksToPrice,
  tickZone,
} from '../src/index.ts'

const TICK = 0.25

describe('nearestTick', () => {
  it('takes a price off the grid to the tick next to it', () => {
    expect(nearestTick(4787.25, TICK)).toBe(19149)
    expect(nearestTick(4787.37, TICK)).toBe(19149)
    expect(nearestTick(4787.38, TICK)).toBe(19150)
  })
})

describe('priceToTicks', () => {
  it('counts whole ticks', () => {
    expect(priceToTicks(4787.25, TICK)).toBe(19149)
    expect(priceToTicks(0, TICK)).toBe(0)
    expect(priceToTicks(-0.25, TICK)).toBe(-1)
  })

  it('forgives the last bits of a decimal price', () => {
    expect(priceToTicks(0.1 + 0.2, 0.1)).toBe(3)
    for (let cents = 1; cents < 100_000; cents++) {
      expect(priceToTicks(cents / 100, 0.01)).toBe(cents)
    }
  })

  it('accepts what lies within a millionth of a tick and refuses what lies beyond', () => {
    expect(priceToTicks(100 + 0.9e-6 * TICK, TICK)).toBe(400)
    expect(priceToTicks(100 - 0.9e-6 * TICK, TICK)).toBe(400)
    expect(() => priceToTicks(100 + 1.1e-6 * TICK, TICK)).toThrow(OffTickError)
    expect(() => priceToTicks(100 - 1.1e-6 * TICK, TICK)).toThrow(OffTickError)
    expect(() => priceToTicks(100.1, TICK)).toThrow(
      'expected a multiple of the tick 0.25, was 100.1',
    )
  })

  it('refuses what is not finite', () => {
    for (const price of [NaN, Infinity, -Infinity]) {
      expect(() => priceToTicks(price, TICK)).toThrow(OffTickError)
    }
    expect(() => priceToTicks(1, 0)).toThrow(OffTickError)
    expect(() => priceToTicks(1, NaN)).toThrow(OffTickError)
  })

  it('refuses what does not fit 32 bits, and the value that means "no price"', () => {
    expect(priceToTicks(2_147_483_647, 1)).toBe(2_147_483_647)
    expect(priceToTicks(-2_147_483_647, 1)).toBe(-2_147_483_647)
    expect(() => priceToTicks(2_147_483_648, 1)).toThrow(OffTickError)
    expect(() => priceToTicks(NO_TICK, 1)).toThrow(OffTickError)
  })

  it('never gives a negative zero', () => {
    expect(Object.is(priceToTicks(-0, TICK), 0)).toBe(true)
    expect(Object.is(priceToTicks(-1e-8, TICK), 0)).toBe(true)
  })

  it('undoes ticksToPrice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        fc.constantFrom(0.25, 0.01, 0.05, 0.1, 1, 0.0001),
        (ticks, tick) => priceToTicks(ticksToPrice(ticks, tick), tick) === ticks,
      ),
    )
  })
})

describe('tickZone', () => {
  const zone = (center: number, half: number): number[] => {
    const out = new Int32Array(2)
    tickZone(center, half, out)
    return [...out]
  }

  it('holds the ticks within the half width, both ends included', () => {
    expect(zone(100, 8)).toEqual([92, 108])
    expect(zone(100.4, 8)).toEqual([93, 108])
    expect(zone(100.5, 8)).toEqual([93, 108])
    expect(zone(-100.5, 8)).toEqual([-108, -93])
    expect(zone(7, 0)).toEqual([7, 7])
  })

  it('is empty, last before first, when no tick lies within', () => {
    expect(zone(100.5, 0.25)).toEqual([101, 100])
  })

  it('keeps its outermost ticks whatever the last bit of the centre is', () => {
    expect(zone(100 + 1e-10, 8)).toEqual([92, 108])
    expect(zone(100 - 1e-10, 8)).toEqual([92, 108])
  })

  it('refuses a centre that is no tick, rather than wrap to another price', () => {
    for (const center of [NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31), 1e12]) {
      expect(() => zone(center, 8)).toThrow('expected a zone of 32-bit ticks')
    }
    expect(() => zone(0, NaN)).toThrow('expected a zone of 32-bit ticks')
  })
})
