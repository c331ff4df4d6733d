import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJson } from '../src/json-syntax.ts'
import { textOf } from '../src/payload-text.ts'
import { isUtf8 } from '../src/utf8.ts'

/** What the engine says. */
function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Pieces of JSON, and of what looks like it. */
const piece = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '"a":',
    '"\\u00e9"',
    '\\',
    '\\u',
    '\\x',
    '\\"',
    '12aF',
  ],
  ...['0', '1', '-', '+', '.', 'e', 'E', '1.5', '-0', '1e5', '01', 'NaN', 'Infinity', "'a'"],
  ...[
    'null',
    'true',
    'false',
    'nul',
    'True',
    ' ',
    '\n',
    '\t',
    '\r',
    '\f',
    '\u00a0',
    '\ufeff',
    '\u2028',
  ],
  ...['\u0000', '\u001f', '\ud800', 'é', '//', '/**/'],
)
const pieces = fc.array(piece, { maxLength: 12 }).map((all) => all.join(''))

/** Valid JSON with one piece put in, or one character taken out. */
const spoiled = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.oneof(piece, fc.constant(null)))
  .map(([text, place, inserted]) => {
    const at = place % (text.length + 1)
    const rest = text.slice(inserted === null ? at + 1 : at)
    return text.slice(0, at) + (inserted ?? '') + rest
  })

describe('isJson', () => {
  it('takes what JSON.parse takes, and nothing else', () => {
    const seen = { valid: 0, invalid: 0 }
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 4 }), pieces, spoiled), (text) => {
        const isValid = parses(text)
        seen[isValid ? 'valid' : 'invalid']++
        expect(isJson(text)).toBe(isValid)
      }),
      { numRuns: 5_000 },
    )
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(1_000)
  })
})

describe('isUtf8', () => {
  /** The bytes at which a character begins, ends, or is another. */
  const byte = fc.constantFrom(
    ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf],
    ...[0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xbb, 0xbd, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
  )
  // Of three and four bytes, where the second decides.
  const lead = fc.constantFrom(0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5)
  const second = fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0)
  const tail = fc.constantFrom([], [0x80], [0xbf, 0x80])
  const long = fc.tuple(lead, second, tail).map(([one, two, rest]) => [one, two, ...rest])
  const bytes = fc
    .oneof(long, fc.array(byte, { maxLength: 6 }), fc.uint8Array({ maxLength: 6 }))
    .map((all) => Uint8Array.from(all))
  const written = fc
    .string({ unit: 'binary', maxLength: 4 })
    .map((text) => new TextEncoder().encode(text))

  it('takes what a strict decoder takes, and so does the reading of a text', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    fc.assert(
      fc.property(fc.oneof(bytes, written), (payload) => {
        let text: string | null = null
        try {
          text = strict.decode(payload)
        } catch {
          // None it is.
        }
        expect(isUtf8(payload)).toBe(text !== null)
        expect(textOf(payload)).toBe(text)
      }),
      { numRuns: 5_000 },
    )
  })

  it('takes the sign for what is no character, where it was written', () => {
    expect(textOf(new TextEncoder().encode('a\ufffd'))).toBe('a\ufffd')
    expect(textOf(Uint8Array.of(0x61, 0xff))).toBeNull()
  })
})
