import { describe, expect, it } from 'vitest'
import { closed, interleaved, repeated, replayed, sessionMessages, shuffled } from './session.ts'
import type { FeedMessage } from './session.ts'
import { payloadsUpTo, publish, startBus, startService, textsOf, tsOf, until } from './support.ts'

const SPEED = 50
const session = sessionMessages({ seed: 17, durationS: 90 })
// A machine that stands still is no lull.
const PATIENT = ['--lull-grace', '60000']

/** What the service publishes while these messages are published to it. */
async function live(
  messages: readonly FeedMessage[],
  lastTs: number,
  { args = [], duplicates = 0 }: { args?: readonly string[]; duplicates?: number } = {},
) {
  await using bus = await startBus()
  await using service = startService(bus.server.url, [...PATIENT, ...args])
  await service.reaches('LIVE')
  await publish(bus.bus, closed(messages), { speed: SPEED })
  const payloads = await payloadsUpTo(bus.bus, lastTs)
  // They are found as their turn comes.
  const name = 'levels_rejects_total{code="DUPLICATE"}'
  await until(
    `${duplicates} duplicates`,
    async () => (await service.metrics())[name] === duplicates,
  )
  return payloads
}

describe.concurrent('live, the payloads are those of a replay', () => {
  it('for a session published at 50 times its speed', async () => {
    const twin = await replayed(session)
    const lastTs = tsOf(twin.payloads.at(-1))
    const payloads = await live(session, lastTs)
    expect(textsOf(payloads)).toEqual(twin.payloads)
    expect(payloads.length).toBeGreaterThan(350)
  })

  it('for events out of order within the lateness, some of them twice', async () => {
    const messages = repeated(shuffled(session, 4, 450_000_000), 4, 0.02)
    const twin = await replayed(session)
    // A second one may also come too late: a replay of what comes tells which.
    const { duplicates } = await replayed(messages)
    expect(duplicates).toBeGreaterThan(100)
    const payloads = await live(messages, tsOf(twin.payloads.at(-1)), { duplicates })
    expect(textsOf(payloads)).toEqual(twin.payloads)
  })

  it('for subjects interleaved differently', async () => {
    const byNs = { 'market.futures.mbp10': 200_000_000, 'market.stocks.quotes': -200_000_000 }
    const twin = await replayed(session)
    const payloads = await live(interleaved(session, byNs), tsOf(twin.payloads.at(-1)))
    expect(textsOf(payloads)).toEqual(twin.payloads)
  })

  it('on plain subscriptions too', async () => {
    const twin = await replayed(session)
    const payloads = await live(session, tsOf(twin.payloads.at(-1)), {
      args: ['--source', 'core'],
    })
    expect(textsOf(payloads)).toEqual(twin.payloads)
  })
})
