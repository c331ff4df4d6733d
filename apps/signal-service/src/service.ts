import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Bus, BusStatus, Subscription } from '@levels/bus'
import { encodeServiceStatus, MARKET_STREAM, Subject } from '@levels/contracts'
import type { Logger } from 'pino'
import { Health } from './health.ts'
import { HttpServer } from './http-server.ts'
import { ServiceMetrics } from './metrics.ts'
import { packageVersions, serviceVersion } from './package-versions.ts'
import { PlainSession } from './plain-session.ts'
import { RejectReport } from './reject-report.ts'
import { addCounts, countsSince, noCounts } from './run-counts.ts'
import type { RunCounts } from './run-state.ts'
import type { ServiceReading } from './service-reading.ts'
import type { Session, SessionContext } from './session.ts'
import type { ServiceConfig } from './settings.ts'
import { headersOf } from './signal-message.ts'
import { codeOf } from './signal-outbox.ts'
import { StreamSession } from './stream-session.ts'

const STATUS_MS = 1_000
const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 5_000
/** How long something that happens in moments counts as wrong after the last of them. */
const MOMENT_TOLD_MS = 5_000
/** What a stop may take for what is due and the state; the rest of five seconds is for the rest. */
const STOP_MS_MAX = 3_500
const NO_RUN = '-'
const utf8 = new TextEncoder()

export interface SignalServiceOptions {
  readonly config: ServiceConfig
  /** The bus, once there is one. @throws BusError when it is not to be had by waiting */
  readonly connect: (onFailure: (reason: string) => void, signal: AbortSignal) => Promise<Bus>
  readonly log: Logger
}

/** The whole service: a bus, one session after the other on it, and whoever wants to know of them. */
export class SignalService {
  readonly #options: SignalServiceOptions
  readonly #health = new Health(() => this.#onHealth())
  readonly #metrics = new ServiceMetrics(() => this.reading)
  readonly #versions = { '@levels/signal-service': serviceVersion(), ...packageVersions() }
  readonly #abort = new AbortController()
  /** Tells the statuses of this start from those of others: in a container every process is number 1. */
  readonly #startId = randomUUID().slice(0, 8)
  readonly #http: HttpServer | null
  #rejects: RejectReport | null = null
  #bus: Bus | null = null
  #session: Session | null = null
  #runId = NO_RUN
  readonly #endedRuns = new Set<string>()
  #lagMs: number | null = null
  #statusCount = 0
  #isStatusLost = false
  #statusTimer: NodeJS.Timeout | null = null
  #announced: Subscription | null = null
  #hasBeenLive = false
  /** Of the sessions that have ended. */
  #endedCounts = noCounts

  constructor(options: SignalServiceOptions) {
    this.#options = options
    const { isOn, host, port } = options.config.settings.http
    const { registry } = this.#metrics
    this.#http = isOn ? new HttpServer({ host, port, registry, read: () => this.reading }) : null
  }

  /** How it is at this moment. */
  get reading(): ServiceReading {
    const session = this.#session
    const runner = session?.runner ?? null
    return {
      runId: this.#runId,
      state: this.#health.state,
      reason: this.#health.reason,
      counts: runner?.counts ?? noCounts,
      processCounts: this.#processCounts,
      newestMs: runner?.newestMs ?? null,
      lagMs: (runner?.newestMs ?? null) === null ? null : this.#lagMs,
      outboxDepth: session?.outbox.depth ?? 0,
      waitingCount: runner?.waitingCount ?? 0,
      pooledCount: runner?.pooledCount ?? 0,
      capacityLosses: runner?.capacityLosses ?? null,
      suppressedCount: this.#rejects?.suppressedCount ?? 0,
      droppedCount: this.#bus?.droppedCount ?? 0,
      snapshotAgeS: session?.snapshotAgeS ?? null,
    }
  }

  get #processCounts(): RunCounts {
    const runner = this.#session?.runner ?? null
    if (runner === null) return this.#endedCounts
    return addCounts(this.#endedCounts, countsSince(runner.countsBefore, runner.counts))
  }

  /**
   * Serves until it is stopped.
   *
   * @throws BusError when the bus refuses us
   */
  async run(): Promise<void> {
    const { log, config } = this.#options
    if (this.#http !== null) log.info({ http: await this.#http.listen() }, 'listening')
    for (const name of config.unknownEnv) log.warn({ name }, 'unknown name in the environment')
    await this.#warmUp()
    const bus = await this.#connect()
    if (bus === null) return
    this.#statusTimer = setInterval(() => void this.#tick(), STATUS_MS)
    await this.#runSessions(bus)
  }

  /** Ends it in order: everything due is published, the state is saved, within five seconds. */
  async stop(): Promise<void> {
    this.#health.enter('STOPPING')
    this.#abort.abort()
    const { log } = this.#options
    const session = this.#session
    if (session !== null) {
      const deadline = AbortSignal.timeout(STOP_MS_MAX)
      const late = pause(STOP_MS_MAX + 200, 'late', { ref: false })
      const outcome = await Promise.race([session.stop(deadline), late])
      if (outcome === 'late' || deadline.aborted) {
        log.warn(
          'stopped before everything was published and saved: it is made again at the next start',
        )
      }
    }
    if (this.#statusTimer !== null) clearInterval(this.#statusTimer)
    this.#publishStatus()
    const bye = Promise.allSettled([
      this.#announced?.stop(),
      this.#bus?.close(),
      this.#http?.close(),
    ])
    await Promise.race([bye, pause(800, undefined, { ref: false })])
    log.info('stopped')
  }

  async #warmUp(): Promise<void> {
    const { log, config } = this.#options
    const { warmUpS } = config.settings
    if (warmUpS === 0) return
    const beganMs = performance.now()
    const { warmUp } = await import('./warm-up.ts') // brings the simulator, which else is not needed
    const payloads = await warmUp(config.levels, warmUpS)
    log.info({ payloads, elapsedMs: Math.round(performance.now() - beganMs) }, 'warm')
  }

  async #connect(): Promise<Bus | null> {
    const { connect, log, config } = this.#options
    const bus = await connect((reason) => {
      this.#health.raise('BUS_DISCONNECTED', reason)
    }, this.#abort.signal)
    this.#bus = bus
    this.#health.clear('BUS_DISCONNECTED')
    log.info({ bus: bus.name }, 'connected')
    bus.onStatus((status) => this.#onBusStatus(status))
    this.#rejects = new RejectReport({
      perSecondMax: config.settings.rejects.perSecond,
      hasPlaces: config.settings.source === 'jetstream',
      now: () => Date.now(),
      send: (text, id) => {
        bus.publish(
          Subject.Rejects,
          utf8.encode(text),
          headersOf('levels.rejects.v1', this.#runId, `${this.#runId}:${id}`),
        )
      },
      fetch: (streamSeq) => messageAt(bus, streamSeq),
    })
    this.#announce(bus)
    return bus
  }

  /** Discovery is a convenience: a server that forbids it is served all the same. */
  #announce(bus: Bus): void {
    bus
      .announce({
        name: 'signal-service',
        version: serviceVersion(),
        description: 'Level signals, live',
        metadata: { subject: Subject.LevelSignals },
      })
      .then((announced) => {
        this.#announced = announced
      })
      .catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'not announced')
      })
  }

  /** One session after the other: a fault of the bus ends one, and the next recovers. */
  async #runSessions(bus: Bus): Promise<void> {
    let retryMs = RETRY_MS_MIN
    while (!this.#isStopping()) {
      const session = this.#makeSession(bus)
      this.#endedCounts = this.#processCounts
      this.#session = session
      const beganMs = performance.now()
      try {
        await session.run()
      } catch (error) {
        if (this.#isStopping()) return
        this.#onSessionFault(error)
        // What was made is published still, where that can be done in no time.
        await session.stop(AbortSignal.timeout(500))
      }
      if (performance.now() - beganMs > RETRY_MS_MAX) retryMs = RETRY_MS_MIN
      await pause(retryMs, undefined, { signal: this.#abort.signal }).catch(() => undefined)
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
    }
  }

  #isStopping(): boolean {
    return this.#abort.signal.aborted
  }

  #makeSession(bus: Bus): Session {
    const { config, log } = this.#options
    const context: SessionContext = {
      bus,
      config,
      health: this.#health,
      metrics: this.#metrics,
      log,
      onRefused: (refused) => this.#rejects?.add(refused),
      endedRuns: this.#endedRuns,
      onRun: (runId) => {
        this.#runId = runId
      },
    }
    const { source } = config.settings
    const session = source === 'core' ? new PlainSession(context) : new StreamSession(context)
    if (!bus.isConnected) session.hold()
    return session
  }

  #onSessionFault(error: unknown): void {
    const code = codeOf(error)
    const message = error instanceof Error ? error.message : String(error)
    // What is no fault of the bus is one of ours: the state can no longer be trusted.
    if (!(error instanceof Error) || error.name !== 'BusError') throw error
    // As with credentials: who was never let in is not by waiting.
    if (code === 'PERMISSION_DENIED' && !this.#hasBeenLive) throw error
    this.#options.log.warn({ err: error }, 'session ended; starting again')
    // One that was live stays so, degraded by the reason, until it recovers.
    const isLive = this.#health.phase === 'LIVE' && code !== 'DISCONNECTED'
    if (code === 'STREAM_MISSING' || code === 'STREAM_RESET' || code === 'NO_JETSTREAM') {
      this.#health.raise(code, message)
    } else if (code !== 'DISCONNECTED') {
      this.#health.raise('START_FAILED', message)
    }
    if (!isLive) this.#health.enter('RECOVERING')
  }

  #onBusStatus(status: BusStatus): void {
    const { log } = this.#options
    const session = this.#session
    switch (status.kind) {
      case 'disconnected':
        log.warn({ reason: status.reason }, 'disconnected')
        session?.hold()
        this.#setLag(null)
        return this.#health.raise('BUS_DISCONNECTED', status.reason)
      case 'unreachable':
        log.warn({ reason: status.reason }, 'still disconnected')
        return this.#health.raise('BUS_DISCONNECTED', status.reason)
      case 'connected':
        log.info('connected again')
        this.#metrics.count('reconnects')
        session?.resume()
        this.#health.raise(
          'NO_EVENT_SINCE_RECONNECT',
          'no message came since the connection is back',
        )
        return this.#health.clear('BUS_DISCONNECTED')
      case 'slow-consumer':
        this.#metrics.count('slowConsumer')
        session?.expectGap()
        return this.#health.raiseFor(
          MOMENT_TOLD_MS,
          'SLOW_CONSUMER',
          `messages of ${status.subject} were dropped`,
        )
      case 'forbidden':
        return this.#health.raiseFor(
          MOMENT_TOLD_MS,
          'PUBLISH_FORBIDDEN',
          `expected the right to publish ${status.subject}`,
        )
      case 'closed':
        if (!this.#abort.signal.aborted) log.error({ reason: status.reason }, 'the bus is closed')
    }
  }

  async #tick(): Promise<void> {
    const session = this.#session
    if (session !== null && this.#isConnected()) {
      const lagMs = await session.lagMs()
      // Still: what waits during an outage is not known.
      if (this.#isConnected()) this.#setLag(Math.round(lagMs))
      if (!session.isWaiting) this.#health.clear('NO_EVENT_SINCE_RECONNECT')
    }
    this.#publishStatus()
  }

  #isConnected(): boolean {
    return this.#bus?.isConnected === true
  }

  /** @param lagMs null while it is not known */
  #setLag(lagMs: number | null): void {
    this.#lagMs = lagMs
    if (lagMs === null || lagMs < this.#options.config.settings.lag.degradedMs) {
      return this.#health.clear('LAGGING')
    }
    const message = `expected messages taken at once, the oldest waits for ${lagMs} ms`
    this.#health.raise('LAGGING', message)
  }

  #onHealth(): void {
    const { phase, state, reason } = this.#health
    if (phase === 'LIVE') this.#hasBeenLive = true
    this.#options.log.info({ state, reason }, `state ${state}`)
    this.#publishStatus()
  }

  /** One that fails costs one status, and is told once until one succeeds. */
  #publishStatus(): void {
    try {
      this.#sendStatus()
      this.#isStatusLost = false
    } catch (error) {
      if (!this.#isStatusLost) this.#options.log.error({ err: error }, 'status not published')
      this.#isStatusLost = true
    }
  }

  #sendStatus(): void {
    const bus = this.#bus
    if (bus === null) return
    const now = this.reading
    const text = encodeServiceStatus({
      ts: Date.now(),
      runId: now.runId,
      state: now.state,
      reason: now.reason,
      lastEventTs: now.newestMs,
      lagMs: now.lagMs,
      events: now.counts.events,
      rejects: now.counts.rejects,
      snapshotAgeS: now.snapshotAgeS,
      versions: this.#versions,
    })
    const id = `${now.runId}:${Subject.Status}:${this.#startId}:${this.#statusCount++}`
    bus.publish(Subject.Status, utf8.encode(text), headersOf('levels.status.v1', now.runId, id))
  }
}

/** The data of one message of the market stream; null when it is not held. */
async function messageAt(bus: Bus, streamSeq: number): Promise<Uint8Array | null> {
  const options = { fromSeq: streamSeq, toSeq: streamSeq }
  for await (const message of bus.read(MARKET_STREAM.name, options)) {
    if (message.streamSeq === streamSeq) return message.data.slice()
  }
  return null
}
