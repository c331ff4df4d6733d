import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Access } from './access.ts'
import type { ClientView } from './client-view.ts'
import { Slot } from './client-view.ts'
import type { GatewayTiming } from './client-set.ts'
import { ClientSet, TIMING } from './client-set.ts'
import { GatewayError, reasonOf } from './errors.ts'
import { frameOf } from './frame.ts'
import { PROTOCOL_VERSION } from './messages.ts'
import { createMetrics } from './metrics.ts'
import { otherUrls, ownUrl } from './own-urls.ts'
import type { GatewaySource, SourceFacts } from './source.ts'
import { createWebServer } from './web-server.ts'

export interface GatewayOptions {
  /** `liveSource(bus)` or `replaySource(dir)`. */
  readonly source: GatewaySource
  /** Folder of the built page; null or left out: none is served. */
  readonly pageDir?: string | null
  /** Name or address to listen on: `127.0.0.1`. Any but a loopback one needs a token. */
  readonly host?: string
  /** 0 or left out: any that is free. */
  readonly port?: number
  /** 16 printable ASCII characters or more; null or left out: none is asked for. */
  readonly token?: string | null
  /** Names under which a proxy shows the gateway, without port; need a token. */
  readonly allowedHosts?: readonly string[]
  /** Clients at one time: 1,024. Further ones are told so and closed. */
  readonly clientsMax?: number
  readonly timing?: Partial<GatewayTiming>
}

/** A gateway at work. */
export interface Gateway {
  /** Where a browser of this machine finds it, e.g. `http://127.0.0.1:9470`; holds no token. */
  readonly url: string
  /** Where others may find it that listens on all addresses: 16 at most; none where it does not. */
  readonly otherUrls: readonly string[]
  readonly port: number
  /** Closes every connection and the source; a bus that was handed in stays open. */
  close(): Promise<void>
}

/**
 * Starts a gateway: the page, and the WebSocket that the page talks to.
 *
 * @throws GatewayError `CONFIG`, `ADDRESS`, and what the source says; then nothing is left open
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const {
    host = '127.0.0.1',
    port = 0,
    token = null,
    allowedHosts = [],
    clientsMax = 1024,
  } = options
  const access = new Access({ host, token, allowedHosts })
  const metrics = createMetrics()
  const source = await options.source.open(metrics)
  const hello = helloWriter(source.facts)
  const clients = new ClientSet({
    clientsMax,
    metrics,
    timing: { ...TIMING, ...options.timing },
    isTokenRight: (given) => access.isTokenRight(given),
    connect: (outlet) => withHello(source.connect(outlet), hello),
  })
  const pageDir = typeof options.pageDir === 'string' ? resolve(options.pageDir) : null
  const { mode } = source.facts
  try {
    const app = await createWebServer({ access, clients, metrics, pageDir, mode })
    const bound = await listen(app, host, port)
    return {
      url: ownUrl(host, bound.address, bound.port),
      otherUrls: otherUrls(bound.address, bound.port),
      port: bound.port,
      async close() {
        await app.close()
        await source.close()
      },
    }
  } catch (error) {
    await clients.close()
    await source.close()
    throw error
  }
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<AddressInfo> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    await app.close()
    const message = `${host}:${port}: expected to listen there: ${reasonOf(cause)}`
    throw new GatewayError('ADDRESS', message, { cause })
  }
  return app.server.address() as AddressInfo
}

/** The same for all clients of a gateway, but for the time. */
function helloWriter(facts: SourceFacts): () => Uint8Array {
  const gatewayId = randomUUID()
  return () => {
    const common = { type: 'hello', protocol: PROTOCOL_VERSION, gatewayId } as const
    return frameOf({ ...common, ...facts, nowTs: Date.now() })
  }
}

function withHello(view: ClientView, hello: () => Uint8Array): ClientView {
  return {
    initialSlots: view.initialSlots,
    render: (slot) => (slot === Slot.Hello ? hello() : view.render(slot)),
    handle: (message) => view.handle(message),
    close: () => view.close(),
  }
}
