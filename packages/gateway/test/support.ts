import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LevelSignal, LevelSignals, ServiceStatus, Signal } from '@levels/contracts'
import { encodeLevelSignals, HEADERS, STREAMS, Subject } from '@levels/contracts'
import type { Bus } from '@levels/bus'
import { InProcessBus } from '@levels/bus'
import { afterAll, afterEach } from 'vitest'
import type { Gateway, GatewayOptions } from '../src/index.ts'
import { createGateway, liveSource, replaySource } from '../src/index.ts'
import type { ClientMessage, ServerMessage } from '../src/protocol.ts'
import { decodeServerMessage } from '../src/protocol.ts'

/** A boundary in the middle of a trading day, Unix ms. */
export const T = 1_773_151_200_000
export const RUN = 'run-a'

/** What a level of a test differs in from others. */
export interface LevelSketch extends Partial<Omit<LevelSignal, 'id'>> {
  readonly id: string
}

export function levelOf(sketch: LevelSketch): LevelSignal {
  return {
    price: 687,
    kind: 'STRIKE',
    direction: 'SUPPORT',
    distance: 0.1,
    breakScoreRaw: 50,
    breakScoreSmooth: 50,
    signal: 'NEUTRAL',
    confidence: 'LOW',
    barrier: {
      state: 'NEUTRAL',
      deltaLiq: -8,
      replenishmentRatio: 0.5,
      addedSize: 31,
      canceledSize: 30,
      filledSize: 9,
      defendingQuote: { price: 687, size: 150 },
      churn: 70,
      depthInZone: 450,
      confidence: 0.9,
      visibility: 1,
    },
    tape: {
      imbalance: -0.25,
      buyVol: 3,
      sellVol: 5,
      velocity: -0.08,
      sweep: { detected: false, direction: 'NONE', notional: 0, numPrints: 0, windowMs: 0 },
      confidence: 0.75,
    },
    fuel: {
      effect: 'NEUTRAL',
      netDealerGamma: -18,
      callWall: null,
      putWall: null,
      hvl: null,
      gammaByStrike: new Map([[687, -18]]),
      confidence: 0.5,
    },
    runway: {
      direction: 'DOWN',
      nextLevelId: null,
      nextLevelPrice: null,
      distance: null,
      quality: 'CLEAR',
    },
    note: 'Balanced depth',
    components: null,
    confluence: null,
    smooth: null,
    ...sketch,
  }
}

/** A snap `n` boundaries after `T`. */
export function snapOf(n: number, levels: readonly LevelSketch[] = [], spot = 687.1): LevelSignals {
  return {
    ts: T + n * 250,
    spy: { spot, bid: spot - 0.01, ask: spot + 0.01 },
    levels: levels.map((sketch, i) => levelOf({ distance: i / 100, ...sketch })),
    health: null,
  }
}

/** The one level `L` with a signal. */
export function snapWith(n: number, signal: Signal): LevelSignals {
  return snapOf(n, [{ id: 'L', signal }])
}

export const STATUS: ServiceStatus = {
  ts: T,
  runId: RUN,
  state: 'LIVE',
  reason: null,
  lastEventTs: T,
  lagMs: 3,
  events: {},
  rejects: {},
  snapshotAgeS: null,
  versions: {},
}

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Ends something when the test has ended, the last first. */
export function atEnd(close: () => Promise<unknown>): void {
  closers.push(close)
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'levels-gateway-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A bus in the process, with the stream that keeps what is published. */
export async function busWithStream(): Promise<Bus> {
  const bus = new InProcessBus()
  atEnd(() => bus.close())
  for (const stream of STREAMS) await bus.ensureStream(stream)
  return bus
}

/** A bus of which some answers are given otherwise, later for one. */
export function busWith(bus: Bus, changes: Partial<Bus>): Bus {
  return new Proxy(bus, {
    get(target, name) {
      const changed = Reflect.get(changes, name) as unknown
      if (changed !== undefined) return changed
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

export function bytesOf(snap: LevelSignals): Uint8Array {
  return Buffer.from(encodeLevelSignals(snap))
}

/** Publishes a snap as the signal service does. */
export async function publish(bus: Bus, snap: LevelSignals, run: string = RUN): Promise<void> {
  const headers = { [HEADERS.run]: run, [HEADERS.messageId]: `${run}:${snap.ts}` }
  await bus.publishStored(Subject.LevelSignals, bytesOf(snap), headers)
}

export async function start(options: GatewayOptions): Promise<Gateway> {
  const gateway = await createGateway(options)
  let isOpen = true
  const once = {
    ...gateway,
    close: async () => {
      if (isOpen) await gateway.close()
      isOpen = false
    },
  }
  atEnd(once.close)
  return once
}

export function startLive(bus: Bus, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  return start({ source: liveSource(bus), ...options })
}

export function startReplay(dir: string, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  return start({ source: replaySource(dir), ...options })
}

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

/** A client as the page is one: the platform's WebSocket and the decoder of the protocol. */
export class TestClient {
  /** Everything that came, in order. */
  readonly messages: ServerMessage[] = []
  readonly texts: string[] = []
  /** Resolves when the connection has ended. */
  readonly closed: Promise<CloseEvent>
  readonly #socket: WebSocket
  #taken = 0
  #fault: Error | null = null
  #arrived = Promise.withResolvers<undefined>()

  constructor(gateway: { readonly url: string }, headers: Record<string, string> = {}) {
    const url = `${gateway.url.replace('http', 'ws')}/ws`
    const socket = new WebSocket(url, { headers })
    const closed = Promise.withResolvers<CloseEvent>()
    this.#socket = socket
    this.closed = closed.promise
    socket.addEventListener('close', (event) => {
      closed.resolve(event)
      this.#wake()
    })
    socket.addEventListener('message', (event) => {
      const data = event.data as string
      const result = decodeServerMessage(data)
      this.texts.push(data)
      if (result.ok) this.messages.push(result.message)
      else this.#fault ??= new Error(`expected a message of the protocol, ${result.reason}`)
      this.#wake()
    })
    atEnd(() => {
      socket.close()
      return closed.promise
    })
  }

  send(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message))
  }

  sendRaw(data: string | Uint8Array): void {
    this.#socket.send(data)
  }

  /** Waits for the next message of a type that was not taken yet; those before it are taken too. */
  async next<T extends ServerMessage['type']>(
    type: T,
    isWanted: (message: Of<T>) => boolean = () => true,
  ): Promise<Of<T>> {
    for (;;) {
      if (this.#fault !== null) throw this.#fault
      while (this.#taken < this.messages.length) {
        const message = this.messages[this.#taken++]!
        if (message.type === type && isWanted(message as Of<T>)) return message as Of<T>
      }
      if (this.#socket.readyState === WebSocket.CLOSED) {
        throw new Error(`expected ${type} before the end, was ${JSON.stringify(await this.closed)}`)
      }
      await this.#arrived.promise
    }
  }

  /** Waits for everything that a new client is given. */
  async greeted(): Promise<this> {
    await this.next('events')
    return this
  }

  /** Waits, besides, until the gateway has read what the stream had when it started. */
  async settled(): Promise<this> {
    await this.greeted()
    const link = this.messages.findLast(({ type }) => type === 'link')
    if (link?.type !== 'link' || !link.isCatchingUp) return this
    await this.next('link', ({ isCatchingUp }) => !isCatchingUp)
    return this.greeted()
  }

  #wake(): void {
    this.#arrived.resolve(undefined)
    this.#arrived = Promise.withResolvers<undefined>()
  }
}

/** A number that the gateway counts. */
export async function metric(gateway: Gateway, name: string, headers = {}): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`, { headers })).text()
  const line = text.split('\n').find((each) => each.startsWith(`levels_gateway_${name} `))
  if (line === undefined) throw new Error(`expected a metric ${name}, was none`)
  return Number(line.split(' ')[1])
}

/** A run's folder as the replayer writes it. */
export function writeRun(dir: string, lines: readonly string[], fields: object = {}): string {
  const text = lines.map((line) => `${line}\n`).join('')
  const times = lines.map((line) => (JSON.parse(line) as { ts: number }).ts)
  const manifest = {
    schema: 'levels.run.v1',
    run_id: '2026-03-10-0a1b2c3d',
    state: 'complete',
    reason: null,
    sources: [{ path: 'es.dbn', symbols: ['ESH6'] }],
    symbol: null,
    config: { levels: { snapIntervalMs: 250 } },
    snaps: lines.length,
    first_snap_ts: times[0] ?? null,
    last_snap_ts: times.at(-1) ?? null,
    digest: createHash('sha256').update(text).digest('hex'),
    ...fields,
  }
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'signals.ndjson'), text)
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest))
  return dir
}
