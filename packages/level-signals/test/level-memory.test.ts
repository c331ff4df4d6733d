import { NS_PER_S, StateReader, StateWriter } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LevelMemory, type LevelReading } from '../src/level-memory.ts'
import { resolveConfig } from '../src/levels-config.ts'

const config = resolveConfig().levels
const reading = (value: number): LevelReading => ({
  score: value,
  deltaLiq: value,
  replenishmentRatio: value,
  velocity: value,
  netDealerGamma: value,
})

describe('smoothing', () => {
  it('takes the first value as it is', () => {
    const memory = new LevelMemory(config)
    expect(memory.update('VWAP', 0, 'SUPPORT', reading(80))).toEqual(reading(80))
  })

  it('moves by 1 − e^(−Δt/τ) of the gap, each value with its own τ', () => {
    const memory = new LevelMemory(config)
    memory.update('VWAP', 0, 'SUPPORT', reading(0))
    const smooth = memory.update('VWAP', 2 * NS_PER_S, 'SUPPORT', reading(100))
    const after = (tauS: number): number => 100 * (1 - Math.exp(-2 / tauS))
    expect(smooth.score).toBeCloseTo(after(2), 10)
    expect(smooth.velocity).toBeCloseTo(after(1.5), 10)
    expect(smooth.deltaLiq).toBeCloseTo(after(3), 10)
    expect(smooth.replenishmentRatio).toBeCloseTo(after(3), 10)
    expect(smooth.netDealerGamma).toBeCloseTo(after(5), 10)
  })

  it('is dropped after sixty seconds out of band, not before', () => {
    const memory = new LevelMemory(config)
    memory.update('VWAP', 0, 'SUPPORT', reading(0))
    memory.forgetBefore(60 * NS_PER_S)
    expect(memory.update('VWAP', 60 * NS_PER_S, 'SUPPORT', reading(50)).score).toBeLessThan(50)
    memory.forgetBefore(121 * NS_PER_S)
    expect(memory.update('VWAP', 121 * NS_PER_S, 'SUPPORT', reading(7)).score).toBe(7)
  })
})

describe('direction', () => {
  it('is SUPPORT under spot and RESISTANCE over it', () => {
    const memory = new LevelMemory(config)
    expect(memory.directionOf('VWAP', 687, 687.01)).toBe('SUPPORT')
    expect(memory.directionOf('VWAP', 687, 686.99)).toBe('RESISTANCE')
  })

  it('stays as it was with spot exactly at the level, SUPPORT when there was none', () => {
    const memory = new LevelMemory(config)
    expect(memory.directionOf('VWAP', 687, 687)).toBe('SUPPORT')
    memory.update('VWAP', 0, 'RESISTANCE', reading(0))
    expect(memory.directionOf('VWAP', 687, 687)).toBe('RESISTANCE')
  })
})

it('saved and restored goes on as if it had never stopped', () => {
  const step = fc.tuple(
    fc.constantFrom('VWAP', 'POC', 'ROUND_687'),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.integer({ min: 1, max: 90 }),
  )
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 30 }), fc.nat(29), (steps, cut) => {
      const straight = new LevelMemory(config)
      let resumed = new LevelMemory(config)
      let tsRelNs = 0
      steps.forEach(([id, value, seconds], i) => {
        tsRelNs += seconds * NS_PER_S
        if (i === cut) {
          const writer = new StateWriter('TEST', 1)
          resumed.encode(writer)
          resumed = new LevelMemory(config)
          resumed.decode(new StateReader(writer.finish(), 'TEST', 1))
        }
        for (const memory of [straight, resumed]) memory.forgetBefore(tsRelNs)
        const direction = value > 0 ? 'SUPPORT' : 'RESISTANCE'
        expect(resumed.update(id, tsRelNs, direction, reading(value))).toEqual(
          straight.update(id, tsRelNs, direction, reading(value)),
        )
      })
    }),
  )
})
