import {
  BARRIER_STATES,
  BREAK_DIRECTIONS,
  FUEL_EFFECTS,
  SWEEP_DIRECTIONS,
} from '@levels/contracts/metrics'
import { StateReader, StateWriter } from '@levels/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  compositeScore,
  defaultScoreConfig as config,
  ScoreEngine,
  tapeScore,
} from '../src/index.ts'
import type { ScoreInput } from '../src/index.ts'
import { barrier, fuel, snap, tape } from './metrics-fixtures.ts'
import { naiveSignal } from './naive-trigger.ts'
import type { SeenLevel, SeenSnap } from './naive-trigger.ts'

const LEVELS = ['A', 'B', 'C'] as const

const metrics = fc.record({
  barrierState: fc.constantFrom(...BARRIER_STATES),
  effect: fc.constantFrom(...FUEL_EFFECTS),
  sweeping: fc.constantFrom(...SWEEP_DIRECTIONS),
  imbalance: fc.constantFrom(-1, -0.8, -0.6, 0, 0.5, 1),
  velocity: fc.constantFrom(-1, -0.05, -0.02, 0, 0.01, 0.3),
  volumeLots: fc.constantFrom(0, 499, 500, 9000),
  breakDirection: fc.constantFrom(...BREAK_DIRECTIONS),
  distanceCents: fc.constantFrom(0, 9, 10, 11, 25),
})
type Metrics = typeof metrics extends fc.Arbitrary<infer T> ? T : never

/** Metrics that give or hold a signal, so that random markets reach every transition often. */
const telling = metrics.chain((m) =>
  fc
    .constantFrom<Partial<Metrics>>(
      {},
      { barrierState: 'VACUUM', effect: 'AMPLIFY', sweeping: 'DOWN', breakDirection: 'DOWN' },
      { barrierState: 'CONSUMED', effect: 'AMPLIFY', sweeping: 'DOWN', breakDirection: 'DOWN' },
      { barrierState: 'WALL', effect: 'DAMPEN', breakDirection: 'DOWN', distanceCents: 10 },
      { barrierState: 'WALL', effect: 'DAMPEN', breakDirection: 'DOWN', distanceCents: 11 },
      { barrierState: 'WALL', effect: 'DAMPEN', sweeping: 'DOWN', breakDirection: 'DOWN' },
    )
    .map((bias) => ({ ...m, ...bias })),
)

/** A stretch of snaps that look alike; a level without metrics is out of the band. */
const stretch = fc.record({
  stepMs: fc.constantFrom(250, 250, 1000, 2750, 3000),
  count: fc.integer({ min: 1, max: 7 }),
  levels: fc.tuple(...LEVELS.map(() => fc.option(telling, { freq: 5 }))),
  pulls: fc.integer({ min: 1, max: 3 }),
  /** What was asked first at the same time and is overruled by the snap itself. */
  stray: fc.option(telling, { freq: 2 }),
  saves: fc.boolean(),
})

function inputOf(m: Metrics, levelId: string, tsMs: number): ScoreInput {
  return snap({
    levelId,
    tsRelNs: tsMs * 1_000_000,
    barrier: barrier(m.barrierState),
    fuel: fuel(m.effect),
    tape: tape({
      sweeping: m.sweeping,
      imbalance: m.imbalance,
      velocity: m.velocity,
      buyVol: m.volumeLots,
    }),
    breakDirection: m.breakDirection,
    distanceUsd: Math.abs(687 + m.distanceCents / 100 - 687),
  })
}

function saved(engine: ScoreEngine): Uint8Array {
  const writer = new StateWriter('SCOR', 1)
  engine.encode(writer)
  return writer.finish()
}

test(
  'however often it is asked, saved and restored, the signal is the naive twin’s',
  { timeout: 60_000 },
  () => {
    const said = new Set<string>()
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 14 }), (stretches) => {
        let engine = new ScoreEngine()
        const history: SeenSnap[] = []
        let tsMs = 0
        for (const { stepMs, count, levels, pulls, stray, saves } of stretches) {
          for (let i = 0; i < count; i++) {
            tsMs += stepMs
            const seen = new Map<string, SeenLevel>()
            engine.beginSnap(tsMs * 1_000_000)
            levels.forEach((m, k) => {
              if (m === null) return
              const levelId = LEVELS[k] ?? ''
              const input = inputOf(m, levelId, tsMs)
              if (stray) engine.computeScore(inputOf(stray, levelId, tsMs))
              const first = engine.computeScore(input)
              const { rawScore: score, signal } = first
              seen.set(levelId, { ...m, score })
              expect(signal).toBe(naiveSignal([...history, { tsMs, levels: seen }], levelId))
              said.add(signal)
              const state = saved(engine)
              for (let p = 1; p < pulls; p++) expect(engine.computeScore(input)).toEqual(first)
              expect(saved(engine)).toEqual(state)
            })
            history.push({ tsMs, levels: seen })
            if (saves) {
              const restored = new ScoreEngine()
              restored.decode(new StateReader(saved(engine), 'SCOR', 1))
              engine = restored
            }
          }
        }
      }),
      { numRuns: 300 },
    )
    expect([...said].sort()).toEqual(['BREAK', 'CONTESTED', 'NEUTRAL', 'REJECT'])
  },
)

const score100 = fc.double({ min: 0, max: 100, noNaN: true })
const anyTape = fc
  .record({
    imbalance: fc.double({ min: -1, max: 1, noNaN: true }),
    velocity: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    sweeping: fc.constantFrom(...SWEEP_DIRECTIONS),
  })
  .map((what) => ({ what, tape: tape(what) }))

test('every score lies in 0–100, and no component lowers it by rising', () => {
  fc.assert(
    fc.property(score100, score100, score100, score100, (l, h, t, more) => {
      const components = { liquidityScore: l, hedgeScore: h, tapeScore: t }
      const score = compositeScore(components, config)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(100)
      for (const key of ['liquidityScore', 'hedgeScore', 'tapeScore'] as const) {
        const raised = { ...components, [key]: Math.max(components[key], more) }
        expect(compositeScore(raised, config)).toBeGreaterThanOrEqual(score)
      }
    }),
  )
})

test('the tape score lies in 0–50 or is 100, and a mirrored tape scores the mirrored break', () => {
  fc.assert(
    fc.property(anyTape, ({ what, tape: one }) => {
      const up = tapeScore(one, 'UP', config)
      expect(up === 100 || (up >= 0 && up <= 50)).toBe(true)
      const mirrored = tape({
        imbalance: -what.imbalance,
        velocity: -what.velocity,
        sweeping: ({ UP: 'DOWN', DOWN: 'UP', NONE: 'NONE' } as const)[what.sweeping],
      })
      expect(tapeScore(mirrored, 'DOWN', config)).toBe(up)
    }),
  )
})

test('more pace or more pressure with the break never lowers the tape score', () => {
  fc.assert(
    fc.property(anyTape, fc.double({ min: 0, max: 1, noNaN: true }), ({ tape: one }, more) => {
      const base = tapeScore(one, 'UP', config)
      const faster = tapeScore({ ...one, velocity: one.velocity + more }, 'UP', config)
      const heavier = { ...one, imbalance: Math.min(1, one.imbalance + more) }
      expect(faster).toBeGreaterThanOrEqual(base)
      expect(tapeScore(heavier, 'UP', config)).toBeGreaterThanOrEqual(base)
    }),
  )
})
