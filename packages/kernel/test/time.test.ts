import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  END_TS_NS,
  epochFor,
  FIRST_TS_NS,
  fromRelNs,
  MAX_REL_NS,
  NS_PER_DAY,
  NS_PER_HOUR,
  NS_PER_MINUTE,
  NS_PER_MS,
  NS_PER_S,
  NS_PER_US,
  RangeViolationError,
  relNsToUnixMs,
  toRelNs,
} from '../src/index.ts'

const anyInstant = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })

describe('units of time', () => {
  it('are multiples of each other', () => {
    expect(NS_PER_MS).toBe(1_000 * NS_PER_US)
    expect(NS_PER_S).toBe(1_000 * NS_PER_MS)
    expect(NS_PER_MINUTE).toBe(60 * NS_PER_S)
    expect(NS_PER_HOUR).toBe(60 * NS_PER_MINUTE)
    expect(NS_PER_DAY).toBe(24 * NS_PER_HOUR)
  })
})

describe('the instants that are taken', () => {
  it('are those from February 2007 to November 2099', () => {
    expect(new Date(Number(FIRST_TS_NS / 1_000_000n)).toISOString()).toBe(
      '2007-02-01T00:00:00.000Z',
    )
    expect(new Date(Number((END_TS_NS - 1n) / 1_000_000n)).toISOString()).toBe(
      '2099-11-30T23:59:59.999Z',
    )
  })
})

describe('epochFor', () => {
  it('is midnight UTC of the day', () => {
    const christmas = BigInt(Date.UTC(2023, 11, 25)) * 1_000_000n
    expect(epochFor(christmas + 23n * 3_600_000_000_000n + 1n)).toBe(christmas)
    expect(epochFor(christmas)).toBe(christmas)
    expect(epochFor(christmas - 1n)).toBe(christmas - BigInt(NS_PER_DAY))
  })

  it('is the last whole day before any instant, before 1970 too', () => {
    fc.assert(
      fc.property(anyInstant, (ts) => {
        const epoch = epochFor(ts)
        expect(epoch % BigInt(NS_PER_DAY)).toBe(0n)
        expect(ts - epoch).toBeGreaterThanOrEqual(0n)
        expect(ts - epoch).toBeLessThan(BigInt(NS_PER_DAY))
      }),
    )
  })
})

describe('toRelNs and fromRelNs', () => {
  it('keep every nanosecond', () => {
    const ts = 1_766_000_000_123_456_789n
    const epoch = epochFor(ts)
    expect(fromRelNs(toRelNs(ts, epoch), epoch)).toBe(ts)
    expect(toRelNs(ts + 1n, epoch) - toRelNs(ts, epoch)).toBe(1)
  })

  it('are inverse to each other as far as a double is exact', () => {
    fc.assert(
      fc.property(anyInstant, fc.maxSafeInteger(), (epoch, rel) => {
        const ts = fromRelNs(rel, epoch)
        return toRelNs(ts, epoch) === rel
      }),
    )
  })

  it('refuse what a double would round', () => {
    expect(toRelNs(BigInt(MAX_REL_NS), 0n)).toBe(MAX_REL_NS)
    expect(() => toRelNs(BigInt(MAX_REL_NS) + 1n, 0n)).toThrow(RangeViolationError)
    expect(() => toRelNs(-BigInt(MAX_REL_NS) - 1n, 0n)).toThrow(RangeViolationError)
    expect(() => toRelNs(105n * BigInt(NS_PER_DAY), 0n)).toThrow(
      "expected a time within 104 days of the run's epoch 0, was 9072000000000000",
    )
  })
})

describe('relNsToUnixMs', () => {
  it('gives the millisecond an instant lies in', () => {
    const epoch = BigInt(Date.UTC(2023, 11, 25)) * 1_000_000n
    expect(relNsToUnixMs(250 * NS_PER_MS, epoch)).toBe(Date.UTC(2023, 11, 25, 0, 0, 0, 250))
    expect(relNsToUnixMs(-1, epoch)).toBe(Date.UTC(2023, 11, 25) - 1)
  })

  it('agrees with exact arithmetic', () => {
    const days = fc.integer({ min: 0, max: 40_000 })
    fc.assert(
      fc.property(days, fc.maxSafeInteger(), (day, rel) => {
        const epoch = BigInt(day) * BigInt(NS_PER_DAY)
        const exactNs = epoch + BigInt(rel)
        const floorMs =
          exactNs / 1_000_000n - (exactNs < 0n && exactNs % 1_000_000n !== 0n ? 1n : 0n)
        return BigInt(relNsToUnixMs(rel, epoch)) === floorMs
      }),
    )
  })
})
