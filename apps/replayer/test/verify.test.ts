import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sha256OfJson, type Manifest } from '../src/manifest.ts'
import { linesOf, makeSession, manifestOf, replayer, sha256Of, temporaryFolder } from './support.ts'

const folder = temporaryFolder()
const original = join(folder, 'original')
const copy = join(folder, 'copy')
const run = join(copy, 'run')

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(original, 'input'), 8, 11)
  const out = ['--out', join(original, 'run'), '--set', 'barrier.zoneTicks=7', '--hotzone', '687.4']
  expect(await replayer('run', depthPath, equityPath, ...out)).toMatchObject({ code: 0 })
})

beforeEach(() => {
  rmSync(copy, { recursive: true, force: true })
  cpSync(original, copy, { recursive: true })
})

function changeManifest(change: (manifest: Manifest) => object): void {
  const manifest = manifestOf(run)
  writeFileSync(join(run, 'manifest.json'), JSON.stringify({ ...manifest, ...change(manifest) }))
}

describe('verify', () => {
  it('makes the run again and finds it the same', async () => {
    const { code, out, err } = await replayer('verify', run)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('the same again')
    expect(out).toContain(manifestOf(run).digest)
  })

  it('finds the inputs through a link to the folder', async () => {
    symlinkSync(run, join(folder, 'link'))
    expect(await replayer('verify', join(folder, 'link'))).toMatchObject({ code: 0 })
  })

  it('names signals that were changed', async () => {
    const path = join(run, 'signals.ndjson')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"SUPPORT"', '"RESISTANCE"'))
    const { code, err } = await replayer('verify', run)
    expect(code).toBe(1)
    expect(err).toContain(
      `${path}: expected SHA-256 ${manifestOf(run).digest}, was ${sha256Of(path)}`,
    )
  })

  it('shows the line and the place when the digest was changed along', async () => {
    const path = join(run, 'signals.ndjson')
    const lines = linesOf(path)
    writeFileSync(path, `${lines.with(4, lines[4]!.replace('"spot":', '"spot":9')).join('\n')}\n`)
    changeManifest(() => ({ digest: sha256Of(path) }))
    const { code, err } = await replayer('verify', run)
    expect(code).toBe(1)
    expect(err).toContain(
      `expected digest ${sha256Of(path)}, was ${manifestOf(join(original, 'run')).digest}`,
    )
    expect(err).toMatch(
      /line 5, from character 35 on:\n {2}expected .*"spot":9687.*\n {2}was .*"spot":687/,
    )
  })

  it('names an input that was changed, and one that is gone', async () => {
    appendFileSync(join(copy, 'input/spy.ndjson'), '\n')
    const grown = await replayer('verify', run)
    expect(grown).toMatchObject({
      code: 1,
      err: expect.stringMatching(/spy\.ndjson: expected \d+ bytes/),
    })
    const bytes = readFileSync(join(copy, 'input/es.mbp-10.dbn'))
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(join(copy, 'input/es.mbp-10.dbn'), bytes)
    renameSync(join(copy, 'input/spy.ndjson'), join(copy, 'input/else.ndjson'))
    const { code, err } = await replayer('verify', run)
    expect(code).toBe(1)
    expect(err).toMatch(/es\.mbp-10\.dbn: expected SHA-256 [0-9a-f]{64}, was [0-9a-f]{64}/)
    expect(err).toContain('spy.ndjson: expected a file, was missing')
  })

  it('names a configuration that was changed', async () => {
    changeManifest(({ config }) => ({ config: { ...config, feed: { latenessMs: 100 } } }))
    const told = await replayer('verify', run)
    expect(told).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected a config of SHA-256'),
    })
  })

  it('finds what a configuration changed with its hash makes different', async () => {
    changeManifest(({ config }) => {
      const changed = { ...config, barrier: { ...config.barrier, zoneTicks: 3 } }
      return { config: changed, config_sha256: sha256OfJson(changed) }
    })
    const told = await replayer('verify', run)
    expect(told).toMatchObject({ code: 1, err: expect.stringContaining('expected digest') })
  })

  it('finds counts that were changed, and says with which versions the run was made', async () => {
    changeManifest(({ events, versions }) => ({
      events: { ...events, FuturesTrade: 1 },
      versions: { ...versions, '@levels/barrier': '9.9.9' },
      node: 'v20.0.0',
    }))
    const { code, err } = await replayer('verify', run)
    expect(code).toBe(1)
    expect(err).toMatch(/manifest\.json: events\.FuturesTrade: expected 1, was \d+/)
    expect(err).toContain('made with @levels/barrier 9.9.9, now')
    expect(err).toContain('made on Node v20.0.0')
  })

  it('checks an interrupted run as far as it went', async () => {
    const path = join(run, 'signals.ndjson')
    writeFileSync(path, `${linesOf(path).slice(0, 9).join('\n')}\n`)
    const lastTs = (JSON.parse(linesOf(path).at(-1)!) as { ts: number }).ts
    const cut = { state: 'interrupted', reason: 'stopped', snaps: 9, last_snap_ts: lastTs }
    changeManifest(({ sources }) => ({
      ...cut,
      digest: sha256Of(path),
      sources: sources.map((source) => ({ ...source, sha256: null })),
    }))
    const told = await replayer('verify', run)
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('interrupted') })
    writeFileSync(path, readFileSync(path, 'utf8').replace('"SUPPORT"', '"RESISTANCE"'))
    changeManifest(() => ({ digest: sha256Of(path) }))
    expect(await replayer('verify', run)).toMatchObject({ code: 1 })
  })

  it('refuses a folder that is none of a run, and a manifest that is none', async () => {
    const isNone = (path: string, was: string) => ({
      code: 3,
      out: '',
      err: `error: ${path}: expected the folder of a run, was ${was}\n`,
    })
    const nowhere = join(copy, 'nowhere')
    const file = join(run, 'signals.ndjson')
    expect(await replayer('verify', copy)).toEqual(isNone(copy, 'one without manifest.json'))
    expect(await replayer('verify', nowhere)).toEqual(isNone(nowhere, 'missing'))
    expect(await replayer('verify', file)).toEqual(isNone(file, 'a file'))
    const tooLong = join(copy, 'x'.repeat(300))
    expect(await replayer('verify', tooLong)).toMatchObject({
      code: 3,
      err: expect.stringContaining('manifest.json: expected to read it: ENAMETOOLONG'),
    })
    changeManifest(() => ({ sources: [{ path: 5 }] }))
    const wrong = await replayer('verify', run)
    expect(wrong).toMatchObject({
      code: 3,
      err: expect.stringContaining('sources: expected a list of inputs'),
    })
    writeFileSync(join(run, 'manifest.json'), '{"schema":')
    expect(await replayer('verify', run)).toMatchObject({
      code: 3,
      err: expect.stringContaining('JSON'),
    })
  })
})
