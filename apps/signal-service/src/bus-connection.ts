import { setTimeout } from 'node:timers/promises'
import {
  type Bus,
  BusError,
  connectNats,
  type NatsCredentials,
  type NatsOptions,
} from '@levels/bus'
import type { Settings } from './settings-schema.ts'

const RETRY_MS = 500

/** What the settings say of the server and of us. */
export function natsOptionsOf({ nats }: Settings): NatsOptions {
  const credentials = credentialsOf(nats)
  const tls = {
    ...(nats.tlsCaFile === null ? {} : { caFile: nats.tlsCaFile }),
    ...(nats.tlsCertFile === null ? {} : { certFile: nats.tlsCertFile }),
    ...(nats.tlsKeyFile === null ? {} : { keyFile: nats.tlsKeyFile }),
  }
  const isTls = nats.isTls || Object.keys(tls).length > 0
  return {
    servers: nats.url.split(',').map((server) => server.trim()),
    name: 'signal-service',
    ...(credentials === null ? {} : { credentials }),
    ...(isTls ? { tls } : {}),
  }
}

function credentialsOf(nats: Settings['nats']): NatsCredentials | null {
  const { user, password, token, credsFile, nkeySeedFile } = nats
  if (credsFile !== null) return { credsFile }
  if (nkeySeedFile !== null) return { nkeySeedFile }
  if (token !== null) return { token }
  return user === null || password === null ? null : { user, password }
}

/**
 * Connects, and waits for a server that is not there yet for as long as it takes.
 *
 * @param onFailure told of every failure
 * @throws BusError when waiting does not help: credentials, rights, a certificate
 */
export async function connectPatiently(
  options: NatsOptions,
  onFailure: (reason: string) => void,
  signal: AbortSignal,
): Promise<Bus> {
  for (;;) {
    try {
      return await connectNats({ ...options, connectTimeoutMs: RETRY_MS })
    } catch (error) {
      if (!(error instanceof BusError) || error.code !== 'CONNECT_FAILED') throw error
      onFailure(error.message)
    }
    await setTimeout(RETRY_MS, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) throw new BusError('CLOSED', 'stopped before a server was there')
  }
}
