import { describe, expect, it } from 'vitest'
import {
  ConfigError,
  invariant,
  InvariantError,
  LevelsError,
  OffTickError,
  RangeViolationError,
  StateCodecError,
} from '../src/index.ts'

describe('errors', () => {
  it.each([
    [new InvariantError('time goes forward'), 'INVARIANT', 'InvariantError'],
    [new RangeViolationError('expected 1, was 2'), 'OUT_OF_RANGE', 'RangeViolationError'],
    [new OffTickError(0.1, 0.25), 'OFF_TICK', 'OffTickError'],
    [new StateCodecError('expected state, was noise'), 'STATE_CODEC', 'StateCodecError'],
    [new ConfigError('key: expected 1, was 2'), 'CONFIG', 'ConfigError'],
  ])('%s has a stable code and its own name', (error, code, name) => {
    expect(error).toBeInstanceOf(LevelsError)
    expect(error.code).toBe(code)
    expect(error.name).toBe(name)
  })

  it('carry the cause they were given', () => {
    const cause = new Error('disk')
    expect(new LevelsError('X', 'expected a file, was none', { cause }).cause).toBe(cause)
  })
})

describe('invariant', () => {
  it('throws the rule that was broken, and nothing otherwise', () => {
    expect(() => {
      invariant(true, 'one is one')
    }).not.toThrow()
    expect(() => {
      invariant(false, 'one is one')
    }).toThrow('Invariant: one is one')
  })
})
