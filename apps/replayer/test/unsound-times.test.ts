// Events whose times no run takes, first of all in a file and in a stream: refused, and nothing else.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectNats } from '@levels/bus'
import { beforeAll, describe, expect, it } from 'vitest'
import { startNatsServer } from '../../../tools/nats-server.ts'
import { linesOf, makeSession, manifestOf, ndjsonOf, replayer, temporaryFolder } from './support.ts'

const folder = temporaryFolder()
const first = join(folder, 'first.ndjson')
const only = join(folder, 'only.ndjson')
/** 1970, 2000, 2100 and 2262, Unix ns. */
const TIMES = [
  '1',
  '1000000000',
  '946684800000000000',
  '4102444800000000000',
  '9223372036854775807',
]
let lines: string[]
let unsound: string[]
let digest: string

async function manifestOfRun(out: string, ...args: string[]) {
  const told = await replayer('run', ...args, '--out', join(folder, out))
  expect(told).toMatchObject({ code: 0 })
  return { manifest: manifestOf(join(folder, out)), err: told.err }
}

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(folder, 'input'), 5)
  lines = (await ndjsonOf([depthPath, equityPath], 'ESH6')).trimEnd().split('\n')
  const sound = join(folder, 'sound.ndjson')
  writeFileSync(sound, lines.join('\n'))
  digest = (await manifestOfRun('sound', sound)).manifest.digest
  const trade = lines.find((line) => line.includes('futures.trades'))!
  unsound = TIMES.map((ns) => trade.replaceAll(/(_ns":)\d+/g, (_, name: string) => `${name}${ns}`))
  writeFileSync(first, [...unsound, ...lines].join('\n'))
  writeFileSync(only, unsound.join('\n'))
})

describe('times that no run takes', () => {
  it('are refused at the beginning of a file, and described', async () => {
    const { manifest, err } = await manifestOfRun('first', first)
    expect(manifest).toMatchObject({ state: 'complete', digest, rejects: { SCHEMA: TIMES.length } })
    expect(manifest.rejected.map(({ line, message }) => [line, message])).toEqual(
      TIMES.map((ns, i) => [
        i + 1,
        `expected a time from February 2007 to November 2099, was ${ns}`,
      ]),
    )
    expect(err).toContain(`Refused messages: SCHEMA ${TIMES.length}.`)
  })

  it('leave nothing of a file that holds no others', async () => {
    const { manifest } = await manifestOfRun('only', only)
    expect(manifest).toMatchObject({ snaps: 0, rejects: { SCHEMA: TIMES.length } })
    const told = await replayer('inspect', only)
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('events   none') })
  })

  it('are refused by publish, and by a run over a stream that begins with them', async () => {
    const server = await startNatsServer()
    const bus = await connectNats({ servers: server.url })
    try {
      const nats = ['--nats', server.url]
      expect(await replayer('publish', only, ...nats, '--speed', '0')).toMatchObject({
        code: 0,
        err: expect.stringContaining(`Refused messages: SCHEMA ${TIMES.length}.`),
      })
      expect((await bus.streamState('MARKET_DATA')).messageCount).toBe(0)
      for (const line of readFileSync(first, 'utf8').split('\n')) {
        const { subject } = JSON.parse(line) as { subject: string }
        await bus.publishStored(subject, Buffer.from(line))
      }
      const { manifest } = await manifestOfRun('stream', '--stream', 'MARKET_DATA', ...nats)
      expect(manifest).toMatchObject({ digest, rejects: { SCHEMA: TIMES.length } })
      expect(linesOf(join(folder, 'stream', 'signals.ndjson')).length).toBeGreaterThan(10)
    } finally {
      await bus.close()
      await server.stop()
    }
  })

  it.each([
    ['--from', '2150-01-01T00:00:00Z', 0],
    ['--from', '0001-01-01T00:00:00Z', null],
    ['--to', '9999-12-31T00:00:00Z', null],
    ['--to', '1969-01-01T00:00:00Z', 0],
  ])('may be given as %s %s', async (option, time, snaps) => {
    const { manifest } = await manifestOfRun(`option${option}${time}`, first, option, time)
    if (snaps === null) expect(manifest.digest).toBe(digest)
    else expect(manifest.snaps).toBe(snaps)
  })
})
