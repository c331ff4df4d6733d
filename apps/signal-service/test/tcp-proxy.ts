// A wire between a client and a server that a test can cut.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface TcpProxy extends AsyncDisposable {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string
  /** Connections made so far. */
  readonly connectionCount: number
  /** Breaks every connection, and every new one at once. */
  cut(): void
  /** Carries nothing any more, though connections stay: as a cable that was pulled. */
  silence(): void
  /** Carries what the client sends, and none of the answers, until it is restored or cut. */
  holdAnswers(): void
  /** Lets everything through again, what was held back included. */
  restore(): void
}

export async function startProxy(port: number): Promise<TcpProxy> {
  let isCut = false
  let isSilent = false
  let connectionCount = 0
  const sockets = new Set<Socket>()
  const upstreams = new Set<Socket>()
  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from)
    from.on('data', (data) => to.write(data))
    from.on('error', () => undefined)
    from.once('close', () => {
      sockets.delete(from)
      to.destroy()
    })
    if (isSilent) from.pause()
  }
  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    connectionCount++
    const upstream = connect(port, '127.0.0.1')
    upstreams.add(upstream)
    upstream.once('close', () => upstreams.delete(upstream))
    carry(client, upstream)
    carry(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connectionCount() {
      return connectionCount
    },
    cut,
    silence() {
      isSilent = true
      for (const socket of sockets) socket.pause()
    },
    holdAnswers() {
      for (const socket of upstreams) socket.pause()
    },
    restore() {
      isCut = false
      isSilent = false
      for (const socket of sockets) socket.resume()
    },
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
