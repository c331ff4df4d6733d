import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonPiece, JsonWriter, NonFiniteNumber } from '../src/json-writer.ts'

const KEY = new JsonPiece('"key":')
const writer = new JsonWriter()

const written = (): string => new TextDecoder().decode(writer.end())
const bits = new DataView(new ArrayBuffer(8))

/** The double so many steps from another one. */
function neighbour(value: number, steps: number): number {
  bits.setFloat64(0, value)
  bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(steps))
  const moved = bits.getFloat64(0)
  return Number.isFinite(moved) ? moved : value
}

const keyed = (value: unknown): string => `"key":${JSON.stringify(value)}`

describe('a value is written as JSON.stringify writes it:', () => {
  it('any number', () => {
    const integer = fc.oneof(fc.integer(), fc.integer({ min: -1_000, max: 1_000 }))
    const double = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(fc.oneof(integer, double), (value) => {
        writer.begin().number(KEY, value)
        expect(written()).toBe(keyed(value))
      }),
    )
  })

  it('any decimal of few places, and its neighbours among the doubles', () => {
    const digits = fc.oneof(fc.nat(), fc.maxSafeInteger())
    fc.assert(
      fc.property(digits, fc.nat(9), fc.integer({ min: -2, max: 2 }), (whole, places, steps) => {
        const value = neighbour(Number(`${whole}e-${places}`), steps)
        writer.begin().number(KEY, value)
        expect(written()).toBe(keyed(value))
      }),
    )
  })

  it.each([0.5, -0.5, 0.000001, -0.000001, 0.0000001, 1.000001, 99.99, 689.975, 0.1 + 0.2])(
    'the decimal %d',
    (value) => {
      writer.begin().number(KEY, value)
      expect(written()).toBe(keyed(value))
    },
  )

  it.each([256451.99258700002, 0.0033900000000000002, 0.000009999999999999999])(
    'the double %d, of which a million times as much is rounded to a whole number',
    (value) => {
      writer.begin().number(KEY, value)
      expect(written()).toBe(keyed(value))
    },
  )

  it.each([123_456_789.123_456, 999_999_999.999_999, 1_000_000_000.5, 30_000_000_000.5])(
    'the decimal %d of many digits',
    (value) => {
      writer.begin().number(KEY, value)
      expect(written()).toBe(keyed(value))
    },
  )

  it.each([0, -0, 9, 10, -10, 99, 100, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 1e21])(
    'the number %d',
    (value) => {
      writer.begin().number(KEY, value)
      expect(written()).toBe(keyed(value))
    },
  )

  it('any text, the first time and again', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constant('"\\\n\ud800é€😀'),
    )
    fc.assert(
      fc.property(text, (value) => {
        writer.begin().text(KEY, value).text(KEY, value)
        expect(written()).toBe(keyed(value).repeat(2))
      }),
    )
  })

  it('more texts than are kept, and longer ones', () => {
    const texts = Array.from({ length: 3_000 }, (_, i) => `${i}`.repeat(1 + (i % 40)))
    writer.begin()
    for (const text of [...texts, ...texts]) writer.text(KEY, text)
    expect(written()).toBe([...texts, ...texts].map(keyed).join(''))
  })

  it('true, false and null', () => {
    writer.begin().boolean(KEY, true).boolean(KEY, false)
    writer.numberOrNull(KEY, null).textOrNull(KEY, null)
    expect(written()).toBe([true, false, null, null].map(keyed).join(''))
  })
})

it('refuses what JSON cannot write', () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    expect(() => writer.begin().number(KEY, value)).toThrow(NonFiniteNumber)
  }
})

it('writes a part once more', () => {
  writer.begin().number(KEY, 1)
  const from = writer.length
  writer.text(KEY, 'again')
  writer.again(from, writer.length)
  expect(written()).toBe(`${keyed(1)}${keyed('again').repeat(2)}`)
})

describe('a writer with little room left grows', () => {
  const INITIAL_BYTES = 16_384
  const NOTHING = new JsonPiece('')
  const values = [7, -7, -(2 ** 31), 0.1, -1.2345678901234567e-123, 'text', 'é€😀', null, true]

  /** So many ones. */
  function ones(count: number): JsonWriter {
    const full = new JsonWriter().begin().number(NOTHING, 1)
    while (full.length < count) full.again(0, Math.min(full.length, count - full.length))
    return full
  }

  it.each(values)('for %s', (value) => {
    for (let room = 0; room <= 40; room++) {
      const full = ones(INITIAL_BYTES - room)
      if (typeof value === 'number') full.number(KEY, value)
      else if (typeof value === 'boolean') full.boolean(KEY, value)
      else full.textOrNull(KEY, value)
      full.again(0, full.length)
      const once = '1'.repeat(INITIAL_BYTES - room) + keyed(value)
      expect(new TextDecoder().decode(full.end()) === once + once).toBe(true)
    }
  })
})
