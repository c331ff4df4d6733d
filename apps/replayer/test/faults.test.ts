import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { Random } from '@levels/sim'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { SourceDigests } from '../src/source-digest.ts'
import { linesOf, makeSession, manifestOf, replayer, temporaryFolder } from './support.ts'

const folder = temporaryFolder()
const damaged = join(folder, 'damaged')
const out = join(folder, 'out')
let depthPath: string
let equityPath: string
let depth: Buffer
let equity: Buffer
/** The signals of the whole depth file, and of the whole SPY file. */
let depthLines: string[]
let equityLines: string[]

async function signalsOf(path: string): Promise<string[]> {
  expect(await replayer('run', path, '--out', out)).toMatchObject({ code: 0 })
  return linesOf(join(out, 'signals.ndjson'))
}

beforeAll(async () => {
  const made = makeSession(join(folder, 'input'), 4)
  depthPath = made.depthPath
  equityPath = made.equityPath
  depth = readFileSync(depthPath)
  equity = readFileSync(equityPath)
  depthLines = await signalsOf(depthPath)
  equityLines = await signalsOf(equityPath)
})

const nightly = process.env.LEVELS_NIGHTLY === '1'
const rounds = nightly ? 400 : 7

/** Runs on damaged bytes: they are refused with everything before the fault done, or they are read. */
async function runDamaged(bytes: Uint8Array, whole: readonly string[], mayChange: boolean) {
  writeFileSync(damaged, bytes)
  rmSync(out, { recursive: true, force: true })
  const { code, err } = await replayer('run', damaged, '--out', out)
  expect([0, 2, 3]).toContain(code)
  if (code === 0) return code
  expect(err).toMatch(new RegExp(`error: ${damaged}: byte \\d+: expected .+`))
  const offset = Number(/byte (\d+):/.exec(err)![1])
  expect(offset).toBeLessThanOrEqual(bytes.length)
  if (!err.includes('Everything before that')) return code // refused before anything was written
  const manifest = manifestOf(out)
  expect(manifest.state).toBe('faulted')
  expect(err).toContain(manifest.reason)
  const lines = linesOf(join(out, 'signals.ndjson'))
  expect(manifest.snaps).toBe(lines.length)
  if (!mayChange) expect(lines.join() === whole.slice(0, lines.length).join()).toBe(true)
  return code
}

describe('a file cut off anywhere', () => {
  const random = new Random(2_023)
  const cuts = (length: number): number[] =>
    Array.from({ length: rounds }, () => random.below(length))

  it.each<[string, () => Buffer, () => string[]]>([
    ['a DBN file', () => depth, () => depthLines],
    ['a zstd DBN file', () => zstdCompressSync(depth), () => depthLines],
    ['a file of many zstd frames', () => manyFrames(depth), () => depthLines],
    ['an NDJSON file', () => equity, () => equityLines],
    ['a gzip NDJSON file', () => gzipSync(equity), () => equityLines],
  ])('%s: everything before the cut is done, then exit code 3', async (_name, bytesOf, whole) => {
    const bytes = bytesOf()
    const codes: (number | null)[] = []
    for (const cut of cuts(bytes.length)) {
      const code = await runDamaged(bytes.subarray(0, cut), whole(), false)
      codes.push(code)
    }
    expect(codes).toContain(3)
  })

  it('between two records is whole: what is there is all there is', async () => {
    const header = 8 + depth.readUInt32LE(4)
    expect(await runDamaged(depth.subarray(0, header + 368 * 100), depthLines, false)).toBe(0)
    expect(linesOf(join(out, 'signals.ndjson')).length).toBeGreaterThan(0)
    expect(await runDamaged(depth.subarray(0, header + 368 * 100 + 5), depthLines, false)).toBe(3)
    expect(manifestOf(out).reason).toBe(
      `${damaged}: byte ${header + 368 * 100}: ${manifestOf(out).reason!.split(': ').at(-1)!}`,
    )
    expect(manifestOf(out).events).toMatchObject({ StockQuote: 0 })
    const { Depth = 0, FuturesTrade = 0 } = manifestOf(out).events
    expect(Depth + FuturesTrade).toBe(100)
  })
})

describe('a file with flipped bits', () => {
  it.each<[string, () => Buffer]>([
    ['a DBN file', () => depth],
    ['a zstd DBN file', () => zstdCompressSync(depth)],
    ['an NDJSON file', () => equity],
    ['a gzip NDJSON file', () => gzipSync(equity)],
  ])('%s is read or refused by name and place', async (_name, bytesOf) => {
    const random = new Random(11)
    for (let round = 0; round < rounds; round++) {
      const bytes = Buffer.from(bytesOf())
      const at = random.below(bytes.length)
      bytes[at] = bytes[at]! ^ (1 << random.below(8))
      await runDamaged(bytes, [], true)
    }
  })
})

describe('a file that is none of ours', () => {
  async function refusal(path: string, ...args: string[]): Promise<[number | null, string]> {
    rmSync(out, { recursive: true, force: true })
    const { code, err } = await replayer('run', path, '--out', out, ...args)
    return [code, err]
  }

  it('is refused when it is not there, empty, a folder, or of no known format', async () => {
    const nowhere = join(folder, 'nowhere')
    const missing = `error: ${nowhere}: expected a readable file, was one that does not exist\n`
    expect(await refusal(nowhere)).toEqual([3, missing])
    expect(await refusal(join(depthPath, 'x'))).toEqual([
      3,
      missing.replace(nowhere, join(depthPath, 'x')),
    ])
    expect(await refusal(folder)).toEqual([
      3,
      `error: ${folder}: expected a readable file, was a folder\n`,
    ])
    writeFileSync(damaged, '')
    expect(await refusal(damaged)).toEqual([3, expect.stringContaining('was an empty file')])
    writeFileSync(damaged, 'time,price\n')
    expect(await refusal(damaged)).toEqual([
      3,
      expect.stringContaining('expected DBN, NDJSON or Parquet'),
    ])
  })

  it('is refused by name when its schema is none of ours', async () => {
    const bytes = Buffer.from(depth)
    bytes.writeUInt16LE(6, 8 + 16) // ohlcv-1m
    writeFileSync(damaged, bytes)
    const [code, err] = await refusal(damaged)
    expect(code).toBe(3)
    expect(err).toContain(damaged)
    expect(err).toContain('ohlcv-1m')
  })

  it('does not touch the results of an earlier run', async () => {
    await signalsOf(depthPath)
    expect((await replayer('run', join(folder, 'nowhere'), '--out', out)).code).toBe(3)
    expect(manifestOf(out).state).toBe('complete')
  })
})

describe('an input that does not stay what it was', () => {
  it.each([
    [
      { sha256: null, sizeBytes: 5, problem: 'ENOENT: no such file' },
      'byte 5: expected to read it',
    ],
    [
      { sha256: 'ab', sizeBytes: 99, problem: null },
      'byte 99: expected its \\d+ bytes, was changed',
    ],
  ])('is a fault: %o', async (digest, message) => {
    const results = vi.spyOn(SourceDigests.prototype, 'results').mockResolvedValue([digest])
    rmSync(out, { recursive: true, force: true })
    const { code, err } = await replayer('run', depthPath, '--out', out)
    results.mockRestore()
    expect(code).toBe(3)
    expect(err).toMatch(new RegExp(`error: ${depthPath}: ${message}`))
    expect(manifestOf(out)).toMatchObject({
      state: 'faulted',
      sources: [{ sha256: digest.sha256 }],
    })
    expect(linesOf(join(out, 'signals.ndjson'))).toEqual(depthLines)
  })
})

describe('inputs and outputs', () => {
  it('a file given twice is refused, whatever it is called', async () => {
    const link = join(folder, 'link.dbn')
    symlinkSync(depthPath, link)
    const twice = await replayer('run', depthPath, depthPath, '--out', out)
    expect(twice).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected every file once'),
    })
    const linked = await replayer('run', depthPath, link, '--out', out)
    expect(linked).toMatchObject({ code: 2, err: expect.stringContaining(`also as ${depthPath}`) })
  })

  it('a folder that holds something else is left alone', async () => {
    const dir = join(folder, 'foreign')
    mkdirSync(dir)
    writeFileSync(join(dir, 'thesis.txt'), 'mine')
    const told = await replayer('run', depthPath, '--out', dir)
    expect(told).toMatchObject({ code: 2, err: expect.stringContaining('thesis.txt') })
    rmSync(join(dir, 'thesis.txt'))
    writeFileSync(join(dir, 'manifest.json'), '{"name":"a browser extension"}')
    const other = await replayer('run', depthPath, '--out', dir)
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('levels.run.v1') })
    expect(readFileSync(join(dir, 'manifest.json'), 'utf8')).toContain('browser')
    const file = await replayer('run', depthPath, '--out', depthPath)
    expect(file).toMatchObject({ code: 2, err: expect.stringContaining('EEXIST') })
  })

  it('an input is never written over', async () => {
    const dir = join(folder, 'own-signals')
    mkdirSync(dir)
    const input = join(dir, 'signals.ndjson')
    writeFileSync(input, equity)
    const told = await replayer('run', input, '--out', dir)
    expect(told).toMatchObject({ code: 2, err: expect.stringContaining('was the input') })
    const flows = await replayer('run', depthPath, '--out', out, '--trace-flows', depthPath)
    expect(flows).toMatchObject({ code: 2, err: expect.stringContaining('was the input') })
    expect(readFileSync(input).equals(equity)).toBe(true)
    expect(readFileSync(depthPath).equals(depth)).toBe(true)
  })

  it('a time that the input does not cover is told from one without events', async () => {
    const told = async (...args: string[]) => {
      const { code, out: text } = await replayer('run', equityPath, '--out', out, ...args)
      expect(code).toBe(0)
      return text
    }
    expect(await told('--from', '2026-04-01T10:00:00Z')).toMatch(
      /nothing to report\.\n\nThe events taken are of 2026-03-10T.* to 2026-03-10T.*, and --from 2026-04-01T10:00:00.* was asked for/,
    )
    expect(await told('--to', '2026-01-01T10:00:00Z')).toMatch(
      /No market event was taken from the input, and --to 2026-01-01T10:00:00.* was asked for/,
    )
  })

  it('a demonstration that cannot be written is told in a line', async () => {
    const dir = join(folder, 'demo')
    mkdirSync(join(dir, 'input', 'es.mbp-10.dbn'), { recursive: true })
    const { code, err } = await replayer('demo', '--no-board', '--out', dir)
    expect({ code, last: err.trimEnd().split('\n').at(-1) }).toEqual({
      code: 2,
      last: expect.stringMatching(/^error: .*: expected to write the session: EISDIR/),
    })
  })

  it('a second future needs a choice, and the user is told which there are', async () => {
    const path = join(folder, 'two.ndjson')
    const trade = (symbol: string, ms: number): string =>
      JSON.stringify({
        subject: 'market.futures.trades',
        ts_event_ns: `17731512000${ms}000000`,
        ts_recv_ns: `17731512000${ms}000000`,
        source: 'sim',
        symbol,
        price: 6880,
        size: 1,
        aggressor: 'BUY',
      })
    writeFileSync(path, `${trade('ESH6', 10)}\n${trade('ESM6', 20)}\n${trade('ESH6', 30)}\n`)
    rmSync(out, { recursive: true, force: true })
    const chosen = await replayer('run', path, '--out', out, '--symbol', 'ESM6')
    expect(chosen).toMatchObject({ code: 0, out: expect.stringContaining('ESH6: there too') })
    expect(manifestOf(out)).toMatchObject({ symbol: 'ESM6', events: { FuturesTrade: 1 } })
    const absent = await replayer('run', path, '--out', out, '--symbol', 'ESZ6')
    const text = '--symbol: expected events of ESZ6, was ESH6, ESM6'
    expect(absent).toMatchObject({ code: 3, err: expect.stringContaining(text) })
    const none = await replayer('run', path, '--out', out, '--symbol', '')
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('such as ESH4, was ""') })
    const inspected = await replayer('inspect', path)
    expect(inspected).toMatchObject({ code: 0, err: '' })
    expect(inspected.out).toMatch(/ESH6, of several: .* --symbol\n +ESM6: 1 event not in the above/)
    const open = await replayer('run', path, '--out', out)
    expect(open).toMatchObject({ code: 2, err: expect.stringContaining('was ESH6 and ESM6') })
    expect(open.err).toContain('--symbol')
    expect(manifestOf(out)).toMatchObject({ state: 'faulted', events: { FuturesTrade: 1 } })
  })
})

/** A frame for every 5,000 bytes, as recorders write them. */
function manyFrames(bytes: Buffer): Buffer {
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 5_000) {
    frames.push(zstdCompressSync(bytes.subarray(at, at + 5_000)))
  }
  return Buffer.concat(frames)
}
