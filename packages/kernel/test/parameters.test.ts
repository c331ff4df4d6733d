import { describe, expect, it } from 'vitest'
import {
  checkParameter,
  ConfigError,
  type ConfigOf,
  defaultsOf,
  type ParameterSpec,
} from '../src/index.ts'

const table = {
  windowS: { default: 60, unit: 's', meaning: 'length', min: 0.25, max: 300, words: ['session'] },
  minPrints: { default: 3, unit: '', meaning: 'least prints', min: 1, integer: true },
  band: { default: 0.5, unit: '$', meaning: 'half width' },
  hotzones: { default: [] as readonly number[], unit: '$', meaning: 'levels', min: 0 },
  mode: { default: 'fast', unit: '', meaning: 'how', words: ['fast', 'exact'] },
} as const satisfies Record<string, ParameterSpec>

describe('defaultsOf', () => {
  it('gives one value a parameter, typed by the table', () => {
    const config: ConfigOf<typeof table> = defaultsOf(table)
    const windowS: number | 'session' = config.windowS
    const mode: 'fast' | 'exact' = config.mode
    expect({ ...config, windowS, mode }).toEqual({
      windowS: 60,
      minPrints: 3,
      band: 0.5,
      hotzones: [],
      mode: 'fast',
    })
  })
})

describe('checkParameter', () => {
  it.each<[keyof typeof table, unknown]>([
    ['windowS', 0.25],
    ['windowS', 300],
    ['windowS', 'session'],
    ['minPrints', 1],
    ['band', -1e9],
    ['hotzones', []],
    ['hotzones', [686.35, 690]],
    ['mode', 'exact'],
  ])('%s may be %j', (key, value) => {
    expect(checkParameter(key, table[key], value)).toEqual(value)
  })

  it.each<[keyof typeof table, unknown, string]>([
    ['windowS', 0.2, 'windowS: expected a number ≥ 0.25 and ≤ 300 in s or "session", was 0.2'],
    ['windowS', 'day', 'windowS: expected a number ≥ 0.25 and ≤ 300 in s or "session", was "day"'],
    ['minPrints', 2.5, 'minPrints: expected an integer ≥ 1, was 2.5'],
    ['minPrints', 0, 'minPrints: expected an integer ≥ 1, was 0'],
    ['band', NaN, 'band: expected a number in $, was NaN'],
    ['band', Infinity, 'band: expected a number in $, was Infinity'],
    ['band', '1', 'band: expected a number in $, was "1"'],
    ['band', null, 'band: expected a number in $, was null'],
    ['band', undefined, 'band: expected a number in $, was undefined'],
    ['band', 1n, 'band: expected a number in $, was 1'],
    ['hotzones', 686, 'hotzones: expected a list, each a number ≥ 0 in $, was 686'],
    ['hotzones', [1, -1], 'hotzones: expected a list, each a number ≥ 0 in $, was [1,-1]'],
    ['mode', 'slow', 'mode: expected "fast" or "exact", was "slow"'],
    ['mode', 1, 'mode: expected "fast" or "exact", was 1'],
  ])('%s may not be %s', (key, value, message) => {
    const check = (): unknown => checkParameter(key, table[key], value)
    expect(check).toThrow(ConfigError)
    expect(check).toThrow(message)
  })
})
