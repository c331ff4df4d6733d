import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { errors, type NatsConnection } from '@nats-io/transport-node'
import type { BusStatus } from './bus.ts'
import { BusError } from './errors.ts'
import { toBusError } from './nats-errors.ts'
import type { Probe } from './nats-probe.ts'
import { Slowness } from './nats-slowness.ts'

/** The connection, as every part of the NATS bus uses it: whether it stands, and questions to it. */
export class NatsLink {
  readonly connection: NatsConnection
  readonly manager: JetStreamManager
  readonly timeoutMs: number
  readonly slowness = new Slowness()
  readonly #probe: Probe
  readonly #listeners = new Set<(status: BusStatus) => void>()
  /** What is waiting for an answer, to be told when the connection is lost. */
  readonly #waiting = new Set<(error: BusError) => void>()
  #isConnected = true
  #isClosed = false
  #lastError: string | null = null
  /** The last reason that was told for having no connection. */
  #toldReason: string | null = null

  private constructor(
    connection: NatsConnection,
    { manager, timeoutMs, probe }: { manager: JetStreamManager; timeoutMs: number; probe: Probe },
  ) {
    this.connection = connection
    this.#probe = probe
    this.manager = manager
    this.timeoutMs = timeoutMs
  }

  static async over(
    connection: NatsConnection,
    {
      timeoutMs,
      onDial,
      probe,
    }: { timeoutMs: number; onDial: (isDialing: boolean) => void; probe: Probe },
  ): Promise<NatsLink> {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: timeoutMs })
    const link = new NatsLink(connection, { manager, timeoutMs, probe })
    void link.#watch(onDial)
    void connection.closed().then((error) => {
      link.#end(error instanceof Error ? error.message : null)
    })
    return link
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  notify(status: BusStatus): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(status)
      } catch (error) {
        rethrow(error)
      }
    }
  }

  /** As `ask`, of what would otherwise wait as long as the connection lasts. */
  askWithin<T>(timeoutMs: number, question: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const timer = setTimeout(() => {
      reject(new BusError('TIMEOUT', `expected an answer within ${timeoutMs} ms, was none`))
    }, timeoutMs)
    this.ask(question)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
      })
    return promise
  }

  /** Waits until the server has had everything that was sent. */
  flush(): Promise<void> {
    return this.askWithin(this.timeoutMs, () => this.connection.flush())
  }

  /**
   * The answer to a question, or a `BusError`: that the connection is lost is known at once, where
   * the client library would wait for its time to be over.
   */
  ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(closedError())
    if (!this.#isConnected) return Promise.reject(disconnectedError(this.#lastError))
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#waiting.add(reject)
    question().then(
      (answer) => {
        this.#waiting.delete(reject)
        resolve(answer)
      },
      (error: unknown) => {
        this.#waiting.delete(reject)
        reject(toBusError(error))
      },
    )
    return promise
  }

  async #watch(onDial: (isDialing: boolean) => void): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') this.#lose()
      else if (status.type === 'reconnecting') {
        onDial(true)
        this.#probe.onDial((reason) => {
          this.#onUnreachable(reason)
        })
      } else if (status.type === 'reconnect') {
        onDial(false)
        this.#probe.reset()
        this.#isConnected = true
        this.#lastError = null
        this.notify({ kind: 'connected' })
      } else if (status.type === 'staleConnection') this.#lastError ??= 'the server is silent'
      else if (status.type === 'error') this.#onError(status.error)
    }
  }

  /** A subject that is forbidden concerns whoever asked for it, not the connection. */
  #onError(error: Error): void {
    if (!(error instanceof errors.PermissionViolationError)) {
      this.#lastError = error.message
      this.#onUnreachable(error.message)
    } else if (error.operation === 'publish') {
      // Who subscribes is told by an error; who publishes waits for no answer.
      this.notify({ kind: 'forbidden', subject: error.subject })
    }
  }

  /** What another attempt has met: the client library tries in silence. */
  #onUnreachable(reason: string): void {
    if (this.#isConnected || this.#isClosed || reason === this.#toldReason) return
    this.#lastError = reason
    this.#toldReason = reason
    this.notify({ kind: 'unreachable', reason })
  }

  #lose(): void {
    this.#isConnected = false
    for (const subject of this.slowness.onLost()) this.notify({ kind: 'slow-consumer', subject })
    const reason = this.#lastError ?? 'the connection was lost'
    this.#toldReason = reason
    this.#refuseWaiting(disconnectedError(reason))
    this.notify({ kind: 'disconnected', reason })
  }

  #end(reason: string | null): void {
    this.#isConnected = false
    this.#isClosed = true
    this.#refuseWaiting(closedError())
    this.notify({ kind: 'closed', reason })
  }

  #refuseWaiting(error: BusError): void {
    for (const reject of this.#waiting) reject(error)
    this.#waiting.clear()
  }
}

function disconnectedError(reason: string | null): BusError {
  return new BusError('DISCONNECTED', `expected a connection, was none: ${reason ?? 'it was lost'}`)
}

/** What whoever still uses a bus that was closed is told. */
export function closedError(): BusError {
  return new BusError('CLOSED', 'expected an open bus, was closed')
}

/** Throws a handler's error where nothing catches it: the client library would swallow it. */
export function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
