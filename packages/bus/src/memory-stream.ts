import type { StreamDefinition } from '@levels/contracts'
import type { MessageHeaders, StoredMessage, StreamState } from './bus.ts'

/** A message as a stream keeps it; never changed. */
export class MemoryMessage implements StoredMessage {
  readonly subject: string
  readonly data: Uint8Array
  readonly streamSeq: number
  readonly storedTs = Date.now()
  readonly headers: MessageHeaders | undefined

  constructor(
    subject: string,
    data: Uint8Array,
    { headers, streamSeq }: { headers: MessageHeaders | undefined; streamSeq: number },
  ) {
    this.subject = subject
    this.data = data
    this.headers = headers
    this.streamSeq = streamSeq
  }

  header(name: string): string | null {
    const { headers } = this
    return headers !== undefined && Object.hasOwn(headers, name) ? (headers[name] ?? null) : null
  }

  /** What it counts for against a limit of bytes. */
  get sizeBytes(): number {
    return this.subject.length + this.data.length
  }
}

/** How much a stream in memory keeps. */
export interface MemoryLimits {
  readonly messageCount: number
  readonly sizeBytes: number
}

/** A stream in memory: the newest messages, as many as the limits allow. */
export class MemoryStream {
  readonly definition: StreamDefinition
  readonly #createdAt: string
  readonly #limits: MemoryLimits
  /** A ring that doubles until it holds the limit's count. */
  #ring: (MemoryMessage | undefined)[] = new Array<MemoryMessage | undefined>(16)
  #firstSeq = 1
  #lastSeq = 0
  #sizeBytes = 0
  readonly #seqById = new Map<string, number>()

  constructor(definition: StreamDefinition, createdAt: string, limits: MemoryLimits) {
    this.definition = definition
    this.#createdAt = createdAt
    this.#limits = limits
  }

  get firstSeq(): number {
    return this.#firstSeq
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  get state(): StreamState {
    return {
      firstSeq: this.#firstSeq,
      lastSeq: this.#lastSeq,
      messageCount: this.#lastSeq - this.#firstSeq + 1,
      sizeBytes: this.#sizeBytes,
      createdAt: this.#createdAt,
    }
  }

  /** @returns the place of the message of this id, null when the stream holds none */
  seqOf(id: string): number | null {
    return this.#seqById.get(id) ?? null
  }

  /** @returns the message at a place, null when it is no longer or not yet there */
  at(streamSeq: number): MemoryMessage | null {
    if (streamSeq < this.#firstSeq || streamSeq > this.#lastSeq) return null
    return this.#ring[streamSeq % this.#ring.length] ?? null
  }

  append(message: MemoryMessage, id: string | null): void {
    if (this.#lastSeq - this.#firstSeq + 1 === this.#limits.messageCount) this.#dropFirst()
    if (this.#lastSeq - this.#firstSeq + 1 === this.#ring.length) this.#grow()
    this.#lastSeq += 1
    this.#ring[this.#lastSeq % this.#ring.length] = message
    this.#sizeBytes += message.sizeBytes
    if (id !== null) this.#seqById.set(id, this.#lastSeq)
    while (this.#sizeBytes > this.#limits.sizeBytes) this.#dropFirst()
  }

  #dropFirst(): void {
    const place = this.#firstSeq % this.#ring.length
    const message = this.#ring[place]
    this.#ring[place] = undefined
    this.#firstSeq += 1
    if (message === undefined) return
    this.#sizeBytes -= message.sizeBytes
    const id = message.header('Nats-Msg-Id')
    if (id !== null) this.#seqById.delete(id)
  }

  #grow(): void {
    const ring = new Array<MemoryMessage | undefined>(this.#ring.length * 2)
    for (let seq = this.#firstSeq; seq <= this.#lastSeq; seq += 1) {
      ring[seq % ring.length] = this.#ring[seq % this.#ring.length]
    }
    this.#ring = ring
  }
}
