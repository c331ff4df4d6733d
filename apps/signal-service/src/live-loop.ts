import type { LiveRunner } from './live-runner.ts'
import type { LullClock } from './lull-clock.ts'
import type { MarketFeed } from './market-feed.ts'
import type { Outbox } from './outbox.ts'

/** Messages taken before what they allow is delivered: few, so that they stay in the cache. */
const MESSAGES_PER_TURN = 256
/** Payloads made before the event loop gets its turn: a gap of an hour makes thousands at once. */
const PAYLOADS_PER_TURN = 64
/** An answer that took longer says that the server stood still, and its publishers may have too. */
const ANSWER_MS_MAX = 250
/** A timer may not be set further ahead than 24 days. */
const TIMER_MS_MAX = 60_000
/** Pause before a lull is looked at again that could not be passed. */
const LULL_RETRY_MS = 10

/** What the loop tells of itself. */
export interface LoopObserver {
  /** Messages were taken in: how long the first of them waited until all they allow was applied. */
  onTurn(messageCount: number, elapsedMs: number): void
  /** A boundary was passed by the wall clock. */
  onLull(): void
  /** Nothing is due: the moment for a snapshot. */
  onSettled(): void
}

export interface LiveLoopOptions {
  readonly runner: LiveRunner
  readonly outbox: Outbox
  readonly lull: LullClock
  readonly observer: LoopObserver
  /** Waited on top of the lateness in a lull, for messages on their way, ms. */
  readonly graceMs: number
  /** Monotonic, ms. */
  readonly now?: () => number
}

/**
 * Brings a feed's messages, and the lulls between them, to a runner, and lets it make no more
 * payloads than the outbox can take: then the feed is held back.
 */
export class LiveLoop {
  readonly #options: LiveLoopOptions
  readonly #now: () => number
  #feed: MarketFeed | null = null
  #turnCount = 0
  #turnBeganMs = 0
  #isTurnSet = false
  #isHeldBack = false
  #isStopped = false
  #isAsking = false
  #lullTimer: NodeJS.Timeout | null = null
  #lullTimerMs = Infinity

  constructor(options: LiveLoopOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Takes a message, borrowed until it returns: the handler of the feed. */
  readonly take = (subject: string, data: Uint8Array, streamSeq: number): void => {
    if (this.#turnCount++ === 0) this.#turnBeganMs = this.#now()
    this.#options.runner.take(subject, data, streamSeq)
    if (this.#turnCount % MESSAGES_PER_TURN === 0 && !this.#isHeldBack) this.#advance()
    this.#setTurn()
  }

  start(feed: MarketFeed): void {
    this.#feed = feed
    if (this.#isHeldBack) feed.pause()
    this.#setTurn()
  }

  /** Events cannot come: the wall clock of a lull stands still. */
  hold(): void {
    this.#options.lull.hold(this.#now())
    this.#armLull()
  }

  /** They can again. */
  resume(): void {
    this.#options.lull.resume(this.#now())
    this.#armLull()
  }

  /** Ends the feed. No message is taken, and nothing is made, once this has resolved. */
  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#lullTimer !== null) clearTimeout(this.#lullTimer)
    await this.#feed?.stop()
  }

  #setTurn(): void {
    if (this.#isTurnSet || this.#isStopped) return
    this.#isTurnSet = true
    setImmediate(() => this.#turn())
  }

  /** Everything that came since the last turn is applied, and all that it allows. */
  #turn(): void {
    this.#isTurnSet = false
    if (this.#isStopped) return
    const { runner, outbox, lull, observer } = this.#options
    const isSettled = this.#advance()
    const nowMs = this.#now()
    if (this.#turnCount > 0) {
      lull.onMessage(runner.newestRelNs, nowMs)
      observer.onTurn(this.#turnCount, nowMs - this.#turnBeganMs)
      this.#turnCount = 0
    }
    if (isSettled) {
      observer.onSettled()
      this.#armLull()
    } else if (outbox.room > 0) {
      this.#setTurn()
    } else {
      void outbox.progress().then(() => this.#setTurn())
    }
  }

  /** @returns whether nothing is due; else the feed is held back */
  #advance(): boolean {
    const { runner, outbox } = this.#options
    const isSettled = runner.advance(Math.min(outbox.room, PAYLOADS_PER_TURN))
    if (isSettled === this.#isHeldBack) {
      this.#isHeldBack = !isSettled
      if (isSettled) this.#feed?.resume()
      else this.#feed?.pause()
    }
    return isSettled
  }

  #armLull(): void {
    const { runner, lull, graceMs } = this.#options
    const dueMs = lull.dueMs(runner.lullBoundaryRelNs, runner.latenessNs) + graceMs
    const isSooner = dueMs < this.#lullTimerMs
    if (this.#isStopped || this.#isAsking || !isSooner || dueMs === Infinity) return
    if (this.#lullTimer !== null) clearTimeout(this.#lullTimer)
    this.#setLullTimer(dueMs)
  }

  #setLullTimer(dueMs: number): void {
    this.#lullTimerMs = dueMs
    // A timer of a fraction of a millisecond would come too early, and be set again.
    const waitMs = Math.ceil(Math.max(0, dueMs - this.#now()))
    this.#lullTimer = setTimeout(() => this.#onLullTimer(), Math.min(waitMs, TIMER_MS_MAX))
    this.#lullTimer.unref()
  }

  #onLullTimer(): void {
    this.#lullTimer = null
    this.#lullTimerMs = Infinity
    const nowMs = this.#now()
    if (!this.#isLullDue(nowMs)) return this.#armLull()
    this.#isAsking = true
    const { outbox } = this.#options
    if (outbox.room === 0) {
      void outbox.progress().then(() => {
        this.#isAsking = false
        this.#armLull()
      })
      return
    }
    void this.#passLull(nowMs).then((isPassed) => {
      this.#isAsking = false
      if (isPassed) this.#armLull()
      else if (!this.#isStopped) this.#setLullTimer(this.#now() + LULL_RETRY_MS)
    })
  }

  /** Whether the next boundary may be passed by the wall clock as it was at `nowMs`. */
  #isLullDue(nowMs: number): boolean {
    const { runner, lull, graceMs } = this.#options
    return lull.isDue(runner.lullBoundaryRelNs, runner.latenessNs, nowMs - graceMs)
  }

  /**
   * Passes the boundaries that are due at `askedMs`, unless messages are on their way that were sent
   * before. What is sent later, was sent when it was too late for these boundaries.
   */
  async #passLull(askedMs: number): Promise<boolean> {
    const { runner, outbox, observer } = this.#options
    let isQuiet: boolean
    try {
      isQuiet = (await this.#feed?.isQuiet(() => runner.coveredSeq)) ?? false
    } catch {
      // Not known, and whether messages could come is not known either.
      this.#standStill(askedMs)
      return false
    }
    if (this.#now() - askedMs > ANSWER_MS_MAX) {
      this.#standStill(askedMs)
      return false
    }
    if (!isQuiet || this.#isStopped) return false
    // What was taken meanwhile may be due, and comes first.
    if (this.#turnCount > 0 || this.#isHeldBack) return false
    while (outbox.room > 0 && this.#isLullDue(askedMs)) {
      runner.passLull()
      observer.onLull()
    }
    observer.onSettled()
    return true
  }

  #standStill(sinceMs: number): void {
    const { lull } = this.#options
    lull.hold(sinceMs)
    lull.resume(this.#now())
  }
}
