import { ES_SPY, InvariantError, NS_PER_MS, NS_PER_S } from '@levels/kernel'
import type { InstrumentPair } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PriceConverter } from '../src/price-converter.ts'
import { restoreInto, savedBytes } from './saved-state.ts'

const CONFIG = {
  timeConstantNs: 30 * NS_PER_S,
  bookMaxAgeNs: NS_PER_S,
  sampleMaxAgeNs: 300 * NS_PER_S,
  ratioBand: 0.05,
}

const create = (pair: InstrumentPair = ES_SPY): PriceConverter => new PriceConverter(pair, CONFIG)
/** Twice the mid of a book one tick wide around an ES price. */
const halfTicks = (esMid: number): number => (esMid / ES_SPY.tick) * 2

describe('price conversion', () => {
  test('uses the default ratio before the first sample: SPY 687 is ES 6870', () => {
    const converter = create()
    converter.advanceTo(0)
    expect(converter.basis).toBe('default')
    expect(converter.ratio).toBe(10)
    expect(converter.spyToEs(687)).toBe(6_870)
    expect(converter.esToSpy(6_870)).toBe(687)
    expect(converter.spyToTicks(687)).toBe(27_480)
    expect(converter.ticksToSpy(27_480)).toBe(687)
  })

  test('takes the first sample as it is', () => {
    const converter = create()
    expect(converter.addSample(0, halfTicks(6_882), 686.99, 687.01)).toBe(true)
    expect(converter.ratio).toBe(6_882 / 687)
    expect(converter.basis).toBe('live')
    expect(converter.spyToTicks(687)).toBeCloseTo(27_528, 9)
  })

  test('averages later samples with a time constant of 30 s', () => {
    const converter = create()
    converter.addSample(0, halfTicks(5_000), 499.99, 500.01)
    converter.addSample(30 * NS_PER_S, halfTicks(5_010), 499.99, 500.01)
    expect(converter.ratio).toBeCloseTo(10 + 0.02 * (1 - Math.exp(-1)), 12)
  })

  test('gives a sample of the same nanosecond no weight', () => {
    const converter = create()
    converter.addSample(5, halfTicks(5_000), 499.99, 500.01)
    expect(converter.addSample(5, halfTicks(5_010), 499.99, 500.01)).toBe(true)
    expect(converter.ratio).toBe(10)
  })

  test('refuses a sample outside 9.5 to 10.5, and keeps what it had', () => {
    const converter = create()
    converter.addSample(0, halfTicks(5_000), 499.99, 500.01)
    expect(converter.addSample(NS_PER_S, halfTicks(5_000), 550, 550.02)).toBe(false)
    expect(converter.addSample(NS_PER_S, halfTicks(5_300), 499.99, 500.01)).toBe(false)
    expect(converter.ratio).toBe(10)
    expect(converter.counters).toEqual({ samples: 1, refused: 2, unusable: 0 })
  })

  test('takes the ends of the band in', () => {
    for (const esMid of [4_750, 5_250]) {
      expect(create().addSample(0, halfTicks(esMid), 499, 501)).toBe(true)
    }
    for (const esMid of [4_749.75, 5_250.25]) {
      expect(create().addSample(0, halfTicks(esMid), 499, 501)).toBe(false)
    }
  })

  test('takes no sample from a crossed, locked or one-sided quote', () => {
    const converter = create()
    for (const [bid, ask] of [
      [500.02, 500],
      [500, 500],
      [0, 500],
      [NaN, 500],
      [500, Infinity],
    ] as const) {
      expect(converter.addSample(0, halfTicks(5_000), bid, ask)).toBe(false)
    }
    expect(converter.basis).toBe('default')
    expect(converter.counters).toEqual({ samples: 0, refused: 0, unusable: 5 })
  })

  test('holds the last ratio once its sample is 300 s old', () => {
    const converter = create()
    converter.addSample(0, halfTicks(5_010), 499.99, 500.01)
    converter.advanceTo(300 * NS_PER_S - 1)
    expect(converter.basis).toBe('live')
    converter.advanceTo(300 * NS_PER_S)
    expect(converter.basis).toBe('held')
    expect(converter.ratio).toBe(10.02)
    converter.addSample(301 * NS_PER_S, halfTicks(5_000), 499.99, 500.01)
    expect(converter.basis).toBe('live')
  })

  test('forgets the ratio with the session', () => {
    const converter = create()
    converter.addSample(0, halfTicks(5_010), 499.99, 500.01)
    converter.startSession()
    expect(converter.basis).toBe('default')
    expect(converter.ratio).toBe(10)
    converter.addSample(NS_PER_S, halfTicks(5_005), 499.99, 500.01)
    expect(converter.ratio).toBe(10.01)
  })

  test('keeps its band around the default of another pair', () => {
    const pair = { ...ES_SPY, futures: 'NQ', equity: 'QQQ', defaultRatio: 41 }
    const converter = create(pair)
    expect(converter.spyToEs(500)).toBe(20_500)
    expect(converter.addSample(0, halfTicks(20_550), 499.99, 500.01)).toBe(true)
    expect(converter.addSample(0, halfTicks(5_000), 499.99, 500.01)).toBe(false)
  })

  test('never goes back in time', () => {
    const converter = create()
    converter.advanceTo(2)
    expect(() => {
      converter.advanceTo(1)
    }).toThrow(InvariantError)
  })
})

const arbitraryStep = fc.record({
  waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2_000 }), fc.constant(300_000)),
  esHalfTicks: fc.integer({ min: 37_000, max: 43_000 }),
  spyCents: fc.integer({ min: 49_500, max: 50_500 }),
  spreadCents: fc.integer({ min: -1, max: 5 }),
  isQuote: fc.boolean(),
  isNewSession: fc.nat(20).map((n) => n === 0),
})

describe('whatever is quoted', () => {
  test('the ratio is that of a twin that recomputes the average from all samples', () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { maxLength: 60 }), (steps) => {
        const converter = create()
        let samples: { tsRelNs: number; ratio: number }[] = []
        let tsRelNs = 0
        for (const step of steps) {
          tsRelNs += step.waitMs * NS_PER_MS
          converter.advanceTo(tsRelNs)
          if (step.isNewSession) {
            converter.startSession()
            samples = []
          }
          if (step.isQuote) {
            const bid = step.spyCents / 100
            const ask = (step.spyCents + step.spreadCents) / 100
            converter.addSample(tsRelNs, step.esHalfTicks, bid, ask)
            const ratio = (step.esHalfTicks * 0.25) / (bid + ask)
            if (bid < ask && ratio >= 9.5 && ratio <= 10.5) samples.push({ tsRelNs, ratio })
          }
          const last = samples.at(-1)
          expect(converter.ratio).toBeCloseTo(average(samples), 10)
          expect(converter.ratio).toBeGreaterThanOrEqual(9.5)
          expect(converter.ratio).toBeLessThanOrEqual(10.5)
          expect(converter.basis).toBe(
            last === undefined ? 'default' : tsRelNs - last.tsRelNs < 300e9 ? 'live' : 'held',
          )
        }
      }),
    )
  })

  test('saving, restoring and going on is never having stopped', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryStep, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (steps, cut) => {
          const whole = create()
          let resumed = create()
          let tsRelNs = 0
          steps.forEach((step, i) => {
            tsRelNs += step.waitMs * NS_PER_MS
            for (const converter of [whole, resumed]) {
              converter.advanceTo(tsRelNs)
              if (step.isNewSession) converter.startSession()
              const bid = step.spyCents / 100
              converter.addSample(tsRelNs, step.esHalfTicks, bid, bid + step.spreadCents / 100)
            }
            if (i === cut % steps.length) resumed = restoreInto(create(), resumed)
          })
          expect(savedBytes(resumed)).toEqual(savedBytes(whole))
          expect(resumed.ratio).toBe(whole.ratio)
          expect(resumed.counters).toEqual(whole.counters)
        },
      ),
    )
  })
})

/** The exponential average, unrolled: each sample weighs what later ones left of it. */
function average(samples: readonly { tsRelNs: number; ratio: number }[]): number {
  if (samples.length === 0) return 10
  const last = samples.at(-1)?.tsRelNs ?? 0
  let sum = 0
  samples.forEach(({ tsRelNs, ratio }, i) => {
    const before = samples[i - 1]
    const gain = before === undefined ? 1 : 1 - Math.exp(-(tsRelNs - before.tsRelNs) / 30e9)
    sum += gain * Math.exp(-(last - tsRelNs) / 30e9) * ratio
  })
  return sum
}
