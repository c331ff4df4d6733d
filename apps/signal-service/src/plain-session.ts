import { randomUUID } from 'node:crypto'
import { SIGNAL_STREAM } from '@levels/contracts'
import { LiveLoop } from './live-loop.ts'
import { LiveRunner } from './live-runner.ts'
import { LullClock } from './lull-clock.ts'
import { PlainFeed } from './market-feed.ts'
import type { Outbox } from './outbox.ts'
import { configSha256 } from './run-identity.ts'
import type { Session, SessionContext } from './session.ts'
import { codeOf, makeOutbox } from './signal-outbox.ts'

/** Waited in a lull for messages on their way between publishers and the server. */
const GRACE_MS_MIN = 10

/**
 * A run on plain subscriptions: what is published while it listens, and nothing else. It begins anew
 * at every start, and messages missed in an outage are missed.
 */
export class PlainSession implements Session {
  readonly outbox: Outbox
  readonly snapshotAgeS = null
  readonly runner: LiveRunner
  readonly #context: SessionContext
  readonly #runId: string
  readonly #lull: LullClock
  readonly #loop: LiveLoop
  #hasStreams = true

  constructor(context: SessionContext) {
    const { config, metrics, onRefused } = context
    const { futuresSymbol, isChecked, lull } = config.settings
    this.#context = context
    const hash = configSha256({ config: config.levels, futuresSymbol })
    this.#runId = `core-${hash.slice(0, 8)}-${randomUUID().slice(0, 8)}`
    this.outbox = makeOutbox(
      context,
      () => this.#runId,
      () => this.#hasStreams,
    )
    this.runner = new LiveRunner({
      config: config.levels,
      futuresSymbol,
      isChecked,
      onSignals: (payload) => this.outbox.push(payload),
      onRefused,
      onComputed: (elapsedMs) => metrics.observeCompute(elapsedMs),
    })
    this.#lull = new LullClock(lull.resumeMs)
    this.#loop = new LiveLoop({
      runner: this.runner,
      outbox: this.outbox,
      lull: this.#lull,
      graceMs: Math.max(GRACE_MS_MIN, lull.graceMs),
      observer: {
        onTurn: (_count, elapsedMs) => metrics.observeLag(elapsedMs),
        onLull: () => metrics.count('lulls'),
        onSettled: () => undefined,
      },
    })
  }

  get isWaiting(): boolean {
    return this.#lull.isHeld(performance.now())
  }

  async run(): Promise<void> {
    const { bus, health, log, onRun } = this.#context
    onRun(this.#runId)
    log.info({ run: this.#runId }, 'run begins')
    try {
      await bus.ensureStream(SIGNAL_STREAM)
    } catch (error) {
      // A server without streams still carries plain messages: payloads are then sent, not stored.
      if (codeOf(error) !== 'NO_JETSTREAM') throw error
      this.#hasStreams = false
      log.warn({ err: error }, 'no streams: payloads are sent, and not stored')
    }
    const feed = await PlainFeed.open(bus, this.#loop.take)
    this.#loop.start(feed)
    health.clear('STREAM_MISSING', 'START_FAILED', 'NO_JETSTREAM', 'PUBLISH_FAILED')
    health.enter('LIVE')
    await feed.closed
  }

  hold(): void {
    this.#loop.hold()
  }

  resume(): void {
    this.#loop.resume()
    this.outbox.retryNow()
    this.expectGap()
  }

  expectGap(): void {
    this.runner.expectGap()
  }

  lagMs(): Promise<number> {
    return Promise.resolve(0)
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.#loop.stop()
    const { runner, outbox } = this
    signal.addEventListener('abort', () => {
      outbox.stop()
    })
    while (!outbox.isStopped && !runner.advance(outbox.room)) await outbox.progress()
    while (!outbox.isStopped && outbox.depth > 0) await outbox.progress()
    outbox.stop()
  }
}
