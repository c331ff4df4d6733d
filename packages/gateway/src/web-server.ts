import { relative } from 'node:path'
import fastifyStatic from '@fastify/static'
import fastifyWebSocket from '@fastify/websocket'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fastify from 'fastify'
import type { Access } from './access.ts'
import type { ServerSocket } from './client.ts'
import { CLIENT_PAYLOAD_MAX } from './client.ts'
import type { ClientSet } from './client-set.ts'
import { WEB_SOCKET_PATH } from './messages.ts'
import type { Metrics } from './metrics.ts'

/**
 * What the page may do: load what is served here and talk to where it came from. Nothing inline,
 * nothing evaluated, no text turned into HTML, no frame around it.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Names in this folder of the page change with what the files hold. */
const HASHED = /^assets[/\\]/

const OPEN = 1

export interface WebServerOptions {
  readonly access: Access
  readonly clients: ClientSet
  readonly metrics: Metrics
  /** Folder of the built page; null: none is served. */
  readonly pageDir: string | null
  readonly mode: 'live' | 'replay'
}

/** The HTTP side: the page, `/ws`, `/healthz` and `/metrics`. It does not listen yet. */
export async function createWebServer(options: WebServerOptions): Promise<FastifyInstance> {
  const { access, metrics, clients, mode } = options
  const app = fastify({
    bodyLimit: 1024,
    requestTimeout: 10_000,
    forceCloseConnections: true,
    // An address that cannot be read comes to no hook and no handler.
    frameworkErrors: (error, _request, reply) => {
      void text(reply.headers(SECURITY_HEADERS), error.statusCode ?? 400, 'error')
    },
  })
  await app.register(fastifyWebSocket, {
    options: { maxPayload: CLIENT_PAYLOAD_MAX, perMessageDeflate: false },
    preClose: (done) => {
      void clients.close().then(() => {
        done()
      })
    },
    // A fault of the protocol has begun to close the connection with its code: let it.
    errorHandler: (_error, socket: ServerSocket) => {
      if (socket.readyState === OPEN) socket.terminate()
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS)
    const fault = access.hostFault(request.headers)
    if (fault !== null) return refuse(metrics, reply, 403, fault)
  })
  app.setNotFoundHandler((_request, reply) => text(reply, 404, 'not found'))
  app.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) =>
    text(reply, error.statusCode ?? 500, 'error'),
  )
  app.get('/healthz', () => ({ status: 'ok', mode, clients: clients.count }))
  app.get('/metrics', async (request, reply) => {
    if (access.tokenOf(request.headers) !== 'right') return refuse(metrics, reply, 401, 'token')
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  addWebSocket(app, options)
  if (options.pageDir !== null) await addPage(app, options.pageDir)
  return app
}

function addWebSocket(app: FastifyInstance, { access, clients, metrics }: WebServerOptions): void {
  const preValidation = async (request: FastifyRequest, reply: FastifyReply) => {
    const fault = access.originFault(request.headers)
    if (fault !== null) return refuse(metrics, reply, 403, fault)
    if (access.tokenOf(request.headers) === 'wrong') return refuse(metrics, reply, 401, 'token')
  }
  const handler = (socket: ServerSocket, request: FastifyRequest): void => {
    clients.add(socket, access.tokenOf(request.headers) === 'right')
  }
  app.get(WEB_SOCKET_PATH, { websocket: true, preValidation }, handler)
}

async function addPage(app: FastifyInstance, pageDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: pageDir,
    preCompressed: true,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => {
      const isHashed = HASHED.test(relative(pageDir, path))
      const caching = isHashed ? 'public, max-age=31536000, immutable' : 'no-cache'
      reply.header('cache-control', caching)
    },
  })
}

function refuse(metrics: Metrics, reply: FastifyReply, status: 401 | 403, reason: string) {
  metrics.refusals.inc({ reason })
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return text(reply, status, `refused: ${reason}`)
}

function text(reply: FastifyReply, status: number, body: string) {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${body}\n`)
}
