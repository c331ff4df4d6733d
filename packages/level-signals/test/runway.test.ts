import type { BarrierState, LevelKind } from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { findRunway, type RunwayInput } from '../src/runway.ts'
import type { Level } from '../src/level.ts'

const at = (id: string, price: number, kind: LevelKind): Level => ({
  id,
  kind,
  price,
  direction: 'SUPPORT',
})
const LEVELS = [
  at('PUT_WALL', 684, 'PUT_WALL'),
  at('STRIKE_685', 685, 'STRIKE'),
  at('STRIKE_686', 686, 'STRIKE'),
  at('STRIKE_687', 687, 'STRIKE'),
  at('VWAP', 687.04, 'VWAP'),
  at('SESSION_HIGH', 687.5, 'SESSION_HIGH'),
]

/** The runway of STRIKE_687. */
function runway(fields: Partial<RunwayInput> & { states?: Record<string, BarrierState> } = {}) {
  const { states = {}, levels = LEVELS, ...input } = fields
  return findRunway({
    levels,
    from: levels.findIndex((l) => l.id === 'STRIKE_687'),
    breakDirection: 'DOWN',
    signal: 'NEUTRAL',
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

  it('looks beyond levels within five cents, five cents on paper included', () => {
    expect(runway({ breakDirection: 'UP' }).nextLevelId).toBe('SESSION_HIGH')
    const from = at('STRIKE_687', 686.3, 'STRIKE')
    const levels = [from, at('VWAP', 686.35, 'VWAP'), at('POC', 686.36, 'POC')]
    expect(686.35 - 686.3).toBeGreaterThan(0.05) // in doubles
    expect(runway({ levels, breakDirection: 'UP' }).nextLevelId).toBe('POC')
  })

  it('ends at the nearest grid price when nothing else lies that way', () => {
    const levels = LEVELS.slice(1)
    expect(runway({ levels })).toMatchObject({ nextLevelId: 'STRIKE_686', distance: 1 })
    const round = at('ROUND_686.98', 686.98, 'ROUND')
    const withRound = [...levels.slice(0, 2), round, ...levels.slice(2)]
    expect(runway({ levels: withRound }).nextLevelId).toBe('ROUND_686.98')
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

  it.each(['WALL', 'ABSORPTION'] as const)(
    'is obstructed by a level between that is %s',
    (state) => {
      expect(runway({ states: { STRIKE_686: state } }).quality).toBe('OBSTRUCTED')
    },
  )

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
