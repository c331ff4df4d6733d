import type { Signal } from '@levels/contracts/metrics'
import { StateReader, StateWriter } from '@levels/kernel'
import { describe, expect, test } from 'vitest'
import { defaultScoreConfig, ScoreEngine } from '../src/index.ts'
import type { ScoreInput } from '../src/index.ts'
import { barrier, BREAKING, fuel, REJECTING, snap, tape } from './metrics-fixtures.ts'

const S = 1_000_000_000

/** Scores one level at the given seconds and says the signals. */
function signalsAt(
  engine: ScoreEngine,
  seconds: readonly number[],
  what: Partial<ScoreInput>,
): Signal[] {
  return seconds.map((s) => engine.computeScore(snap({ ...what, tsRelNs: s * S })).signal)
}

/** An engine whose level has just become BREAK, at 3 s. */
function broken(): ScoreEngine {
  const engine = new ScoreEngine()
  expect(signalsAt(engine, [0, 3], BREAKING)).toEqual(['NEUTRAL', 'BREAK'])
  return engine
}

/** An engine whose level has just become REJECT, at 3 s. */
function rejected(): ScoreEngine {
  const engine = new ScoreEngine()
  expect(signalsAt(engine, [0, 3], REJECTING)).toEqual(['NEUTRAL', 'REJECT'])
  return engine
}

/** Metrics for a break DOWN, named by their score with the default weights. */
const AT_80 = { barrier: barrier('VACUUM'), fuel: fuel('AMPLIFY') }
const AT_62_5 = { barrier: barrier('VACUUM') }
const AT_20 = { ...REJECTING, tape: tape({ sweeping: 'DOWN' }) }
const AT_27_5 = { ...REJECTING, fuel: fuel('NEUTRAL'), tape: tape({ imbalance: -1, velocity: -1 }) }

describe('score', () => {
  test('comes with its three components', () => {
    const { rawScore, componentScores } = new ScoreEngine().computeScore(snap(BREAKING))
    expect(rawScore).toBe(100)
    expect(componentScores).toEqual({ liquidityScore: 100, hedgeScore: 100, tapeScore: 100 })
  })

  test('has the confidence of the mean of the three engines', () => {
    const input = snap({
      barrier: barrier('NEUTRAL', 0.2),
      tape: tape({ confidence: 1 }),
      fuel: fuel('NEUTRAL', 0.9),
    })
    expect(new ScoreEngine().computeScore(input).confidence).toBe('HIGH')
    expect(new ScoreEngine().computeScore({ ...input, bookReliable: false }).confidence).toBe('LOW')
  })
})

describe('BREAK', () => {
  test('is given after the score was above 80 for 3 s on end, not before', () => {
    const engine = new ScoreEngine()
    expect(signalsAt(engine, [0, 1, 2, 2.75, 3, 3.25], BREAKING)).toEqual([
      'NEUTRAL',
      'NEUTRAL',
      'NEUTRAL',
      'NEUTRAL',
      'BREAK',
      'BREAK',
    ])
  })

  test('is not given at exactly 80', () => {
    const engine = new ScoreEngine()
    expect(engine.computeScore(snap({ ...AT_80, tsRelNs: 0 })).rawScore).toBe(80)
    expect(signalsAt(engine, [3, 6], AT_80)).toEqual(['NEUTRAL', 'NEUTRAL'])
  })

  test('waits anew after one snap that is not above 80', () => {
    const engine = new ScoreEngine()
    signalsAt(engine, [0, 1, 2], BREAKING)
    signalsAt(engine, [2.5], AT_80)
    expect(signalsAt(engine, [3, 5.75, 6], BREAKING)).toEqual(['NEUTRAL', 'NEUTRAL', 'BREAK'])
  })

  test('is held while the score is 75 or more', () => {
    const engine = broken()
    expect(signalsAt(engine, [4], AT_80)).toEqual(['BREAK'])
    // no metrics score exactly 75 with the default weights
    const config = { ...defaultScoreConfig, weightLiquidity: 0.5, weightHedge: 0.25 }
    const weighed = new ScoreEngine({ ...config, weightTape: 0.25 })
    signalsAt(weighed, [0, 3], BREAKING)
    const at75 = snap({ ...AT_80, tsRelNs: 4 * S })
    expect(weighed.computeScore(at75)).toMatchObject({ rawScore: 75, signal: 'BREAK' })
  })

  test('is given up below 75, and needs another 3 s to come back', () => {
    const engine = broken()
    expect(signalsAt(engine, [4], AT_62_5)).toEqual(['NEUTRAL'])
    expect(signalsAt(engine, [5, 7.75, 8], BREAKING)).toEqual(['NEUTRAL', 'NEUTRAL', 'BREAK'])
  })

  test('needs no touch', () => {
    const engine = new ScoreEngine()
    const far = { ...BREAKING, distanceUsd: 0.25 }
    expect(signalsAt(engine, [0, 3], far)).toEqual(['NEUTRAL', 'BREAK'])
  })

  test('is given at once when no hold time is asked for', () => {
    const engine = new ScoreEngine({ ...defaultScoreConfig, triggerHoldS: 0 })
    expect(signalsAt(engine, [0], BREAKING)).toEqual(['BREAK'])
  })
})

describe('REJECT', () => {
  test('is given after the score was below 20 for 3 s on end within $0.10', () => {
    const engine = new ScoreEngine()
    const touching = { ...REJECTING, distanceUsd: 0.1 }
    expect(signalsAt(engine, [0, 2.75, 3], touching)).toEqual(['NEUTRAL', 'NEUTRAL', 'REJECT'])
  })

  test('counts a distance of 0.10 on paper as a touch, whatever its double is', () => {
    const distanceUsd = 687.1 - 687
    expect(distanceUsd).toBeGreaterThan(0.1)
    expect(signalsAt(new ScoreEngine(), [0, 3], { ...REJECTING, distanceUsd })[1]).toBe('REJECT')
  })

  test('is not given at exactly 20, nor without a touch', () => {
    expect(signalsAt(new ScoreEngine(), [0, 3, 6], AT_20)).not.toContain('REJECT')
    const apart = { ...REJECTING, distanceUsd: 0.11 }
    expect(signalsAt(new ScoreEngine(), [0, 3, 6], apart)).not.toContain('REJECT')
  })

  test('waits anew after one snap without a touch', () => {
    const engine = new ScoreEngine()
    signalsAt(engine, [0, 2], REJECTING)
    signalsAt(engine, [2.5], { ...REJECTING, distanceUsd: 0.2 })
    expect(signalsAt(engine, [3, 5.75, 6], REJECTING)).toEqual(['NEUTRAL', 'NEUTRAL', 'REJECT'])
  })

  test('is held while the score is 25 or less', () => {
    expect(signalsAt(rejected(), [4, 5], AT_20)).toEqual(['REJECT', 'REJECT'])
  })

  test('is given up above 25', () => {
    const engine = rejected()
    const after = engine.computeScore(snap({ ...AT_27_5, tsRelNs: 4 * S }))
    expect(after).toMatchObject({ rawScore: 27.5, signal: 'NEUTRAL' })
  })

  test('is given up when the level was not touched for 3 s on end', () => {
    const engine = rejected()
    const apart = { ...REJECTING, distanceUsd: 0.2 }
    expect(signalsAt(engine, [4, 6.75], apart)).toEqual(['REJECT', 'REJECT'])
    expect(signalsAt(engine, [6.9], REJECTING)).toEqual(['REJECT'])
    expect(signalsAt(engine, [7, 9.75, 10], apart)).toEqual(['REJECT', 'REJECT', 'NEUTRAL'])
  })
})

describe('CONTESTED', () => {
  const busy = { tape: tape({ buyVol: 250, sellVol: 250 }), barrier: barrier('CONSUMED') }

  test('is said at once for a middling score, a fought-over barrier and 500 lots', () => {
    const score = new ScoreEngine().computeScore(snap(busy))
    expect(score).toMatchObject({ rawScore: 27 + 17.5, signal: 'CONTESTED' })
  })

  test('goes with absorption as with consumption, and with no other barrier', () => {
    const saidOf = (state: Parameters<typeof barrier>[0]): Signal =>
      new ScoreEngine().computeScore(
        snap({ ...busy, barrier: barrier(state), fuel: fuel('AMPLIFY') }),
      ).signal
    expect(saidOf('ABSORPTION')).toBe('CONTESTED') // 0 + 35
    expect(saidOf('NEUTRAL')).toBe('NEUTRAL')
    expect(saidOf('WALL')).toBe('NEUTRAL')
  })

  test('takes both ends of 30–70 and nothing outside', () => {
    const said = (what: Partial<ScoreInput>): [number, Signal] => {
      const { rawScore, signal } = new ScoreEngine().computeScore(snap({ ...busy, ...what }))
      return [rawScore, signal]
    }
    const lots = { buyVol: 0, sellVol: 500 }
    const pressed = (imbalance: number, velocity: number): Partial<ScoreInput> => ({
      tape: tape({ ...lots, imbalance, velocity }),
    })
    const amplified = { fuel: fuel('AMPLIFY') }
    const dampened = { fuel: fuel('DAMPEN') }
    expect(said({ ...amplified, ...pressed(-0.6, -1) })).toEqual([70, 'CONTESTED'])
    expect(said({ ...amplified, ...pressed(-0.8, -1) })).toEqual([71, 'NEUTRAL'])
    expect(said({ ...dampened, ...pressed(-0.6, 0) })).toEqual([30, 'CONTESTED'])
    expect(said({ ...dampened, ...pressed(-0.4, 0) })).toEqual([29, 'NEUTRAL'])
  })

  test('needs 500 lots', () => {
    const quiet = { ...busy, tape: tape({ buyVol: 250, sellVol: 249 }) }
    expect(new ScoreEngine().computeScore(snap(quiet)).signal).toBe('NEUTRAL')
  })
})

describe('a level starts anew', () => {
  test('when its direction flips', () => {
    const engine = broken()
    const flipped = { ...BREAKING, breakDirection: 'UP', tape: tape({ sweeping: 'UP' }) } as const
    expect(signalsAt(engine, [4, 6.75, 7], flipped)).toEqual(['NEUTRAL', 'NEUTRAL', 'BREAK'])
  })

  test('when it was out of the monitor band for one snap', () => {
    const engine = broken()
    engine.computeScore(snap({ levelId: 'VWAP', tsRelNs: 3.25 * S }))
    expect(signalsAt(engine, [3.5, 6.25, 6.5], BREAKING)).toEqual(['NEUTRAL', 'NEUTRAL', 'BREAK'])
  })

  test('also when no level was in the band at that snap', () => {
    const engine = broken()
    engine.beginSnap(3.25 * S)
    expect(signalsAt(engine, [3.5], BREAKING)).toEqual(['NEUTRAL'])
  })

  test('but not for a pause between snaps: nothing was seen there', () => {
    expect(signalsAt(broken(), [60], BREAKING)).toEqual(['BREAK'])
  })

  test('on reset', () => {
    const engine = broken()
    engine.reset()
    expect(engine.counters).toEqual({ tracked: 0, overflowedSnaps: 0 })
    expect(signalsAt(engine, [0, 3], BREAKING)).toEqual(['NEUTRAL', 'BREAK'])
  })

  test('each on its own: one level says nothing about another', () => {
    const engine = new ScoreEngine()
    for (const s of [0, 3]) {
      engine.computeScore(snap({ ...BREAKING, levelId: 'A', tsRelNs: s * S }))
      engine.computeScore(snap({ ...REJECTING, levelId: 'B', tsRelNs: s * S }))
    }
    const at = { tsRelNs: 3 * S }
    expect(engine.computeScore(snap({ ...BREAKING, levelId: 'A', ...at })).signal).toBe('BREAK')
    expect(engine.computeScore(snap({ ...REJECTING, levelId: 'B', ...at })).signal).toBe('REJECT')
  })
})

describe('limits', () => {
  test('levels beyond the capacity get a score but no trigger, and are counted', () => {
    const engine = new ScoreEngine({ ...defaultScoreConfig, levelCapacity: 1 })
    for (const s of [0, 3]) {
      engine.computeScore(snap({ ...BREAKING, levelId: 'A', tsRelNs: s * S }))
      const over = engine.computeScore(snap({ ...BREAKING, levelId: 'B', tsRelNs: s * S }))
      expect(over).toMatchObject({ rawScore: 100, signal: 'NEUTRAL' })
    }
    expect(engine.counters).toEqual({ tracked: 1, overflowedSnaps: 2 })
  })

  test('levels that left make room', () => {
    const engine = new ScoreEngine()
    for (let i = 0; i < 5_000; i++) {
      engine.computeScore(snap({ levelId: `STRIKE_${i}`, tsRelNs: i }))
      expect(engine.counters.tracked).toBeLessThanOrEqual(2)
    }
    expect(engine.counters.overflowedSnaps).toBe(0)
  })

  test('time that goes back is refused', () => {
    const engine = broken()
    expect(() => engine.computeScore(snap({ tsRelNs: 2 * S }))).toThrow(
      'expected a snap at or after 3000000000, was 2000000000',
    )
  })
})

describe('saved state', () => {
  test('restored in another engine, goes on as if never stopped', () => {
    const engine = new ScoreEngine()
    signalsAt(engine, [0, 2], BREAKING)
    const writer = new StateWriter('SCOR', 1)
    engine.encode(writer)
    const restored = new ScoreEngine()
    const reader = new StateReader(writer.finish(), 'SCOR', 1)
    restored.decode(reader)
    reader.end()
    expect(restored.counters).toEqual(engine.counters)
    expect(signalsAt(restored, [2.75, 3], BREAKING)).toEqual(['NEUTRAL', 'BREAK'])
  })

  test('of something else is refused', () => {
    const writer = new StateWriter('SCOR', 1)
    writer.number(0).number(0).number(0).number(1).string('A').number(0).numbers([7, 7, 7, 7])
    const reader = new StateReader(writer.finish(), 'SCOR', 1)
    expect(() => {
      new ScoreEngine().decode(reader)
    }).toThrow('expected a code below 3, was 4')
  })
})
