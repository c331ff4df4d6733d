import type { Msg } from '@nats-io/transport-node'
import type { ReadOptions, StoredMessage } from './bus.ts'
import { NatsConsumption } from './nats-consumption.ts'
import { closedError, type NatsLink } from './nats-link.ts'
import { NatsMessage } from './nats-message.ts'
import { streamState } from './nats-streams.ts'
import { checkPattern, checkPlace } from './subject.ts'

/** Messages that wait for whoever reads, before the stream is held back. */
const READ_AHEAD = 1_024

/** The messages of a stream from a place to another, and nothing that comes later. */
export async function* readStream(
  link: NatsLink,
  stream: string,
  options: ReadOptions,
): AsyncGenerator<StoredMessage, void, undefined> {
  checkPlace(options.fromSeq)
  if (options.subject !== undefined) checkPattern(options.subject)
  const { lastSeq } = await streamState(link, stream)
  const toSeq = Math.min(options.toSeq ?? lastSeq, lastSeq)
  if (options.fromSeq > toSeq) return
  const reader = new Reader(link, stream, { ...options, toSeq })
  const view = new NatsMessage()
  try {
    await reader.start()
    for (;;) {
      const next = reader.take() ?? (await reader.wait())
      if (next === null) return
      yield view.show(next.message, next.streamSeq)
    }
  } finally {
    await reader.stop()
  }
}

interface Waiting {
  readonly message: Msg
  readonly streamSeq: number
}

class Reader {
  readonly #consumption: NatsConsumption
  readonly #toSeq: number
  #ahead: Waiting[] = []
  #taken = 0
  #isAtEnd = false
  #wake: (() => void) | null = null
  readonly #over: Promise<boolean>

  constructor(link: NatsLink, stream: string, options: ReadOptions & { readonly toSeq: number }) {
    this.#toSeq = options.toSeq
    this.#consumption = new NatsConsumption(link, stream, {
      fromSeq: options.fromSeq,
      subject: options.subject,
      onMessage: (message, streamSeq) => {
        this.#receive(message, streamSeq)
      },
      onIdle: () => {
        this.#setAtEnd()
      },
    })
    this.#over = this.#consumption.closed.then(() => true)
    this.#over.catch(() => undefined)
  }

  async start(): Promise<void> {
    await this.#consumption.start()
  }

  stop(): Promise<void> {
    return this.#consumption.stop()
  }

  take(): Waiting | null {
    const next = this.#ahead[this.#taken]
    if (next === undefined) return null
    this.#taken += 1
    return next
  }

  /** The next message when one comes, null when none will. */
  async wait(): Promise<Waiting | null> {
    this.#ahead = []
    this.#taken = 0
    if (this.#isAtEnd) return null
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#wake = () => {
      resolve(undefined)
    }
    this.#consumption.resume()
    const isOver = await Promise.race([promise.then(() => false), this.#over])
    const next = this.take()
    if (next === null && isOver) throw closedError()
    return next
  }

  #receive(message: Msg, streamSeq: number): void {
    if (this.#isAtEnd) return
    if (streamSeq > this.#toSeq) return this.#setAtEnd()
    this.#ahead.push({ message, streamSeq })
    if (streamSeq === this.#toSeq || isLast(message)) return this.#setAtEnd()
    if (this.#ahead.length >= READ_AHEAD) this.#consumption.pause()
    this.#wake?.()
  }

  #setAtEnd(): void {
    this.#isAtEnd = true
    this.#wake?.()
  }
}

/** Whether the stream held no message for us beyond this one, as the reply subject says. */
function isLast({ reply = '' }: Msg): boolean {
  // Taking each one apart would be a good part of reading it.
  if (!reply.includes('.0')) return false
  const tokens = reply.split('.')
  return Number(tokens.length < 11 ? tokens[8] : tokens[10]) === 0
}
