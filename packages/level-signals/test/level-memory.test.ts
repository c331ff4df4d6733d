import type { SmoothMetrics } from '@levels/contracts'
import { NS_PER_S, StateReader, StateWriter } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LevelMemory, type LevelReading } from '../src/level-memory.ts'
import { resolveConfig } from '../src/levels-config.ts'

const config = resolveConfig().levels

function metrics(value: number): SmoothMetrics {
  return { deltaLiq: value, replenishmentRatio: value, velocity: value, netDealerGamma: value }
}
const reading = (value: number): LevelReading => ({ score: value, metrics: metrics(value) })

describe('smoothing', () => {
  it('takes the first value as it is', () => {
    const memory = new LevelMemory(config)
    expect(memory.update('VWAP', 0, reading(80))).toEqual(reading(80))
  })

  it('moves by 1 − e^(−Δt/τ) of the gap, each value with its own τ', () => {
    const memory = new LevelMemory(config)
    memory.update('VWAP', 0, reading(0))
    const smooth = memory.update('VWAP', 2 * NS_PER_S, reading(100))
    const after = (tauS: number): number => 100 * (1 - Math.exp(-2 / tauS))
    expect(smooth.score).toBeCloseTo(after(2), 10)
    expect(smooth.metrics.velocity).toBeCloseTo(after(1.5), 10)
    expect(smooth.metrics.deltaLiq).toBeCloseTo(after(3), 10)
    expect(smooth.metrics.replenishmentRatio).toBeCloseTo(after(3), 10)
    expect(smooth.metrics.netDealerGamma).toBeCloseTo(after(5), 10)
  })

  it('weighs every step by its own length', () => {
    const memory = new LevelMemory(config)
    memory.update('VWAP', 0, reading(0))
    memory.update('VWAP', 2 * NS_PER_S, reading(100))
    const smooth = memory.update('VWAP', 6 * NS_PER_S, reading(100))
    expect(smooth.score).toBeCloseTo(100 * (1 - Math.exp(-6 / 2)), 10)
    expect(smooth.metrics.velocity).toBeCloseTo(100 * (1 - Math.exp(-6 / 1.5)), 10)
  })

  it('takes a snap once, however often it is asked', () => {
    const memory = new LevelMemory(config)
    memory.update('VWAP', 0, reading(0))
    const once = { ...memory.update('VWAP', NS_PER_S, reading(100)) }
    expect({ ...memory.update('VWAP', NS_PER_S, reading(100)) }).toEqual(once)
  })

  it('keeps what was given out as it was', () => {
    const memory = new LevelMemory(config)
    memory.update('VWAP', 0, reading(0))
    const given = memory.update('VWAP', NS_PER_S, reading(1)).metrics
    const was = { ...given }
    memory.update('VWAP', 2 * NS_PER_S, reading(100))
    expect(given).toEqual(was)
  })

  it('is of each level apart', () => {
    const memory = new LevelMemory(config)
    memory.update('VWAP', 0, reading(0))
    expect(memory.update('POC', NS_PER_S, reading(80)).score).toBe(80)
  })

  it('is dropped after sixty seconds out of band, not before', () => {
    const memory = new LevelMemory(config)
    memory.update('VWAP', 0, reading(0))
    memory.forgetBefore(60 * NS_PER_S)
    expect(memory.update('VWAP', 60 * NS_PER_S, reading(50)).score).toBeLessThan(50)
    memory.forgetBefore(120.25 * NS_PER_S)
    expect(memory.update('VWAP', 120.25 * NS_PER_S, reading(7)).score).toBe(7)
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
        expect({ ...resumed.update(id, tsRelNs, reading(value)) }).toEqual({
          ...straight.update(id, tsRelNs, reading(value)),
        })
      })
    }),
  )
})
