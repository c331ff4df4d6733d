import { createHash } from 'node:crypto'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { decodeLevelSignals } from '@levels/contracts'
import { beforeAll, describe, expect, it } from 'vitest'
import { LevelRecords } from '../src/level-record.ts'
import { SessionRecord } from '../src/session-record.ts'
import { linesOf, makeSession, manifestOf, replayer, temporaryFolder } from './support.ts'

const folder = temporaryFolder()
const dir = join(folder, 'run')
let html: string

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(folder, 'input'), 60)
  const settings = ['--set', 'barrier.zoneTicks=6']
  await replayer('run', depthPath, equityPath, '--out', dir, ...settings)
  await replayer('report', dir)
  html = readFileSync(join(dir, 'report.html'), 'utf8')
})

/** The run's signals, read back. */
function payloads() {
  return linesOf(join(dir, 'signals.ndjson')).map((line) => {
    const decoded = decodeLevelSignals(line)
    if (!decoded.ok) throw new Error(decoded.reject.message)
    return decoded.value
  })
}

describe('the report of a run', () => {
  it('shows what the manifest says', () => {
    const { run_id: runId, digest, versions } = manifestOf(dir)
    expect(html).toContain(`<title>Levels, run ${runId}</title>`)
    expect(html).toContain(`Digest of the signals: ${digest}`)
    for (const name of Object.keys(versions)) expect(html).toContain(`<td>${name}</td>`)
  })

  it('names parameters that differ from their defaults apart from all of them', () => {
    const [changed, all] = [...html.matchAll(/<td>barrier\.zoneTicks<\/td>(.*?)<td>ES ticks/gs)]
    expect(changed?.[1]).toBe('<td class="right">6</td><td class="right">8</td>')
    expect(all?.[1]).toBe(changed?.[1])
    expect([...html.matchAll(/<td>barrier\.windowS<\/td>/g)]).toHaveLength(1)
  })

  it('is the same bytes again', async () => {
    const out = join(folder, 'again.html')
    expect(await replayer('report', dir, '--out', out)).toMatchObject({ code: 0 })
    expect(readFileSync(out, 'utf8')).toBe(html)
  })

  it('has a row for every level that was in band', () => {
    const ids = new Set(payloads().flatMap(({ levels }) => levels.map(({ id }) => id)))
    expect(ids.size).toBeGreaterThan(3)
    for (const id of ids) expect(html).toContain(`<tr><td>${id}</td>`)
  })

  it('draws each signal as its legend says', () => {
    const legend = /▲▼ BREAK up or down, (.*?), at the price/.exec(html)?.[1]
    const drawn = [...html.matchAll(/"label":"(REJECT|CONTESTED) [^"]*","shape":"(\w+)"/g)]
    const signs: Record<string, string> = { square: '■', diamond: '◆' }
    expect(new Set(drawn.map(([, signal]) => signal))).toContain('REJECT')
    for (const [, signal, shape] of drawn) {
      expect(legend?.split(', ')).toContain(`${signs[shape ?? '']} ${signal}`)
    }
  })

  it('says so and exits with 1 where the signals are not those of the manifest', async () => {
    const other = join(folder, 'changed')
    mkdirSync(other)
    for (const file of ['manifest.json', 'signals.ndjson']) {
      copyFileSync(join(dir, file), join(other, file))
    }
    appendFileSync(join(other, 'signals.ndjson'), '{"ts":1}\n')
    const bytes = readFileSync(join(other, 'signals.ndjson'))
    const digest = createHash('sha256').update(bytes).digest('hex')
    const { digest: expected } = manifestOf(dir)
    const { code, out, err } = await replayer('report', other)
    expect(code).toBe(1)
    expect(err).toContain(`expected digest ${expected}, was ${digest}`)
    // What stands as the digest is that of the file, for whoever reads no further.
    expect(out).toMatch(new RegExp(`^digest +${digest}$`, 'm'))
    expect(out).not.toContain(expected)
    const text = readFileSync(join(other, 'report.html'), 'utf8')
    expect(text).toContain(`expected digest ${expected}, was ${digest}`)
    expect(text).toContain(`Digest of the signals: ${digest}`)
    expect(text.split(expected)).toHaveLength(2)
  })

  it('is refused where there is no run', async () => {
    const nowhere = join(folder, 'nowhere')
    expect(await replayer('report', nowhere)).toEqual({
      code: 3,
      out: '',
      err: `error: ${nowhere}: expected the folder of a run, was missing\n`,
    })
    expect(await replayer('report', folder)).toEqual({
      code: 3,
      out: '',
      err: `error: ${folder}: expected the folder of a run, was one without manifest.json\n`,
    })
  })

  it('is refused where the signals are gone', async () => {
    const other = join(folder, 'without-signals')
    mkdirSync(other)
    copyFileSync(join(dir, 'manifest.json'), join(other, 'manifest.json'))
    expect(await replayer('report', other)).toMatchObject({
      code: 3,
      err: expect.stringContaining(`${join(other, 'signals.ndjson')}: expected to read it`),
    })
    expect(existsSync(join(other, 'report.html'))).toBe(false)
  })

  it('goes when the run is made again', async () => {
    const again = join(folder, 'over')
    const { depthPath } = makeSession(join(folder, 'short'), 3)
    await replayer('run', depthPath, '--out', again)
    writeFileSync(join(again, 'report.html'), 'of an earlier run')
    expect(await replayer('run', depthPath, '--out', again)).toMatchObject({ code: 0 })
    expect(existsSync(join(again, 'report.html'))).toBe(false)
  })
})

describe('the record of a session', () => {
  it('keeps the extremes of spot, in order of time', () => {
    const all = payloads()
    const record = new SessionRecord({
      ...{ fromTs: all[0]!.ts, toTs: all.at(-1)!.ts },
      ...{ touchBandUsd: 0.1, snapIntervalMs: 250 },
    })
    for (const payload of all) record.add(payload)
    const spots = all.flatMap(({ spy }) => spy.spot ?? [])
    expect(record.spotRange.low).toBe(Math.min(...spots))
    expect(Math.max(...record.spots.map(({ spot }) => spot))).toBe(Math.max(...spots))
    const times = record.spots.map(({ ts }) => ts)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(new Set(times).size).toBe(times.length)
  })

  it('counts a signal when it begins, and anew after the level was out of band', () => {
    const [base] = payloads().flatMap(({ levels }) => levels)
    const records = new LevelRecords({ touchBandUsd: 0.1, snapIntervalMs: 250, shortestMs: 250 })
    const at = (ts: number, signal: 'BREAK' | 'NEUTRAL'): void =>
      records.add({ ...base!, signal, distance: 0 }, ts, 687)
    at(0, 'NEUTRAL')
    at(250, 'BREAK')
    at(500, 'BREAK')
    at(1_000, 'BREAK') // a snap is missing: it left and came back
    expect(records.signals.map(({ ts }) => ts)).toEqual([250, 1_000])
    expect(records.rows[0]).toMatchObject({ snaps: 4, touches: 2 })
  })

  it('draws a level as stretches of like score, without gaps while it is in band', () => {
    const [base] = payloads().flatMap(({ levels }) => levels)
    const records = new LevelRecords({ touchBandUsd: 0.1, snapIntervalMs: 250, shortestMs: 500 })
    const scores = [50, 51, 52, 90, 90, 90]
    for (const [at, breakScoreSmooth] of scores.entries()) {
      records.add({ ...base!, breakScoreSmooth }, at * 250, 687)
    }
    expect(records.stretches.map(({ fromTs, toTs }) => [fromTs, toTs])).toEqual([
      [0, 750],
      [750, 1_250],
    ])
    expect(records.stretches[0]?.score).toBe(51)
  })
})
