import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  ContractError,
  encodeLevelSignals,
  encodeLevelSignalsChecked,
  encodeLevelSignalsInUtf8,
  levelSignalsSchema,
} from '../src/index.ts'
import { levelSignalsToWire } from '../src/level-signals-wire.ts'
import * as arbitraries from './arbitraries.ts'
import { levelSignal, levelSignals } from './samples.ts'

it('the fast encoder writes what the schema-driven one writes, byte for byte', () => {
  fc.assert(
    fc.property(arbitraries.levelSignals, (value) => {
      const text = encodeLevelSignals(value)
      expect(text).toBe(encodeLevelSignalsChecked(value))
      expect(text).toBe(JSON.stringify(levelSignalsToWire(value)))
      expect(new TextDecoder().decode(encodeLevelSignalsInUtf8(value))).toBe(text)
    }),
    { numRuns: 500 },
  )
})

it('levels that share a map of strikes, and those that do not, each have their own', () => {
  const maps = fc.array(fc.dictionary(fc.integer({ min: 1, max: 999 }).map(String), fc.integer()), {
    minLength: 1,
    maxLength: 3,
  })
  fc.assert(
    fc.property(maps, fc.array(fc.nat(2), { maxLength: 8 }), (entries, places) => {
      const strikes = entries.map((gamma) => {
        return new Map(Object.entries(gamma).map(([strike, micro]) => [Number(strike), micro]))
      })
      const levels = places.map((place) => {
        const gammaByStrike = strikes[place % strikes.length] ?? new Map<number, number>()
        return { ...levelSignal, fuel: { ...levelSignal.fuel, gammaByStrike } }
      })
      const value = { ...levelSignals, levels }
      expect(encodeLevelSignals(value)).toBe(JSON.stringify(levelSignalsToWire(value)))
      // The same maps with other content, in the payload that follows.
      for (const map of strikes) map.set(700, map.size)
      expect(encodeLevelSignals(value)).toBe(JSON.stringify(levelSignalsToWire(value)))
    }),
  )
})

it('the keys come out in the order of the schema', () => {
  const wire = levelSignalsToWire(levelSignals)
  expect(JSON.stringify(levelSignalsSchema.parse(wire))).toBe(JSON.stringify(wire))
})

it('no number that is NaN or infinite is written, and the error names it', () => {
  const numbers = fc.constantFrom(NaN, Infinity, -Infinity)
  const bad = (level: Partial<typeof levelSignal>) => ({
    ...levelSignals,
    levels: [levelSignal, { ...levelSignal, id: 'VWAP', ...level }],
  })
  const cases = (x: number): [string, typeof levelSignals][] => [
    ['$.ts', { ...levelSignals, ts: x }],
    ['$.spy.ask', { ...levelSignals, spy: { spot: 1, bid: null, ask: x } }],
    ['$.levels[1].price', bad({ price: x })],
    ['$.levels[1].tape.velocity', bad({ tape: { ...levelSignal.tape, velocity: x } })],
    [
      '$.levels[1].fuel.gamma_by_strike["690.5"]',
      bad({ fuel: { ...levelSignal.fuel, gammaByStrike: new Map([[690.5, x]]) } }),
    ],
    [
      '$.levels[1].components.hedge',
      bad({ components: { liquidityScore: 1, hedgeScore: x, tapeScore: 1 } }),
    ],
    [
      '$.health.greeks_coverage',
      { ...levelSignals, health: { book: 'live', basis: 'live', greeksCoverage: x } },
    ],
  ]
  fc.assert(
    fc.property(numbers, (x) => {
      for (const [path, value] of cases(x)) {
        for (const encode of [encodeLevelSignals, encodeLevelSignalsChecked]) {
          expect(() => encode(value)).toThrow(
            expect.objectContaining({ constructor: ContractError, code: 'SCHEMA', path }),
          )
        }
      }
    }),
  )
})
