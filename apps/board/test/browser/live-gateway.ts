import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { InProcessBus } from '@levels/bus'
import {
  encodeLevelSignals,
  encodeServiceStatus,
  HEADERS,
  Subject,
  type LevelSignals,
  type ServiceStatus,
} from '@levels/contracts'
import { createGateway, liveSource, type Gateway } from '@levels/gateway'
import { pageDir } from './page-build.ts'

/** A gateway with a bus of its own, on which a test is the signal service. */
export class LiveGateway {
  readonly #token: string | null
  #bus: InProcessBus
  #gateway: Gateway

  private constructor(bus: InProcessBus, gateway: Gateway, token: string | null) {
    this.#bus = bus
    this.#gateway = gateway
    this.#token = token
  }

  static async start(token: string | null = null): Promise<LiveGateway> {
    const bus = new InProcessBus()
    return new LiveGateway(bus, await serve(bus, token, 0), token)
  }

  get url(): string {
    return this.#gateway.url
  }

  get port(): number {
    return this.#gateway.port
  }

  publish(signals: LevelSignals): void {
    this.publishText(encodeLevelSignals(signals))
  }

  /** Publishes a payload as it is, a broken one too. */
  publishText(payload: string): void {
    const data = new TextEncoder().encode(payload)
    this.#bus.publish(Subject.LevelSignals, data, { [HEADERS.run]: 'test' })
  }

  publishStatus(status: ServiceStatus): void {
    this.#bus.publish(Subject.Status, new TextEncoder().encode(encodeServiceStatus(status)))
  }

  /** Ends it, as a deployment does; its port is free until `start` again. */
  async stop(): Promise<void> {
    await this.#gateway.close()
  }

  /** Another gateway in its place, with a bus that knows nothing of before. */
  async startAgain(): Promise<void> {
    this.#bus = new InProcessBus()
    this.#gateway = await serve(this.#bus, this.#token, this.#gateway.port)
  }
}

function serve(bus: InProcessBus, token: string | null, port: number): Promise<Gateway> {
  return createGateway({ source: liveSource(bus), pageDir, port, token })
}

/** A wire between a page and its gateway that can be cut. */
export interface Wire {
  readonly url: string
  /** Cuts every connection that is open; new ones are let through. */
  cut(): void
  close(): Promise<void>
}

/** Lays a wire to a port of this machine. */
export async function layWire(port: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
