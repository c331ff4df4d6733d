import type { BusMessage, Consumption, StoredMessage, Subscription } from './bus.ts'
import type { MemoryMessage, MemoryStream } from './memory-stream.ts'
import { matches } from './subject.ts'
import { MESSAGES_A_TURN, Turns } from './turn.ts'

/** What may wait for the handler of a subscription. */
export interface QueueLimits {
  readonly messageCount: number
  readonly sizeBytes: number
}

/** A plain subscription: what is published waits in a bounded queue for its handler. */
export class MemorySubscription implements Subscription {
  readonly #subjects: readonly string[]
  readonly #handler: (message: BusMessage) => void
  readonly #limits: QueueLimits
  readonly #onSlow: (subject: string) => void
  readonly #turns = new Turns(() => this.#deliver())
  #queue: MemoryMessage[] = []
  #taken = 0
  #sizeBytes = 0
  #isSlow = false
  #idle: PromiseWithResolvers<undefined> | null = null

  constructor(
    subjects: readonly string[],
    handler: (message: BusMessage) => void,
    { limits, onSlow }: { limits: QueueLimits; onSlow: (subject: string) => void },
  ) {
    this.#subjects = subjects
    this.#handler = handler
    this.#limits = limits
    this.#onSlow = onSlow
  }

  offer(message: MemoryMessage): void {
    for (const subject of this.#subjects) if (matches(subject, message.subject)) this.#add(message)
  }

  /** What does not fit is dropped, the newest first, as long as the handler does not catch up. */
  #add(message: MemoryMessage): void {
    const { messageCount, sizeBytes } = this.#limits
    const isFull =
      this.#queue.length - this.#taken >= messageCount ||
      this.#sizeBytes + message.sizeBytes > sizeBytes
    if (isFull) {
      if (!this.#isSlow) this.#onSlow(message.subject)
      this.#isSlow = true
      return
    }
    this.#queue.push(message)
    this.#sizeBytes += message.sizeBytes
    this.#turns.request()
  }

  #deliver(): boolean {
    const queue = this.#queue
    const end = Math.min(queue.length, this.#taken + MESSAGES_A_TURN)
    while (this.#taken < end && this.#queue === queue) {
      const message = queue[this.#taken]
      this.#taken += 1
      if (message === undefined) continue
      this.#sizeBytes -= message.sizeBytes
      this.#handler(message)
    }
    if (this.#taken < this.#queue.length) {
      // Half of it is behind us: the other half moves to the front, once a message on average.
      if (this.#taken * 2 > this.#queue.length) this.#cut()
      return true
    }
    this.#cut()
    this.#isSlow = false
    this.#idle?.resolve(undefined)
    this.#idle = null
    return false
  }

  #cut(): void {
    this.#queue = this.#queue.slice(this.#taken)
    this.#taken = 0
  }

  /** Resolves when the handler has had everything that waits. */
  async drained(): Promise<void> {
    if (this.#taken >= this.#queue.length) return
    this.#idle ??= Promise.withResolvers<undefined>()
    await this.#idle.promise
  }

  stop(): Promise<void> {
    this.#turns.end()
    this.#queue = []
    this.#taken = 0
    this.#idle?.resolve(undefined)
    return Promise.resolve()
  }
}

/** A stream's messages from a place on: a place in the stream, and no queue of its own. */
export class MemoryConsumption implements Consumption {
  readonly closed: Promise<void>
  readonly #stream: MemoryStream
  readonly #handler: (message: StoredMessage) => void
  readonly #turns = new Turns(() => this.#deliver())
  readonly #end = Promise.withResolvers<undefined>()
  #lastSeq: number
  #isPaused = false

  constructor(
    stream: MemoryStream,
    { fromSeq }: { fromSeq: number },
    handler: (message: StoredMessage) => void,
  ) {
    this.#stream = stream
    this.#handler = handler
    this.#lastSeq = fromSeq - 1
    this.closed = this.#end.promise
    this.#turns.request()
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  get stream(): MemoryStream {
    return this.#stream
  }

  /** The stream has grown. */
  wake(): void {
    if (!this.#isPaused) this.#turns.request()
  }

  #deliver(): boolean {
    for (let count = 0; count < MESSAGES_A_TURN; count += 1) {
      if (this.#isPaused) return false
      const next = Math.max(this.#lastSeq + 1, this.#stream.firstSeq)
      const message = this.#stream.at(next)
      if (message === null) return false
      this.#lastSeq = next
      this.#handler(message)
    }
    return true
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#turns.request()
  }

  stop(): Promise<void> {
    this.#turns.end()
    this.#isPaused = true
    this.#end.resolve(undefined)
    return Promise.resolve()
  }
}
