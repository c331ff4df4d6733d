import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectNats } from '@levels/bus'
import { decodeMarketEvent, isMarketSubject, STREAMS } from '@levels/contracts'
import { type NatsServer, startNatsServer } from '../../../tools/nats-server.ts'
import { runCli } from '../src/cli/cli.ts'
import type { ComparedStatistic } from '../src/fit/comparison.ts'
import { checkProfile, type MarketProfile } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'levels-sim-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function sim(...args: string[]) {
  const told = { out: '', err: '' }
  const terminal = {
    out: (text: string) => (told.out += text),
    err: (text: string) => (told.err += text),
    note: () => undefined,
  }
  const code = await runCli(args, terminal, new AbortController().signal)
  return { code, ...told }
}

it('tells its version', async () => {
  const manifest = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  expect(await sim('--version')).toMatchObject({ code: 0, out: `${version}\n`, err: '' })
})

describe('generate', () => {
  it('writes the files it names, the same for the same seed', async () => {
    const out = join(folder, 'made')
    const wanted = ['--seed', '3', '--hours', '0.15', '--activity', '1', '--scenario', 'sweep']
    const first = await sim('generate', ...wanted, '--events', '--out', out)
    expect(first).toMatchObject({ code: 0, err: expect.stringMatching(/ s\n$/) })
    expect(readdirSync(out)).toContain('events.ndjson')
    const labels = readFileSync(join(out, 'labels.ndjson'), 'utf8').split('\n').slice(0, -1)
    expect(first.out).toContain(`${labels.length} labels`)
    expect(labels.length).toBeGreaterThan(2)
    const again = await sim('generate', ...wanted, '--events', '--out', out)
    expect(again.out).toBe(first.out)
  })

  it('refuses what it does not know, with code 2', async () => {
    const codes = [
      await sim('generate', '--scenario', 'panic'),
      await sim('generate', '--hours', 'many'),
      await sim('generate', '--seed', '1.5', '--hours', '0', '--out', join(folder, 'half')),
      await sim('generate', '--seed', '4294967296', '--hours', '0', '--out', join(folder, 'far')),
      await sim('generate', '--profile', join(folder, 'nowhere.json')),
      await sim('generate', '--out', join(import.meta.filename, 'under-a-file')),
      await sim('conjure'),
    ]
    expect(codes.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2, 2])
    for (const { err } of codes) expect(err).not.toBe('')
  })
})

describe('fit', () => {
  it('writes a profile, the statistics and a report, and the profile can be used', async () => {
    const recorded = join(folder, 'recorded')
    const out = join(folder, 'fit')
    await sim(
      'generate',
      '--hours',
      '1',
      '--activity',
      '1',
      '--scenario',
      'none',
      '--out',
      recorded,
    )
    const module = join(folder, 'module.ts')
    const args = [
      '--out',
      out,
      '--rounds',
      '1',
      '--hours',
      '2',
      '--name',
      'again',
      '--module',
      module,
    ]
    const { code, out: table } = await sim('fit', join(recorded, 'es.mbp-10.dbn'), ...args)
    expect(table).toContain('share of adds')
    expect(code).toBe(table.includes('missed') ? 1 : 0)
    const profile = JSON.parse(readFileSync(join(out, 'profile.json'), 'utf8')) as MarketProfile
    expect(() => checkProfile(profile)).not.toThrow()
    expect(readFileSync(module, 'utf8')).toContain('export const AGAIN: MarketProfile = {')
    const statistics = JSON.parse(
      readFileSync(join(out, 'statistics.json'), 'utf8'),
    ) as ComparedStatistic[]
    expect(statistics.length).toBeGreaterThan(40)
    const html = readFileSync(join(out, 'report.html'), 'utf8')
    expect(html).toContain('Simulated beside real')
    expect(html).not.toMatch(/(src|href)="https?:/)
    // The tables beside the plots name what they count: the spread of one tick as 1.
    const spread =
      /<caption>Spread, weighed by time[\s\S]*?<td[^>]*>1<\/td><td[^>]*>([\d.]+)</.exec(html)
    const oneTick = statistics.find(({ name }) => name === 'spread of 1 tick, by time')!
    expect(Number(spread?.[1])).toBeCloseTo(100 * oneTick.real, 1)
    const made = join(folder, 'again')
    const generated = await sim(
      'generate',
      '--hours',
      '0.01',
      '--profile',
      join(out, 'profile.json'),
      '--out',
      made,
    )
    expect(generated.code).toBe(0)
  })

  it('refuses a file that is none, one that is cut, and one with too little', async () => {
    const bytes = readFileSync(join(folder, 'recorded', 'es.mbp-10.dbn'))
    const path = join(folder, 'bad.dbn')
    const fit = async (content: Uint8Array | string) => {
      writeFileSync(path, content)
      return sim('fit', path, '--out', join(folder, 'none'))
    }
    expect(await fit('time,price\n')).toMatchObject({ code: 3 })
    expect(await fit(bytes.subarray(0, bytes.length / 2 + 7))).toMatchObject({ code: 3 })
    const header = 8 + bytes.readUInt32LE(4)
    const little = await fit(bytes.subarray(0, header + 368 * 500))
    expect(little.code).toBe(2)
    expect(little.err).toContain('expected at least 5000 orders')
  })
})

describe('publish', () => {
  let server: NatsServer
  beforeAll(async () => {
    server = await startNatsServer()
  })
  afterAll(() => server.stop())

  it('brings every message into the stream, in order, at the rate asked for', async () => {
    const wanted = ['--nats', server.url, '--hours', '0.01', '--activity', '2', '--seed', '9']
    const started = performance.now()
    const { code, out } = await sim('publish', ...wanted, '--rate', '2000')
    const seconds = (performance.now() - started) / 1_000
    expect(code).toBe(0)
    const count = Number(/^([\d,]+) messages/.exec(out)![1]!.replaceAll(',', ''))
    expect(count).toBeGreaterThan(1_000)
    expect(seconds).toBeGreaterThan(count / 2_000 - 0.1)
    const bus = await connectNats({ servers: server.url })
    const { name } = STREAMS[0]!
    const state = await bus.streamState(name)
    expect(state.messageCount).toBe(count)
    let last = 0n
    for await (const { subject, data } of bus.read(name, { fromSeq: 1 })) {
      if (!isMarketSubject(subject)) throw new Error(subject)
      const decoded = decodeMarketEvent(subject, data)
      if (!decoded.ok) throw new Error(decoded.reject.message)
      expect(decoded.value.event.tsEventNs >= last).toBe(true)
      last = decoded.value.event.tsEventNs
    }
    await bus.close()
  })
})
