import { setTimeout } from 'node:timers/promises'
import { type Bus, BusError, type BusErrorCode, type MessageHeaders } from '@levels/bus'

/** A message on its way to a stream. */
export interface OutgoingMessage {
  readonly subject: string
  readonly data: Uint8Array
  readonly headers: MessageHeaders
}

/** What became of the messages. */
export interface StoredCounts {
  /** Messages that the stream keeps, whether it had them before or not. */
  readonly stored: number
  /** Of these, those that it had already. */
  readonly duplicates: number
  /** Sequences of the first and last new message; null without any. */
  readonly firstSeq: number | null
  readonly lastSeq: number | null
}

/** Messages under way at a time. */
const WINDOW = 512
/** Faults that pass, such as a server that is started again. */
const PASSING: ReadonlySet<BusErrorCode> = new Set(['DISCONNECTED', 'TIMEOUT', 'NO_JETSTREAM'])
const RETRY_MS = 200
const RETRY_MS_MAX = 2_000
/** How long nothing at all may be stored before it is given up. */
const PATIENCE_MS = 60_000

/**
 * Stores messages in a stream, in their order, each acknowledged by the stream: a window of them is
 * under way at a time. When some are not acknowledged, sending stops, and goes on with those once
 * the rest of the window is answered; a message that was stored all the same is recognized by its
 * `Nats-Msg-Id` and kept once.
 */
export class StoredOutbox {
  readonly #bus: Bus
  readonly #patienceMs: number
  #waiting: OutgoingMessage[] = []
  #next = 0
  #underWay = 0
  /** Places of messages that were not stored, with why the first was not. */
  #failed: { readonly rank: number; readonly message: OutgoingMessage }[] = []
  #fault: BusError | null = null
  #rank = 0
  #isPaused = false
  #retryMs = RETRY_MS
  /** Since when nothing was stored, though it was tried; null while all is well. */
  #failingSinceMs: number | null = null
  /** Why nothing more is sent; null while there is hope. */
  #end: Error | null = null
  #wake: (() => void)[] = []
  #stored = 0
  #duplicates = 0
  #firstSeq: number | null = null
  #lastSeq: number | null = null

  constructor(bus: Bus, { patienceMs = PATIENCE_MS }: { readonly patienceMs?: number } = {}) {
    this.#bus = bus
    this.#patienceMs = patienceMs
  }

  get counts(): StoredCounts {
    return {
      stored: this.#stored,
      duplicates: this.#duplicates,
      firstSeq: this.#firstSeq,
      lastSeq: this.#lastSeq,
    }
  }

  /** Messages that are not stored yet. */
  get length(): number {
    return this.#waiting.length - this.#next + this.#underWay + this.#failed.length
  }

  /** Adds a message. The caller waits for room from time to time, so that memory stays bounded. */
  push(message: OutgoingMessage): void {
    this.#waiting.push(message)
    this.#send()
  }

  /**
   * Waits until no more than so many messages are left to store.
   *
   * @throws BusError when they cannot be stored
   */
  async room(lengthMax: number): Promise<void> {
    while (this.#end === null && this.length > lengthMax) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      this.#wake.push(() => {
        resolve(undefined)
      })
      await promise
    }
    if (this.#end !== null) throw this.#end
  }

  #send(): void {
    while (!this.#isPaused && this.#end === null && this.#underWay < WINDOW) {
      const message = this.#waiting[this.#next]
      if (message === undefined) break
      this.#next++
      this.#underWay++
      void this.#store(message, this.#rank++)
    }
    if (this.#next > WINDOW && this.#next * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next)
      this.#next = 0
    }
  }

  async #store(message: OutgoingMessage, rank: number): Promise<void> {
    const { subject, data, headers } = message
    try {
      const { streamSeq, isDuplicate } = await this.#bus.publishStored(subject, data, headers)
      this.#stored++
      if (isDuplicate) this.#duplicates++
      else {
        this.#firstSeq ??= streamSeq
        this.#lastSeq = streamSeq
      }
      this.#failingSinceMs = null
      this.#retryMs = RETRY_MS
    } catch (error) {
      this.#isPaused = true
      this.#failingSinceMs ??= performance.now()
      this.#failed.push({ rank, message })
      if (error instanceof BusError) this.#fault ??= error
      else this.#end ??= error instanceof Error ? error : new Error(String(error))
    }
    this.#underWay--
    if (this.#underWay === 0 && this.#isPaused) void this.#recover()
    else this.#send()
    this.#wakeAll()
  }

  /** Once the window is empty: tries again what failed, in its order, if that can help. */
  async #recover(): Promise<void> {
    const fault = this.#fault
    const isHopeless = fault !== null && !PASSING.has(fault.code)
    const failingMs = performance.now() - (this.#failingSinceMs ?? Infinity)
    if (isHopeless || failingMs > this.#patienceMs) {
      this.#end ??= fault
    } else {
      await setTimeout(this.#retryMs)
    }
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2)
    const again = this.#failed.sort((a, b) => a.rank - b.rank).map(({ message }) => message)
    this.#waiting = [...again, ...this.#waiting.slice(this.#next)]
    this.#next = 0
    this.#failed = []
    this.#fault = null
    this.#isPaused = false
    this.#send()
    this.#wakeAll()
  }

  #wakeAll(): void {
    const waiters = this.#wake
    this.#wake = []
    for (const wake of waiters) wake()
  }
}
