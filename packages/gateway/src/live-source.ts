import type { Bus, BusErrorCode, BusMessage, BusStatus, Subscription } from '@levels/bus'
import { BusError } from '@levels/bus'
import { HEADERS, SIGNAL_STREAM, Subject } from '@levels/contracts'
import type { ClientOutlet, ClientView, Slots } from './client-view.ts'
import { Slot } from './client-view.ts'
import { LiveSession } from './live-session.ts'
import { LiveView } from './live-view.ts'
import type { Metrics } from './metrics.ts'
import { Pace } from './pace.ts'
import { HISTORY_LIMITS } from './session-history.ts'
import type { HistoryLimits } from './session-history.ts'
import type { GatewaySource, OpenSource, SourceFacts } from './source.ts'
import { StreamReader } from './stream-reader.ts'

export interface LiveSourceOptions {
  /** Stream that holds the session so far: `LEVEL_SIGNALS`. A bus without it shows what comes. */
  readonly stream?: string
  /** Between two snaps, ms: 250. */
  readonly snapIntervalMs?: number
  readonly instrument?: SourceFacts['instrument']
  readonly historyLimits?: HistoryLimits
}

/** Clients are told of new snaps no more often than this, ms, as when a service catches up. */
const BROADCAST_INTERVAL_MS = 50

/** Clients are told of refused messages no more often than this, ms: of the first at once. */
const REFUSAL_INTERVAL_MS = 1000

/** What says that there is no stream to read, now and later. */
const NO_STREAM: ReadonlySet<BusErrorCode> = new Set(['STREAM_MISSING', 'NO_JETSTREAM'])

/** After a failure to read the stream that no reconnect will tell of, ms. */
const RETRY_MS = 5000

/** Shows what a bus carries on `levels.signals` and `levels.status`. The bus stays the caller's. */
export function liveSource(bus: Bus, options: LiveSourceOptions = {}): GatewaySource {
  return {
    async open(metrics) {
      const feed = new LiveFeed(bus, options, metrics)
      await feed.start()
      return feed
    },
  }
}

class LiveFeed implements OpenSource {
  readonly facts: SourceFacts
  readonly #bus: Bus
  readonly #metrics: Metrics
  readonly #session: LiveSession
  readonly #stream: string
  readonly #reader: StreamReader
  readonly #views = new Set<LiveView>()
  readonly #pace: Pace
  readonly #refusalPace = new Pace(REFUSAL_INTERVAL_MS, () => this.#offer(Slot.Link))
  #toldEventSeq = 0
  #toldEpoch = 0
  #subscription: Subscription | null = null
  #offStatus: (() => void) | null = null
  #isBehind = false
  #isClosed = false
  #catchingUp: Promise<void> | null = null
  #retry: NodeJS.Timeout | null = null

  constructor(bus: Bus, options: LiveSourceOptions, metrics: Metrics) {
    const snapIntervalMs = options.snapIntervalMs ?? 250
    const limits = options.historyLimits ?? HISTORY_LIMITS
    const instrument = options.instrument ?? { equity: 'SPY', future: null }
    this.facts = { mode: 'live', instrument, snapIntervalMs, run: null }
    this.#bus = bus
    this.#metrics = metrics
    const onRefused = (): void => this.#refusalPace.notify()
    this.#session = new LiveSession({ metrics, limits, snapIntervalMs, onRefused })
    this.#stream = options.stream ?? SIGNAL_STREAM.name
    this.#reader = new StreamReader(bus, this.#stream, Subject.LevelSignals)
    this.#pace = new Pace(BROADCAST_INTERVAL_MS, () => this.#broadcastSnap())
  }

  /** First the subscription, then the stream: so nothing falls between them. */
  async start(): Promise<void> {
    this.#session.setConnected(this.#bus.isConnected, null)
    this.#offStatus = this.#bus.onStatus((status) => this.#onStatus(status))
    const subjects = [Subject.LevelSignals, Subject.Status]
    this.#subscription = await this.#bus.subscribe(subjects, (message) => this.#take(message))
    this.#catchUp()
  }

  connect(outlet: ClientOutlet): ClientView {
    const view = new LiveView(this.#session, outlet, (closed) => this.#views.delete(closed))
    this.#views.add(view)
    return view
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#offStatus?.()
    // A bus that is closed already has ended it; whatever else it says no longer matters here.
    await this.#subscription?.stop().catch(() => undefined)
    this.#pace.stop()
    this.#refusalPace.stop()
    await this.#catchingUp
  }

  #take(message: BusMessage): void {
    const payload = new Uint8Array(message.data) // the bus takes its bytes back
    if (message.subject === Subject.Status) {
      if (this.#session.takeStatus(payload)) this.#offer(Slot.Status)
    } else if (this.#session.takeSnap(payload, message.header(HEADERS.run))) {
      this.#pace.notify()
    }
  }

  /** Asked anew each time: it may have changed while something was waited for. */
  #isEnding(): boolean {
    return this.#isClosed
  }

  #broadcastSnap(): void {
    const { epoch, lastEventSeq } = this.#session
    let slots: Slots = Slot.Snap
    if (epoch !== this.#toldEpoch) slots |= Slot.History | Slot.Events
    if (lastEventSeq !== this.#toldEventSeq) slots |= Slot.Events
    this.#offer(slots)
  }

  #offer(slots: Slots): void {
    if ((slots & Slot.Events) !== 0) {
      this.#toldEpoch = this.#session.epoch
      this.#toldEventSeq = this.#session.lastEventSeq
    }
    for (const view of this.#views) view.outlet.offer(slots)
  }

  #onStatus(status: BusStatus): void {
    if (status.kind === 'slow-consumer') return this.#catchUp()
    if (status.kind === 'forbidden') return // it publishes nothing
    const isConnected = status.kind === 'connected'
    this.#session.setConnected(isConnected, isConnected ? null : status.reason)
    this.#offer(Slot.Link)
    if (isConnected) this.#catchUp()
  }

  /** Reads what the stream has and this gateway does not; once more if asked to meanwhile. */
  #catchUp(): void {
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#retry = null
    this.#isBehind = true
    this.#catchingUp ??= this.#readWhileBehind().finally(() => {
      this.#catchingUp = null
    })
  }

  async #readWhileBehind(): Promise<void> {
    this.#session.beginCatchUp()
    this.#offer(Slot.Link)
    while (this.#isBehind && !this.#isEnding()) {
      this.#isBehind = false
      const outcome = await this.#readStream()
      this.#metrics.catchUps.inc({ outcome })
      if (outcome === 'failed' && !this.#isEnding()) {
        this.#retry = setTimeout(() => this.#catchUp(), RETRY_MS)
      }
    }
    const snap = this.#session.endCatchUp() ? Slot.Snap : 0
    this.#offer(Slot.Link | Slot.Status | snap | Slot.History | Slot.Events)
  }

  /** A stream that is missing is no failure: then there is nothing but what comes. */
  async #readStream(): Promise<'done' | 'no-stream' | 'failed'> {
    try {
      await this.#reader.readToEnd(
        (message) => {
          const { ts, runId } = this.#session.last
          const run = message.header(HEADERS.run)
          if (ts !== null && runId === run && isNotLater(message.data, ts)) return
          this.#session.takeStored(message, run)
        },
        () => this.#isEnding(),
      )
      await this.#readStatus()
      return 'done'
    } catch (error) {
      return isStreamMissing(error) ? 'no-stream' : 'failed'
    }
  }

  async #readStatus(): Promise<void> {
    const message = await this.#bus.lastMessage(this.#stream, Subject.Status)
    if (message !== null) this.#session.takeStoredStatus(message)
  }
}

function isStreamMissing(error: unknown): boolean {
  return error instanceof BusError && NO_STREAM.has(error.code)
}

/** Told from the first bytes, to pass over at little cost what is there already; false: cannot say. */
function isNotLater(payload: Uint8Array, ts: number): boolean {
  const start = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, 32))
  const found = /^\{"ts":([0-9]{1,15}),/.exec(start.toString('latin1'))
  return found !== null && Number(found[1]) <= ts
}
