import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PROFILE_HALF_SPAN_MAX, VolumeProfile } from '../src/volume-profile.ts'
import { naiveValueArea } from './naive-value-area.ts'
import { restoreInto, savedBytes } from './saved-state.ts'

const create = (bucketUnits = 1): VolumeProfile =>
  new VolumeProfile({ bucketUnits, valueAreaShare: 0.7 })

function profileOf(volumes: Record<number, number>): VolumeProfile {
  const profile = create()
  for (const [price, size] of Object.entries(volumes)) profile.add(Number(price), size)
  return profile
}

describe('the volume profile', () => {
  test('knows nothing before the first trade', () => {
    expect(create().read()).toBeNull()
  })

  test('of one price has everything there', () => {
    expect(profileOf({ 100: 5 }).read()).toEqual({ poc: 100, vah: 100, val: 100 })
  })

  test('grows the value area by the larger pair of neighbours until it holds 70 %', () => {
    // 100 lots. From 40 at 105: 20 above (106, 107) beat 15 below; then 15 below make 75.
    const profile = profileOf({ 103: 5, 104: 10, 105: 40, 106: 12, 107: 8, 108: 25 })
    expect(profile.read()).toEqual({ poc: 105, vah: 108, val: 105 })
    // Without the 25 at 108: 75 lots, 53 wanted; 40 + 20 above is enough.
    const lower = profileOf({ 103: 5, 104: 10, 105: 40, 106: 12, 107: 8 })
    expect(lower.read()).toEqual({ poc: 105, vah: 107, val: 105 })
  })

  test('prefers the upper pair on a tie', () => {
    expect(profileOf({ 98: 5, 99: 5, 100: 10, 101: 5, 102: 5 }).read()).toEqual({
      poc: 100,
      vah: 102,
      val: 98,
    })
    expect(profileOf({ 98: 1, 99: 1, 100: 10, 101: 1, 102: 1 }).read()).toEqual({
      poc: 100,
      vah: 100,
      val: 100,
    })
    expect(profileOf({ 99: 2, 100: 6, 101: 2 }).read()).toEqual({ poc: 100, vah: 101, val: 100 })
  })

  test('stops at exactly 70 %', () => {
    expect(profileOf({ 100: 7, 101: 3 }).read()).toEqual({ poc: 100, vah: 100, val: 100 })
    expect(profileOf({ 100: 69, 101: 31 }).read()).toEqual({ poc: 100, vah: 101, val: 100 })
  })

  test('of several fullest prices takes the one nearest the middle, then the lower', () => {
    expect(profileOf({ 100: 5, 104: 5, 110: 5 }).read()?.poc).toBe(104)
    expect(profileOf({ 100: 5, 110: 5 }).read()?.poc).toBe(100)
    expect(profileOf({ 99: 1, 104: 5, 106: 5, 111: 1 }).read()?.poc).toBe(104)
  })

  test('puts a price into the nearest bucket', () => {
    const profile = create(100)
    profile.add(6_870_149, 1)
    profile.add(6_870_150, 2)
    expect(profile.read()).toEqual({ poc: 6_870_200, vah: 6_870_200, val: 6_870_100 })
  })

  test('leaves out and counts what is too far from the first price', () => {
    const profile = create()
    profile.add(50_000, 1)
    profile.add(50_000 + PROFILE_HALF_SPAN_MAX, 2)
    profile.add(50_000 + PROFILE_HALF_SPAN_MAX + 1, 7)
    profile.add(50_000 - PROFILE_HALF_SPAN_MAX - 1, 8)
    expect(profile.total).toBe(3)
    expect(profile.outOfSpanVolume).toBe(15)
    expect(profile.read()?.poc).toBe(50_000 + PROFILE_HALF_SPAN_MAX)
  })

  test('grows to take in far prices, without losing what it had', () => {
    const profile = profileOf({ 50_000: 3, 51_500: 2, 47_000: 2, 70_000: 1 })
    expect(profile.total).toBe(8)
    expect(profile.read()).toEqual({ poc: 50_000, vah: 70_000, val: 50_000 })
  })

  test('starts over at any price once cleared', () => {
    const profile = profileOf({ 100: 5, 900: 6 })
    profile.clear()
    expect(profile.read()).toBeNull()
    profile.add(200_000, 1)
    expect(profile.read()).toEqual({ poc: 200_000, vah: 200_000, val: 200_000 })
  })
})

const arbitraryTrade = fc.record({
  price: fc.oneof(
    fc.integer({ min: 5_000, max: 5_020 }),
    fc.integer({ min: 4_800, max: 5_300 }),
    fc.constantFrom(5_000, 5_001),
  ),
  size: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1_000 })),
})

describe('whatever is traded', () => {
  test('the profile reads as one recomputed from a list of trades', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryTrade, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(1, 7, 100),
        (trades, bucketUnits) => {
          const profile = create(bucketUnits)
          trades.forEach(({ price, size }, i) => {
            profile.add(price, size)
            if (i % 8 === 0) {
              expect(profile.read()).toEqual(naiveValueArea(trades.slice(0, i + 1), bucketUnits))
            }
          })
          expect(profile.read()).toEqual(naiveValueArea(trades, bucketUnits))
        },
      ),
    )
  })

  test('the value area holds at least 70 % and would not without its outermost buckets', () => {
    fc.assert(
      fc.property(fc.array(arbitraryTrade, { minLength: 1, maxLength: 60 }), (trades) => {
        const profile = create()
        for (const { price, size } of trades) profile.add(price, size)
        const { poc, vah, val } = profile.read() ?? { poc: NaN, vah: NaN, val: NaN }
        const volumeIn = (from: number, to: number): number =>
          trades.reduce((sum, t) => sum + (t.price >= from && t.price <= to ? t.size : 0), 0)
        expect(val).toBeLessThanOrEqual(poc)
        expect(vah).toBeGreaterThanOrEqual(poc)
        expect(10 * volumeIn(val, vah)).toBeGreaterThanOrEqual(7 * profile.total)
        if (val < vah) {
          // A step adds two buckets on one side: without both last steps it fell short.
          const inner = volumeIn(Math.min(val + 2, poc), Math.max(vah - 2, poc))
          expect(10 * inner).toBeLessThan(7 * profile.total)
        }
      }),
    )
  })

  test('saving, restoring and going on is never having stopped', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryTrade, { maxLength: 40 }),
        fc.array(arbitraryTrade, { maxLength: 40 }),
        (before, after) => {
          const whole = create(3)
          for (const { price, size } of before) whole.add(price, size)
          const resumed = restoreInto(create(3), whole)
          for (const { price, size } of after) {
            whole.add(price, size)
            resumed.add(price, size)
          }
          expect(savedBytes(resumed)).toEqual(savedBytes(whole))
          expect(resumed.read()).toEqual(whole.read())
        },
      ),
    )
  })
})
