// The board as a program: what it prints, serves and answers to signals.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerMessage } from '@levels/gateway/protocol'
import { decodeServerMessage } from '@levels/gateway/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startNatsServer } from '../../../tools/nats-server.ts'
import { runCli } from '../src/cli.ts'
import { builtPage } from '../src/server/page-folder.ts'
import { writeRun } from './run-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'levels-board-'))
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
afterAll(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Starts the program, without what the environment would tell it. */
function startBoard(...args: string[]) {
  return startBoardIn({}, ...args)
}

/** The same with a few variables of its own. */
function startBoardIn(variables: Record<string, string>, ...args: string[]) {
  const main = join(import.meta.dirname, '../src/main.ts')
  const own = /^(?:NATS_|LEVELS_|NODE_OPTIONS$)/
  const inherited = Object.entries(process.env).filter(([name]) => !own.test(name))
  const env = { ...Object.fromEntries(inherited), ...variables }
  const child = spawn(process.execPath, ['--conditions=@levels/source', main, ...args], { env })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }))
  running.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended, said }
}

/** What it tells and gives back when it does not come to serve; inside this process. */
async function tellOf(...args: string[]) {
  const said = { out: '', err: '' }
  const code = await runCli(args, {
    platform: 'linux',
    env: {},
    once: process.once.bind(process),
    stdin: {},
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    exit: (status) => {
      throw new Error(`expected no exit, was ${status}`)
    },
  })
  return { code, ...said }
}

const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of running.splice(0)) await end()
})

/** The address that it prints once it serves. */
async function addressOf({ child, ended, said }: ReturnType<typeof startBoard>): Promise<URL> {
  while (!said.out.includes('\n')) {
    const end = await Promise.race([once(child.stdout, 'data'), ended])
    if ('code' in end) throw new Error(`expected an address, was ${end.code}: ${end.err}`)
  }
  return new URL(said.out.slice(0, said.out.indexOf('\n')))
}

/** The first message of the gateway. */
async function firstMessage(address: URL): Promise<ServerMessage> {
  const socket = new WebSocket(`ws://${address.host}/ws`)
  const event = await new Promise<{ data: unknown }>((resolve) => {
    socket.addEventListener('message', resolve, { once: true })
  })
  socket.close()
  const result = decodeServerMessage(event.data as string)
  if (!result.ok) throw new Error(result.reason)
  return result.message
}

beforeAll(async () => {
  // Two snaps, before there was a price.
  const snap = (ts: number): string =>
    `{"ts":${ts},"spy":{"spot":null,"bid":null,"ask":null},"levels":[]}`
  writeRun(folder, [snap(1000), snap(1250)], { run_id: 'run', sources: [], symbol: 'ESH6' })
  await builtPage(() => undefined)
})

describe('the board', () => {
  it('shows a run at the address that it prints, and ends at Ctrl-C', async () => {
    const board = startBoard('--run', folder, '--port', '0')
    const address = await addressOf(board)
    expect(board.said.out).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/\n$/)
    const page = await fetch(address)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('<title>')
    expect(await firstMessage(address)).toMatchObject({ mode: 'replay', run: { snapCount: 2 } })
    board.child.kill('SIGINT')
    expect(await board.ended).toMatchObject({ code: 0 })
  })

  it('shows a bus, and ends when it is told to', async () => {
    const server = await startNatsServer()
    ends.push(() => server.stop())
    const url = server.url.replace('//', '//someone:secret@')
    const board = startBoard('--nats', url, '--port', '0')
    expect(await firstMessage(await addressOf(board))).toMatchObject({ mode: 'live' })
    expect(board.said.err).toContain(`Connecting to ${server.url} …`)
    expect(board.said.err).not.toContain('secret')
    board.child.kill('SIGTERM')
    expect(await board.ended).toMatchObject({ code: 0 })
  })

  it('logs in to a bus as its options and the environment say, and exits with 2 where it may not', async () => {
    const config = 'authorization { user: trader, password: "s3cret" }'
    const server = await startNatsServer({ config })
    ends.push(() => server.stop())
    const args = ['--nats', server.url, '--nats-user', 'trader', '--port', '0']
    const board = startBoardIn({ LEVELS_NATS_PASSWORD: 's3cret' }, ...args)
    expect(await firstMessage(await addressOf(board))).toMatchObject({ mode: 'live' })
    expect(board.said.err).not.toContain('s3cret')
    const { code, err } = await startBoardIn({ LEVELS_NATS_PASSWORD: 'wrong' }, ...args).ended
    expect([code, err]).toEqual([2, expect.stringContaining('error: ')])
  })

  it('makes up a token where others can reach it, behind the # of its address', async () => {
    const board = startBoard('--run', folder, '--port', '0', '--host', '0.0.0.0')
    const address = await addressOf(board)
    expect(address.hash).toMatch(/^#token=[\w-]{32}$/)
    expect(await firstMessage(address)).toEqual({ type: 'challenge' })
  })

  it('prints an address for each that this machine has for others, and is found there', async () => {
    const board = startBoard('--run', folder, '--port', '0', '--host', '0.0.0.0')
    const { port, hash } = await addressOf(board)
    const own = Object.values(networkInterfaces()).flatMap((infos) => infos ?? [])
    const others = own.filter(({ family, internal }) => family === 'IPv4' && !internal)
    const names = ['127.0.0.1', ...new Set(others.map(({ address }) => address))].slice(0, 17)
    const { out } = board.said
    for (const line of out.trimEnd().split('\n')) {
      expect(await firstMessage(new URL(line))).toEqual({ type: 'challenge' })
    }
    expect(out).toBe(names.map((name) => `http://${name}:${port}/${hash}\n`).join(''))
    expect(board.said.err).not.toContain(hash.slice('#token='.length))
  })

  it.each([
    [2, [], 'expected --run DIR or --nats URL'],
    [2, ['--run', folder, '--port', '70000'], 'Expected a port from 0 to 65535'],
    [2, ['--run', folder, '--token', 'short'], 'expected 16 characters or more'],
    [2, ['--ruin'], "unknown option '--ruin'"],
    [2, ['--nats', 'nats://a:1', '--tls-cert', 'c'], '--tls-cert and --tls-key together'],
    [3, ['--run', join(folder, 'none')], 'expected the manifest of a finished run'],
  ])('exits with %i for %j', async (code, args, reason) => {
    const told = await tellOf(...args)
    expect(told).toMatchObject({ code, err: expect.stringContaining(reason), out: '' })
  })
})

describe('the README', () => {
  it('names every option', async () => {
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
    const { out } = await tellOf('--help')
    const options = [...out.matchAll(/^ +(--[a-z-]+)/gm)].map((match) => match[1]!)
    expect(options.length).toBe(15)
    for (const option of options) expect(readme).toContain(`\`${option}`)
    for (const code of [0, 1, 2, 3, 130])
      expect(readme).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'))
  })
})
