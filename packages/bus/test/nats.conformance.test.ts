import { afterAll, beforeAll, expect, it } from 'vitest'
import { type NatsServer, startNatsServer } from '../../../tools/nats-server.ts'
import { connectNats } from '../src/index.ts'
import { describeBus } from './conformance.ts'

let server: NatsServer
beforeAll(async () => {
  server = await startNatsServer()
})
afterAll(() => server.stop())

describeBus({ name: 'NATS', open: () => connectNats({ servers: server.url }) })

it('a bucket that is made keeps what is put for a week: also what a writer that was killed left', async () => {
  const bus = await connectNats({ servers: server.url })
  await bus.objectStore('AGED')
  const subjects = ['$O.AGED.C.>', '$O.AGED.M.>']
  const { isCreated, differences } = await bus.ensureStream({
    name: 'OBJ_AGED',
    subjects,
    maxAgeHours: 7 * 24,
  })
  expect(isCreated).toBe(false)
  expect(differences.filter((line) => /^(subjects|max_age)/.test(line))).toEqual([])
  await bus.close()
})
