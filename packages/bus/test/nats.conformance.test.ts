import { afterAll, beforeAll } from 'vitest'
import { type NatsServer, startNatsServer } from '../../../tools/nats-server.ts'
import { connectNats } from '../src/index.ts'
import { describeBus } from './conformance.ts'

let server: NatsServer
beforeAll(async () => {
  server = await startNatsServer()
})
afterAll(() => server.stop())

describeBus({ name: 'NATS', open: () => connectNats({ servers: server.url }) })
