import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ConnectionOptions } from '@nats-io/transport-node'
import { toBusError } from './nats-errors.ts'

const ALERT_MS_MAX = 1_000

/**
 * What a server has against us that has hung up after the handshake. In TLS 1.3 it looks at our
 * certificate when the handshake is over for us; the client library drops what it says then, and waits
 * until its time is over. So the same is done once more, to listen.
 *
 * @returns null when no server says anything
 */
export async function tlsAlert({ servers, tls }: ConnectionOptions): Promise<Error | null> {
  for (const server of [servers ?? []].flat()) {
    const error = await alertOf(server, tls ?? null)
    if (alertIn(error) !== null && toBusError(error).code === 'TLS_FAILED') return error
  }
  return null
}

/** What a server said in an alert, by OpenSSL's words; null when it was no server that said it. */
export function alertIn(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && 'reason' in error)) return null
  return String(error.code).includes('_ALERT_') ? String(error.reason) : null
}

function alertOf(server: string, tls: ConnectionOptions['tls'] | null): Promise<Error | null> {
  const portAt = server.lastIndexOf(':')
  const host = server.slice(0, portAt).replace(/^\[|\]$/g, '')
  const { handshakeFirst, ...options } = tls ?? {}
  const { promise, resolve } = Promise.withResolvers<Error | null>()
  const socket = connectTcp({ host, port: Number(server.slice(portAt + 1)) })
  const timer = setTimeout(resolve, ALERT_MS_MAX, null)
  const secure = (): void => {
    connectTls({ ...(isIP(host) === 0 ? { servername: host } : { host }), ...options, socket })
      .on('error', resolve)
      .once('close', () => {
        resolve(null)
      })
  }
  socket.once('error', resolve)
  if (handshakeFirst === true) socket.once('connect', secure)
  else {
    socket.once('data', (info) => {
      if (tls !== null || info.includes('"tls_required":true')) secure()
      else resolve(null)
    })
  }
  return promise.finally(() => {
    clearTimeout(timer)
    socket.destroy()
  })
}
