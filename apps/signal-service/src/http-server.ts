import { ConfigError } from '@levels/kernel'
import fastify, { type FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { ServiceReading } from './service-reading.ts'

export interface HttpOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly registry: Registry
  readonly read: () => ServiceReading
}

/** Health, readiness and metrics over HTTP. */
export class HttpServer {
  readonly #server: FastifyInstance
  readonly #options: HttpOptions

  constructor(options: HttpOptions) {
    this.#options = options
    this.#server = makeServer(options)
  }

  /** @returns the address it listens on @throws ConfigError when it cannot */
  async listen(): Promise<string> {
    const { host, port } = this.#options
    try {
      return await this.#server.listen({ host, port })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new ConfigError(`http: expected to listen on ${host}:${port}, was ${reason}`)
    }
  }

  close(): Promise<undefined> {
    return this.#server.close()
  }
}

function makeServer({ registry, read }: HttpOptions): FastifyInstance {
  const server = fastify({ forceCloseConnections: true })
  server.get('/healthz', () => ({ status: 'up' }))
  server.get('/readyz', async (_request, reply) => {
    const { state, reason, runId } = read()
    return reply.code(state === 'LIVE' ? 200 : 503).send({ state, reason, run_id: runId })
  })
  server.get('/metrics', async (_request, reply) => {
    return reply.type(registry.contentType).send(await registry.metrics())
  })
  return server
}
