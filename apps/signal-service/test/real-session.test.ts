// The recorded evening of 2023-12-25, which is not part of the repository. Where it is missing this
// test is skipped, and says so.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SessionClock } from '@levels/calendar'
import { encodeMarketEvent } from '@levels/contracts'
import { contractFromEvent, openSources, replay, replayEpoch } from '@levels/feed'
import { ES_SPY } from '@levels/kernel'
import { expect, it } from 'vitest'
import { closed, replayed, type FeedMessage } from './session.ts'
import {
  isNightly,
  payloadsUpTo,
  publish,
  startBus,
  startService,
  textsOf,
  tsOf,
} from './support.ts'

const file = join(
  import.meta.dirname,
  '../../../../shared/data/es-mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst',
)
const isThere = existsSync(file)
if (!isThere) console.log('skipped: the recorded ES session is not on this machine')

/** Event time from the open on, s: the whole hour where there is time. */
const DURATION_S = isNightly ? 3_600 : 240
const SPEED = 50

async function recordedMessages(): Promise<FeedMessage[]> {
  const sources = await openSources([file])
  const epochNs = replayEpoch(sources)
  const openNs = BigInt(Date.parse('2023-12-25T23:00:00Z')) * 1_000_000n
  const messages: FeedMessage[] = []
  const as = { epochNs, pair: ES_SPY, futuresSymbol: 'ESH4', source: 'databento_replay' } as const
  await replay({
    sources,
    epochNs,
    hours: new SessionClock(epochNs),
    toNs: openNs + BigInt(DURATION_S) * 1_000_000_000n,
    consumer: {
      onEvent(event) {
        const message = contractFromEvent(event, as)
        const text = encodeMarketEvent(message, { tickSize: ES_SPY.tick })
        messages.push({ subject: message.subject, text, tsEventNs: message.event.tsEventNs })
      },
      onBoundary: () => undefined,
    },
  })
  return messages
}

it.skipIf(!isThere)(
  `the recorded ES session, ${DURATION_S} s of it at ${SPEED} times its speed, gives live what it gives replayed`,
  async () => {
    const messages = await recordedMessages()
    const { payloads: expected } = await replayed(messages)
    expect(expected.length).toBeGreaterThan((DURATION_S * 4 * 9) / 10)
    await using bus = await startBus()
    await using service = startService(bus.server.url, ['--lull-grace', '60000'])
    await service.reaches('LIVE')
    // What lies before the open comes as fast as it can be published.
    const openNs = BigInt(Date.parse('2023-12-25T23:00:00Z')) * 1_000_000n
    const open = messages.findIndex(({ tsEventNs }) => tsEventNs >= openNs)
    await publish(bus.bus, messages.slice(0, open))
    await publish(bus.bus, closed(messages.slice(open)), { speed: SPEED })
    const payloads = await payloadsUpTo(bus.bus, tsOf(expected.at(-1)))
    expect(textsOf(payloads)).toEqual(expected)
    console.log(`recorded ES session: ${messages.length} messages, ${payloads.length} payloads`)
  },
  300_000,
)
