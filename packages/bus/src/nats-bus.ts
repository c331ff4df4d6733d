import {
  errors,
  headers as newHeaders,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node'
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
import { NatsConsumption } from './nats-consumption.ts'
import { toBusError } from './nats-errors.ts'
import { NatsLink } from './nats-link.ts'
import { NatsMessage } from './nats-message.ts'
import { connectionOptions, type NatsOptions, ReconnectDelay } from './nats-options.ts'
import { connectError, dial, Probe } from './nats-probe.ts'
import { openObjectStore } from './nats-object-store.ts'
import { readStream } from './nats-read.ts'
import { answerDiscovery } from './nats-service.ts'
import { NatsSubscriptions } from './nats-subscription.ts'
import { ensureStream, lastMessage, storeMessage, streamState } from './nats-streams.ts'
import { checkHeaders, checkName, checkPattern, checkPlace, checkSubject } from './subject.ts'

const CONNECT_TIMEOUT_MS = 10_000
const CLOSE_MS_MAX = 2_000
const CONNECT_RETRY_MS = 100
const CONNECT_RETRY_MS_MAX = 1_000
/** Faults of a first attempt after which another one may fare better. */
const PASSING = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]

/**
 * Connects to NATS, trying again until the time is over. From then on a connection that is lost is
 * made again by itself, for ever.
 * @throws BusError `CONNECT_FAILED`; at once, as waiting does not help: `AUTH_FAILED`, `TLS_FAILED`,
 *   `CREDENTIALS`, `INVALID_ARGUMENT`
 */
export async function connectNats(options: NatsOptions): Promise<Bus> {
  const delay = new ReconnectDelay()
  const settings = connectionOptions(options, delay)
  const untilMs = performance.now() + (options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS)
  for (let retryMs = CONNECT_RETRY_MS; ; retryMs = Math.min(CONNECT_RETRY_MS_MAX, retryMs * 2)) {
    try {
      const connection = await dial(settings)
      const onDial = (isDialing: boolean): void => {
        delay.onDial(isDialing)
      }
      const timeoutMs = settings.timeout ?? 5_000
      const probe = new Probe(settings)
      return new NatsBus(await NatsLink.over(connection, { timeoutMs, onDial, probe }))
    } catch (error) {
      if (!isPassing(error) || performance.now() + retryMs > untilMs) {
        throw connectError(error, settings)
      }
    }
    const { promise, resolve } = Promise.withResolvers<undefined>()
    setTimeout(resolve, retryMs, undefined)
    await promise
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof errors.TimeoutError) return true
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && PASSING.includes(String(each.code))) return true
  }
  return false
}

/** The bus on NATS. */
class NatsBus implements Bus {
  readonly #link: NatsLink
  readonly #connection: NatsConnection
  readonly #consumptions = new Set<Consumption>()
  readonly name: string
  #droppedCount = 0

  constructor(link: NatsLink) {
    this.#link = link
    this.#connection = link.connection
    this.name = `nats://${link.connection.getServer()}`
  }

  get isConnected(): boolean {
    return this.#link.isConnected
  }

  get droppedCount(): number {
    return this.#droppedCount
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    return this.#link.onStatus(listener)
  }

  publish(subject: string, data: Uint8Array, headers?: MessageHeaders): void {
    checkSubject(subject)
    const natsHeaders = toNatsHeaders(headers)
    if (!this.#link.isConnected || this.#connection.isDraining()) {
      this.#droppedCount += 1
      return
    }
    try {
      this.#connection.publish(subject, data, natsHeaders && { headers: natsHeaders })
    } catch (error) {
      throw toBusError(error)
    }
  }

  flush(): Promise<void> {
    return this.#link.flush()
  }

  async publishStored(
    subject: string,
    data: Uint8Array,
    headers?: MessageHeaders,
  ): Promise<PublishAck> {
    checkSubject(subject)
    return storeMessage(this.#link, subject, { data, headers: toNatsHeaders(headers) })
  }

  async subscribe(
    subjects: readonly string[],
    handler: (message: BusMessage) => void,
  ): Promise<LiveSubscription> {
    subjects.forEach(checkPattern)
    const view = new NatsMessage()
    return new NatsSubscriptions(this.#link, subjects).start((message) => {
      handler(view.show(message, 0))
    })
  }

  ensureStream(definition: StreamDefinition): Promise<StreamReport> {
    return ensureStream(this.#link, definition)
  }

  streamState(name: string): Promise<StreamState> {
    return streamState(this.#link, name)
  }

  async consume(
    stream: string,
    options: ConsumeOptions,
    handler: (message: StoredMessage) => void,
  ): Promise<Consumption> {
    checkName(stream)
    checkPlace(options.fromSeq)
    const view = new NatsMessage()
    const consumption = new NatsConsumption(this.#link, stream, {
      fromSeq: options.fromSeq,
      onMessage: (message, streamSeq) => {
        handler(view.show(message, streamSeq))
      },
    })
    await consumption.start()
    this.#consumptions.add(consumption)
    const forget = (): boolean => this.#consumptions.delete(consumption)
    consumption.closed.then(forget, forget)
    return consumption
  }

  read(stream: string, options: ReadOptions): AsyncIterable<StoredMessage> {
    return readStream(this.#link, stream, options)
  }

  lastMessage(stream: string, subject: string): Promise<StoredMessage | null> {
    return lastMessage(this.#link, stream, subject)
  }

  async objectStore(bucket: string): Promise<ObjectStore> {
    checkName(bucket)
    return openObjectStore(this.#link, bucket)
  }

  async announce(identity: ServiceIdentity): Promise<Subscription> {
    return answerDiscovery(this.#link, identity)
  }

  async close(): Promise<void> {
    if (this.#link.isClosed) return
    // A server that does not answer is not waited for: what it keeps is not ours to lose.
    const withinMs = Math.min(CLOSE_MS_MAX, this.#link.timeoutMs)
    const end = async (): Promise<void> => {
      await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()))
      if (!this.#connection.isDraining()) await this.#connection.drain()
    }
    await this.#link.askWithin(withinMs, end).catch(() => undefined)
    await this.#connection.close()
  }
}

function toNatsHeaders(headers: MessageHeaders | undefined): MsgHdrs | undefined {
  if (headers === undefined) return undefined
  checkHeaders(headers)
  const result = newHeaders()
  for (const name of Object.keys(headers)) result.set(name, headers[name] ?? '')
  return result
}
