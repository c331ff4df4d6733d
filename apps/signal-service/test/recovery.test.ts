import { InProcessBus } from '@levels/bus'
import { STREAMS } from '@levels/contracts'
import { resolveConfig } from '@levels/level-signals'
import { expect, it } from 'vitest'
import { LiveRunner } from '../src/live-runner.ts'
import { Outbox } from '../src/outbox.ts'
import { PublishedSignals, type PublishedMatch } from '../src/published-signals.ts'
import { recover } from '../src/recovery.ts'
import type { RunState } from '../src/run-state.ts'
import { signalHeaders } from '../src/signal-message.ts'
import { randomFrom, sessionMessages, withPause, type FeedMessage } from './session.ts'

const SEED = 17
const RUN = 'live-0123456789ab'
const utf8 = new TextEncoder()

/** A market that halts for up to two seconds after every 20 messages. */
function haltingMarket(): FeedMessage[] {
  const random = randomFrom(SEED)
  let messages = sessionMessages({ seed: SEED, durationS: 20 })
  for (let place = 20; place < messages.length; place += 20) {
    if (random() < 0.7) messages = withPause(messages, place, 1 + Math.round(random()))
  }
  return messages
}

it(`boundaries that lulls and events passed by turns are passed again in the same places (seed ${SEED})`, async () => {
  const bus = new InProcessBus()
  for (const definition of STREAMS) await bus.ensureStream(definition)
  const random = randomFrom(SEED + 1)
  const published: Promise<unknown>[] = []
  let lullCount = 0
  const live = new LiveRunner({
    config: resolveConfig(),
    futuresSymbol: null,
    onRefused: () => undefined,
    onSignals: (payload) => {
      if (payload.lullSeq !== null) lullCount++
      const headers = signalHeaders(RUN, payload)
      published.push(bus.publishStored('levels.signals', payload.data, headers))
    },
  })
  const messages = haltingMarket()
  for (const [i, { subject, text }] of messages.entries()) {
    const { streamSeq } = await bus.publishStored(subject, utf8.encode(text))
    live.take(subject, utf8.encode(text), streamSeq)
    live.advance(Infinity)
    const nextMs = Number((messages[i + 1]?.tsEventNs ?? 0n) / 1_000_000n)
    // In some of the halts the wall clock is first, in others, and after some of a halt, an event.
    while (nextMs > live.lullBoundaryMs + 500 && random() < 0.6) live.passLull()
  }
  await Promise.all(published)
  const eventCount = published.length - lullCount
  expect(Math.min(lullCount, eventCount)).toBeGreaterThan(20)

  const saved: { from: RunState; madeCount: number }[] = []
  const matches: PublishedMatch[] = []
  const past = new PublishedSignals(
    bus.read('LEVEL_SIGNALS', { fromSeq: 1, subject: 'levels.signals' }),
    RUN,
    -Infinity,
  )
  const again = new LiveRunner({
    config: resolveConfig(),
    futuresSymbol: null,
    onRefused: () => undefined,
    onSignals: (payload) => matches.push(past.match(payload)),
  })
  await recover({
    bus,
    stream: 'MARKET_DATA',
    runner: again,
    outbox: new Outbox({
      publish: () => Promise.reject(new Error('nothing is published')),
      onPublished: () => undefined,
      onFailure: () => undefined,
    }),
    published: past,
    fromSeq: 1,
    toSeq: messages.length,
    signal: new AbortController().signal,
    onSettled: () => {
      saved.push({ from: structuredClone(again.save()), madeCount: matches.length })
    },
  })
  expect(matches).toEqual(published.map(() => 'same'))
  expect(past.next).toBeNull()
  expect(again.counts).toEqual(live.counts)

  // A recovery that is interrupted goes on from any moment at which nothing was due.
  expect(saved.length).toBeGreaterThan(3)
  for (const { from, madeCount } of saved) {
    const { resumed, rest, left } = await recoverFrom(bus, from, messages.length)
    expect(rest).toEqual(matches.slice(madeCount))
    expect(left).toBeNull()
    expect(resumed.counts).toEqual(live.counts)
    expect(resumed.lastBoundaryMs).toBe(live.lastBoundaryMs)
  }

  // A stream that has lost its end cannot make all that was published, and what it makes is the same.
  const { from } = saved.at(-1)!
  for (let toSeq = from.coveredSeq; toSeq < messages.length; toSeq += 50) {
    const { rest, left } = await recoverFrom(bus, from, toSeq)
    expect(rest).toEqual(rest.map(() => 'same'))
    expect(left?.lullSeq ?? Infinity).toBeGreaterThan(toSeq)
  }
  expect((await recoverFrom(bus, from, from.coveredSeq)).left).not.toBeNull()
  await bus.close()
})

/**
 * Recovers from a saved state up to a place; gives what the payloads were to those published, and the
 * first of those that were not made.
 */
async function recoverFrom(bus: InProcessBus, from: RunState, toSeq: number) {
  const rest: PublishedMatch[] = []
  const past = new PublishedSignals(
    bus.read('LEVEL_SIGNALS', { fromSeq: 1, subject: 'levels.signals' }),
    RUN,
    from.lastBoundaryMs ?? -Infinity,
  )
  const resumed = new LiveRunner({
    config: resolveConfig(),
    futuresSymbol: null,
    onRefused: () => undefined,
    onSignals: (payload) => rest.push(past.match(payload)),
    from,
  })
  await recover({
    bus,
    stream: 'MARKET_DATA',
    runner: resumed,
    outbox: new Outbox({
      publish: () => Promise.reject(new Error('nothing is published')),
      onPublished: () => undefined,
      onFailure: () => undefined,
    }),
    published: past,
    fromSeq: from.rereadSeq,
    toSeq,
    signal: new AbortController().signal,
  })
  expect(past.unmadeCount).toBe(0)
  return { resumed, rest, left: past.next }
}
