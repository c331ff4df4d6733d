import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LineFile } from '../src/line-file.ts'
import { temporaryFolder } from './support.ts'

/** More than is written in one go. */
const LONG = 300_000
/** What is written in one go. */
const BLOCK = 262_144

/** @param isUtf8 whether a line is handed over as bytes */
function write(
  lines: readonly string[],
  isUtf8: (line: number) => boolean = () => false,
): { text: string; digest: string; count: number } {
  const path = join(temporaryFolder(), 'lines.ndjson')
  const file = new LineFile(path)
  lines.forEach((line, i) => {
    if (isUtf8(i)) file.writeUtf8Line(Buffer.from(line))
    else file.writeLine(line)
  })
  const digest = file.close()
  return { text: readFileSync(path, 'utf8'), digest, count: file.lineCount }
}

describe('a file of lines', () => {
  it.each([
    ['no line', []],
    ['an empty line', ['']],
    ['lines that fill many blocks', Array.from({ length: 9_000 }, (_, i) => `${i}`.repeat(40))],
    ['a line longer than a block, between short ones', ['a', 'b'.repeat(LONG), 'c']],
    ['characters of two, three and four bytes', ['é€😀'.repeat(20_000), 'é€😀'.repeat(40_000)]],
  ])('holds %s, and digests what it holds', (_, lines) => {
    const { text, digest, count } = write(lines)
    expect(text).toBe(lines.map((line) => `${line}\n`).join(''))
    expect(count).toBe(lines.length)
    expect(digest).toBe(createHash('sha256').update(text).digest('hex'))
    expect(write(lines, () => true)).toEqual({ text, digest, count })
    expect(write(lines, (line) => line % 2 === 0)).toEqual({ text, digest, count })
  })

  it('holds lines that end on, before and behind the end of a block', () => {
    for (const length of [-3, -2, -1, 0, 1].map((more) => BLOCK + more)) {
      const lines = ['x'.repeat(length), 'y', 'z'.repeat(length - 2), 'y']
      expect(write(lines, () => true).text).toBe(lines.map((line) => `${line}\n`).join(''))
    }
  })

  it('gives every line at once to whoever follows it live', () => {
    const path = join(temporaryFolder(), 'lines.ndjson')
    const file = new LineFile(path, { isLive: true })
    file.writeLine('{"ts":1}')
    expect(readFileSync(path, 'utf8')).toBe('{"ts":1}\n')
    file.close()
  })
})
