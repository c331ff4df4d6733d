import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineBuffer } from '../src/line-buffer.ts'

const LIMIT = 12

/** The lines of a text, each with its offset, number and whether a line feed ends it. */
function splitTwin(text: string) {
  const parts = text.split('\n')
  let offset = 0
  return parts.flatMap((part, i) => {
    const isLast = i === parts.length - 1
    const found = {
      text: part.length > LIMIT ? '' : part,
      offset,
      line: i + 1,
      isTooLong: part.length > LIMIT,
      isTerminated: !isLast,
    }
    offset += part.length + 1
    return isLast && part === '' ? [] : [found]
  })
}

describe('LineBuffer against split', () => {
  it('cuts any chunks into the same lines', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 80 })
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 30 })), (whole, cuts) => {
        const lines = new LineBuffer(LIMIT)
        const found: ReturnType<typeof splitTwin> = []
        const takeAll = (): void => {
          for (let line = lines.next(); line !== null; line = lines.next()) {
            const { offset, isTooLong, isTerminated } = lines
            const kept = Buffer.from(line).toString()
            found.push({ text: kept, offset, line: lines.line, isTooLong, isTerminated })
          }
        }
        const bytes = Buffer.from(whole)
        const reused = Buffer.alloc(80)
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i] ?? bytes.length
          const length = bytes.copy(reused, 0, at, at + size)
          lines.push(reused.subarray(0, length))
          takeAll()
          reused.fill('x') // the chunk is only borrowed
          at += length
        }
        lines.end()
        takeAll()
        expect(found).toEqual(splitTwin(whole))
      }),
      { numRuns: 1_000 },
    )
  })
})
