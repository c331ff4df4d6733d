import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { levelsParameters, resolveConfig } from '@levels/level-signals'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeSession, replayer, temporaryFolder } from './support.ts'

const folder = temporaryFolder()
let depthPath: string
let equityPath: string

beforeAll(() => {
  ;({ depthPath, equityPath } = makeSession(join(folder, 'input'), 3))
})

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

describe('help', () => {
  it('names every command and every exit code', async () => {
    const { code, out } = await replayer('--help')
    expect(code).toBe(0)
    for (const command of ['run', 'verify', 'publish', 'record', 'inspect', 'config', 'demo']) {
      expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    }
    for (const exit of [0, 1, 2, 3, 130]) expect(out).toMatch(new RegExp(`^ {2}${exit} +\\w`, 'm'))
  })

  it('of run names every option', async () => {
    const { code, out } = await replayer('run', '--help')
    expect(code).toBe(0)
    const options = ['out', 'symbol', 'from', 'to', 'speed', 'config', 'set', 'hotzone', 'format']
    for (const option of [...options, 'trace-flows']) expect(out).toContain(`--${option} <`)
  })

  it('of the version is the package’s', async () => {
    expect((await replayer('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('a wrong command line', () => {
  it.each<[string, string[], string]>([
    ['an unknown command', ['rum'], "unknown command 'rum'"],
    ['an unknown option', ['run', 'x', '--fast'], "unknown option '--fast'"],
    ['no file', ['run'], 'expected files, or --stream and --nats'],
    ['no folder', ['verify'], "missing required argument 'dir'"],
    ['a folder of no name', ['run', 'x', '--out', ''], 'Expected a path, was ""'],
    ['a configuration of no name', ['config', '--config', ''], 'Expected a path, was ""'],
    ['a speed that is none', ['run', 'x', '--speed', 'NaN'], 'Expected a number ≥ 0, was "NaN"'],
    ['a speed below zero', ['run', 'x', '--speed', '-1'], 'Expected a number ≥ 0, was "-1"'],
    ['a hotzone of no price', ['run', 'x', '--hotzone', '0'], 'Expected a price > 0, was "0"'],
    ['another format', ['run', 'x', '--format', 'csv'], 'Allowed choices are ndjson'],
    [
      'a time without a zone',
      ['run', 'x', '--from', '2026-03-10T10:00'],
      '--from: expected a time',
    ],
    ['a day that is none', ['run', 'x', '--to', '2026-02-30T10:00Z'], '--to: expected a time'],
    [
      'an end before the beginning',
      ['run', 'x', '--from', '2026-03-10T10:00Z', '--to', '2026-03-10T09:00Z'],
      '--to: expected a time not before --from',
    ],
    ['a setting without a value', ['run', 'x', '--set', 'W_b'], 'expected name=value, was "W_b"'],
    [
      'an unknown setting',
      ['config', '--set', 'zoneTick=3'],
      /zoneTick: expected the name of a .*\nconfig prints every/,
    ],
    [
      'a setting out of range',
      ['config', '--set', 'barrier.zoneTicks=-1'],
      /barrier\.zoneTicks: expected an integer ≥ .*, was -1/,
    ],
    [
      'a setting of another type',
      ['config', '--set', 'W_b=long'],
      /barrier\.windowS: .*was "long"/,
    ],
    ['a configuration that is not there', ['config', '--config', 'none.json'], 'ENOENT'],
  ] as [string, string[], string][])(
    '%s is named, with exit code 2',
    async (_name, args, message) => {
      const { code, out, err } = await replayer(...args)
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(/^error: /)
      expect(err).toMatch(message)
    },
  )

  it('that names a file where a command belongs is told what to do', async () => {
    const { code, err } = await replayer(depthPath)
    expect(code).toBe(2)
    expect(err).toContain(`run ${depthPath}`)
    const hotzone = await replayer('run', '--hotzone', '687', depthPath)
    expect(hotzone.err).toContain('Files come before --hotzone')
  })
})

describe('config', () => {
  it('prints every parameter with its default, unit, meaning and core name', async () => {
    const { code, out } = await replayer('config')
    expect(code).toBe(0)
    for (const { name, spec } of levelsParameters) {
      const unit = spec.unit === '' ? '' : ` ${spec.unit}`
      const core = spec.coreName === undefined ? '' : `  (${spec.coreName})`
      expect(out).toContain(`  ${name} = ${JSON.stringify(spec.default)}${unit}${core}\n`)
      expect(out.replaceAll(/\s+/g, ' ').toLowerCase()).toContain(
        spec.meaning.replace(/\.$/, '').toLowerCase(),
      )
    }
  })

  it('knows every parameter of the interface document', async () => {
    const { out } = await replayer('config')
    const windows = ['W_b', 'W_t', 'W_g', 'W_v', 'W_wall', 'SNAP_INTERVAL_MS']
    const zones = ['BARRIER_ZONE_ES_TICKS', 'TAPE_BAND', 'FUEL_STRIKE_RANGE']
    const thresholds = ['MONITOR_BAND', 'TOUCH_BAND', 'R_vac', 'R_wall', 'F_thresh']
    const scores = ['BREAK_SCORE_THRESHOLD', 'REJECT_SCORE_THRESHOLD', 'w_L', 'w_H', 'w_T']
    const sweeps = ['SWEEP_MIN_NOTIONAL', 'SWEEP_MAX_GAP_MS', 'SWEEP_MIN_VENUES']
    for (const name of [...windows, ...zones, ...thresholds, ...scores, ...sweeps]) {
      expect(out).toContain(`(${name})`)
    }
    expect(out).toContain('(TRIGGER_HOLD_TIME)')
  })

  it('prints JSON that it reads back', async () => {
    const { out } = await replayer('config', '--json', '--set', 'W_b=120')
    const file = fileOf('config.json', out)
    expect((await replayer('config', '--json', '--config', file)).out).toBe(out)
    expect(JSON.parse(out)).toEqual(resolveConfig({ 'barrier.windowS': 120 }))
  })

  it('takes sections, full names and core names; --set wins over the file', async () => {
    const file = fileOf(
      'mixed.json',
      '{"barrier":{"zoneTicks":5,"windowS":60},"tape.bandUsd":0.75,"W_t":30}',
    )
    const args = ['--config', file, '--set', 'W_b=90', '--set', 'fuel.windowS=session']
    const { out } = await replayer('config', '--json', ...args)
    expect(JSON.parse(out)).toMatchObject({
      barrier: { zoneTicks: 5, windowS: 90 },
      tape: { bandUsd: 0.75, windowS: 30 },
      fuel: { windowS: 'session' },
    })
  })

  it('shows what is not the default', async () => {
    const { out } = await replayer('config', '--set', 'barrier.zoneTicks=6')
    expect(out).toMatch(/barrier\.zoneTicks = 8 .*now 6/)
  })

  it.each([
    ['[1]', 'expected a JSON object, was [1]'],
    ['null', 'expected a JSON object, was null'],
    ['{', 'expected a readable JSON file'],
    ['{"barrier":5}', 'barrier: expected the name of a parameter'],
    ['{"barrier":{"zone":5}}', 'barrier.zone: expected the name of a parameter'],
    ['{"__proto__":{"x":5}}', '__proto__.x: expected the name of a parameter'],
  ])('refuses the file %s', async (text, message) => {
    const { code, err } = await replayer('config', '--config', fileOf('wrong.json', text))
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})

describe('inspect', () => {
  const factsOf = async (path: string): Promise<[number | null, Record<string, string>]> => {
    const { code, out } = await replayer('inspect', path)
    const lines = out.trimEnd().split('\n')
    return [code, Object.fromEntries(lines.map((line) => line.split(/ {2,}/) as [string, string]))]
  }

  it('says what a DBN file holds', async () => {
    expect(await factsOf(depthPath)).toEqual([
      0,
      expect.objectContaining({
        format: 'dbn',
        version: '3',
        dataset: 'GLBX.MDP3',
        schema: 'mbp-10',
        symbols: 'ESH6',
        instrument: expect.stringMatching(/^ESH6 \(id 1\), \d+ records$/),
        captured: expect.stringMatching(/^2026-03-10T14:00:00\.\d{9}Z – 2026-03-10T14:00:0/),
      }),
    ])
  })

  it('says what an NDJSON file holds, and what of it is refused', async () => {
    const lines = readFileSync(equityPath, 'utf8').trimEnd().split('\n')
    const path = fileOf(
      'some.ndjson',
      `${lines.toSpliced(2, 0, '{"subject":1}', '?').join('\n')}\n`,
    )
    const { code, out } = await replayer('inspect', path)
    expect(code).toBe(0)
    expect(out).toMatch(/events +StockQuote \d+, StockTrade \d+/)
    expect(out).toMatch(/refused +.*INVALID_JSON 1/)
    expect(out).toMatch(/INVALID_JSON, first in line 4: expected/)
    expect(out).toMatch(/event time +2026-03-10T14:00:00\.\d{9}Z – 2026-03-10T14:00:0/)
  })

  it('says what a Parquet file holds', async () => {
    const url = new URL('../../../packages/feed/test/fixtures/', import.meta.url)
    const path = join(fileURLToPath(url), 'futures-trades.parquet')
    const [code, facts] = await factsOf(path)
    expect(code).toBe(0)
    expect(facts).toMatchObject({
      format: 'parquet',
      events: expect.stringMatching(/^FuturesTrade/),
    })
  })

  it('looks into compressed files', async () => {
    const zst = fileOf('x.zst', zstdCompressSync(readFileSync(depthPath)))
    const gz = fileOf('x.gz', gzipSync(readFileSync(equityPath)))
    expect(await factsOf(zst)).toEqual([0, expect.objectContaining({ format: 'dbn, zstd' })])
    expect(await factsOf(gz)).toEqual([0, expect.objectContaining({ format: 'ndjson, gzip' })])
  })

  it('says what lies before a fault, and where the fault is', async () => {
    const cut = fileOf('cut.dbn', readFileSync(depthPath).subarray(0, -7))
    const { code, out, err } = await replayer('inspect', cut)
    expect(code).toBe(3)
    expect(out).toMatch(/records +\d+/)
    expect(err).toMatch(new RegExp(`error: ${cut}: byte \\d+: expected`))
    expect((await replayer('inspect', folder)).code).toBe(3)
  })
})
