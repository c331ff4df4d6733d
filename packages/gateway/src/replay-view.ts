import { decodeLevelSignals } from '@levels/contracts'
import type { ClientOutlet, ClientView } from './client-view.ts'
import { Slot } from './client-view.ts'
import { frameOf, frameWith } from './frame.ts'
import type { ClientMessage, HistoryCommand, PlayerMessage } from './messages.ts'
import { narrowed } from './present-snap.ts'
import type { ReplaySession } from './replay-session.ts'
import { RunChangedError } from './replay-run.ts'

/** Frames while playing come no faster than this, ms: 25 a second. */
const TICK_MS = 40

/** A longer gap between two snaps is skipped while playing, ms: the market was closed. */
const GAP_MS = 5000

/** What a client has asked to be shown. */
interface Target {
  readonly index: number
  readonly seekId: number | null
}

/** What one client sees of a run: a position of its own, and a clock that moves it. */
export class ReplayView implements ClientView {
  readonly initialSlots = Slot.Hello | Slot.Player | Slot.Snap | Slot.History | Slot.Events
  readonly #session: ReplaySession
  readonly #outlet: ClientOutlet
  /** What is shown. */
  #shown: Target = { index: 0, seekId: null }
  #payload: Uint8Array | null
  /** What is to be shown next; only the newest counts. */
  #target: Target | null = null
  #isLoading = false
  #isPlaying = false
  #isClosed = false
  #speed = 1
  /** Event time that was reached when the clock showed `#anchorMs`. */
  #anchorTs = NaN
  #anchorMs = NaN
  #timer: NodeJS.Timeout | null = null
  #levelIds: ReadonlySet<string> | null = null
  #query: HistoryCommand | null = null

  constructor(session: ReplaySession, outlet: ClientOutlet) {
    this.#session = session
    this.#outlet = outlet
    this.#payload = session.firstPayload
  }

  render(slot: Slot): Uint8Array | null {
    switch (slot) {
      case Slot.Player:
        return frameOf(this.#player())
      case Slot.Snap:
        return this.#snapFrame()
      case Slot.History:
        return this.#session.historyFrame()
      case Slot.Events:
        return this.#session.eventsFrame()
      case Slot.Answer:
        return this.#answer()
      default:
        return null
    }
  }

  handle(message: ClientMessage): void {
    switch (message.type) {
      case 'subscribe':
        this.#levelIds = message.levelIds === null ? null : new Set([...message.levelIds].sort())
        return this.#outlet.offer(Slot.Snap)
      case 'history':
        this.#query = message
        return this.#outlet.offer(Slot.Answer)
      case 'seek':
        return this.#show({ index: this.#session.run.indexAt(message.ts), seekId: message.id })
      case 'step':
        return this.#step(message.snaps)
      case 'play':
        return this.#play(message.speed ?? this.#speed)
      case 'speed':
        this.#speed = message.speed
        return this.#goOn()
      case 'pause':
        return this.#pause()
      case 'auth':
        return undefined
    }
  }

  close(): void {
    this.#isClosed = true
    this.#pause()
  }

  get #lastIndex(): number {
    return this.#session.run.snapCount - 1
  }

  /** Where it is, or will be once what was asked for has been read. */
  get #index(): number {
    return (this.#target ?? this.#shown).index
  }

  #play(speed: number): void {
    this.#speed = speed
    this.#isPlaying = this.#lastIndex > 0
    if (this.#isPlaying && this.#index >= this.#lastIndex) this.#show({ ...this.#shown, index: 0 })
    else this.#goOn()
  }

  #pause(): void {
    this.#isPlaying = false
    this.#goOn()
  }

  #step(snaps: number): void {
    this.#isPlaying = false
    const index = Math.min(Math.max(0, this.#index + snaps), Math.max(0, this.#lastIndex))
    this.#show({ ...(this.#target ?? this.#shown), index })
  }

  /** Shows a snap, and goes on from it. */
  #show(target: Target): void {
    if (this.#lastIndex < 0) return this.#goOn()
    if (target.index >= this.#lastIndex) this.#isPlaying = false // nothing comes behind the last
    this.#target = target
    this.#goOn()
    void this.#load()
  }

  /** Sets the clock to where it is now, tells the client, and waits for the next snap. */
  #goOn(): void {
    this.#setClock(this.#session.run.tsOf(this.#index))
    this.#outlet.offer(Slot.Player)
    this.#schedule()
  }

  #setClock(ts: number): void {
    this.#anchorTs = ts
    this.#anchorMs = performance.now()
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (!this.#isPlaying || this.#isClosed) return
    const { run } = this.#session
    const nextTs = run.tsOf(this.#index + 1)
    if (nextTs - run.tsOf(this.#index) > GAP_MS) this.#setClock(nextTs)
    const dueMs = this.#anchorMs + (nextTs - this.#anchorTs) / this.#speed
    this.#timer = setTimeout(() => this.#tick(), Math.max(TICK_MS, dueMs - performance.now()))
  }

  #tick(): void {
    const ts = this.#anchorTs + (performance.now() - this.#anchorMs) * this.#speed
    const { run } = this.#session
    // A timer may be up to a millisecond early.
    const index = Math.max(run.indexAt(ts), this.#index + 1)
    this.#target = { index, seekId: (this.#target ?? this.#shown).seekId }
    void this.#load()
    if (index < this.#lastIndex) return this.#schedule()
    this.#isPlaying = false
    this.#outlet.offer(Slot.Player)
  }

  /** Reads what is wanted, one at a time: what was wanted meanwhile is skipped for the newest. */
  async #load(): Promise<void> {
    if (this.#isLoading) return
    this.#isLoading = true
    try {
      for (let target = this.#target; target !== null; target = this.#target) {
        const payload = await this.#session.payload(target.index)
        if (this.#isClosed) return
        this.#payload = payload
        this.#shown = target
        if (this.#target === target) this.#target = null
        this.#outlet.offer(Slot.Snap)
      }
    } catch (error) {
      this.#target = null
      if (!this.#isClosed) this.#fail(error)
    } finally {
      this.#isLoading = false
    }
  }

  #fail(error: unknown): void {
    // What else a file system says names paths of this machine.
    const reason = error instanceof RunChangedError ? error.message : 'the run cannot be read'
    this.#pause()
    this.#outlet.refuse('RUN_CHANGED', reason)
  }

  #player(): PlayerMessage {
    const { index, seekId } = this.#target ?? this.#shown
    const ts = this.#lastIndex < 0 ? null : this.#session.run.tsOf(index)
    const isAtEnd = index >= this.#lastIndex
    return { type: 'player', isPlaying: this.#isPlaying, speed: this.#speed, ts, seekId, isAtEnd }
  }

  #snapFrame(): Uint8Array | null {
    if (this.#payload === null) return null
    const { index: seq, seekId } = this.#shown
    const { runId } = this.#session.run.manifest.info
    const header = { type: 'snap', seq, runId, receivedTs: null, seekId } as const
    if (this.#levelIds === null) {
      return frameWith({ ...header, isNarrowed: false }, this.#payload)
    }
    const result = decodeLevelSignals(this.#payload)
    if (!result.ok) return null
    return frameWith({ ...header, isNarrowed: true }, narrowed(result.value, this.#levelIds))
  }

  #answer(): Uint8Array | null {
    if (this.#query === null) return null
    const { id, ...query } = this.#query
    this.#query = null
    return this.#session.historyAnswer(id, query)
  }
}
