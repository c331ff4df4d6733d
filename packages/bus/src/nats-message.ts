import type { Msg } from '@nats-io/transport-node'
import type { StoredMessage } from './bus.ts'

const EMPTY = new Uint8Array(0)
const NS_PER_MS = 1e6

/**
 * `$JS.ACK.<stream>.<consumer>.<times delivered>.<stream seq>.<delivery seq>.<time, ns>.<pending>`;
 * with more parts, domain and account come before the stream.
 */
const PLAIN_PARTS = 9

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

  get storedTs(): number {
    const parts = this.#message?.reply?.split('.') ?? []
    return Math.floor(Number(parts[parts.length > PLAIN_PARTS ? 9 : 7]) / NS_PER_MS)
  }

  header(name: string): string | null {
    const headers = this.#message?.headers
    return headers?.has(name) === true ? headers.get(name) : null
  }
}
