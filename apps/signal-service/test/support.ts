// The service as a process of its own, and a bus beside it: to publish, and to read what came of it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bus, connectNats, type NatsOptions } from '@levels/bus'
import { HEADERS, MARKET_STREAM } from '@levels/contracts'
import {
  type NatsServer,
  type NatsServerOptions,
  startNatsServer,
} from '../../../tools/nats-server.ts'
import type { FeedMessage } from './session.ts'

const utf8 = new TextEncoder()

/** Resolves once `check` gives something; it is asked again after each `waitFor` and each 10 ms. */
export async function until<T>(
  what: string,
  check: () => T | null | false | undefined | Promise<T | null | false | undefined>,
  limitMs = 90_000,
): Promise<T> {
  const endMs = performance.now() + limitMs
  for (;;) {
    const found = await check()
    if (found !== null && found !== false && found !== undefined) return found
    if (performance.now() > endMs) throw new Error(`expected ${what} within ${limitMs} ms`)
    await sleep(10)
  }
}

/** A nats-server and a connection to it, both gone when they are disposed of. */
export async function startBus(
  options: NatsServerOptions = {},
  nats: Omit<NatsOptions, 'servers'> = {},
): Promise<{ server: NatsServer; bus: Bus } & AsyncDisposable> {
  const server = await startNatsServer(options)
  const bus = await connectNats({ servers: server.url, name: 'test', ...nats })
  return {
    server,
    bus,
    [Symbol.asyncDispose]: async () => {
      await bus.close()
      await server.stop()
    },
  }
}

export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly state?: string
  readonly reason?: { readonly code: string; readonly message: string } | null
  readonly [key: string]: unknown
}

/** A running signal-service. */
export class ServiceProcess implements AsyncDisposable {
  readonly child: ChildProcess
  readonly lines: LogLine[] = []
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  out = ''
  err = ''

  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    flags: readonly string[] = [],
  ) {
    const main = join(import.meta.dirname, '../src/main.ts')
    const all = ['--conditions=@levels/source', ...flags, main, ...args]
    this.child = spawn(process.execPath, all, {
      env: { ...cleanEnvironment(), LEVELS_HTTP_PORT: '0', LEVELS_WARM_UP_S: '0', ...env },
    })
    let rest = ''
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines)
        if (line.startsWith('{')) this.lines.push(JSON.parse(line) as LogLine)
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.err += text))
    this.exit = once(this.child, 'close').then(([code, signal]) => ({ code, signal }))
  }

  /** The states it went through, with their reasons: `DEGRADED BUS_DISCONNECTED`. */
  get states(): string[] {
    return this.lines.flatMap(({ state, reason }) => {
      if (state === undefined) return []
      return [reason === null || reason === undefined ? state : `${state} ${reason.code}`]
    })
  }

  /** Waits for a state, from the `from`th on. @returns how many states there are by then */
  async reaches(state: string, from = 0, limitMs = 90_000): Promise<number> {
    try {
      return await until(state, () => this.states.indexOf(state, from) + 1 || null, limitMs)
    } catch (cause) {
      throw new Error(`${String(cause)}; states ${this.states.join(', ')}; ${this.err}`, { cause })
    }
  }

  /** Address of its HTTP server. */
  async url(): Promise<string> {
    return until(
      'an address',
      () => this.lines.find(({ http }) => http !== undefined)?.http as string,
    )
  }

  /** Its metrics by name, with labels as written. */
  async metrics(): Promise<Record<string, number>> {
    const text = await (await fetch(`${await this.url()}/metrics`)).text()
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return Object.fromEntries(
      lines.map((line) => {
        const at = line.lastIndexOf(' ')
        return [line.slice(0, at), Number(line.slice(at + 1))]
      }),
    )
  }

  /** What it holds in its heap and beside it; of a `SWEPT` one, garbage of an instant included. */
  async heldBytes(): Promise<number> {
    const { nodejs_heap_size_used_bytes: heap, nodejs_external_memory_bytes: beside } =
      await this.metrics()
    return heap! + beside!
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child.kill(signal)
    await this.exit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill()
  }
}

/** Flags of a process that collects its garbage all the time: what it holds is what it needs. */
export const SWEPT = ['--expose-gc', '--import', 'data:text/javascript,setInterval(gc,200).unref()']

export function startService(
  url: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): ServiceProcess {
  return new ServiceProcess(['--nats', url, ...args], env, flags)
}

/** Without what the test runner and whoever started it say of colours, conditions and settings. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(FORCE_COLOR|NO_COLOR|NODE_OPTIONS|NATS_.*|LEVELS_.*|VITEST.*)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

export interface PublishOptions {
  /** Event time over wall time; 0: as fast as possible. */
  readonly speed?: number
  readonly signal?: AbortSignal
}

/** Publishes messages in their order, and waits until the stream holds them all. */
export async function publish(
  bus: Bus,
  messages: readonly FeedMessage[],
  { speed = 0, signal }: PublishOptions = {},
): Promise<void> {
  await bus.ensureStream(MARKET_STREAM)
  const { lastSeq: before } = await bus.streamState('MARKET_DATA')
  const beganMs = performance.now()
  const firstNs = messages[0]?.tsEventNs ?? 0n
  let count = 0
  for (const { subject, text, tsEventNs } of messages) {
    if (signal?.aborted === true) return
    const dueMs = speed === 0 ? 0 : Number(tsEventNs - firstNs) / 1e6 / speed
    const aheadMs = dueMs - (performance.now() - beganMs)
    if (aheadMs > 1) {
      await bus.flush()
      await sleep(aheadMs)
    }
    bus.publish(subject, utf8.encode(text))
    if (++count % 512 === 0) await bus.flush()
  }
  await bus.flush()
  const wanted = before + messages.length
  await until(
    `${wanted} messages`,
    async () => (await bus.streamState('MARKET_DATA')).lastSeq >= wanted,
  )
}

/** The stream of payloads, on a server that does not remember ids for long enough to be of help. */
export function makeForgetfulStream(bus: Bus): Promise<void> {
  return makeSignalStream(bus, { duplicate_window: 100 * 1e6 })
}

/** The stream of payloads as someone else would have made it. */
export async function makeSignalStream(bus: Bus, settings: object): Promise<void> {
  const config = {
    name: 'LEVEL_SIGNALS',
    subjects: ['levels.>'],
    storage: 'file',
    max_age: 24 * 3_600 * 1e9,
    ...settings,
  }
  const request = Buffer.from(JSON.stringify(config))
  bus.publish('$JS.API.STREAM.CREATE.LEVEL_SIGNALS', request)
  await until('the stream', () => bus.streamState('LEVEL_SIGNALS').catch(() => null))
}

/** A payload as the stream keeps it. */
export interface StoredPayload {
  readonly text: string
  readonly ts: number
  readonly run: string | null
  readonly lull: string | null
}

/** Every payload of the stream, in its order. */
export async function storedPayloads(bus: Bus): Promise<StoredPayload[]> {
  const payloads: StoredPayload[] = []
  const options = { fromSeq: 1, subject: 'levels.signals' }
  for await (const message of bus.read('LEVEL_SIGNALS', options)) {
    const text = new TextDecoder().decode(message.data)
    const run = message.header(HEADERS.run)
    payloads.push({ text, ts: tsOf(text), run, lull: message.header('Levels-Lull') })
  }
  return payloads
}

/** Waits until the stream holds the payload of a boundary, and gives all up to it. */
export async function payloadsUpTo(
  bus: Bus,
  lastTs: number,
  limitMs = 90_000,
): Promise<StoredPayload[]> {
  await until(
    `the payload of ${lastTs}`,
    async () => {
      const last = await bus.lastMessage('LEVEL_SIGNALS', 'levels.signals').catch(() => null)
      return last !== null && tsOf(new TextDecoder().decode(last.data)) >= lastTs
    },
    limitMs,
  )
  return (await storedPayloads(bus)).filter(({ ts }) => ts <= lastTs)
}

export function textsOf(payloads: readonly StoredPayload[]): string[] {
  return payloads.map(({ text }) => text)
}

export function tsOf(text: string | undefined): number {
  return (JSON.parse(text ?? '{}') as { ts: number }).ts
}

/** "npm run test:nightly" takes its time. */
export const isNightly = process.env.LEVELS_NIGHTLY !== undefined
