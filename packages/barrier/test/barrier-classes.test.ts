import type { BarrierState } from '@levels/contracts/metrics'
import { describe, expect, test } from 'vitest'
import {
  classifyBarrier,
  defaultBarrierConfig as config,
  deltaLiquidity,
  fillShare,
  replenishmentRatio,
} from '../src/index.ts'
import type { BarrierFlow } from '../src/index.ts'

function flow(addedLots: number, canceledLots: number, filledLots: number): BarrierFlow {
  return { addedLots, canceledLots, filledLots }
}

function stateOf(addedLots: number, canceledLots: number, filledLots: number): BarrierState {
  return classifyBarrier(flow(addedLots, canceledLots, filledLots), false, config)
}

describe('VACUUM: liquidity is pulled and not put back', () => {
  test('when much was canceled, little filled and hardly anything added', () => {
    expect(stateOf(50, 400, 100)).toBe('VACUUM') // ratio 0.10, delta −450, share 0.20
  })

  test('needs a net loss of more than 100 lots', () => {
    expect(stateOf(0, 101, 0)).toBe('VACUUM')
    expect(stateOf(0, 100, 0)).toBe('NEUTRAL')
  })

  test('needs a replenishment ratio below 0.3', () => {
    expect(stateOf(299, 1000, 0)).toBe('VACUUM')
    expect(stateOf(301, 1000, 0)).toBe('NEUTRAL')
  })

  test('needs less than 0.3 of what left to have been filled', () => {
    expect(stateOf(0, 701, 299)).toBe('VACUUM')
    expect(stateOf(0, 700, 300)).toBe('CONSUMED')
  })
})

describe('CONSUMED: liquidity is eaten faster than it is put back', () => {
  test('when much was filled and little added', () => {
    expect(stateOf(50, 100, 400)).toBe('CONSUMED')
  })

  test('whatever the replenishment ratio is', () => {
    expect(stateOf(800, 0, 1000)).toBe('CONSUMED') // ratio 0.8, delta −200
  })

  test('needs a net loss of more than 100 lots', () => {
    expect(stateOf(0, 0, 101)).toBe('CONSUMED')
    expect(stateOf(0, 0, 100)).toBe('ABSORPTION')
  })
})

describe('WALL: liquidity is put in faster than it is removed', () => {
  test('when more than 1.5 times what left was added, over 100 lots net', () => {
    expect(stateOf(500, 200, 50)).toBe('WALL')
  })

  test('needs a ratio above 1.5', () => {
    expect(stateOf(1501, 1000, 0)).toBe('WALL')
    expect(stateOf(1500, 1000, 0)).toBe('NEUTRAL') // the epsilon keeps it below 1.5
  })

  test('needs a net gain of more than 100 lots', () => {
    expect(stateOf(101, 0, 0)).toBe('WALL')
    expect(stateOf(100, 0, 0)).toBe('NEUTRAL')
  })

  test('comes before absorption where both hold', () => {
    expect(stateOf(1000, 0, 200)).toBe('WALL')
  })
})

describe('ABSORPTION: liquidity is eaten and put back', () => {
  test('when much was filled and as much added', () => {
    expect(stateOf(400, 100, 400)).toBe('ABSORPTION')
  })

  test('needs 100 lots filled', () => {
    expect(stateOf(100, 0, 100)).toBe('ABSORPTION')
    expect(stateOf(99, 0, 99)).toBe('NEUTRAL')
  })

  test('needs 0.3 of what left to have been filled', () => {
    expect(stateOf(1000, 700, 300)).toBe('ABSORPTION')
    expect(stateOf(1000, 701, 299)).toBe('NEUTRAL')
  })

  test('bears a net loss of up to 100 lots', () => {
    expect(stateOf(300, 0, 400)).toBe('ABSORPTION')
    expect(stateOf(299, 0, 400)).toBe('CONSUMED')
  })
})

describe('WEAK and NEUTRAL: nothing of the kind', () => {
  test('WEAK when less is displayed than usual, else NEUTRAL', () => {
    expect(classifyBarrier(flow(10, 10, 10), true, config)).toBe('WEAK')
    expect(classifyBarrier(flow(10, 10, 10), false, config)).toBe('NEUTRAL')
  })

  test('a thin zone is WEAK only where no flow says more', () => {
    expect(classifyBarrier(flow(0, 500, 0), true, config)).toBe('VACUUM')
    expect(classifyBarrier(flow(0, 0, 500), true, config)).toBe('CONSUMED')
    expect(classifyBarrier(flow(500, 0, 0), true, config)).toBe('WALL')
    expect(classifyBarrier(flow(500, 0, 500), true, config)).toBe('ABSORPTION')
  })

  test('NEUTRAL when nothing happened at all', () => {
    expect(stateOf(0, 0, 0)).toBe('NEUTRAL')
  })
})

describe('measures of a flow', () => {
  test('net change is added − canceled − filled', () => {
    expect(deltaLiquidity(flow(310, 980, 150))).toBe(-820)
  })

  test('replenishment is added over removed, finite when nothing was removed', () => {
    expect(replenishmentRatio(flow(310, 980, 150))).toBeCloseTo(310 / 1130, 8)
    expect(replenishmentRatio(flow(0, 0, 0))).toBe(0)
    expect(replenishmentRatio(flow(3, 0, 0))).toBeCloseTo(3_000_000, 6)
  })

  test('fill share is filled over removed, 0 when nothing was removed', () => {
    expect(fillShare(flow(7, 60, 20))).toBe(0.25)
    expect(fillShare(flow(7, 0, 1))).toBe(1)
    expect(fillShare(flow(7, 0, 0))).toBe(0)
  })
})
