import type { LevelSignal } from '@levels/contracts'
import type {
  HelloMessage,
  LinkMessage,
  PlayerMessage,
  ServerMessage,
  SignalEvent,
  SnapMessage,
  StatusMessage,
} from '@levels/gateway/protocol'
import type { Place } from '../address.ts'
import { Connection, type ConnectionState } from './connection.ts'
import { EventLog } from './event-log.ts'
import { GatewayClock } from './gateway-clock.ts'
import type { HealthFacts, Refusal } from './health.ts'
import type { HistoryColumns } from './history-columns.ts'
import { HistoryFeed } from './history-feed.ts'
import { followedLevel, ladderOrder, neighbourId } from './selection.ts'
import { shownSpanMs } from './shown-span.ts'

const MINUTE_MS = 60_000
/** Where the page starts. */
export const FIRST_WINDOW_MS = 5 * MINUTE_MS

const UNSAID_MAX = 64
const REST_MS = 150

/** A level as it was last seen, and when. */
export interface SeenLevel {
  readonly level: LevelSignal
  /** Unix ms, event time. */
  readonly ts: number
  /** Whether it is in the snap that is shown. */
  readonly isPresent: boolean
}

/**
 * Everything the page shows. Messages and the user change it; whoever draws listens to `onChange`
 * and reads. Nothing here touches the document.
 */
export class Board {
  readonly history: HistoryFeed
  readonly log = new EventLog()
  readonly #connection: Connection
  readonly #onChange: () => void
  connection: ConnectionState = { kind: 'connecting', attempt: 1 }
  hello: HelloMessage | null = null
  link: LinkMessage | null = null
  player: PlayerMessage | null = null
  snap: SnapMessage | null = null
  /** The levels of the snap, highest price first. */
  ladder: readonly LevelSignal[] = []
  status: StatusMessage | null = null
  refusedCount = 0
  /** What was refused last, of the gateway's messages or of ours. */
  lastRefusal: Refusal | null = null
  /** Events that came while watching, to be said aloud; whoever says them takes them. */
  unsaid: SignalEvent[] = []
  windowMs = FIRST_WINDOW_MS
  #seen: SeenLevel | null = null
  #chosenId: string | null = null
  readonly #clock = new GatewayClock()
  /** Where a replay is to begin; null once it has begun. */
  #start: Place | null
  #seekId = 0
  /** Where the user wants to be, while it is not shown yet, Unix ms. */
  #pendingSeekTs: number | null = null
  /** The seek that is on its way, with its place; while there is one, no other is sent. */
  #asked: { readonly id: number; readonly ts: number } | null = null
  #pendingSpeed: number | null = null
  #isDragging = false
  #restTimer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param start where a replay begins, if its run has that moment, and that snap the level
   * @param onChange is called whenever there is something else to show
   */
  constructor(url: string, start: Place, onChange: () => void) {
    this.#start = start
    this.#onChange = onChange
    this.#connection = new Connection(url, {
      onState: (state) => this.#changeConnection(state),
      onMessage: (message) => this.#take(message),
      onRefused: (reason) => this.#refuse({ code: null, reason }),
    })
    this.history = new HistoryFeed((message) => this.#connection.send(message))
  }

  open(): void {
    this.#connection.open()
  }

  useToken(token: string): void {
    this.#connection.useToken(token)
  }

  get isReplay(): boolean {
    return this.hello?.mode === 'replay'
  }

  /** The level in the detail panel, as it is or as it was last seen. */
  get seen(): SeenLevel | null {
    return this.#seen
  }

  get selectedId(): string | null {
    return this.#chosenId ?? this.#seen?.level.id ?? null
  }

  /** Whether nobody chose a level: the panel shows the one that matters most. */
  get isFollowing(): boolean {
    return this.#chosenId === null
  }

  /** The moment shown, Unix ms: that of the snap. */
  get shownTs(): number | null {
    return this.snap?.signals.ts ?? null
  }

  /** Where the user is, Unix ms: where a hand drags to, else at the moment shown. */
  get cursorTs(): number | null {
    return this.#pendingSeekTs ?? this.shownTs
  }

  /** Where a replay is, to come back to; null: not there yet, or live. */
  get place(): Place | null {
    const { shownTs } = this
    if (!this.isReplay || shownTs === null) return null
    return { ts: shownTs, levelId: this.#chosenId }
  }

  /** The columns that charts draw, up to the moment shown. */
  columns(): HistoryColumns {
    const cursorTs = this.shownTs
    if (cursorTs === null) return this.history.overview
    const span = { cursorTs, windowMs: this.windowMs }
    // First the snap, then its surroundings: while a hand drags, they would be wrong before they
    // came, and in the way of the snaps.
    const mayAsk = this.#pendingSeekTs === null && !this.#isDragging
    return this.history.columnsFor(span, { isLive: !this.isReplay, mayAsk })
  }

  /** How much time the charts show, ms; Infinity: all. */
  get shownMs(): number {
    const shownTs = this.shownTs ?? 0
    return shownSpanMs(this.windowMs, shownTs - (this.history.overview.firstTs ?? shownTs))
  }

  /** Events up to the moment shown, oldest first. */
  get pastEventCount(): number {
    const { shownTs } = this
    return this.isReplay && shownTs !== null ? this.log.endAt(shownTs) : this.log.events.length
  }

  health(): HealthFacts {
    const since = (ts: number | null | undefined): number | null =>
      ts === null || ts === undefined ? null : this.#clock.since(ts)
    return {
      connection: this.connection,
      hello: this.hello,
      link: this.link,
      status: this.status?.status ?? null,
      statusAgeMs: since(this.status?.receivedTs),
      signals: this.snap?.signals ?? null,
      snapAgeMs: since(this.snap?.receivedTs),
      refusedSnapAgeMs: since(this.link?.refusedSnaps?.lastTs),
      refusedStatusAgeMs: since(this.link?.refusedStatuses?.lastTs),
      refusedCount: this.refusedCount,
      lastRefusal: this.lastRefusal,
      nowMs: performance.now(),
    }
  }

  // ── The user ───────────────────────────────────────────────────────────────────────────────────

  /** Shows a level in depth; null: the one that matters most, from now on. */
  select(id: string | null): void {
    this.#chosenId = id
    this.#see()
    this.#onChange()
  }

  /** Moves the selection down (positive) or up the ladder. */
  selectNeighbour(rungs: number): void {
    this.select(neighbourId(this.ladder, this.selectedId, rungs))
  }

  showWindow(windowMs: number): void {
    this.windowMs = windowMs
    this.#onChange()
  }

  togglePlay(): void {
    if (this.player?.isPlaying === true) this.#connection.send({ type: 'pause' })
    else this.#connection.send({ type: 'play' })
  }

  /** Of the replay, times real time; what was asked for last counts. */
  get speed(): number {
    return this.#pendingSpeed ?? this.player?.speed ?? 1
  }

  setSpeed(speed: number): void {
    this.#pendingSpeed = speed
    this.#connection.send({ type: 'speed', speed })
    this.#onChange()
  }

  step(snaps: number): void {
    this.#connection.send({ type: 'step', snaps })
  }

  /**
   * Goes to a moment of the run. Of what a hand asks for while a seek is on its way only the newest
   * is sent, once that is answered: so what is shown follows the hand as fast as it can be shown.
   */
  seek(ts: number): void {
    const { firstTs = null, lastTs = null } = this.hello?.run ?? {}
    if (firstTs === null || lastTs === null) return
    const within = Math.round(Math.min(lastTs, Math.max(firstTs, ts)))
    this.#pendingSeekTs = within
    this.#drag()
    if (this.#asked === null) this.#ask(within)
    this.#onChange()
  }

  #ask(ts: number): void {
    this.#asked = { id: ++this.#seekId, ts }
    this.#connection.send({ type: 'seek', id: this.#seekId, ts })
  }

  /** The seek on its way has come to its end: on to where the hand is by now. */
  #endSeek(): void {
    const asked = this.#asked
    if (asked === null) return
    this.#asked = null
    if (this.#pendingSeekTs === asked.ts) this.#pendingSeekTs = null
    else if (this.#pendingSeekTs !== null) this.#ask(this.#pendingSeekTs)
  }

  /** A hand on the slider rests when no place was asked for during some time. */
  #drag(): void {
    this.#isDragging = true
    clearTimeout(this.#restTimer)
    this.#restTimer = setTimeout(() => {
      this.#isDragging = false
      this.#onChange()
    }, REST_MS)
  }

  /** Goes to the next (positive) or the previous change of a signal. */
  seekEvent(direction: 1 | -1): void {
    const cursorTs = this.cursorTs
    if (!this.isReplay || cursorTs === null) return
    const { events } = this.log
    const [begin, end] = [this.log.endAt(cursorTs - 1), this.log.endAt(cursorTs)]
    // Of several at one moment, the one that was gone to last is left for its neighbour.
    const here = events.slice(begin, end).findIndex(({ levelId }) => levelId === this.#chosenId)
    const beside = direction > 0 ? end : begin - 1
    const event = events[here < 0 ? beside : begin + here + direction]
    if (event === undefined) return
    this.#chosenId = event.levelId
    this.seek(event.ts)
  }

  // ── The gateway ────────────────────────────────────────────────────────────────────────────────

  #take(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        this.#greet(message)
        break
      case 'snap':
        this.#takeSnap(message)
        break
      case 'status':
        this.status = message
        break
      case 'link':
        this.link = message
        break
      case 'history':
        this.history.take(message)
        break
      case 'events':
        this.#sayLater(this.log.take(message))
        break
      case 'player':
        this.player = message
        if (message.speed === this.#pendingSpeed) this.#pendingSpeed = null
        break
      case 'error':
        return this.#refuse({ code: message.code, reason: message.message })
      case 'beat':
        this.#clock.hear(message.nowTs)
        return
      case 'challenge':
        return
    }
    this.#onChange()
  }

  #greet(hello: HelloMessage): void {
    // Another gateway, or another run, counts anew; what it knew is not what this one knows.
    if (hello.gatewayId !== this.hello?.gatewayId) {
      this.status = null
      this.refusedCount = 0
      this.lastRefusal = null
    }
    this.#clock.begin(hello.nowTs)
    const cursorTs = this.cursorTs
    const wasPlaying = this.player?.isPlaying === true
    const isSameRun = hello.run !== null && hello.run.runId === this.hello?.run?.runId
    this.hello = hello
    this.#asked = null
    this.#pendingSeekTs = null
    this.#pendingSpeed = null
    this.history.connected(hello.snapIntervalMs)
    if (this.#start !== null && hello.run !== null) return this.#goToStart(this.#start, hello.run)
    // Back in the same run: on from where it was.
    if (!isSameRun || cursorTs === null) return
    this.seek(cursorTs)
    if (wasPlaying) this.#connection.send({ type: 'play' })
  }

  #goToStart({ ts }: Place, { firstTs, lastTs }: NonNullable<HelloMessage['run']>): void {
    if (ts === null || firstTs === null || lastTs === null) return
    if (ts >= firstTs && ts <= lastTs) this.seek(ts)
  }

  #takeSnap(snap: SnapMessage): void {
    // What was on its way when another place was asked for would make the picture jump back.
    if (this.#asked !== null && (snap.seekId ?? 0) < this.#asked.id) return
    const before = this.snap?.signals.ts ?? null
    this.snap = snap
    this.ladder = ladderOrder(snap.signals.levels)
    this.#chooseAtStart()
    this.#see()
    this.#endSeek()
    if (!this.isReplay) return this.history.append(snap.signals)
    this.#passEvents(before, snap.signals.ts)
  }

  #chooseAtStart(): void {
    const levelId = this.#start?.levelId ?? null
    this.#start = null
    if (!this.isReplay || this.#chosenId !== null) return
    if (this.ladder.some(({ id }) => id === levelId)) this.#chosenId = levelId
  }

  /** In replay, what is played past is said as it would have been live; what is jumped over is not. */
  #passEvents(fromTs: number | null, toTs: number): void {
    const isPlaying = this.player?.isPlaying === true && this.speed <= 20
    if (!isPlaying || fromTs === null || toTs <= fromTs || toTs - fromTs > 10_000) return
    this.#sayLater(this.log.events.slice(this.log.endAt(fromTs), this.log.endAt(toTs)))
  }

  /** A page that nobody sees draws nothing and says nothing: what waits is bounded. */
  #sayLater(events: readonly SignalEvent[]): void {
    this.unsaid = [...this.unsaid, ...events].slice(-UNSAID_MAX)
  }

  #see(): void {
    const signals = this.snap?.signals
    if (signals === undefined) return
    const level =
      this.#chosenId === null
        ? followedLevel(signals.levels, this.#seen?.level.id ?? null)
        : (signals.levels.find(({ id }) => id === this.#chosenId) ?? null)
    if (level !== null) this.#seen = { level, ts: signals.ts, isPresent: true }
    else if (this.#seen !== null) this.#seen = { ...this.#seen, isPresent: false }
    // Chosen, but not seen yet, or seen in what is the future now.
    const isOther = this.#chosenId !== null && this.#seen?.level.id !== this.#chosenId
    if (isOther || (this.#seen?.ts ?? 0) > signals.ts) this.#seen = null
  }

  #changeConnection(state: ConnectionState): void {
    this.connection = state
    this.#onChange()
  }

  #refuse(refusal: Refusal): void {
    this.refusedCount++
    this.lastRefusal = refusal
    // It may have been the answer: what cannot be shown is not waited for.
    this.#endSeek()
    this.#onChange()
  }
}
