import { describe, expect, it } from 'vitest'
import { bufferFull } from '../src/errors.ts'
import { unreadable } from '../src/file-chunks.ts'
import { isoOfNs, spanText } from '../src/time-text.ts'

describe('what people read', () => {
  it.each<[bigint, string]>([
    [1_703_545_200_000_000_001n, '2023-12-25T23:00:00.000000001Z'],
    [0n, '1970-01-01T00:00:00.000000000Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
  ])('has the moment %s as %s', (tsNs, text) => {
    expect(isoOfNs(tsNs)).toBe(text)
  })

  it.each<[number, string]>([
    [1, '0.000001 ms'],
    [612_400_000, '612.4 ms'],
    [9_999_999_999, '9999.999999 ms'],
    [75_000_000_000, '75 s'],
  ])('has the span %s as %s', (ns, text) => {
    expect(spanText(ns)).toBe(text)
  })

  it('has how long events may wait in milliseconds', () => {
    const { message } = bufferFull('a.ndjson', 7, { capacity: 9, latenessNs: 500_000_000 })
    expect(message).toBe('a.ndjson: byte 7: expected at most 9 events within 500 ms, was more')
  })

  it.each<[string, string]>([
    ['EACCES', 'one that may not be read (permission denied)'],
    ['EIO', 'refused: EIO: bad'],
  ])(
    'has no byte where a file cannot be read at all, and one where it ends early: %s',
    (code, was) => {
      const cause = Object.assign(new Error(`${code}: bad`), { code })
      const reason = `expected a readable file, was ${was}`
      expect(unreadable('a.dbn', 0, cause).message).toBe(`a.dbn: ${reason}`)
      expect(unreadable('a.dbn', 9, cause).message).toBe(`a.dbn: byte 9: ${reason}`)
    },
  )
})
