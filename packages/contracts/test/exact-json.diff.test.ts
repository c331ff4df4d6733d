import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NS_KEYS, parseExactJson, soleLiterals, topLevelLiterals } from '../src/exact-json.ts'
import type { NaiveJson } from './naive-json.ts'
import { Literal, parseNaively } from './naive-json.ts'

const INT64_MAX = 2n ** 63n - 1n

/** What the exact parser should give for JSON text, by way of the slow one. */
function expected(text: string): unknown {
  const tree = parseNaively(text)
  const value = asParsed(tree) as Record<string, unknown>
  if (!(tree instanceof Map)) return value
  for (const key of NS_KEYS) {
    const field = (tree as ReadonlyMap<string, NaiveJson>).get(key)
    const digits = field instanceof Literal ? field.text : field
    if (typeof digits !== 'string') continue
    if (!/^[0-9]+$/.test(digits) || String(BigInt(digits)) !== digits) return 'refused'
    if (BigInt(digits) > INT64_MAX) return 'refused'
    value[key] = BigInt(digits)
  }
  return value
}

function asParsed(tree: NaiveJson): unknown {
  if (tree instanceof Literal) return Number(tree.text)
  if (tree instanceof Map) {
    const fields: [string, unknown][] = [...(tree as ReadonlyMap<string, NaiveJson>)].map(
      ([key, field]) => [key, asParsed(field)],
    )
    return Object.fromEntries(fields)
  }
  return Array.isArray(tree) ? (tree as readonly NaiveJson[]).map(asParsed) : tree
}

function actual(text: string): unknown {
  const result = parseExactJson(text)
  return result.ok ? result.value : 'refused'
}

const blank = fc.constantFrom('', '', '', ' ', '\n', '\t ', '\r\n')

/** A key as text: mostly as it is, else with some of its characters escaped. */
function spelled(text: string): fc.Arbitrary<string> {
  const characters = [...text].map((c) =>
    fc.constantFrom(c, c, c, `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(`"${text}"`) },
    { weight: 1, arbitrary: fc.tuple(...characters).map((parts) => `"${parts.join('')}"`) },
  )
}

const key = fc
  .constantFrom('ts_event_ns', 'ts_recv_ns', 'ts_event_ns', 'ts', 'a', '__proto__', 'constructor')
  .chain(spelled)

const nanoseconds = fc.oneof(
  fc.bigInt(0n, 2n ** 63n + 10n).map(String),
  fc.bigInt(1_700_000_000_000_000_000n, 1_800_000_000_000_000_000n).map(String),
  fc.constantFrom('0', '-0', '-1', '1e18', '1.0', '1E+2', '0.5', '9223372036854775808'),
)
const scalar = fc.oneof(
  { weight: 8, arbitrary: nanoseconds },
  nanoseconds.map((n) => `"${n}"`),
  fc.string().map((text) => JSON.stringify(text)),
  fc.constantFrom(
    'true',
    'null',
    '"007"',
    '" 1"',
    '"\\u0031"',
    '"\\"ts_event_ns\\":5"',
    '"ts_event_ns"',
    '"{[,:"',
    '"\\\\"',
  ),
)

const { json, object } = fc.letrec<{ json: string; object: string; array: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: tie('object') },
    { weight: 1, arbitrary: tie('array') },
  ),
  object: fc
    .array(fc.tuple(blank, key, blank, blank, tie('json'), blank), {
      minLength: 1,
      maxLength: 5,
      size: 'max',
    })
    .map((fields) => {
      const texts = fields.map(([a, name, b, c, value, d]) => `${a}${name}${b}:${c}${value}${d}`)
      return `{${texts.join(',')}}`
    }),
  array: fc.array(tie('json'), { maxLength: 4 }).map((elements) => `[ ${elements.join(' ,')}]`),
}))

describe('the exact parser and its naive twin', () => {
  it('agree on any JSON object, however it is written', () => {
    fc.assert(
      fc.property(object, (text) => {
        expect(actual(text)).toEqual(expected(text))
      }),
      { numRuns: 1_500 },
    )
  })

  it('agree on any JSON value', () => {
    fc.assert(
      fc.property(json, (text) => {
        expect(actual(text)).toEqual(expected(text))
      }),
      { numRuns: 500 },
    )
  })

  it('agree on what is JSON at all', () => {
    const broken = fc
      .tuple(object, fc.nat(), fc.constantFrom('', '"', '\\', ',', '}', ']', '0', '\u0001'))
      .map(([text, at, insert]) => {
        const cut = at % (text.length + 1)
        return text.slice(0, cut) + insert + text.slice(cut + 1)
      })
    fc.assert(
      fc.property(broken, (text) => {
        let isJson = true
        try {
          parseNaively(text)
        } catch {
          isJson = false
        }
        const result = parseExactJson(text)
        expect(result.ok || result.reject.code !== 'INVALID_JSON').toBe(isJson)
      }),
      { numRuns: 2_000 },
    )
  })

  it('find the same digits the fast and the thorough way', () => {
    let fast = 0
    fc.assert(
      fc.property(object, fc.constantFrom(...NS_KEYS), (text, name) => {
        const parsed = JSON.parse(text) as Record<string, unknown>
        if (!Object.hasOwn(parsed, name) || typeof parsed[name] !== 'number') return
        const literal = topLevelLiterals(text)[name]
        expect(Number(literal)).toBe(parsed[name])
        const sole = text.includes('\\') ? null : soleLiterals(text)
        if (sole === null) return
        fast++
        expect(sole[name]).toBe(literal)
      }),
      { numRuns: 3_000 },
    )
    expect(fast).toBeGreaterThan(20)
  })
})
