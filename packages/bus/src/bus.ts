import type { StreamDefinition } from '@levels/contracts'

/**
 * Header values by name, one value a name. Names and values are printable ASCII, values without a
 * blank at either end. Names are told apart by case.
 */
export type MessageHeaders = Readonly<Record<string, string>>

/** A message as it came. Borrowed: valid until the handler returns. */
export interface BusMessage {
  readonly subject: string
  readonly data: Uint8Array
  /** @returns the value of a header, null when the message has none of that name */
  header(name: string): string | null
}

/** A message that a stream holds. */
export interface StoredMessage extends BusMessage {
  /** Its place in the stream, from 1, rising, with gaps where messages were dropped. */
  readonly streamSeq: number
  /** When the stream stored it, by its server's clock, Unix ms. */
  readonly storedTs: number
}

/** A stream's answer to a message that it has stored. */
export interface PublishAck {
  readonly streamSeq: number
  /** The stream held a message of this id already, and kept that one. */
  readonly isDuplicate: boolean
}

/** What the bus tells of its connection. */
export type BusStatus =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** Another attempt to connect has failed, for this reason; told when it is another than before. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** Messages of a plain subscription were dropped, since they were not taken fast enough. */
  | { readonly kind: 'slow-consumer'; readonly subject: string }
  /** The server forbids us to publish this subject: what was sent to it is lost. Told each time. */
  | { readonly kind: 'forbidden'; readonly subject: string }
  | { readonly kind: 'closed'; readonly reason: string | null }

/** Messages that come until it is stopped. */
export interface Subscription {
  /** Ends it. No handler is called once this has resolved. */
  stop(): Promise<void>
}

/** Messages that are given as they are published. */
export interface LiveSubscription extends Subscription {
  /**
   * Resolves once it was stopped; rejects with a `BusError` when the server has ended it, as where the
   * right to a subject was withdrawn.
   */
  readonly closed: Promise<void>
}

export interface ConsumeOptions {
  /** Place of the first message wanted; the first one the stream still holds, when that is later. */
  readonly fromSeq: number
}

/** A stream's messages, in its order, from a place on, and each that is added. */
export interface Consumption extends Subscription {
  /** Place of the last message given to the handler; `fromSeq − 1` before the first. */
  readonly lastSeq: number
  /** Holds back messages: the handler is not called again before `resume`. What waits is bounded. */
  pause(): void
  /** Goes on where it was held back; the handler is called after this has returned. */
  resume(): void
  /**
   * Resolves after `stop`; rejects with a `BusError` when the stream is gone (`STREAM_MISSING`) or
   * was made anew and no longer goes on from `lastSeq` (`STREAM_RESET`). A connection that is lost
   * ends nothing: the consumption goes on from `lastSeq + 1` once it is back. A rejection that no
   * one waits for is no unhandled one.
   */
  readonly closed: Promise<void>
}

export interface StreamState {
  /** Place of the first message held; `lastSeq + 1` when none is. */
  readonly firstSeq: number
  /** Place of the last message stored, 0 before the first. */
  readonly lastSeq: number
  readonly messageCount: number
  readonly sizeBytes: number
  /** When it was made, ISO 8601: tells a stream from its successor of the same name. */
  readonly createdAt: string
}

/** What `ensureStream` found. */
export interface StreamReport {
  readonly name: string
  readonly isCreated: boolean
  /** How the stream that exists differs from the definition, one phrase each; never changed. */
  readonly differences: readonly string[]
}

export interface ReadOptions {
  readonly fromSeq: number
  /** Place of the last message wanted; the stream's last one at the time of asking, by default. */
  readonly toSeq?: number
  /** Only messages of this subject. */
  readonly subject?: string
}

/** An object as listed. */
export interface ObjectInfo {
  readonly name: string
  readonly sizeBytes: number
  readonly modifiedAt: string
  readonly metadata: MessageHeaders
}

/** Named byte strings, kept by the server. */
export interface ObjectStore {
  /**
   * Stores an object in full, or fails and leaves the former one.
   *
   * @param parts its bytes, as one piece after the other: no copy is made of them all
   */
  put(name: string, parts: readonly Uint8Array[], metadata?: MessageHeaders): Promise<void>
  /**
   * @returns its bytes, null when there is none of that name
   * @throws BusError `OBJECT_DAMAGED` when what is stored is not what was put
   */
  get(name: string): Promise<Uint8Array | null>
  list(): Promise<readonly ObjectInfo[]>
  delete(name: string): Promise<void>
}

/** How a service shows itself to whoever asks the bus which services there are. */
export interface ServiceIdentity {
  /** `[A-Za-z0-9_-]+` */
  readonly name: string
  /** Semantic version. */
  readonly version: string
  readonly description: string
  readonly metadata?: MessageHeaders
}

/**
 * A bus of subjects and streams: NATS, or one inside the process. Both keep the same conformance
 * suite. Whatever waits for an answer rejects with a `BusError`. Bytes given to it are the bus's
 * until the promise settles, or, for `publish`, until the next turn of the event loop.
 *
 * Handlers are called one at a time, never from inside a call of the bus. One that throws is a
 * defect: the error is thrown again where nothing catches it, and ends the process.
 */
export interface Bus {
  /** What to call it in a log: the server's address or `in-process`; holds no secret. */
  readonly name: string
  readonly isConnected: boolean
  /** @returns a function that ends the notices */
  onStatus(listener: (status: BusStatus) => void): () => void

  /**
   * Sends without waiting: at most once, and not at all while disconnected or closed (counted).
   * @throws BusError `TOO_LARGE`, `INVALID_ARGUMENT`
   */
  publish(subject: string, data: Uint8Array, headers?: MessageHeaders): void
  /** Messages `publish` could not send since the start. */
  readonly droppedCount: number
  /** Sends what was published so far to the server, and waits until it has it. */
  flush(): Promise<void>
  /**
   * Stores a message in the stream of its subject. With `Nats-Msg-Id` a repetition is kept once,
   * within the stream's window for duplicates (2 minutes on a server, unless it was set otherwise).
   * @throws BusError `STREAM_MISSING` when no stream keeps the subject, `STREAM_FULL`, `TOO_LARGE`,
   * `DISCONNECTED`, `TIMEOUT`; after the last two the message may have been stored
   */
  publishStored(subject: string, data: Uint8Array, headers?: MessageHeaders): Promise<PublishAck>

  /**
   * Messages of these subjects as they are published (wildcards `*` and `>`), one handler for all.
   * A message that two of them mean comes twice. Resolves when the server sends them; it goes on
   * over reconnects, without what was published meanwhile.
   * @throws BusError `PERMISSION_DENIED`, `INVALID_ARGUMENT`
   */
  subscribe(
    subjects: readonly string[],
    handler: (message: BusMessage) => void,
  ): Promise<LiveSubscription>

  /** Makes a stream that is missing. One that exists is left as it is, its differences reported. */
  ensureStream(definition: StreamDefinition): Promise<StreamReport>
  /** @throws BusError `STREAM_MISSING` */
  streamState(name: string): Promise<StreamState>
  /** Every message of a stream from a place on, in its order. @throws BusError `STREAM_MISSING` */
  consume(
    stream: string,
    options: ConsumeOptions,
    handler: (message: StoredMessage) => void,
  ): Promise<Consumption>
  /** A part of a stream that is there already. A message is valid until the next is asked for. */
  read(stream: string, options: ReadOptions): AsyncIterable<StoredMessage>
  /**
   * The newest message of a subject (wildcards `*` and `>`), null when the stream holds none.
   * @throws BusError `STREAM_MISSING`
   */
  lastMessage(stream: string, subject: string): Promise<StoredMessage | null>

  /** A store of objects, made when missing; NATS keeps what is in one that it made for seven days. */
  objectStore(bucket: string): Promise<ObjectStore>
  /** Answers discovery (`$SRV.PING`, `INFO`, `STATS`) until stopped. */
  announce(identity: ServiceIdentity): Promise<Subscription>

  /** Sends what is waiting, ends every subscription, and disconnects. */
  close(): Promise<void>
}
