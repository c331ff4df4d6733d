import type { Msg } from '@nats-io/transport-node'
import type { StoredMessage } from './bus.ts'

/** The one view through which a handler sees message after message of the client library. */
export class NatsMessage implements StoredMessage {
  #message: Msg | null = null
  streamSeq = 0

  /** Shows another message. The client decodes its subject and headers when they are asked for. */
  show(message: Msg, streamSeq: number): this {
    this.#message = message
    this.streamSeq = streamSeq
    return this
  }

  get subject(): string {
    return this.#message?.subject ?? ''
  }

  get data(): Uint8Array {
    return this.#message?.data ?? EMPTY
  }

  header(name: string): string | null {
    const headers = this.#message?.headers
    return headers?.has(name) === true ? headers.get(name) : null
  }
}
const EMPTY = new Uint8Array(0)
