// The same over a real nats-server.
import type { Bus } from '@levels/bus'
import { connectNats } from '@levels/bus'
import { STREAMS } from '@levels/contracts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { NatsServer } from '../../../tools/nats-server.ts'
import { startNatsServer } from '../../../tools/nats-server.ts'
import { atEnd, publish, snapOf, snapWith, startLive, T, TestClient } from './support.ts'

let server: NatsServer
beforeAll(async () => {
  server = await startNatsServer()
})
afterAll(() => server.stop())

async function connect(): Promise<Bus> {
  const bus = await connectNats({ servers: server.url })
  atEnd(() => bus.close())
  return bus
}

/** Each connection finds the server again in its own time. */
async function connected(bus: Bus): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const off = bus.onStatus(({ kind }) => {
    if (kind === 'connected') resolve(undefined)
  })
  if (!bus.isConnected) await promise
  off()
}

it('a session over NATS survives a restart of the server, and one of the gateway', async () => {
  const publisher = await connect()
  for (const stream of STREAMS) await publisher.ensureStream(stream)
  for (let n = 1; n <= 20; n++) await publish(publisher, snapWith(n, n > 10 ? 'BREAK' : 'NEUTRAL'))

  const gateway = await startLive(await connect())
  const client = await new TestClient(gateway).settled()
  const timesOf = (given: TestClient): readonly number[] => {
    const history = given.messages.findLast(({ type }) => type === 'history')
    return history?.type === 'history' ? history.ts : []
  }
  const times = (count: number) => Array.from({ length: count }, (_, i) => T + (i + 1) * 250)
  expect(timesOf(client)).toEqual(times(20))
  await publish(publisher, snapOf(21))
  expect(await client.next('snap')).toMatchObject({ signals: snapOf(21) })

  await server.kill()
  expect(await client.next('link')).toMatchObject({ isConnected: false })
  await server.restart()
  await client.next('link', ({ isConnected, isCatchingUp }) => isConnected && !isCatchingUp)
  await client.greeted()
  await connected(publisher)
  await publish(publisher, snapOf(22))
  await client.next('snap', ({ signals }) => signals.ts === T + 22 * 250)

  const second = await new TestClient(await startLive(await connect())).settled()
  expect(timesOf(second)).toEqual(times(22))
  const events = second.messages.findLast(({ type }) => type === 'events')
  expect(events).toMatchObject({ events: [{ ts: T + 11 * 250, signal: 'BREAK' }] })
})
