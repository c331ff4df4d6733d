import type { ServerSocket } from './client.ts'
import { Client } from './client.ts'
import type { ClientOutlet, ClientView } from './client-view.ts'
import { Slot } from './client-view.ts'
import { frameOf } from './frame.ts'
import { CloseCode } from './messages.ts'
import type { Metrics } from './metrics.ts'

/** How long things may take, ms. */
export interface GatewayTiming {
  /** Until a client without a token in its request has sent it: 5,000. */
  readonly authMs: number
  /** Between two signs of life to clients: 5,000. */
  readonly beatMs: number
  /** Between two pings; a client that has not answered the last is let go: 15,000. */
  readonly pingMs: number
  /** For clients to answer that the gateway closes: 1,000. */
  readonly closeMs: number
}

export const TIMING: GatewayTiming = { authMs: 5000, beatMs: 5000, pingMs: 15_000, closeMs: 1000 }

/** Clients that have not yet shown a token, at one time; the oldest goes for a new one. */
const UNKNOWN_CLIENTS_MAX = 64
/** Told why they are closed and not yet gone, at one time; the oldest is cut off for a new one. */
const LEAVING_MAX = 64

/** WebSocket close codes of RFC 6455. */
const GOING_AWAY = 1001

/**
 * Of a timer: acts once what has arrived is read. A process that was held up runs its timers first,
 * and would blame its clients for answers that lie unread.
 */
const afterReading = (act: () => void) => () => {
  setImmediate(act)
}

export interface ClientSetOptions {
  readonly clientsMax: number
  readonly timing: GatewayTiming
  readonly metrics: Metrics
  readonly isTokenRight: (token: string) => boolean
  /** Makes the view of a client that may see something. */
  readonly connect: (outlet: ClientOutlet) => ClientView
}

/** A connection that is to end by itself. */
interface Leaving {
  terminate(): void
}

/** All connections: how many, which are alive, and their end. */
export class ClientSet {
  readonly #options: ClientSetOptions
  readonly #clients = new Set<Client>()
  /** On their way out; they take nobody's place. */
  readonly #leaving = new Set<Leaving>()
  readonly #authTimers = new Map<Client, NodeJS.Timeout>()
  readonly #timers: readonly NodeJS.Timeout[]
  #beat: Uint8Array = new Uint8Array(0)
  #isEnding = false
  #onEmpty: (() => void) | null = null

  constructor(options: ClientSetOptions) {
    const { beatMs, pingMs } = options.timing
    this.#options = options
    this.#timers = [
      setInterval(() => this.#sendBeat(), beatMs),
      setInterval(
        afterReading(() => this.#checkAlive()),
        pingMs,
      ),
    ]
  }

  get count(): number {
    return this.#clients.size
  }

  /** @param hasToken the request showed the token, or none is needed */
  add(socket: ServerSocket, hasToken: boolean): void {
    const { clientsMax, metrics, timing, connect, isTokenRight } = this.#options
    if (this.#isEnding) return socket.terminate()
    this.#makeRoom(hasToken)
    if (this.#clients.size >= clientsMax) {
      metrics.refusals.inc({ reason: 'full' })
      return this.#refuse(socket)
    }
    const client = new Client({
      socket,
      metrics,
      isTokenRight: hasToken ? null : isTokenRight,
      onAdmitted: (admitted) => {
        this.#forgetAuth(admitted)
        metrics.connections.inc()
        return connect(admitted)
      },
      onClosing: (closing) => {
        this.#remove(closing)
        this.#waitFor(closing)
      },
      onClosed: (closed) => {
        this.#remove(closed)
        this.#forget(closed)
      },
      beat: () => this.#beat,
    })
    this.#clients.add(client)
    metrics.clients.set(this.#clients.size)
    if (client.isAdmitted) return
    const refuse = afterReading(() => {
      if (!this.#authTimers.has(client)) return
      metrics.refusals.inc({ reason: 'token' })
      client.close(CloseCode.Unauthorized, 'token')
    })
    this.#authTimers.set(client, setTimeout(refuse, timing.authMs))
  }

  /** Closes every connection, those that do not answer too. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    for (const leaving of this.#leaving) leaving.terminate()
    this.#isEnding = true
    for (const client of this.#clients) client.close(GOING_AWAY, 'the gateway ends')
    if (this.#leaving.size === 0) return
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#onEmpty = () => resolve(undefined)
    const timer = setTimeout(() => {
      for (const leaving of this.#leaving) leaving.terminate()
    }, this.#options.timing.closeMs)
    await promise
    clearTimeout(timer)
  }

  /** Whoever has waited the longest is the least likely to show a token still. */
  #makeRoom(hasToken: boolean): void {
    const isFull = this.#clients.size >= this.#options.clientsMax
    const isWaitingFull = !hasToken && this.#authTimers.size >= UNKNOWN_CLIENTS_MAX
    const [oldest] = this.#authTimers.keys()
    if (oldest === undefined || !(isFull || isWaitingFull)) return
    this.#options.metrics.refusals.inc({ reason: 'full' })
    oldest.close(CloseCode.Full, 'full')
  }

  #refuse(socket: ServerSocket): void {
    this.#waitFor(socket)
    socket.on('close', () => this.#forget(socket))
    socket.close(CloseCode.Full, 'full')
  }

  /** Lets a connection end by itself, unless it takes too long. */
  #waitFor(leaving: Leaving): void {
    const [oldest] = this.#leaving
    if (!this.#isEnding && this.#leaving.size >= LEAVING_MAX && oldest !== undefined) {
      this.#leaving.delete(oldest)
      oldest.terminate()
    }
    this.#leaving.add(leaving)
  }

  #sendBeat(): void {
    this.#beat = frameOf({ type: 'beat', nowTs: Date.now() })
    for (const client of this.#clients) client.offer(Slot.Beat)
  }

  #checkAlive(): void {
    for (const client of this.#clients) client.checkAlive()
  }

  #remove(client: Client): void {
    this.#forgetAuth(client)
    this.#clients.delete(client)
    this.#options.metrics.clients.set(this.#clients.size)
  }

  #forget(leaving: Leaving): void {
    this.#leaving.delete(leaving)
    if (this.#leaving.size === 0) this.#onEmpty?.()
  }

  #forgetAuth(client: Client): void {
    const timer = this.#authTimers.get(client)
    if (timer !== undefined) clearTimeout(timer)
    this.#authTimers.delete(client)
  }
}
