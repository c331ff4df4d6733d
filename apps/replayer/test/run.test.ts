import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { levelSignalsSchema } from '@levels/contracts'
import { generateSession, ScenarioAgent } from '@levels/sim'
import { beforeAll, describe, expect, it } from 'vitest'
import { sha256OfJson } from '../src/manifest.ts'
import { readSettings } from '../src/settings.ts'
import { readPlainMbp10, type PlainSession } from './plain-dbn.ts'
import { linesOf, makeSession, manifestOf, ndjsonOf, replayer, sha256Of } from './support.ts'
import { temporaryFolder } from './support.ts'

const folder = temporaryFolder()
const input = join(folder, 'input')
const dir = join(folder, 'run')
const signals = join(dir, 'signals.ndjson')
let files: string[]
let depth: PlainSession

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(input, 30)
  files = [depthPath, equityPath]
  depth = readPlainMbp10(readFileSync(depthPath))
  expect(await replayer('run', ...files, '--out', dir)).toMatchObject({ code: 0, err: '' })
})

const stepMs = 250
const tsOf = (line: string): number => (JSON.parse(line) as { ts: number }).ts
const msOf = (ns: bigint): number => Number(ns / 1_000_000n)

describe('a run', () => {
  it('writes signals and a manifest, and nothing else', () => {
    expect(readdirSync(dir).sort()).toEqual(['manifest.json', 'signals.ndjson'])
  })

  it('writes lines that the published schema takes, field by field', () => {
    for (const line of linesOf(signals)) levelSignalsSchema.parse(JSON.parse(line))
  })

  it('writes one payload for every 250 ms boundary, from the first event to the last', () => {
    const times = equityTimes().concat(depth.books.map((book) => book.tsEventNs))
    const first = msOf(times.reduce((a, b) => (a < b ? a : b)))
    const last = msOf(times.reduce((a, b) => (a > b ? a : b)))
    const expected: number[] = []
    for (let ts = Math.ceil(first / stepMs) * stepMs; ts <= last; ts += stepMs) expected.push(ts)
    expect(expected.length).toBeGreaterThan(100)
    expect(linesOf(signals).map(tsOf)).toEqual(expected)
  })

  it('finds levels and scores them', () => {
    const kinds = new Set(
      linesOf(signals).flatMap((line) => {
        const { levels } = JSON.parse(line) as { levels: { kind: string }[] }
        return levels.map((level) => level.kind)
      }),
    )
    expect([...kinds]).toEqual(expect.arrayContaining(['VWAP', 'SESSION_HIGH', 'SESSION_LOW']))
  })

  it('says in its manifest what it was made from and what it gave', () => {
    const manifest = manifestOf(dir)
    expect(manifest).toMatchObject({
      schema: 'levels.run.v1',
      state: 'complete',
      reason: null,
      digest: sha256Of(signals),
      config: readSettings({}),
      config_sha256: sha256OfJson(readSettings({})),
      node: process.version,
      snaps: linesOf(signals).length,
      first_snap_ts: tsOf(linesOf(signals)[0]!),
      last_snap_ts: tsOf(linesOf(signals).at(-1)!),
      events: { Depth: depth.books.length, FuturesTrade: depth.trades.length },
      depth: { updates: depth.books.length, resyncs: 1, dropped: 0 },
    })
    expect(manifest.sources).toEqual([
      expect.objectContaining({ format: 'dbn', schema: 'mbp-10', symbols: ['ESH6'] }),
      expect.objectContaining({ format: 'ndjson', schema: null }),
    ])
    expect(manifest.sources.map((source) => source.path)).toEqual(
      files.map((file) => relative(dir, file)),
    )
    expect(manifest.sources.map((source) => source.sha256)).toEqual(files.map(sha256Of))
    expect(Object.values(manifest.rejects).every((count) => count === 0)).toBe(true)
    expect(Object.keys(manifest.versions)).toEqual(
      expect.arrayContaining(['@levels/barrier', '@levels/level-signals', '@levels/dbn']),
    )
  })

  it('tells a trader which levels were touched, and where the files are', async () => {
    const { out } = await replayer('run', ...files, '--out', join(folder, 'told'))
    expect(out).toMatch(/2026-03-10  10:00:00 – 10:00:(29|30) New York/)
    expect(out).toMatch(/touched +level +price +direction/)
    expect(out).toMatch(/VWAP +687\.\d\d +(support|resistance)/)
    expect(out).toContain(join(folder, 'told', 'signals.ndjson'))
    expect(out).toContain(sha256Of(signals))
  })
})

describe('the digest', () => {
  async function digestOf(...args: string[]): Promise<string> {
    const out = join(folder, 'other')
    expect(await replayer('run', ...args, '--out', out)).toMatchObject({ code: 0 })
    expect(manifestOf(out).digest).toBe(sha256Of(join(out, 'signals.ndjson')))
    return manifestOf(out).digest
  }

  it('is the same again, in whatever order the files are given', async () => {
    expect(await digestOf(...files)).toBe(sha256Of(signals))
    expect(await digestOf(...files.toReversed())).toBe(sha256Of(signals))
  })

  it('is the same from zstd and gzip as from plain files', async () => {
    const zst = join(folder, 'es.zst')
    const gz = join(folder, 'spy.gz')
    writeFileSync(zst, zstdCompressSync(readFileSync(files[0]!)))
    writeFileSync(gz, gzipSync(readFileSync(files[1]!)))
    expect(await digestOf(zst, gz)).toBe(sha256Of(signals))
  })

  it('is the same from NDJSON of the bus events as from DBN', async () => {
    const all = join(folder, 'all.ndjson')
    const futures = join(folder, 'futures.ndjson')
    writeFileSync(all, await ndjsonOf(files, 'ESH6'))
    writeFileSync(futures, await ndjsonOf(files.slice(0, 1), 'ESH6'))
    expect(await digestOf(all)).toBe(sha256Of(signals))
    expect(await digestOf(futures, files[1]!)).toBe(sha256Of(signals))
  })

  it('is the same from the messages of a simulated market as from its files', async () => {
    const dir = join(folder, 'simulated')
    const plays = [{ scenario: 'wall', difficulty: 'clear', direction: 'SUPPORT' }] as const
    const { depthPath, tradesPath, equityPath } = generateSession({
      ...{ dir, seed: 3, durationS: 20, rate: 20, withEvents: true },
      agents: [new ScenarioAgent(plays, { firstAfterS: 2, pauseS: 1 })],
    })
    const ofMessages = await digestOf(join(dir, 'events.ndjson'))
    expect(manifestOf(join(folder, 'other')).depth.resyncs).toBe(1)
    expect(await digestOf(depthPath, equityPath)).toBe(ofMessages)
    expect(await digestOf(depthPath, tradesPath, equityPath)).toBe(ofMessages)
  })

  it('is another with another parameter', async () => {
    expect(await digestOf(...files, '--set', 'barrier.zoneTicks=6')).not.toBe(sha256Of(signals))
  })
})

describe('--from and --to', () => {
  it('give the payloads of the whole run between the two, both ends included', async () => {
    const lines = linesOf(signals)
    const [from, to] = [lines[20]!, lines[60]!].map((line) => new Date(tsOf(line)).toISOString())
    const out = join(folder, 'part')
    const { code } = await replayer('run', ...files, '--out', out, '--from', from!, '--to', to!)
    expect(code).toBe(0)
    expect(linesOf(join(out, 'signals.ndjson')).map(tsOf)).toEqual(lines.slice(20, 61).map(tsOf))
    expect(linesOf(join(out, 'signals.ndjson')).join() === lines.slice(20, 61).join()).toBe(true)
    expect(manifestOf(out)).toMatchObject({
      from: from!.replace('Z', '000000Z'),
      to: to!.replace('Z', '000000Z'),
    })
  })

  it('may lie beyond the input, and years away', async () => {
    const out = join(folder, 'wide')
    const wide = ['--from', '2020-01-01T00:00:00Z', '--to', '2031-01-01T00:00:00Z']
    expect((await replayer('run', ...files, '--out', out, ...wide)).code).toBe(0)
    expect(manifestOf(out).digest).toBe(sha256Of(signals))
  })

  it('before the input give no payload, and say so', async () => {
    const out = join(folder, 'none')
    const early = ['--to', '2026-03-10T09:30:00-04:00']
    const told = await replayer('run', ...files, '--out', out, ...early)
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('nothing to report') })
    expect(manifestOf(out)).toMatchObject({ snaps: 0, first_snap_ts: null, last_snap_ts: null })
  })
})

describe('a run without an ES book', () => {
  const why = 'No ES book: SPY cannot be priced, so there are no levels.'
  const remedy = 'Give a file of ES depth (mbp-10 or mbo) too.'

  it('says why there are no levels, and what is missing', async () => {
    const told = await replayer('run', files[1]!, '--out', join(folder, 'alone'))
    expect(told.code).toBe(0)
    expect(told.out).toContain('SPY never priced')
    expect(told.out).toContain(`\n${why} ${remedy}\n`)
    for (const line of linesOf(join(folder, 'alone/signals.ndjson'))) {
      expect(JSON.parse(line)).toMatchObject({ spy: { spot: null }, levels: [] })
    }
  })

  it('has a price where there are ES trades, and still no levels', async () => {
    const trades = join(folder, 'trades.ndjson')
    const lines = (await ndjsonOf(files, 'ESH6')).trimEnd().split('\n')
    const isBook = (line: string): boolean => line.includes('"market.futures.mbp10"')
    writeFileSync(trades, `${lines.filter((line) => !isBook(line)).join('\n')}\n`)
    const told = await replayer('run', trades, '--out', join(folder, 'trades'))
    expect(told.out).toMatch(/SPY \d+\.\d\d – /)
    expect(told.out).toContain(`\nNo ES book: there are no levels. ${remedy}\n`)
    for (const line of linesOf(join(folder, 'trades/signals.ndjson'))) {
      expect(JSON.parse(line)).toMatchObject({ levels: [] })
    }
  })

  it('is not told to give the depth that it passed over', async () => {
    const all = join(folder, 'passed-over.ndjson')
    writeFileSync(all, await ndjsonOf(files, 'ESH6'))
    const other = ['--symbol', 'ESM6', '--out', join(folder, 'passed-over')]
    const told = await replayer('run', all, ...other)
    expect(told).toMatchObject({ code: 3, err: expect.stringContaining('was ESH6') })
    expect(told.out).toContain('SPY never priced')
    expect(told.out).not.toContain(remedy)
  })

  it('is another than one with a book', async () => {
    const told = await replayer('run', ...files, '--out', join(folder, 'with-book'))
    expect(told.out).not.toContain('No ES book')
  })
})

describe('--hotzone', () => {
  it('adds levels of the user’s own', async () => {
    const out = join(folder, 'hot')
    const hot = ['--hotzone', '687.41', '687.29']
    expect((await replayer('run', ...files, '--out', out, ...hot)).code).toBe(0)
    expect(manifestOf(out).config.levels.hotzonesUsd).toEqual([687.41, 687.29])
    const text = readFileSync(join(out, 'signals.ndjson'), 'utf8')
    expect(text).toContain('"HOTZONE_687.41"')
  })
})

function equityTimes(): bigint[] {
  return linesOf(files[1]!).map((line) => BigInt(/"ts_event_ns":(\d+)/.exec(line)![1]!))
}
