// A start from a snapshot, late in a full regular session: how long until the service is live.
// LEVELS_BENCH_EVENTS: events of the session (5,000,000).
import { setTimeout as sleep } from 'node:timers/promises'
import { MARKET_STREAM } from '@levels/contracts'
import { connectNats } from '@levels/bus'
import { startNatsServer } from '../../../tools/nats-server.ts'
import { BENCH_FROM_NS } from './depth-messages.ts'
import { startPublisher, timeUntil } from './harness.ts'
import { BenchService } from './service-process.ts'

const EVENTS = Number(process.env.LEVELS_BENCH_EVENTS ?? 5_000_000)
/** 09:30 to 16:00. */
const SESSION_S = 6.5 * 3_600
const SNAPSHOT_S = 30
const ROUNDS = 3
const stepNs = Math.round((SESSION_S * 1e9) / EVENTS)
const fromNs = String(BigInt(BENCH_FROM_NS) - 3_600_000_000_000n)
/** What a service that is killed has taken since its newest snapshot, at most. */
const tail = Math.ceil((EVENTS * SNAPSHOT_S) / SESSION_S)

const server = await startNatsServer()
const bus = await connectNats({ servers: server.url })
try {
  await bus.ensureStream(MARKET_STREAM)
  await fill(EVENTS, fromNs)
  // The session but for its end, then in order to its end: its snapshot covers all of it.
  const first = new BenchService(args())
  console.log(
    `${EVENTS} events taken, from nothing: live after ${((await first.live()) / 1_000).toFixed(1)} s`,
  )
  await first.end('SIGTERM')
  // What comes after the snapshot, and is taken by a service that is killed.
  const lastNs = BigInt(fromNs) + BigInt(stepNs) * BigInt(EVENTS)
  const doomed = new BenchService(args())
  await doomed.live()
  await fill(tail, String(lastNs))
  while ((await taken(doomed)) < tail) await sleep(20)
  await doomed.end('SIGKILL')
  for (let round = 0; round < ROUNDS; round++) {
    const again = new BenchService(args())
    const liveMs = await again.live()
    console.log(
      `from a snapshot ${SNAPSHOT_S} s old (${tail} events): live after ${(liveMs / 1_000).toFixed(2)} s, the program's start included`,
    )
    await again.end('SIGKILL')
  }
} finally {
  await bus.close()
  await server.stop()
}

/** Snapshots only at the end, so that what is recovered from is known. */
function args(): string[] {
  return [
    '--nats',
    server.url,
    '--snapshot-every',
    '86400',
    '--lull-grace',
    '60000',
    '--log-level',
    'info',
  ]
}

/** Messages that this process of the service took. */
async function taken(service: BenchService): Promise<number> {
  const metrics = await service.metrics()
  return metrics.get('levels_events_total{subject="market.futures.mbp10"}') ?? 0
}

/** Publishes so many messages more, and waits until the stream holds them. */
async function fill(count: number, from: string): Promise<void> {
  let { lastSeq } = await bus.streamState('MARKET_DATA')
  const before = lastSeq
  const publisher = await startPublisher({ port: server.port, count, stepNs, fromNs: from })
  const timer = setInterval(() => {
    void bus.streamState('MARKET_DATA').then((state) => {
      lastSeq = state.lastSeq
    })
  }, 20)
  await timeUntil(publisher, count, () => lastSeq - before)
  clearInterval(timer)
}
