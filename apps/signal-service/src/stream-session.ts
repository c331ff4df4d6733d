import { BusError } from '@levels/bus'
import { MARKET_STREAM, SIGNAL_STREAM, STREAMS, Subject } from '@levels/contracts'
import { StateCodecError } from '@levels/kernel'
import { LiveLoop } from './live-loop.ts'
import { LiveRunner, type LiveRunnerOptions } from './live-runner.ts'
import { LullClock } from './lull-clock.ts'
import { StreamFeed } from './market-feed.ts'
import type { Outbox } from './outbox.ts'
import { PublishedSignals } from './published-signals.ts'
import { recover } from './recovery.ts'
import { configSha256, runIdentity } from './run-identity.ts'
import { SnapshotError, type RunIdentity, type RunSnapshot } from './run-snapshot.ts'
import type { Session, SessionContext } from './session.ts'
import { makeOutbox } from './signal-outbox.ts'
import { SignalSink } from './signal-sink.ts'
import { SnapshotKeeper } from './snapshot-keeper.ts'
import { SNAPSHOT_BUCKET, SnapshotStore } from './snapshot-store.ts'
import { StreamLag } from './stream-lag.ts'
import { marketLossOf, signalLossOf, type StreamsNow } from './stream-loss.ts'

/** How long it is told of that a stream was made anew, or lost its end. */
const RESET_TOLD_MS = 10_000

/** A run that was found or begun. */
interface Begun {
  readonly run: RunIdentity
  readonly runner: LiveRunner
  readonly fromSeq: number
  readonly signals: RunSnapshot['signals']
  readonly isNew: boolean
}

/** A run on the market stream: recovered from a snapshot and the streams, then live. */
export class StreamSession implements Session {
  readonly outbox: Outbox
  readonly #context: SessionContext
  readonly #sink: SignalSink
  readonly #lag: StreamLag
  readonly #lull: LullClock
  readonly #abort = new AbortController()
  #begun: Begun | null = null
  #loop: LiveLoop | null = null
  #keeper: SnapshotKeeper | null = null
  #isHeld = false

  constructor(context: SessionContext) {
    this.#context = context
    this.outbox = makeOutbox(context, () => this.#begun?.run.runId ?? '')
    this.#lull = new LullClock(context.config.settings.lull.resumeMs)
    this.#lag = new StreamLag(context.bus, MARKET_STREAM.name)
    this.#sink = new SignalSink({
      outbox: this.outbox,
      onRemade: ({ boundaryMs }, match) => {
        context.metrics.count(match === 'different' ? 'mismatches' : 'remade')
        if (match !== 'different') return
        const message = `expected the payload of ${boundaryMs} as published, was another`
        context.log.error({ boundaryMs }, message)
        context.health.raise('DIVERGED', message)
      },
    })
  }

  get runner(): LiveRunner | null {
    return this.#begun?.runner ?? null
  }

  get snapshotAgeS(): number | null {
    return this.#keeper?.ageS ?? null
  }

  get isWaiting(): boolean {
    return this.#lull.isHeld(performance.now())
  }

  async run(): Promise<void> {
    const { bus, health, log, onRun } = this.#context
    const now = await this.#openStreams()
    const store = new SnapshotStore({
      open: () => bus.objectStore(SNAPSHOT_BUCKET),
      keep: this.#context.config.settings.snapshot.keep,
      onSkipped: ({ name, error }) => {
        log.warn({ snapshot: name, code: error.code }, `snapshot skipped: ${error.message}`)
        this.#context.metrics.countSkipped(error.code)
      },
    })
    const begun = await this.#begin(store, now)
    if (this.#isStopping()) return
    this.#begun = begun
    onRun(begun.run.runId)
    log.info({ run: begun.run.runId, fromSeq: begun.fromSeq, isNew: begun.isNew }, 'run begins')
    this.#keeper = this.#makeKeeper(store, begun)
    // Before anything is published: a repeated first start then finds where it began.
    if (begun.isNew) await this.#keeper.save(begun.runner)
    health.enter('RECOVERING')
    await this.#recover(begun, now)
    if (!this.#isStopping()) await this.#goLive(begun)
  }

  hold(): void {
    this.#isHeld = true
    this.#loop?.hold()
  }

  resume(): void {
    this.#isHeld = false
    this.#loop?.resume()
    this.outbox.retryNow()
  }

  expectGap(): void {
    // A stream has no gaps: what a consumer missed is sent again.
  }

  async lagMs(): Promise<number> {
    const coveredSeq = (): number => this.runner?.coveredSeq ?? 0
    await this.#lag.look(coveredSeq)
    return this.#lag.behindMs(coveredSeq())
  }

  async stop(signal: AbortSignal): Promise<void> {
    this.#abort.abort()
    await this.#loop?.stop()
    const { runner, outbox } = this
    signal.addEventListener('abort', () => {
      outbox.stop()
    })
    if (runner !== null && this.#loop !== null) {
      while (!outbox.isStopped && !runner.advance(outbox.room)) await outbox.progress()
      while (!outbox.isStopped && outbox.depth > 0) await outbox.progress()
      await this.#keeper?.stop()
      if (!outbox.isStopped) await this.#keeper?.save(runner)
    }
    outbox.stop()
    await this.#keeper?.stop()
  }

  #isStopping(): boolean {
    return this.#abort.signal.aborted
  }

  async #openStreams(): Promise<StreamsNow> {
    const { bus, log } = this.#context
    for (const definition of STREAMS) {
      const { name, isCreated, differences } = await bus.ensureStream(definition)
      if (isCreated) log.info({ stream: name }, 'stream made')
      if (differences.length > 0) {
        log.warn({ stream: name, differences }, 'stream differs from its definition; left as it is')
      }
    }
    // In this order: payloads up to here were made of messages up to there, whoever publishes meanwhile.
    const signals = await bus.streamState(SIGNAL_STREAM.name)
    const market = await bus.streamState(MARKET_STREAM.name)
    return {
      market: { name: MARKET_STREAM.name, ...market },
      signals: { name: SIGNAL_STREAM.name, ...signals },
    }
  }

  /** Goes on from the newest snapshot that fits, else begins a run. */
  async #begin(store: SnapshotStore, now: StreamsNow): Promise<Begun> {
    const { bus, config, health, endedRuns } = this.#context
    const hash = configSha256({
      config: config.levels,
      futuresSymbol: config.settings.futuresSymbol,
    })
    const losses: string[] = []
    let isOver = false
    let unpublished: RunIdentity | null = null
    const accept = async (snapshot: RunSnapshot): Promise<Begun> => {
      const { run } = snapshot
      if (run.configSha256 !== hash) {
        throw SnapshotError.of('FOREIGN', 'expected the present configuration, was another')
      }
      // Nor is a run gone on with that was left for this one.
      isOver ||= endedRuns.has(run.runId)
      if (isOver) throw SnapshotError.of('FOREIGN', `expected a run that goes on, was ${run.runId}`)
      const marketLoss = marketLossOf(snapshot, now)
      const loss = marketLoss ?? (await signalLossOf(bus, snapshot, now.signals))
      if (loss === null) return this.#goOnFrom(snapshot)
      losses.push(loss)
      if (marketLoss === null) unpublished ??= run
      throw SnapshotError.of('FOREIGN', loss)
    }
    const found = config.settings.isFresh ? null : await store.newest(accept)
    const [loss] = losses
    if (loss !== undefined) health.raise('STREAM_RESET', loss)
    return found ?? this.#beginAnew(hash, now, unpublished)
  }

  #goOnFrom(snapshot: RunSnapshot): Begun {
    const { run, state, signals } = snapshot
    try {
      const runner = this.#makeRunner({ from: state })
      return { run, runner, fromSeq: state.rereadSeq, signals, isNew: false }
    } catch (cause) {
      if (!(cause instanceof StateCodecError)) throw cause
      throw SnapshotError.of('FOREIGN', cause.message, { cause })
    }
  }

  /**
   * Begins a run.
   *
   * @param unpublished a run whose payloads were lost: made and published again from its start, where
   * the stream still holds that
   */
  #beginAnew(hash: string, now: StreamsNow, unpublished: RunIdentity | null): Begun {
    const { market, signals } = now
    const isHeld = unpublished !== null && unpublished.startSeq >= market.firstSeq
    const run = isHeld ? unpublished : this.#newRun(hash, market)
    const { startSeq } = run
    // The same run may have published before, its snapshots gone: all of the stream is looked through.
    const from = { name: signals.name, createdAt: signals.createdAt, lastSeq: 0 }
    const runner = this.#makeRunner({ startSeq })
    return { run, runner, fromSeq: startSeq, signals: from, isNew: true }
  }

  #newRun(hash: string, market: StreamsNow['market']): RunIdentity {
    const { config, endedRuns } = this.#context
    const isAll = config.settings.from === 'all'
    const startSeq = isAll ? market.firstSeq : market.lastSeq + 1
    const stream = { name: market.name, createdAt: market.createdAt }
    let run = runIdentity(hash, stream, startSeq)
    while (endedRuns.has(run.runId)) run = runIdentity(hash, stream, startSeq, run.runId)
    return run
  }

  #makeRunner(at: Pick<LiveRunnerOptions, 'from' | 'startSeq'>): LiveRunner {
    const { config, metrics, onRefused } = this.#context
    return new LiveRunner({
      config: config.levels,
      futuresSymbol: config.settings.futuresSymbol,
      isChecked: config.settings.isChecked,
      onSignals: (payload) => this.#sink.take(payload),
      onRefused,
      onComputed: (elapsedMs) => metrics.observeCompute(elapsedMs),
      ...at,
    })
  }

  #makeKeeper(store: SnapshotStore, { run, signals }: Begun): SnapshotKeeper {
    const { bus, config, metrics, health, log } = this.#context
    return new SnapshotKeeper({
      bus,
      store,
      run,
      signals,
      outbox: this.outbox,
      sink: this.#sink,
      everyMs: config.settings.snapshot.everyS * 1_000,
      onSaved: (sizeBytes, elapsedMs) => {
        metrics.count('snapshots')
        metrics.onSnapshot(sizeBytes, elapsedMs)
        health.clear('SNAPSHOT_FAILED')
        log.debug({ sizeBytes, elapsedMs }, 'snapshot stored')
      },
      onFailure: (error) => {
        metrics.count('snapshotFailures')
        log.warn({ err: error }, 'snapshot not stored')
        // After a fault of the bus the next session begins with what is stored, and says what is wrong.
        if (this.#isStopping() && health.phase !== 'STOPPING') return
        health.raise('SNAPSHOT_FAILED', error instanceof Error ? error.message : String(error))
      },
    })
  }

  async #recover({ run, runner, fromSeq, signals }: Begun, now: StreamsNow): Promise<void> {
    const { bus, log } = this.#context
    const isSame = signals.createdAt === now.signals.createdAt
    const afterMs = runner.lastBoundaryMs ?? -Infinity
    const messages = bus.read(SIGNAL_STREAM.name, {
      fromSeq: isSame ? signals.lastSeq + 1 : 1,
      toSeq: now.signals.lastSeq,
      subject: Subject.LevelSignals,
    })
    this.#sink.published = new PublishedSignals(messages, run.runId, afterMs)
    const beganMs = performance.now()
    await recover({
      bus,
      stream: MARKET_STREAM.name,
      runner,
      outbox: this.outbox,
      published: this.#sink.published,
      fromSeq,
      toSeq: now.market.lastSeq,
      signal: this.#abort.signal,
      // A recovery that takes longer than the time between two crashes comes to its end all the same.
      onSettled: () => this.#keeper?.onSettled(runner),
    })
    if (this.#isStopping()) return
    this.#checkAllMade(run, now)
    const elapsedMs = Math.round(performance.now() - beganMs)
    log.info({ fromSeq, toSeq: now.market.lastSeq, elapsedMs }, 'recovered')
  }

  /** @throws BusError `STREAM_RESET` when the run has published what it cannot make again */
  #checkAllMade({ runId }: RunIdentity, { market }: StreamsNow): void {
    const left = this.#sink.published?.next ?? null
    if (left === null) return
    this.#context.endedRuns.add(runId)
    const wanted = `expected ${market.name} to hold what the payload of ${left.boundaryMs} was made of`
    throw new BusError('STREAM_RESET', `${wanted}, it ends at ${market.lastSeq}`)
  }

  async #goLive({ runner }: Begun): Promise<void> {
    const { bus, config, health, metrics } = this.#context
    const loop = new LiveLoop({
      runner,
      outbox: this.outbox,
      lull: this.#lull,
      graceMs: config.settings.lull.graceMs,
      observer: {
        onTurn: (_count, elapsedMs) => metrics.observeLag(elapsedMs),
        onLull: () => metrics.count('lulls'),
        onSettled: () => this.#keeper?.onSettled(runner),
      },
    })
    this.#lull.onMessage(runner.newestRelNs, performance.now())
    loop.hold()
    if (!this.#isHeld) loop.resume()
    this.#loop = loop
    const from = { stream: MARKET_STREAM.name, seq: runner.coveredSeq + 1 }
    const feed = await StreamFeed.open(bus, from, loop.take)
    if (this.#isStopping()) return feed.stop()
    loop.start(feed)
    health.clear('STREAM_MISSING', 'START_FAILED', 'NO_JETSTREAM')
    // What could not be stored was dropped with the session before this one.
    if (this.outbox.depth === 0) health.clear('PUBLISH_FAILED')
    health.enter('LIVE')
    // Found at this start, or what ended the session before it.
    const told = setTimeout(() => {
      health.clear('STREAM_RESET')
    }, RESET_TOLD_MS)
    await feed.closed.finally(() => {
      clearTimeout(told)
    })
  }
}
