import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LineFile } from '../src/line-file.ts'
import { temporaryFolder } from './support.ts'

/** More than is written in one go. */
const LONG = 300_000

function write(lines: readonly string[]): { text: string; digest: string; count: number } {
  const path = join(temporaryFolder(), 'lines.ndjson')
  const file = new LineFile(path)
  for (const line of lines) file.writeLine(line)
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
  })

  it('gives every line at once to whoever follows it live', () => {
    const path = join(temporaryFolder(), 'lines.ndjson')
    const file = new LineFile(path, { isLive: true })
    file.writeLine('{"ts":1}')
    expect(readFileSync(path, 'utf8')).toBe('{"ts":1}\n')
    file.close()
  })
})
