import type { StreamDefinition } from '@levels/contracts'
import type {
  Bus,
  BusMessage,
  BusStatus,
  ConsumeOptions,
  Consumption,
  MessageHeaders,
  ObjectStore,
  PublishAck,
  ReadOptions,
  ServiceIdentity,
  StoredMessage,
  StreamReport,
  StreamState,
  LiveSubscription,
  Subscription,
} from './bus.ts'
import { BusError } from './errors.ts'
import { MemoryConsumption, MemorySubscription } from './in-process-delivery.ts'
import { MemoryObjects } from './in-process-objects.ts'
import { MemoryMessage, MemoryStream } from './memory-stream.ts'
import { closedError } from './nats-link.ts'
import { checkIdentity } from './nats-service.ts'
import {
  checkHeaders,
  checkName,
  checkPattern,
  checkPlace,
  checkSubject,
  matches,
  overlaps,
} from './subject.ts'

export interface InProcessOptions {
  /** Messages that a stream keeps, and that may wait for a subscription (262,144). */
  readonly messageCountMax?: number
  /** Bytes that a stream keeps, that may wait for a subscription, and of a store's objects (256 MiB). */
  readonly sizeBytesMax?: number
  /** Bytes of a message with its headers (1 MiB, as a server's default is). */
  readonly payloadBytesMax?: number
}

const MESSAGE_COUNT_MAX = 262_144
const SIZE_BYTES_MAX = 256 * 2 ** 20
const PAYLOAD_BYTES_MAX = 2 ** 20

/**
 * A bus inside the process, for whoever runs without a server. Nothing outlives it. Whoever has it
 * uses the one bus: there is nothing to connect to, and `close` ends it for all.
 */
export class InProcessBus implements Bus {
  readonly name = 'in-process'
  readonly #limits: { readonly messageCount: number; readonly sizeBytes: number }
  readonly #payloadBytesMax: number
  readonly #streams = new Map<string, MemoryStream>()
  readonly #stores = new Map<string, MemoryObjects>()
  readonly #subscriptions = new Set<MemorySubscription>()
  readonly #consumptions = new Set<MemoryConsumption>()
  readonly #listeners = new Set<(status: BusStatus) => void>()
  /** The stream of each subject published so far: the subjects in use are few. */
  readonly #streamBySubject = new Map<string, MemoryStream | null>()
  #isOpen = true
  #droppedCount = 0
  #madeCount = 0

  constructor(options: InProcessOptions = {}) {
    this.#limits = {
      messageCount: options.messageCountMax ?? MESSAGE_COUNT_MAX,
      sizeBytes: options.sizeBytesMax ?? SIZE_BYTES_MAX,
    }
    this.#payloadBytesMax = options.payloadBytesMax ?? PAYLOAD_BYTES_MAX
  }

  get isConnected(): boolean {
    return this.#isOpen
  }

  get droppedCount(): number {
    return this.#droppedCount
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(subject: string, data: Uint8Array, headers?: MessageHeaders): void {
    this.#checkMessage(subject, data, headers)
    if (!this.#isOpen) {
      this.#droppedCount += 1
      return
    }
    this.#store(subject, data, headers)
  }

  flush(): Promise<void> {
    return this.#answer(() => undefined)
  }

  publishStored(subject: string, data: Uint8Array, headers?: MessageHeaders): Promise<PublishAck> {
    return this.#answer(() => {
      this.#checkMessage(subject, data, headers)
      const ack = this.#store(subject, data, headers)
      if (ack !== null) return ack
      throw new BusError('STREAM_MISSING', `expected a stream that keeps ${subject}, was none`)
    })
  }

  /** Gives a message to its stream, if there is one, and to whoever has subscribed. */
  #store(
    subject: string,
    data: Uint8Array,
    headers: MessageHeaders | undefined,
  ): PublishAck | null {
    const stream = this.#streamOf(subject)
    const id = headers?.['Nats-Msg-Id'] ?? null
    const streamSeq = stream === null ? 0 : stream.lastSeq + 1
    const message = new MemoryMessage(subject, data, { headers, streamSeq })
    for (const subscription of this.#subscriptions) subscription.offer(message)
    if (stream === null) return null
    const heldSeq = id === null ? null : stream.seqOf(id)
    if (heldSeq !== null) return { streamSeq: heldSeq, isDuplicate: true }
    stream.append(message, id)
    for (const consumption of this.#consumptions) {
      if (consumption.stream === stream) consumption.wake()
    }
    return { streamSeq, isDuplicate: false }
  }

  #streamOf(subject: string): MemoryStream | null {
    const known = this.#streamBySubject.get(subject)
    if (known !== undefined) return known
    const found = [...this.#streams.values()].find(({ definition }) =>
      definition.subjects.some((pattern) => matches(pattern, subject)),
    )
    if (this.#streamBySubject.size >= SUBJECT_COUNT_MAX) this.#streamBySubject.clear()
    this.#streamBySubject.set(subject, found ?? null)
    return found ?? null
  }

  #checkMessage(subject: string, data: Uint8Array, headers: MessageHeaders | undefined): void {
    checkSubject(subject)
    let sizeBytes = data.length
    if (headers !== undefined) {
      checkHeaders(headers)
      for (const name of Object.keys(headers)) {
        sizeBytes += name.length + (headers[name] ?? '').length
      }
    }
    if (sizeBytes <= this.#payloadBytesMax) return
    const message = `expected ${this.#payloadBytesMax} bytes at most, was ${sizeBytes}`
    throw new BusError('TOO_LARGE', message)
  }

  subscribe(
    subjects: readonly string[],
    handler: (message: BusMessage) => void,
  ): Promise<LiveSubscription> {
    return this.#answer(() => {
      subjects.forEach(checkPattern)
      const onSlow = (subject: string): void => {
        this.#notify({ kind: 'slow-consumer', subject })
      }
      const options = { limits: this.#limits, onSlow }
      const subscription = new MemorySubscription(subjects, handler, options)
      this.#subscriptions.add(subscription)
      const end = Promise.withResolvers<undefined>()
      return {
        closed: end.promise,
        stop: (): Promise<void> => {
          this.#subscriptions.delete(subscription)
          end.resolve(undefined)
          return subscription.stop()
        },
      }
    })
  }

  ensureStream(definition: StreamDefinition): Promise<StreamReport> {
    return this.#answer(() => {
      const { name, subjects } = definition
      checkName(name)
      subjects.forEach(checkPattern)
      const found = this.#streams.get(name)
      if (found !== undefined) {
        const differences = differencesOf(definition, found.definition)
        return { name, isCreated: false, differences }
      }
      for (const other of this.#streams.values()) checkApart(definition, other.definition)
      this.#madeCount += 1
      const createdAt = `${new Date().toISOString().slice(0, -1)}${this.#madeCount}Z`
      this.#streams.set(name, new MemoryStream(definition, createdAt, this.#limits))
      this.#streamBySubject.clear()
      return { name, isCreated: true, differences: [] }
    })
  }

  streamState(name: string): Promise<StreamState> {
    return this.#answer(() => this.#stream(name).state)
  }

  consume(
    stream: string,
    options: ConsumeOptions,
    handler: (message: StoredMessage) => void,
  ): Promise<Consumption> {
    return this.#answer(() => {
      checkPlace(options.fromSeq)
      const consumption = new MemoryConsumption(this.#stream(stream), options, handler)
      this.#consumptions.add(consumption)
      void consumption.closed.then(() => this.#consumptions.delete(consumption))
      return consumption
    })
  }

  async *read(stream: string, options: ReadOptions): AsyncIterable<StoredMessage> {
    const source = await this.#answer(() => {
      checkPlace(options.fromSeq)
      if (options.subject !== undefined) checkPattern(options.subject)
      return this.#stream(stream)
    })
    const toSeq = Math.min(options.toSeq ?? source.lastSeq, source.lastSeq)
    for (let seq = options.fromSeq; seq <= toSeq; seq += 1) {
      seq = Math.max(seq, source.firstSeq)
      const message = seq > toSeq ? null : source.at(seq)
      if (message === null) continue
      if (options.subject === undefined || matches(options.subject, message.subject)) yield message
    }
  }

  lastMessage(stream: string, subject: string): Promise<StoredMessage | null> {
    return this.#answer(() => {
      checkPattern(subject)
      const source = this.#stream(stream)
      for (let seq = source.lastSeq; seq >= source.firstSeq; seq -= 1) {
        const message = source.at(seq)
        if (message !== null && matches(subject, message.subject)) return message
      }
      return null
    })
  }

  objectStore(bucket: string): Promise<ObjectStore> {
    return this.#answer(() => {
      checkName(bucket)
      const found = this.#stores.get(bucket)
      const made = new MemoryObjects(this.#limits.sizeBytes, () => new Date().toISOString())
      if (found === undefined) this.#stores.set(bucket, made)
      return found ?? made
    })
  }

  /** There is no one to ask: a question comes with a subject to answer to, which this bus has not. */
  announce(identity: ServiceIdentity): Promise<Subscription> {
    return this.#answer(() => {
      checkIdentity(identity)
      return { stop: () => Promise.resolve() }
    })
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()))
    for (const subscription of this.#subscriptions) {
      await subscription.drained()
      await subscription.stop()
    }
    this.#notify({ kind: 'closed', reason: null })
  }

  #stream(name: string): MemoryStream {
    checkName(name)
    const stream = this.#streams.get(name)
    if (stream !== undefined) return stream
    throw new BusError('STREAM_MISSING', `expected a stream ${name}, was none`)
  }

  #notify(status: BusStatus): void {
    for (const listener of [...this.#listeners]) listener(status)
  }

  /** Done at once, told later, as every answer of a bus is. */
  #answer<T>(work: () => T): Promise<T> {
    if (!this.#isOpen) return Promise.reject(closedError())
    return new Promise((resolve) => {
      resolve(work())
    })
  }
}
const SUBJECT_COUNT_MAX = 4_096

function checkApart(one: StreamDefinition, other: StreamDefinition): void {
  for (const subject of one.subjects) {
    const shared = other.subjects.find((each) => overlaps(subject, each))
    if (shared === undefined) continue
    const message = `expected subjects of no other stream, was ${subject}: ${other.name} has ${shared}`
    throw new BusError('REFUSED', message)
  }
}

function differencesOf(wanted: StreamDefinition, found: StreamDefinition): string[] {
  const subjects = ({ subjects }: StreamDefinition): string => [...subjects].sort().join(', ')
  const rows: [name: string, expected: string, was: string][] = [
    ['subjects', subjects(wanted), subjects(found)],
    ['max_age', `${wanted.maxAgeHours} h`, `${found.maxAgeHours} h`],
  ]
  return rows
    .filter(([, expected, was]) => expected !== was)
    .map(([name, expected, was]) => `${name}: expected ${expected}, was ${was}`)
}
