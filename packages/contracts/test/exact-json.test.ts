import { describe, expect, it } from 'vitest'
import { MAX_DEPTH, MAX_PAYLOAD_BYTES, parseExactJson } from '../src/index.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

function parsed(text: string): unknown {
  const result = parseExactJson(text)
  return result.ok ? result.value : result.reject.code
}

describe('nanoseconds', () => {
  it('survive where a double would round them', () => {
    expect(parsed('{"ts_event_ns":1715629300123456789}')).toEqual({
      ts_event_ns: 1_715_629_300_123_456_789n,
    })
    expect(Number('1715629300123456789')).toBe(1_715_629_300_123_456_800)
  })

  it('may be an integer or a string of digits', () => {
    expect(parsed('{"ts_event_ns":"17","ts_recv_ns": 18 }')).toEqual({
      ts_event_ns: 17n,
      ts_recv_ns: 18n,
    })
  })

  it.each(['1e18', '1.0', '-1', '-0', '9223372036854775808', '"1e18"', '"007"', '" 1"', '""'])(
    'are refused when written as %s',
    (literal) => {
      const result = parseExactJson(`{"ts_event_ns":${literal}}`)
      expect(result).toMatchObject({ ok: false, reject: { code: 'SCHEMA', path: '$.ts_event_ns' } })
    },
  )

  it('reach to the end of int64', () => {
    expect(parsed('{"ts_event_ns":9223372036854775807}')).toEqual({ ts_event_ns: 2n ** 63n - 1n })
  })

  it('are found under an escaped key, and the last of equal keys wins', () => {
    expect(parsed('{"ts_event\\u005fns":1,"ts_event_ns":1715629300123456789}')).toEqual({
      ts_event_ns: 1_715_629_300_123_456_789n,
    })
    expect(parsed('{"ts_event_ns":2,"ts\\u005fevent_ns":1715629300123456789}')).toEqual({
      ts_event_ns: 1_715_629_300_123_456_789n,
    })
  })

  it('are looked for neither in strings nor deeper down', () => {
    expect(
      parsed('{"note":"\\"ts_event_ns\\":7","inner":{"ts_event_ns":8},"ts_event_ns":9}'),
    ).toEqual({ note: '"ts_event_ns":7', inner: { ts_event_ns: 8 }, ts_event_ns: 9n })
  })

  it('are left to the schema when they are neither number nor string', () => {
    expect(parsed('{"ts_event_ns":null,"ts_recv_ns":[1]}')).toEqual({
      ts_event_ns: null,
      ts_recv_ns: [1],
    })
  })
})

describe('limits', () => {
  const padded = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`

  it('end at the largest payload, counted in bytes of UTF-8', () => {
    expect(parseExactJson(padded(MAX_PAYLOAD_BYTES)).ok).toBe(true)
    expect(parsed(padded(MAX_PAYLOAD_BYTES + 1))).toBe('TOO_LARGE')
    expect(parsed(`"${'€'.repeat(MAX_PAYLOAD_BYTES / 3)}"`)).toBe('TOO_LARGE')
    expect(parseExactJson(utf8(padded(MAX_PAYLOAD_BYTES + 1)))).toMatchObject({
      reject: { code: 'TOO_LARGE' },
    })
  })

  it('end at the deepest nesting, whatever stands in strings', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseExactJson(nested(MAX_DEPTH)).ok).toBe(true)
    expect(parsed(nested(MAX_DEPTH + 1))).toBe('TOO_LARGE')
    expect(parseExactJson(`["${'['.repeat(99)}","\\"${'['.repeat(99)}","\\\\"]`).ok).toBe(true)
    expect(parseExactJson(`[${'[],'.repeat(99)}[]]`).ok).toBe(true)
    expect(parsed('['.repeat(500_000))).toBe('TOO_LARGE')
  })
})

describe('bytes', () => {
  it('read like the text that they encode', () => {
    expect(parseExactJson(utf8('{"a":"€"}'))).toEqual({ ok: true, value: { a: '€' } })
  })

  it('are refused when they are not UTF-8, or open with a byte order mark', () => {
    expect(parseExactJson(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({
      reject: { code: 'INVALID_JSON', path: null },
    })
    expect(parseExactJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31))).toMatchObject({
      reject: { code: 'INVALID_JSON' },
    })
  })
})

it('shows the text that is no JSON, cut short', () => {
  expect(parseExactJson('{"a":NaN}')).toEqual({
    ok: false,
    reject: { code: 'INVALID_JSON', path: null, message: 'expected JSON, was "{\\"a\\":NaN}"' },
  })
  expect(parseExactJson('x'.repeat(999))).toMatchObject({
    reject: { message: `expected JSON, was "${'x'.repeat(79)}…` },
  })
})
