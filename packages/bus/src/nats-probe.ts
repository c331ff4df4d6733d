import {
  connect,
  type ConnectionOptions,
  errors,
  type NatsConnection,
} from '@nats-io/transport-node'
import { BusError } from './errors.ts'
import { toBusError } from './nats-errors.ts'
import { alertIn, tlsAlert } from './nats-tls-alert.ts'

/** Attempts that pass before the first look: a server that merely starts again needs none. */
const DIALS_BEFORE = 3
const PROBE_MS = 2_000

/** One attempt. @throws what the client library throws, or what a server says against our certificate */
export async function dial(settings: ConnectionOptions): Promise<NatsConnection> {
  try {
    return await connect({ ...settings })
  } catch (error) {
    const alert = error instanceof errors.TimeoutError ? await tlsAlert(settings) : null
    throw alert ?? error
  }
}

/** Why there is no connection. The message names the servers, and holds no credentials. */
export function connectError(error: unknown, { servers, tls }: ConnectionOptions): BusError {
  const fault = toBusError(error)
  if (fault.code === 'AUTH_FAILED') return fault
  const at = [servers ?? []].flat().join(', ')
  if (fault.code === 'TLS_FAILED') {
    const alert = alertIn(error)
    const ours = tls?.cert === undefined ? 'us without a certificate' : 'our certificate'
    const message =
      alert === null
        ? `expected a server to be trusted over TLS at ${at}, was: ${fault.message}`
        : `expected a server that accepts ${ours} at ${at}, was: ${alert}`
    return new BusError('TLS_FAILED', message, { cause: error })
  }
  const message = `expected a NATS server at ${at}, was: ${fault.message}`
  return new BusError('CONNECT_FAILED', message, { cause: error })
}

/**
 * Finds out why a connection does not come back: the client library tries again and again, and keeps
 * to itself what each attempt has met. So, beside it and less often, one of our own is made, which
 * says so.
 */
export class Probe {
  readonly #settings: ConnectionOptions
  #dialCount = 0
  #isProbing = false
  #probedMs = -Infinity

  /** @param settings what the connection was made with */
  constructor(settings: ConnectionOptions) {
    this.#settings = settings
  }

  /**
   * The client library makes another attempt.
   *
   * @param onReason told why ours has failed; not called when it did not
   */
  onDial(onReason: (reason: string) => void): void {
    this.#dialCount += 1
    const nowMs = performance.now()
    const isTime = this.#dialCount > DIALS_BEFORE && nowMs - this.#probedMs >= PROBE_MS
    if (this.#isProbing || !isTime) return
    this.#isProbing = true
    this.#probedMs = nowMs
    void this.#probe().then((reason) => {
      this.#isProbing = false
      if (reason !== null) onReason(reason)
    })
  }

  /** The connection is back. */
  reset(): void {
    this.#dialCount = 0
    this.#probedMs = -Infinity
  }

  /** @returns null when the server is there again */
  async #probe(): Promise<string | null> {
    try {
      const connection = await dial({ ...this.#settings, reconnect: false })
      await connection.close()
      return null
    } catch (error) {
      return connectError(error, this.#settings).message
    }
  }
}
