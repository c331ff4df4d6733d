import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveConfig } from '@levels/level-signals'
import { afterAll, describe, expect, it } from 'vitest'
import { runCli } from '../src/cli.ts'
import { DEFAULT_SETTINGS, SETTING_SOURCES } from '../src/settings-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'levels-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function file(content: unknown): string {
  const path = join(folder, `config-${files++}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function cli(args: readonly string[], env: Record<string, string> = {}) {
  let [out, err] = ['', '']
  const code = await runCli(args, {
    env,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    onStopRequest: () => () => undefined,
    exitNow: () => undefined,
  })
  return { code, out, err }
}

/** What `--print-config` shows. */
async function printed(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const { code, out, err } = await cli([...args, '--print-config'], env)
  expect(err).toBe('')
  expect(code).toBe(0)
  return JSON.parse(out) as Record<string, unknown>
}

async function refusal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, out, err } = await cli([...args, '--print-config'], env)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  return err
}

describe('the settings', () => {
  it('are the defaults where nothing is given', async () => {
    expect(await printed([])).toEqual({ ...DEFAULT_SETTINGS, parameters: resolveConfig() })
  })

  it('come from the file, the environment over it, and flags over both', async () => {
    const config = file({
      http: { port: 1, host: '0.0.0.0' },
      snapshot: { everyS: 7 },
      source: 'core',
    })
    const env = { LEVELS_HTTP_PORT: '2', LEVELS_SNAPSHOT_EVERY_S: '8' }
    expect(await printed(['--config', config, '--http-port', '3'], env)).toMatchObject({
      http: { port: 3, host: '0.0.0.0' },
      snapshot: { everyS: 8 },
      source: 'core',
    })
    expect(await printed([], { ...env, LEVELS_CONFIG: config })).toMatchObject({
      http: { port: 2 },
    })
  })

  it('are read again from what was printed', async () => {
    const args = [
      '--source',
      'core',
      '--no-http',
      '--symbol',
      'ESH6',
      '--set',
      'W_b=120',
      '--embedded',
    ]
    const first = await printed(args)
    expect(first).toMatchObject({ http: { isOn: false }, embedded: { isOn: true } })
    expect(await printed(['--config', file(first)])).toEqual(first)
  })

  it('can each be given in the environment and, but for secrets, by a flag', async () => {
    for (const { key, env, flag, isSecret, flagValue } of SETTING_SOURCES) {
      expect(env).toMatch(/^(NATS_URL|LEVELS_[A-Z_]+)$/)
      expect(flag === null).toBe(isSecret === true)
      const [section = '', name] = key.split('.')
      const usual = Object.entries(DEFAULT_SETTINGS).find(([each]) => each === section)![1]
      const isNested = name !== undefined
      expect(isNested ? Object.hasOwn(usual as object, name) : true).toBe(true)
      if (flagValue !== undefined) {
        const config = await printed([flag!])
        const given = config[section]
        expect(isNested ? (given as Record<string, unknown>)[name] : given).toBe(flagValue)
      }
    }
    const keys = Object.entries(DEFAULT_SETTINGS).flatMap(([key, value]) => {
      const isSection = typeof value === 'object' && value !== null
      return isSection ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key]
    })
    expect(keys.sort()).toEqual(SETTING_SOURCES.map(({ key }) => key).sort())
  })

  it('take the parameters of the engines by the names that the replayer prints', async () => {
    const config = file({ parameters: { barrier: { zoneTicks: 6 }, 'tape.windowS': 4, W_b: 100 } })
    const env = { LEVELS_PARAMETERS: '{"barrier.zoneTicks": 7}' }
    const { parameters } = await printed(['--config', config, '--set', 'tape.windowS=9'], env)
    const overrides = { 'barrier.zoneTicks': 7, 'tape.windowS': 9, 'barrier.windowS': 100 }
    expect(parameters).toEqual(resolveConfig(overrides))
  })

  it('hide what is secret', async () => {
    const env = {
      NATS_URL: 'nats://me:hidden-1@a:4222, nats://hidden-2@b:4222',
      LEVELS_NATS_TOKEN: 'hidden-3',
    }
    const { out } = await cli(['--print-config'], env)
    expect(out).not.toContain('hidden')
    expect((JSON.parse(out) as typeof DEFAULT_SETTINGS).nats).toMatchObject({
      url: 'nats://***@a:4222, nats://***@b:4222',
      token: '***',
    })
  })
})

describe('a wrong setting names where it was given, its key, what was expected and what came', () => {
  const cases: readonly [string, string[], Record<string, string>, RegExp][] = [
    [
      'a flag',
      ['--http-port', '70000'],
      {},
      /--http-port \(http.port\): expected a whole number from 0 to 65535, was 70000/,
    ],
    [
      'a word for a number',
      ['--http-port', 'any'],
      {},
      /--http-port \(http.port\): expected .*, was "any"/,
    ],
    [
      'the environment',
      [],
      { LEVELS_SOURCE: 'kafka' },
      /LEVELS_SOURCE \(source\): expected jetstream or core, was "kafka"/,
    ],
    [
      'the environment, a switch',
      [],
      { LEVELS_FRESH: 'yes' },
      /LEVELS_FRESH \(isFresh\): expected true or false, was "yes"/,
    ],
    [
      'a parameter',
      ['--set', 'barrier.zoneTicks=-1'],
      {},
      /error: --set: barrier.zoneTicks: expected .*, was -1/,
    ],
    [
      'a parameter in the environment',
      ['--set', 'barrier.windowS=100'],
      { LEVELS_PARAMETERS: '{"barrier.zoneTicks": -2}' },
      /error: LEVELS_PARAMETERS: barrier.zoneTicks: expected .*, was -2/,
    ],
    [
      'parameters that contradict each other',
      ['--set', 'levels.monitorBandUsd=99'],
      {},
      /error: expected levels.monitorBandUsd ≤ levels.universeRangeUsd, was 99/,
    ],
    ['a parameter without a value', ['--set', 'W_b'], {}, /--set: expected name=value, was "W_b"/],
    [
      'an unknown parameter',
      ['--set', 'barrier.zone=1'],
      {},
      /barrier.zone: expected the name of a parameter \(did you mean .*barrier.zoneTicks/,
    ],
    ['an unknown flag', ['--colour'], {}, /unknown option '--colour'/],
    ['an argument too many', ['file'], {}, /too many arguments/],
    [
      'a file that is not there',
      ['--config', '/no/such.json'],
      {},
      /--config \/no\/such.json: expected a readable JSON file, was: ENOENT/,
    ],
    [
      'an empty path of a file',
      [],
      { LEVELS_CONFIG: '' },
      /LEVELS_CONFIG: expected the path of a file, was ""/,
    ],
    [
      'two ways to log in',
      ['--creds', 'x', '--nkey', 'y'],
      {},
      /expected one way to log in, was nats.credsFile and nats.nkeySeedFile/,
    ],
    ['a user alone', ['--nats-user', 'me'], {}, /expected nats.user and nats.password together/],
    [
      'a certificate alone',
      ['--tls-cert', 'me.pem'],
      {},
      /expected nats.tlsCertFile and nats.tlsKeyFile together/,
    ],
    [
      'parameters that are no object',
      [],
      { LEVELS_PARAMETERS: '[1]' },
      /LEVELS_PARAMETERS: expected a JSON object/,
    ],
  ]
  it.each(cases)('%s', async (_name, args, env, expected) => {
    expect(await refusal(args, env)).toMatch(expected)
  })

  const inFile: readonly [string, unknown, RegExp][] = [
    [
      'of a wrong kind',
      { http: { port: '80' } },
      /http.port: expected a whole number from 0 to 65535, was "80"/,
    ],
    ['unknown', { http: { ports: 80 } }, /\.json: http.ports: expected the name of a setting/],
    [
      'a parameter',
      { parameters: { barrier: { zoneTicks: -3 } } },
      /\.json: parameters: barrier.zoneTicks: expected .*, was -3/,
    ],
    [
      'nearly known',
      { lull: { resume: 80 } },
      /lull.resume: expected .* \(did you mean lull.resumeMs\?\)/,
    ],
    ['unknown section', { htpp: {}, https: 1 }, /https: expected the name of a setting/],
    ['no object', [1], /expected a JSON object, was something else/],
    [
      'no JSON',
      '{ "nats": { "token": "hush" ',
      /expected a readable JSON file, was something else at line 1, column 29, its end/,
    ],
    [
      'no JSON any more',
      '{ "nats": {\n  "token": hush\n} }',
      /expected a readable JSON file, was something else at line 2, column 12\n/,
    ],
    ['a section that is none', { http: 7 }, /http: expected the name of a setting/],
  ]
  it.each(inFile)('in a file: %s', async (_name, content, expected) => {
    const err = await refusal(['--config', file(content)])
    expect(err).toMatch(expected)
    expect(err).not.toContain('hush')
  })

  it('but never shows a value that may be secret', async () => {
    const values = [{ password: 'hidden' }, ['hidden'], 5417]
    for (const key of Object.keys(DEFAULT_SETTINGS.nats)) {
      for (const value of values) {
        const err = await refusal(['--config', file({ nats: { [key]: value } })])
        expect(err).toMatch(`nats.${key}: expected `)
        if (key !== 'isTls') expect(err).toMatch(/was another value \(not shown\)/)
        expect(err).not.toMatch(key === 'isTls' ? /hidden/ : /hidden|5417/)
      }
    }
  })

  const logins: readonly [string, string][] = [
    ['a blank', 'nats://me:hidden@a b'],
    ['a comma', 'nats://me:hid,den@a:4222'],
    ['a comma behind a number', 'nats://me:1234,hidden@a:4222'],
    ['a comma, among others', 'nats://b:4222, nats://me:hid,den@a:4222'],
    ['no host', 'nats://me:hidden'],
    ['a query behind the host', 'nats://127.0.0.1?auth_token=hidden'],
  ]
  it.each(logins)('of a login with %s, it shows no part', async (_name, url) => {
    const err = await refusal([], { NATS_URL: url })
    expect(err).toMatch(/^error: NATS_URL \(nats.url\): expected .*, was another value/)
    expect(err).not.toMatch(/me:|hid|den|1234/)
    expect(err.includes('a comma in a login as %2C')).toBe(/,(hid)?den@/.test(url))
  })

  const secrets: readonly [string, string][] = [
    ['a seed', 'SUAEUAVDX2NNM7WC245QSGUOAYI5VS5256FK7TAONTNJ74O2MRLAMK4NCQ'],
    ['credentials', '-----BEGIN NATS USER JWT-----\neyJ0eXAi.eyJqdGki.c2ln\n------END'],
    ['a JWT', 'eyJ0eXAi.eyJqdGki.c2ln'],
    ['a key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIK==\n-----END PRIVATE KEY-----\n'],
  ]
  it.each(secrets)('in place of the path of its file, %s is not shown', async (_name, secret) => {
    for (const { key, env, flag } of SETTING_SOURCES) {
      if (!key.endsWith('File')) continue
      const says = /expected the path of a file, was the secret itself\n$/
      for (const err of [
        await refusal([], { [env]: secret }),
        await refusal([flag!.split(' ')[0]!, secret]),
        await refusal(['--config', file({ nats: { [key.slice('nats.'.length)]: secret } })]),
      ]) {
        expect(err).toMatch(says)
        expect(err).not.toContain(secret.slice(-20).trim())
      }
    }
  })

  it('nor the text of a file in place of its path', async () => {
    const text = '{ "nats": { "token": "hidden" } }'
    expect(await refusal([], { LEVELS_CONFIG: text })).toBe(
      'error: LEVELS_CONFIG: expected the path of a file, was the text of one\n',
    )
  })
})

describe('the help', () => {
  it('names every flag, every name in the environment and every exit code', async () => {
    const { code, out } = await cli(['--help'])
    expect(code).toBe(0)
    for (const { flag, env } of SETTING_SOURCES) {
      if (flag !== null) expect(out).toContain(flag)
      expect(out.replaceAll(/\s+/g, ' ')).toContain(env)
    }
    for (const exitCode of [0, 1, 2, 3, 130])
      expect(out).toMatch(new RegExp(`^ {2}${exitCode} {2}`, 'm'))
    expect(out.replaceAll(/\s+/g, ' ')).toContain('(LEVELS_HTTP_PORT, default 9464)')
    for (const flag of ['--version', '-v'])
      expect((await cli([flag])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
