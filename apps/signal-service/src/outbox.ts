import { setTimeout } from 'node:timers/promises'
import type { PublishAck } from '@levels/bus'
import { invariant } from '@levels/kernel'
import type { SignalPayload } from './signal-payload.ts'

/** Payloads that may wait to be published. */
export const OUTBOX_CAPACITY = 4_096

const RETRY_MS_MIN = 50
const RETRY_MS_MAX = 2_000

export interface OutboxOptions {
  /** Stores one payload; rejects when that was refused, or its outcome is not known. */
  readonly publish: (payload: SignalPayload) => Promise<PublishAck>
  readonly onPublished: (payload: SignalPayload, ack: PublishAck) => void
  /** Told of every failed attempt; the payload is tried again. */
  readonly onFailure: (error: unknown, payload: SignalPayload) => void
  readonly capacity?: number
}

/**
 * Publishes payloads in order, one at a time: the next goes out once the former is stored, so that a
 * refusal leaves neither a hole nor disorder.
 */
export class Outbox {
  readonly capacity: number
  readonly #options: OutboxOptions
  readonly #waiting: SignalPayload[] = []
  readonly #stop = new AbortController()
  #watchers: (() => void)[] = []
  #isRunning = false
  #ackedMs = -Infinity
  #ackedSeq: number | null = null
  #retry = new AbortController()

  constructor(options: OutboxOptions) {
    this.#options = options
    this.capacity = options.capacity ?? OUTBOX_CAPACITY
  }

  /** Payloads waiting. */
  get depth(): number {
    return this.#waiting.length
  }

  /** Payloads that can be pushed. */
  get room(): number {
    return this.capacity - this.#waiting.length
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  /** Boundary of the last payload that is stored, Unix ms; −Infinity before the first. */
  get ackedBoundaryMs(): number {
    return this.#ackedMs
  }

  /** Place of that payload in its stream; null before the first. */
  get ackedSeq(): number | null {
    return this.#ackedSeq
  }

  /** Takes a payload. The caller has asked for `room`. */
  push(payload: SignalPayload): void {
    invariant(this.room > 0, 'a payload is made only when the outbox has room for it')
    this.#waiting.push(payload)
    if (!this.#isRunning) void this.#run()
  }

  /** Tries at once what is waiting for its next attempt. */
  retryNow(): void {
    this.#retry.abort()
  }

  /** Resolves at the next payload that is stored, or when the outbox is stopped. */
  progress(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#watchers.push(() => resolve(undefined))
    return promise
  }

  /** Ends it; what waits is dropped, to be made again from the stream. */
  stop(): void {
    this.#stop.abort()
    this.#retry.abort()
    this.#tell()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    let retryMs = RETRY_MS_MIN
    for (;;) {
      const payload = this.#waiting[0]
      if (payload === undefined || this.#stop.signal.aborted) break
      try {
        const ack = await this.#options.publish(payload)
        this.#waiting.shift()
        this.#ackedMs = payload.boundaryMs
        this.#ackedSeq = ack.streamSeq
        retryMs = RETRY_MS_MIN
        this.#options.onPublished(payload, ack)
        this.#tell()
      } catch (error) {
        if (!this.isStopped) this.#options.onFailure(error, payload)
        await this.#pause(retryMs)
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
      }
    }
    this.#isRunning = false
  }

  async #pause(ms: number): Promise<void> {
    this.#retry = new AbortController()
    if (this.#stop.signal.aborted) return
    // Woken early by retryNow and stop: both are seen where the pause was asked for.
    await setTimeout(ms, undefined, { signal: this.#retry.signal }).catch(() => undefined)
  }

  #tell(): void {
    const watchers = this.#watchers
    this.#watchers = []
    for (const watcher of watchers) watcher()
  }
}
