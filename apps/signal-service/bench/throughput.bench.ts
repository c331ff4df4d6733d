// Depth messages from NATS into market state with signals on, beside a client that only parses them:
// the client library by itself, nothing of ours.
// Rounds alternate, so that a busy machine is busy for both. Run: npm run bench -- signal-service
import { DeliverPolicy, jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { MARKET_STREAM, MARKET_SUBJECTS } from '@levels/contracts'
import { connectNats } from '@levels/bus'
import { startNatsServer } from '../../../tools/nats-server.ts'
import { PlainSession } from '../src/plain-session.ts'
import type { Session } from '../src/session.ts'
import { StreamSession } from '../src/stream-session.ts'
import { contextOf, median, startPublisher, timeUntil } from './harness.ts'

const ROUNDS = 5
const COUNT = Number(process.env.LEVELS_BENCH_MESSAGES ?? 200_000)
/** Event time between two messages: 20,000 a second. */
const STEP_NS = 50_000
/** Messages asked of a stream at once: what serves the bare client best. */
const BARE_WINDOW = 2_048

const server = await startNatsServer()
const bus = await connectNats({ servers: server.url })
const bare = await connect({ servers: server.url })
try {
  await compare('NATS core', bareCore, ownCore)
  await compare('JetStream', bareStream, ownStream)
} finally {
  await bare.close()
  await bus.close()
  await server.stop()
}

type Round = () => Promise<number>

async function compare(name: string, bareRound: Round, ownRound: Round): Promise<void> {
  const rates: { bare: number[]; own: number[] } = { bare: [], own: [] }
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare.push(COUNT / (await bareRound()))
    rates.own.push(COUNT / (await ownRound()))
  }
  const ratio = median(rates.own.map((rate, i) => rate / (rates.bare[i] ?? NaN)))
  const perSecond = (values: number[]): string => `${(median(values) / 1e3).toFixed(1)} k/s`
  console.log(
    `${name}: bare client with JSON.parse ${perSecond(rates.bare)}, into state with signals on ${perSecond(rates.own)}: ${ratio.toFixed(2)} of it (best ${(Math.max(...rates.own) / 1e3).toFixed(1)} k/s)`,
  )
}

/** A client that does nothing but parse. */
async function bareCore(): Promise<number> {
  let count = 0
  const subscriptions = MARKET_SUBJECTS.map((subject) =>
    bare.subscribe(subject, {
      callback: (_error, message) => {
        if (message.json() !== null) count++
      },
    }),
  )
  await bare.flush()
  const publisher = await startPublisher({ port: server.port, count: COUNT, stepNs: STEP_NS })
  const elapsedS = await timeUntil(publisher, COUNT, () => count)
  for (const subscription of subscriptions) subscription.unsubscribe()
  return elapsedS
}

async function ownCore(): Promise<number> {
  const session = new PlainSession(contextOf(bus, { source: 'core' }))
  const ended = session.run()
  const publisher = await startPublisher({ port: server.port, count: COUNT, stepNs: STEP_NS })
  const elapsedS = await timeUntil(publisher, COUNT, () => takenBy(session))
  await session.stop(AbortSignal.timeout(30_000))
  await ended
  return elapsedS
}

/** The stream holds the messages already: what is measured is taking them. */
async function bareStream(): Promise<number> {
  const lastSeq = await fillStream()
  let count = 0
  const began = performance.now()
  const done = Promise.withResolvers<null>()
  const options = { deliver_policy: DeliverPolicy.All }
  const consumer = await jetstream(bare).consumers.get('MARKET_DATA', options)
  const messages = await consumer.consume({
    max_messages: BARE_WINDOW,
    callback: (message) => {
      if (message.json() !== null && ++count === lastSeq) done.resolve(null)
    },
  })
  await done.promise
  const elapsedS = (performance.now() - began) / 1_000
  await messages.close()
  return elapsedS
}

async function ownStream(): Promise<number> {
  const session = new StreamSession(contextOf(bus, { isFresh: true, 'snapshot.everyS': 86_400 }))
  const began = performance.now()
  const ended = session.run()
  while (takenBy(session) < COUNT) await new Promise((resolve) => setTimeout(resolve, 1))
  const elapsedS = (performance.now() - began) / 1_000
  await session.stop(AbortSignal.timeout(30_000))
  await ended
  // The next one makes its payloads anew, and stores them anew.
  bus.publish('$JS.API.STREAM.DELETE.LEVEL_SIGNALS', new Uint8Array())
  await bus.flush()
  return elapsedS
}

async function fillStream(): Promise<number> {
  await bus.ensureStream(MARKET_STREAM)
  let { lastSeq } = await bus.streamState('MARKET_DATA')
  if (lastSeq === COUNT) return lastSeq
  bus.publish('$JS.API.STREAM.DELETE.MARKET_DATA', new Uint8Array())
  await bus.flush()
  await bus.ensureStream(MARKET_STREAM)
  lastSeq = 0
  const publisher = await startPublisher({ port: server.port, count: COUNT, stepNs: STEP_NS })
  const timer = setInterval(() => {
    void bus.streamState('MARKET_DATA').then((state) => {
      lastSeq = state.lastSeq
    })
  }, 20)
  await timeUntil(publisher, COUNT, () => lastSeq)
  clearInterval(timer)
  return lastSeq
}

function takenBy({ runner }: Session): number {
  return runner?.counts.events['market.futures.mbp10'] ?? 0
}
