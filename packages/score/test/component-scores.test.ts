import { describe, expect, test } from 'vitest'
import {
  checkScoreConfig,
  compositeScore,
  confidenceWord,
  defaultScoreConfig as config,
  hedgeScore,
  liquidityScore,
  tapeScore,
} from '../src/index.ts'
import { tape } from './metrics-fixtures.ts'

describe('liquidity score', () => {
  test.each([
    ['VACUUM', 100],
    ['WEAK', 75],
    ['CONSUMED', 60],
    ['NEUTRAL', 50],
    ['WALL', 0],
    ['ABSORPTION', 0],
  ] as const)('of %s is %i', (state, score) => {
    expect(liquidityScore(state)).toBe(score)
  })
})

describe('hedge score', () => {
  test.each([
    ['AMPLIFY', 100],
    ['NEUTRAL', 50],
    ['DAMPEN', 0],
  ] as const)('of %s is %i', (effect, score) => {
    expect(hedgeScore(effect)).toBe(score)
  })
})

describe('tape score', () => {
  test('is 100 on a sweep in the break direction', () => {
    expect(tapeScore(tape({ sweeping: 'UP' }), 'UP', config)).toBe(100)
    expect(tapeScore(tape({ sweeping: 'DOWN' }), 'DOWN', config)).toBe(100)
  })

  test('takes no notice of a sweep against the break', () => {
    const against = tape({ sweeping: 'UP', velocity: -0.05, imbalance: -0.4 })
    expect(tapeScore(against, 'DOWN', config)).toBe(25 + 10)
  })

  test('gives up to 25 for a velocity with the break, full from $0.05/s', () => {
    expect(tapeScore(tape({ velocity: 0.025 }), 'UP', config)).toBe(12.5)
    expect(tapeScore(tape({ velocity: 0.05 }), 'UP', config)).toBe(25)
    expect(tapeScore(tape({ velocity: 4 }), 'UP', config)).toBe(25)
    expect(tapeScore(tape({ velocity: -0.05 }), 'UP', config)).toBe(0)
    expect(tapeScore(tape({ velocity: -0.05 }), 'DOWN', config)).toBe(25)
  })

  test('gives up to 25 for an imbalance with the break', () => {
    expect(tapeScore(tape({ imbalance: 0.5 }), 'UP', config)).toBe(12.5)
    expect(tapeScore(tape({ imbalance: 0.5 }), 'DOWN', config)).toBe(0)
    expect(tapeScore(tape({ imbalance: -1 }), 'DOWN', config)).toBe(25)
  })

  test('reaches 50 without a sweep, and no more', () => {
    expect(tapeScore(tape({ velocity: -9, imbalance: -1 }), 'DOWN', config)).toBe(50)
  })
})

describe('composite score', () => {
  test('weighs liquidity 0.45, hedge 0.35 and tape 0.20', () => {
    const components = { liquidityScore: 60, hedgeScore: 100, tapeScore: 35 }
    expect(compositeScore(components, config)).toBe(27 + 35 + 7)
  })

  test('spans 0 to 100', () => {
    const all = (score: number): number =>
      compositeScore({ liquidityScore: score, hedgeScore: score, tapeScore: score }, config)
    expect([all(0), all(100)]).toEqual([0, 100])
  })
})

describe('confidence', () => {
  test('is HIGH from a mean of 0.7, MEDIUM from 0.4, else LOW', () => {
    expect(confidenceWord(1, true, config)).toBe('HIGH')
    expect(confidenceWord(0.7, true, config)).toBe('HIGH')
    expect(confidenceWord(0.699, true, config)).toBe('MEDIUM')
    expect(confidenceWord(0.4, true, config)).toBe('MEDIUM')
    expect(confidenceWord(0.399, true, config)).toBe('LOW')
  })

  test('is HIGH when three engines say 0.7, though their mean is a hair less in doubles', () => {
    const mean = (0.7 + 0.7 + 0.7) / 3
    expect(mean).toBeLessThan(0.7)
    expect(confidenceWord(mean, true, config)).toBe('HIGH')
  })

  test('is LOW whenever the book is not reliable', () => {
    expect(confidenceWord(1, false, config)).toBe('LOW')
  })
})

describe('a configuration that contradicts itself is refused', () => {
  test('when the weights do not add up to 1', () => {
    expect(() => {
      checkScoreConfig({ ...config, weightTape: 0.3 })
    }).toThrow(/expected weightLiquidity \+ weightHedge \+ weightTape = 1, was 1.1/)
  })

  test.each([
    [{ breakReleaseScore: 81 }, 'rejectScore ≤ rejectReleaseScore ≤ breakReleaseScore'],
    [{ rejectReleaseScore: 19 }, 'rejectScore ≤ rejectReleaseScore'],
    [{ contestedLowScore: 71 }, 'contestedLowScore ≤ contestedHighScore'],
    [{ confidenceMedium: 0.8 }, 'confidenceMedium ≤ confidenceHigh'],
  ])('when thresholds are out of order: %o', (change, rule) => {
    expect(() => {
      checkScoreConfig({ ...config, ...change })
    }).toThrow(`expected ${rule}`)
  })
})
