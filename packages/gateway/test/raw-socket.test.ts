import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { RawSocket } from './raw-socket.ts'
import { atEnd } from './support.ts'

/** The port of a server that answers each connection with this, and ends it. */
async function portOf(answer: string): Promise<number> {
  const server = createServer((socket) => socket.once('data', () => socket.end(answer, 'latin1')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(async () => {
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

it('a connection that ends without a head says so to whoever waits for one', async () => {
  const socket = await RawSocket.open(await portOf('HTTP/1.1 101'), {})
  const reason = 'expected the head of an answer, was the end of the connection'
  await expect(socket.head()).rejects.toThrow(reason)
  await expect(socket.head()).rejects.toThrow(reason)
})

it('a connection that ends gives what it brought, and then says so', async () => {
  const socket = await RawSocket.open(await portOf('HTTP/1.1 101 OK\r\n\r\n\x81\x02hi'), {})
  expect(await socket.head()).toBe('HTTP/1.1 101 OK')
  expect(await socket.text()).toBe('hi')
  const reason = 'expected a text message, was the end of the connection'
  await expect(socket.text()).rejects.toThrow(reason)
})
