// publish, record and run --stream against a real nats-server.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type Bus, connectNats } from '@levels/bus'
import { MARKET_SUBJECTS, STREAMS } from '@levels/contracts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type NatsServer, startNatsServer } from '../../../tools/nats-server.ts'
import { linesOf, makeSession, manifestOf, replayer, sha256Of } from './support.ts'
import { ndjsonOf, startReplayer, temporaryFolder } from './support.ts'

const folder = temporaryFolder()
const [marketStream] = STREAMS
let files: string[]
/** Everything of the session as NDJSON, in order: what the stream is to hold. */
let lines: string[]
let wholeDigest: string
let server: NatsServer
let bus: Bus
let published: Awaited<ReturnType<typeof publish>>
let count = 0

const dirOf = (name: string): string => join(folder, `${count++}-${name}`)

/** The messages that the market stream holds, as lines of NDJSON. */
async function storedLines(): Promise<string[]> {
  const stored: string[] = []
  for await (const { subject, data } of bus.read('MARKET_DATA', { fromSeq: 1 })) {
    stored.push(`{"subject":"${subject}",${Buffer.from(data).toString().slice(1)}`)
  }
  return stored
}

function publish(...args: string[]) {
  return replayer('publish', ...files, '--nats', server.url, '--speed', '0', ...args)
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(10)
}

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(folder, 'input'), 20)
  files = [depthPath, equityPath]
  lines = (await ndjsonOf(files, 'ESH6')).replaceAll('"sim"', '"replay"').trimEnd().split('\n')
  const whole = join(folder, 'whole')
  expect(await replayer('run', ...files, '--out', whole)).toMatchObject({ code: 0 })
  wholeDigest = manifestOf(whole).digest
})

async function startServer(config?: string): Promise<void> {
  server = await startNatsServer(config === undefined ? {} : { config })
  bus = await connectNats({ servers: server.url })
}

async function stopServer(): Promise<void> {
  await bus.close()
  await server.stop()
}

/** A server for each test. */
function onFreshServers(): void {
  beforeEach(() => startServer())
  afterEach(stopServer)
}

/** A server for all tests, its stream holding the session. */
function onPublishedSession(): void {
  beforeAll(async () => {
    await startServer()
    published = await publish()
  })
  afterAll(stopServer)
}

describe('a session that was published', () => {
  onPublishedSession()

  it('makes the stream and puts every event there, in order; a run over it gives the same bytes', async () => {
    const told = published
    expect(told).toMatchObject({ code: 0 })
    expect(told.err).toContain('Made the stream MARKET_DATA')
    expect(told.out).toMatch(new RegExp(`sequences +1 – ${lines.length}\n`))
    expect((await storedLines()).join() === lines.join()).toBe(true)

    const out = dirOf('stream')
    const nats = ['--nats', server.url]
    const run = await replayer('run', '--stream', 'MARKET_DATA', ...nats, '--out', out)
    expect(run).toMatchObject({ code: 0 })
    const manifest = manifestOf(out)
    expect(manifest.digest).toBe(wholeDigest)
    const { createdAt } = await bus.streamState('MARKET_DATA')
    const size = lines.length
    expect(manifest.sources).toMatchObject([
      {
        path: 'MARKET_DATA',
        format: 'stream',
        sha256: null,
        stream: { created_at: createdAt, first_seq: 1, last_seq: size, messages: size },
      },
    ])
    expect(await replayer('verify', out, ...nats)).toMatchObject({ code: 0 })
  })

  it('done twice stores everything once', async () => {
    const again = await publish()
    expect(again).toMatchObject({ code: 0 })
    expect(again.out).toMatch(/published +0 events/)
    expect(again.out).toMatch(
      new RegExp(`there before +${lines.length.toLocaleString('en-US')} events`),
    )
    expect((await bus.streamState('MARKET_DATA')).messageCount).toBe(lines.length)
  })

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['all.ndjson', (bytes) => bytes],
    ['all.ndjson.gz', gunzipSync],
    ['all.ndjson.zst', zstdDecompressSync],
  ])(
    'writes what the stream holds into %s, and a run over that gives the same',
    async (name, read) => {
      const path = dirOf(name)
      const args = ['--nats', server.url, '--out', path, '--to-seq', 'last']
      expect(await replayer('record', ...args)).toMatchObject({ code: 0 })
      expect(read(readFileSync(path)).toString() === `${lines.join('\n')}\n`).toBe(true)
      const out = dirOf('run')
      expect(await replayer('run', path, '--out', out)).toMatchObject({ code: 0 })
      expect(manifestOf(out).digest).toBe(wholeDigest)
    },
  )

  it('takes a part, by sequence', async () => {
    const path = dirOf('part.ndjson')
    const range = ['--from-seq', '11', '--to-seq', '20']
    const told = await replayer('record', '--nats', server.url, '--out', path, ...range)
    expect(told).toMatchObject({ code: 0, out: expect.stringMatching(/sequences +11 – 20\n/) })
    expect(linesOf(path)).toEqual(lines.slice(10, 20))
  })

  it.each<[string, string[], string]>([
    [
      'ends before it begins',
      ['--from-seq', '10', '--to-seq', '5'],
      '--to-seq: expected --from-seq 10 or later, was 5',
    ],
    [
      'ends before it begins, beyond what there is',
      ['--from-seq', '999999', '--to-seq', '5'],
      '--to-seq: expected --from-seq 999999 or later, was 5',
    ],
  ])('neither records nor runs over a part that %s', async (_name, range, message) => {
    const [path, out] = [dirOf('part.ndjson'), dirOf('run')]
    const nats = ['--nats', server.url]
    const told = { code: 2, err: expect.stringContaining(message) }
    expect(await replayer('record', ...nats, '--out', path, ...range)).toMatchObject(told)
    const run = ['run', '--stream', 'MARKET_DATA', ...nats, '--out', out]
    expect(await replayer(...run, ...range)).toMatchObject(told)
    expect([path, out].filter((each) => existsSync(each))).toEqual([])
  })

  it('does not record what is yet to come up to where it ends now', async () => {
    const path = dirOf('part.ndjson')
    const range = ['--from-seq', '999999', '--to-seq', 'last']
    const told = await replayer('record', '--nats', server.url, '--out', path, ...range)
    const message = `--to-seq: expected --from-seq 999999 or later, was ${lines.length}`
    expect(told).toMatchObject({ code: 2, err: expect.stringContaining(message) })
    expect(existsSync(path)).toBe(false)
  })

  it('writes over nothing', async () => {
    const path = dirOf('there.ndjson')
    writeFileSync(path, 'mine')
    const told = await replayer('record', '--nats', server.url, '--out', path)
    expect(told).toMatchObject({ code: 2, err: expect.stringContaining('no such file yet') })
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  it('of a part is that of a file of the part', async () => {
    const part = dirOf('part.ndjson')
    writeFileSync(part, `${lines.slice(99, 1_000).join('\n')}\n`)
    const [ofFile, ofStream] = [dirOf('file'), dirOf('stream')]
    const range = ['--from-seq', '100', '--to-seq', '1000']
    const nats = ['--stream', 'MARKET_DATA', '--nats', server.url]
    expect(await replayer('run', part, '--out', ofFile)).toMatchObject({ code: 0 })
    expect(await replayer('run', ...nats, ...range, '--out', ofStream)).toMatchObject({ code: 0 })
    const { digest, events } = manifestOf(ofStream)
    expect({ digest, events }).toEqual({
      digest: manifestOf(ofFile).digest,
      events: manifestOf(ofFile).events,
    })
    expect(digest).toBe(sha256Of(join(ofStream, 'signals.ndjson')))
  })
})

describe('publish', () => {
  onFreshServers()

  it.each([
    ['interrupted and published again', 'SIGINT', [], /there before +[1-9]/],
    ['hung up on and resumed', 'SIGHUP', ['--resume'], /skipped +[1-9].*\nthere before +0 events/],
  ] as const)('that is %s loses nothing and repeats nothing', async (_name, signal, more, told) => {
    const args = ['publish', ...files, '--nats', server.url, '--speed', '2']
    const { child, ended } = startReplayer(args)
    await until(async () => {
      const state = await bus.streamState('MARKET_DATA').catch(() => null)
      return (state?.lastSeq ?? 0) > 200
    })
    child.kill(signal)
    expect(await ended).toMatchObject({ code: 130, err: expect.stringContaining('--resume') })
    const { lastSeq } = await bus.streamState('MARKET_DATA')
    expect(lastSeq).toBeLessThan(lines.length)
    expect(await publish(...more)).toMatchObject({ code: 0, out: expect.stringMatching(told) })
    expect((await storedLines()).join() === lines.join()).toBe(true)
  })

  it('that is killed is resumed where it ended', async () => {
    const args = ['publish', ...files, '--nats', server.url, '--speed', '2']
    const { child, ended } = startReplayer(args)
    await until(async () => {
      const state = await bus.streamState('MARKET_DATA').catch(() => null)
      return (state?.lastSeq ?? 0) > 200
    })
    child.kill('SIGKILL')
    await ended
    expect(await publish('--resume')).toMatchObject({ code: 0 })
    expect((await storedLines()).join() === lines.join()).toBe(true)
  })

  it('goes on when the server is killed and comes back', async () => {
    const running = publish()
    await until(async () => {
      const state = await bus.streamState('MARKET_DATA').catch(() => null)
      return (state?.lastSeq ?? 0) > 200
    })
    expect((await bus.streamState('MARKET_DATA')).lastSeq).toBeLessThan(lines.length)
    await server.kill()
    await server.restart()
    expect(await running).toMatchObject({ code: 0 })
    expect((await storedLines()).join() === lines.join()).toBe(true)
  })

  it('keeps events that are equal in everything: they are two events', async () => {
    const path = dirOf('equal.ndjson')
    const trade = lines.find((line) => line.includes('market.stocks.trades'))!
    const withoutSeq = trade.replace(/"seq":\d+,/, '')
    writeFileSync(path, `${withoutSeq}\n`.repeat(3))
    const args = ['publish', path, '--nats', server.url, '--speed', '0']
    for (const out of [/published +3 events/, /published +0 events/]) {
      expect(await replayer(...args)).toMatchObject({ code: 0, out: expect.stringMatching(out) })
    }
    expect((await bus.streamState('MARKET_DATA')).messageCount).toBe(3)
  })

  it('of a period gives that period', async () => {
    const times = lines.map((line) => BigInt(/"ts_event_ns":(\d+)/.exec(line)![1]!))
    const [from, to] = [times[300]!, times[700]!]
    expect(await publish('--from', String(from), '--to', String(to))).toMatchObject({ code: 0 })
    const expected = lines.filter((_line, i) => times[i]! >= from && times[i]! <= to)
    expect((await storedLines()).join() === expected.join()).toBe(true)
  })

  it('that is resumed waits for nothing that it skips, and for what comes then', async () => {
    const tsNs = /"ts_event_ns":(\d+)/.exec(lines[500]!)![1]!
    expect(await publish('--to', tsNs)).toMatchObject({ code: 0 })
    const { lastSeq } = await bus.streamState('MARKET_DATA')
    const slowly = ['--resume', '--speed', '0.0001']
    const { child, ended } = startReplayer(
      ['publish', ...files, '--nats', server.url].concat(slowly),
    )
    await until(async () => (await bus.streamState('MARKET_DATA')).lastSeq > lastSeq)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130 })
    expect(await publish('--resume')).toMatchObject({ code: 0 })
    expect((await storedLines()).join() === lines.join()).toBe(true)
    expect(await publish(...slowly)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/published +0 events/),
    })
  })

  it.each<[string, (tsNs: string) => string, string]>([
    ['another program', () => 'other', 'was one with the id other'],
    ['other files', (tsNs) => `${tsNs}-${'0'.repeat(24)}-0`, 'to be of these files, was another'],
    ['longer files', () => `${4n * 10n ** 18n}-${'0'.repeat(24)}-0`, 'was another'],
  ])('says at once that --resume finds a message of %s', async (_name, idAt, message) => {
    await bus.ensureStream(marketStream!)
    const id = idAt(/"ts_event_ns":(\d+)/.exec(lines[500]!)![1]!)
    await bus.publishStored(MARKET_SUBJECTS[0], Buffer.from('{}'), { 'Nats-Msg-Id': id })
    const told = await publish('--resume', '--speed', '0.0001')
    expect(told).toMatchObject({ code: 2, err: expect.stringContaining('--resume: expected') })
    expect(told.err).toContain(message)
    expect((await bus.streamState('MARKET_DATA')).messageCount).toBe(1)
  })
})

describe('record', () => {
  onFreshServers()

  it('refuses a part that the stream no longer holds', async () => {
    await bus.ensureStream(marketStream!)
    for (let i = 0; i < 5; i++) await bus.publishStored('market.other', Buffer.from('{}'))
    bus.publish('$JS.API.STREAM.PURGE.MARKET_DATA', Buffer.from('{}'))
    await until(async () => (await bus.streamState('MARKET_DATA')).firstSeq === 6)
    const path = dirOf('gone.ndjson')
    const told = await replayer('record', '--nats', server.url, '--out', path, '--to-seq', '5')
    expect(told).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        '--to-seq: expected 6 or later, which MARKET_DATA still holds, was 5',
      ),
    })
    expect(existsSync(path)).toBe(false)
  })

  it.each([
    ['what is there and what comes, until Ctrl-C', [], 'SIGINT'],
    ['what comes, by plain subscription, until the terminal is closed', ['--core'], 'SIGHUP'],
  ] as const)('takes %s', async (_name, more, signal) => {
    const path = dirOf('live.ndjson')
    const { child, ended } = startReplayer([
      ...['record', '--nats', server.url, '--out', path, ...more],
    ])
    let err = ''
    child.stderr.on('data', (text: string) => (err += text))
    await until(() => err.includes('Recording'))
    await publish()
    await until(() => readFileSync(path, 'utf8').length >= lines.join('\n').length + 1)
    child.kill(signal)
    expect(await ended).toMatchObject({ code: 0, out: expect.stringContaining('recorded') })
    expect(linesOf(path).join() === lines.join()).toBe(true)
  })

  it('keeps every message, one a line, and a run over them refuses what one over the stream does', async () => {
    await bus.ensureStream(marketStream!)
    const trade = lines.find((line) => line.includes('market.stocks.trades'))!
    const inString = trade.replace(/^\{"subject":"[^"]*",/, '{"note":"two\nlines",')
    const payloads: [subject: string, payload: string][] = [
      ['market.other', 'no\njson'],
      ['market.other', ' { "a": 1,\n"b":2}\n'],
      ['market.stocks.trades', inString],
      ['market."x"', '{}'],
      ['market.other', '[1]'],
      ['market.other', ''],
    ]
    for (const [subject, text] of payloads) await bus.publishStored(subject, Buffer.from(text))
    const path = dirOf('odd.ndjson')
    const args = ['--nats', server.url, '--out', path, '--to-seq', 'last']
    expect(await replayer('record', ...args)).toMatchObject({ code: 0 })
    expect(linesOf(path)).toEqual([
      '{"subject":"market.other"},no json',
      '{"subject":"market.other",  "a": 1, "b":2} ',
      `{"subject":"market.stocks.trades",${inString.slice(1).replace('\n', '\x01')}`,
      '{"subject":"market.\\"x\\""}',
      '{"subject":"market.other","payload":[1]}',
      '{"subject":"market.other"},',
    ])
    const [ofFile, ofStream] = [dirOf('file'), dirOf('stream')]
    const stream = ['--stream', 'MARKET_DATA', '--nats', server.url]
    await replayer('run', path, '--out', ofFile)
    await replayer('run', ...stream, '--out', ofStream)
    const { rejects, rejected } = manifestOf(ofStream)
    expect(rejects).toMatchObject({ INVALID_JSON: 3, SCHEMA: 3 })
    expect(manifestOf(ofFile).rejects).toEqual(rejects)
    const places = rejected.map(({ code, line }) => ({ code, line }))
    expect(manifestOf(ofFile).rejected).toMatchObject(places)
  })

  it.each(['never held a message', 'was emptied'])(
    'makes no file of a stream that %s, up to where it ends',
    async (name) => {
      await bus.ensureStream(marketStream!)
      if (name === 'was emptied') {
        await bus.publishStored('market.other', Buffer.from('{}'))
        bus.publish('$JS.API.STREAM.PURGE.MARKET_DATA', Buffer.from('{}'))
        await until(async () => (await bus.streamState('MARKET_DATA')).firstSeq === 2)
      }
      const path = dirOf('none.ndjson')
      const told = await replayer(
        ...['record', '--nats', server.url, '--out', path, '--to-seq', 'last'],
      )
      const message = '--to-seq: expected a message in MARKET_DATA, was none'
      expect(told).toMatchObject({ code: 2, err: expect.stringContaining(message) })
      expect(existsSync(path)).toBe(false)
    },
  )
})

describe('a command that cannot be followed', () => {
  onFreshServers()

  it.each<[string, number, string[]]>([
    ['publish, without such a file', 3, ['publish', join(folder, 'absent.ndjson')]],
    ['record, over a file', 2, ['record', '--out', join(folder, 'mine.ndjson')]],
    ['record, into no folder', 2, ['record', '--out', join(folder, 'absent', 'a.ndjson')]],
    [
      'record, of what there is now',
      2,
      ['record', '--out', join(folder, 'a.ndjson'), '--to-seq', 'last'],
    ],
    [
      'record, of what is not there',
      2,
      ['record', '--out', join(folder, 'a.ndjson'), '--to-seq', '7'],
    ],
  ])('makes no stream: %s', async (_name, code, args) => {
    writeFileSync(join(folder, 'mine.ndjson'), 'mine')
    expect(await replayer(...args, '--nats', server.url)).toMatchObject({ code })
    await expect(bus.streamState('MARKET_DATA')).rejects.toMatchObject({ code: 'STREAM_MISSING' })
    expect(existsSync(join(folder, 'a.ndjson'))).toBe(false)
  })
})

describe('a run over a stream', () => {
  onFreshServers()

  it('counts what is refused, by sequence', async () => {
    await publish('--to', /"ts_event_ns":(\d+)/.exec(lines[50]!)![1]!)
    const { lastSeq } = await bus.streamState('MARKET_DATA')
    await bus.publishStored('market.futures.trades', Buffer.from('{"a":'))
    await bus.publishStored('market.futures.mbo', Buffer.from('{}'))
    const out = dirOf('refused')
    const nats = ['--stream', 'MARKET_DATA', '--nats', server.url]
    const told = await replayer('run', ...nats, '--out', out)
    expect(told).toMatchObject({ code: 0, err: expect.stringContaining(`message ${lastSeq + 1}`) })
    expect(manifestOf(out).rejected).toMatchObject([
      { code: 'INVALID_JSON', source: 'MARKET_DATA', line: lastSeq + 1 },
      { code: 'SCHEMA', source: 'MARKET_DATA', line: lastSeq + 2, path: null },
    ])
  })

  it('begins with the first message that is taken: none that is refused makes others late, or its future theirs', async () => {
    const trade = lines.find((line) => line.includes('"market.futures.trades"'))!
    const quote = lines.find((line) => line.includes('"market.stocks.quotes"'))!
    const by = (line: string, symbol: string, ns: bigint): string =>
      line
        .replace('"ESH6"', `"${symbol}"`)
        .replaceAll(/(_ns":)(\d+)/g, (_, name: string, at: string) => `${name}${BigInt(at) + ns}`)
    const refused = [
      by(trade, 'NQH6', 600_000_000_000n),
      by(trade, 'ESH6-ESM6', 600_000_000_000n),
      by(trade, 'ESZ5', -60_000_000_000n),
    ]
    const [ahead = '', spread = '', late = ''] = refused
    await bus.ensureStream(marketStream!)
    const store = async (line: string): Promise<void> => {
      const [, subject = '', rest = ''] = /^\{"subject":"([^"]+)",(.*)$/.exec(line)!
      await bus.publishStored(subject, Buffer.from(`{${rest}`))
    }
    for (const line of [ahead, spread, quote, late]) await store(line)
    await publish()
    const out = dirOf('begun')
    const nats = ['--stream', 'MARKET_DATA', '--nats', server.url]
    expect(await replayer('run', ...nats, '--out', out)).toMatchObject({ code: 0 })
    expect(manifestOf(out).rejects).toMatchObject({ UNKNOWN_SYMBOL: 2, LATE: 1 })
    expect(manifestOf(out).digest).toBe(wholeDigest)
  })

  it.each<[string, string[], string]>([
    ['a stream that is missing', ['--stream', 'NONE'], 'STREAM_MISSING'],
    ['an empty stream', ['--stream', 'MARKET_DATA'], 'expected messages in the stream, was none'],
  ])('of %s ends with exit code 3', async (_name, args, message) => {
    await bus.ensureStream(marketStream!)
    const told = await replayer('run', ...args, '--nats', server.url, '--out', dirOf('none'))
    expect(told).toMatchObject({ code: 3, err: expect.stringContaining(message) })
  })

  it('that is verified after the stream was made anew, or is gone, says so', async () => {
    await publish()
    const out = dirOf('verified')
    const nats = ['--nats', server.url]
    await replayer('run', '--stream', 'MARKET_DATA', ...nats, '--out', out)
    expect(await replayer('verify', out)).toMatchObject({ code: 2 })
    await server.stop()
    server = await startNatsServer()
    await bus.close()
    bus = await connectNats({ servers: server.url })
    const again = ['--nats', server.url]
    const gone = await replayer('verify', out, ...again)
    expect(gone).toMatchObject({
      code: 1,
      err: expect.stringMatching(/stream MARKET_DATA: .*gone/),
    })
    await publish()
    const other = await replayer('verify', out, ...again)
    expect(other).toMatchObject({ code: 1, err: expect.stringMatching(/was one made 20/) })
  })
})

describe('a command with a bus', () => {
  it.each<[string, string[], string]>([
    ['no server', ['record', '--out', 'x'], '--nats: expected the URL'],
    [
      'a URL that is none',
      ['record', '--out', 'x', '--nats', 'http://x'],
      'expected a server like',
    ],
    ['files and a stream', ['run', 'x', '--stream', 'A'], 'expected files or --stream, was both'],
    [
      'sequences without a stream',
      ['run', 'x', '--from-seq', '1'],
      '--from-seq: expected --stream',
    ],
    ['sequence 0', ['run', '--stream', 'A', '--from-seq', '0'], 'Expected a sequence, 1 or more'],
    [
      'what is no name of a stream',
      ['run', '--stream', 'NO PE.*'],
      '--stream: expected letters, digits, "-" and "_", was "NO PE.*"',
    ],
    ['a contradiction', ['record', '--out', 'x', '--core', '--new'], '--core: expected it alone'],
    ['another source', ['publish', 'x', '--source', 'me'], 'Allowed choices are'],
  ])('and %s is told, with exit code 2', async (_name, args, message) => {
    const told = await replayer(...args)
    expect(told).toMatchObject({ code: 2, err: expect.stringContaining(message) })
  })

  it('cannot be told a password on the command line, and takes it from the environment', async () => {
    const config = 'authorization { user: me, password: "s3cret-word" }'
    server = await startNatsServer({ config })
    const args = ['publish', ...files, '--nats', server.url, '--nats-user', 'me', '--speed', '0']
    const run = (password: string) => startReplayer(args, { LEVELS_NATS_PASSWORD: password }).ended
    expect(await run('s3cret-word')).toMatchObject({ code: 0 })
    const wrong = await run('wr0ng-word')
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('--help names') })
    expect(wrong.err).not.toContain('wr0ng-word')
    await server.stop()
  })
})
