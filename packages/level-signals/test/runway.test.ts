import type { BarrierState, LevelKind } from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { findRunway, type RunwayInput } from '../src/runway.ts'
import type { UniverseLevel } from '../src/universe.ts'

const at = (id: string, price: number, kind: LevelKind): UniverseLevel => ({
  id,
  kind,
  price,
  confluence: [],
})
const LEVELS = [
  at('PUT_WALL', 684, 'PUT_WALL'),
  at('STRIKE_685', 685, 'STRIKE'),
  at('STRIKE_686', 686, 'STRIKE'),
  at('STRIKE_687', 687, 'STRIKE'),
  at('VWAP', 687.04, 'VWAP'),
  at('SESSION_HIGH', 687.5, 'SESSION_HIGH'),
]
const level = LEVELS[3] ?? at('', 0, 'STRIKE')

function runway(fields: Partial<RunwayInput> & { states?: Record<string, BarrierState> } = {}) {
  const { states = {}, ...input } = fields
  return findRunway({
    level,
    breakDirection: 'DOWN',
    signal: 'NEUTRAL',
    levels: LEVELS,
    barrierStateOf: (between) => states[between.id] ?? 'NEUTRAL',
    beyondUsd: 0.05,
    ...input,
  })
}

describe('a runway', () => {
  it('leads past grid prices to the nearest level that matters, the way price would break', () => {
    expect(runway()).toEqual({
      direction: 'DOWN',
      nextLevelId: 'PUT_WALL',
      nextLevelPrice: 684,
      distance: 3,
      quality: 'CLEAR',
    })
  })

  it('leads back on a REJECT', () => {
    const back = runway({ signal: 'REJECT' })
    expect(back).toMatchObject({ direction: 'UP', nextLevelId: 'SESSION_HIGH', distance: 0.5 })
  })

  it('looks beyond levels within five cents', () => {
    expect(runway({ breakDirection: 'UP' }).nextLevelId).toBe('SESSION_HIGH')
  })

  it('ends at the nearest grid price when nothing else lies that way', () => {
    const levels = LEVELS.slice(1)
    expect(runway({ levels })).toMatchObject({ nextLevelId: 'STRIKE_686', distance: 1 })
  })

  it('knows no next level where nothing lies that way', () => {
    expect(runway({ levels: LEVELS.slice(3) })).toEqual({
      direction: 'DOWN',
      nextLevelId: null,
      nextLevelPrice: null,
      distance: null,
      quality: 'CLEAR',
    })
  })

  it.each(['WALL', 'ABSORPTION'] as const)('is obstructed by a level between that is %s', (state) => {
    expect(runway({ states: { STRIKE_686: state } }).quality).toBe('OBSTRUCTED')
  })

  it('is not obstructed by what lies at its ends', () => {
    const states = { PUT_WALL: 'WALL', STRIKE_687: 'WALL', VWAP: 'WALL' } as const
    expect(runway({ states }).quality).toBe('CLEAR')
  })

  it('is obstructed by a level of the user’s own between, even one within five cents', () => {
    const mine = at('HOTZONE_686.97', 686.97, 'USER_HOTZONE')
    const levels = [...LEVELS, mine].sort((a, b) => a.price - b.price)
    expect(runway({ levels }).quality).toBe('OBSTRUCTED')
  })
})
