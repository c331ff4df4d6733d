import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream'
import { createInbox, type Msg, nanos, nuid, type Subscription } from '@nats-io/transport-node'
import type { Consumption } from './bus.ts'
import { BusError } from './errors.ts'
import { toBusError } from './nats-errors.ts'
import { type NatsLink, rethrow } from './nats-link.ts'
import { streamInfo } from './nats-streams.ts'

/** Messages asked for at once; more are asked for when half of them have come. */
const WINDOW = 2_048
/** What may wait while paused. Beyond it what waits is let go, and asked for again on resuming. */
const WAITING_BYTES_MAX = 16 * 2 ** 20
/** How often the server says that it has nothing to say. Two of these missed: something is wrong. */
const HEARTBEAT_MS = 5_000
const PULL_EXPIRES_MS = 60_000
/** The server forgets a consumer that no one asks for messages. */
const INACTIVE_MS = 120_000
const RETRY_MS = 100
const RETRY_MS_MAX = 2_000

export interface ConsumptionOptions {
  readonly fromSeq: number
  readonly subject?: string | undefined
  readonly onMessage: (message: Msg, streamSeq: number) => void
  /** The stream held nothing more to send: when it began, or for a while. */
  readonly onIdle?: () => void
}

/**
 * A stream's messages in its order, pulled window by window from a consumer that the server keeps
 * in memory only. Whatever happens to that consumer, a new one goes on from the last message given:
 * nothing on the server has to last but the stream.
 */
export class NatsConsumption implements Consumption {
  readonly closed: Promise<void>
  readonly #link: NatsLink
  readonly #stream: string
  readonly #options: ConsumptionOptions
  readonly #end = Promise.withResolvers<undefined>()
  readonly #offStatus: () => void
  readonly #heartbeat: NodeJS.Timeout
  #lastSeq: number
  #hasBegun = false
  #isDone = false
  #isPaused = false
  #createdAt: string | null = null
  // The consumer of now.
  #consumer: string | null = null
  #subscription: Subscription | null = null
  #deliverySeq = 0
  #replyOffset = -1
  #requestedCount = 0
  // Messages that came while paused.
  #waiting: Msg[] = []
  #waitingBytes = 0
  #isDraining = false
  // Watching over the consumer.
  #attaching: Promise<void> | null = null
  #failureCount = 0
  #silentCount = 0

  constructor(link: NatsLink, stream: string, options: ConsumptionOptions) {
    this.#link = link
    this.#stream = stream
    this.#options = options
    this.#lastSeq = options.fromSeq - 1
    this.closed = this.#end.promise
    this.closed.catch(() => undefined)
    this.#offStatus = link.onStatus((status) => {
      if (status.kind === 'disconnected') this.#detach()
      else if (status.kind === 'connected') this.#reattach()
      else if (status.kind === 'closed') this.#finish(null)
    })
    this.#heartbeat = setInterval(() => {
      this.#checkPulse()
    }, HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  /** The first consumer. @throws BusError, and the consumption is over */
  async start(): Promise<this> {
    try {
      const attaching = this.#attach()
      this.#attaching = attaching
      await attaching
      return this
    } catch (error) {
      const fault = toBusError(error)
      this.#finish(fault)
      throw fault
    } finally {
      this.#attaching = null
    }
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    if (this.#consumer === null) this.#reattach()
    else this.#scheduleDrain()
  }

  async stop(): Promise<void> {
    const consumer = this.#consumer
    this.#finish(null)
    await this.#forget(consumer)
  }

  /** The server would forget a consumer by itself, later. */
  async #forget(consumer: string | null): Promise<void> {
    if (consumer === null || !this.#link.isConnected) return
    const { manager } = this.#link
    await this.#link.ask(() => manager.consumers.delete(this.#stream, consumer)).catch(() => false)
  }

  #finish(fault: BusError | null): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#detach()
    this.#offStatus()
    clearInterval(this.#heartbeat)
    if (fault === null) this.#end.resolve(undefined)
    else this.#end.reject(fault)
  }

  #detach(): void {
    this.#subscription?.unsubscribe()
    this.#subscription = null
    this.#consumer = null
    this.#waiting = []
    this.#waitingBytes = 0
  }

  /** Makes a new consumer that goes on from the last message given. */
  async #attach(): Promise<void> {
    this.#detach()
    const { manager, connection } = this.#link
    const info = await streamInfo(this.#link, this.#stream)
    this.#checkSameStream(info.created, info.state.last_seq)
    const name = nuid.next()
    const added = await this.#link.ask(() =>
      manager.consumers.add(this.#stream, {
        name,
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: this.#lastSeq + 1,
        inactive_threshold: nanos(INACTIVE_MS),
        mem_storage: true,
        num_replicas: 1,
        ...(this.#options.subject === undefined ? {} : { filter_subject: this.#options.subject }),
      }),
    )
    if (!this.#mayAttach()) return
    this.#consumer = name
    this.#deliverySeq = 0
    this.#replyOffset = -1
    this.#requestedCount = 0
    this.#silentCount = 0
    const subscription = connection.subscribe(createInbox(), {
      callback: (error, message) => {
        // What still comes for a consumer that was given up.
        if (this.#subscription !== subscription) return
        if (error === null) this.#take(message)
        else this.#finish(toBusError(error))
      },
    })
    this.#subscription = subscription
    this.#pull()
    if (added.num_pending === 0) this.#options.onIdle?.()
  }

  #checkSameStream(createdAt: string, lastSeq: number): void {
    this.#createdAt ??= createdAt
    if (createdAt !== this.#createdAt) {
      const was = `one made at ${createdAt}`
      throw this.#reset(`expected the stream made at ${this.#createdAt}, was ${was}`)
    }
    if (this.#hasBegun && lastSeq < this.#lastSeq) {
      throw this.#reset(`expected a stream of ${this.#lastSeq} messages or more, was ${lastSeq}`)
    }
  }

  #reset(message: string): BusError {
    return new BusError('STREAM_RESET', `${this.#stream}: ${message}`)
  }

  /** Attaches again, until it succeeds, the stream is gone, or the connection is. */
  #reattach(): void {
    if (this.#isDone || this.#attaching !== null) return
    this.#detach()
    this.#attaching = this.#attachUntilDone().finally(() => {
      this.#attaching = null
      // Connected, but the attempt had met the connection's end.
      if (this.#consumer === null && this.#mayAttach() && !this.#isPaused) this.#reattach()
    })
  }

  async #attachUntilDone(): Promise<void> {
    while (this.#mayAttach()) {
      if (this.#failureCount > 0) await this.#backOff()
      if (!this.#mayAttach()) return
      this.#failureCount += 1
      try {
        await this.#attach()
        return
      } catch (error) {
        const fault = toBusError(error)
        const isOver = fault.code === 'STREAM_MISSING' || fault.code === 'STREAM_RESET'
        if (isOver || fault.code === 'PERMISSION_DENIED') this.#finish(fault)
        if (fault.code === 'DISCONNECTED') this.#failureCount = 0
      }
    }
  }

  #mayAttach(): boolean {
    return !this.#isDone && this.#link.isConnected
  }

  #backOff(): Promise<void> {
    const delayMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (this.#failureCount - 1))
    const { promise, resolve } = Promise.withResolvers<undefined>()
    setTimeout(resolve, delayMs, undefined).unref()
    return promise
  }

  #checkPulse(): void {
    if (this.#consumer === null || this.#isPaused) return
    this.#silentCount += 1
    if (this.#silentCount > 2) this.#reattach()
  }

  #pull(): void {
    if (this.#consumer === null || this.#isPaused || this.#requestedCount > WINDOW / 2) return
    const { connection } = this.#link
    const reply = this.#subscription?.getSubject() ?? ''
    const batch = WINDOW - this.#requestedCount
    this.#requestedCount = WINDOW
    const idle_heartbeat = nanos(HEARTBEAT_MS)
    const request = JSON.stringify({ batch, expires: nanos(PULL_EXPIRES_MS), idle_heartbeat })
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.${this.#consumer}`
    connection.publish(subject, request, { reply })
  }

  #take(message: Msg): void {
    this.#silentCount = 0
    const { reply } = message
    // What the server says about the request comes without one.
    if (reply === undefined || reply === '') return this.#takeStatus(message)
    this.#requestedCount -= 1
    if (this.#isPaused || this.#waiting.length > 0) return this.#keep(message)
    this.#give(message, reply)
    this.#pull()
  }

  #give(message: Msg, reply: string): void {
    if (this.#replyOffset < 0) {
      const place = `.${this.#consumer ?? ''}.`
      this.#replyOffset = reply.indexOf(place) + place.length
    }
    // $JS.ACK.<…>.<consumer>.<times delivered>.<stream seq>.<delivery seq>.<time>.<pending>
    const seqBegin = reply.indexOf('.', this.#replyOffset) + 1
    const streamSeq = numberAt(reply, seqBegin)
    const deliverySeq = numberAt(reply, reply.indexOf('.', seqBegin) + 1)
    if (deliverySeq !== this.#deliverySeq + 1) return this.#reattach()
    this.#deliverySeq = deliverySeq
    this.#failureCount = 0
    // A server takes a place beyond the stream's end for the end.
    if (streamSeq <= this.#lastSeq) return
    this.#hasBegun = true
    this.#lastSeq = streamSeq
    try {
      this.#options.onMessage(message, streamSeq)
    } catch (error) {
      rethrow(error)
    }
  }

  #keep(message: Msg): void {
    this.#waiting.push(message)
    this.#waitingBytes += message.data.length
    if (this.#waitingBytes <= WAITING_BYTES_MAX) return
    void this.#forget(this.#consumer)
    this.#detach()
  }

  #scheduleDrain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    setImmediate(() => {
      this.#isDraining = false
      this.#drain()
    })
  }

  #drain(): void {
    const waiting = this.#waiting
    let count = 0
    while (count < waiting.length && !this.#isPaused && this.#waiting === waiting) {
      const message = waiting[count]
      count += 1
      if (message === undefined) continue
      this.#waitingBytes -= message.data.length
      this.#give(message, message.reply ?? '')
    }
    if (this.#waiting === waiting) this.#waiting = waiting.slice(count)
    this.#pull()
  }

  /** See ADR-37 of NATS, "JetStream Simplification": statuses of a pull request. */
  #takeStatus(message: Msg): void {
    const headers = message.headers
    if (headers === undefined) return
    if (headers.code === 100) {
      this.#failureCount = 0
      this.#options.onIdle?.()
    } else if (headers.code === 404 || headers.code === 408) {
      const left = Number(headers.get('Nats-Pending-Messages') || this.#requestedCount)
      this.#requestedCount = Math.max(0, this.#requestedCount - left)
      this.#options.onIdle?.()
      this.#pull()
    } else {
      // 409, deleted or moved; 503, no one there: the reason shows on attaching.
      this.#reattach()
    }
  }
}

/** The digits from a place on as a number. Sequences stay below 2⁵³. */
function numberAt(text: string, begin: number): number {
  let value = 0
  for (let index = begin; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  return value
}
