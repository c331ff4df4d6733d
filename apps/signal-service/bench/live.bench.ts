// The service as it is run, under a steady load of every kind of message, and then in a lull: how long
// a message takes to be applied, what a payload with its levels takes, what memory does, and how late
// a boundary is that no event passes. Needs a machine that has nothing else to do.
// LEVELS_BENCH_SECONDS: how long the load lasts (60); LEVELS_BENCH_SNAPSHOT_S: between snapshots (30).
import { setTimeout as sleep } from 'node:timers/promises'
import { connectNats } from '@levels/bus'
import { startNatsServer } from '../../../tools/nats-server.ts'
import { BENCH_FROM_NS, depthText } from './depth-messages.ts'
import { giveWay, startPublisher } from './harness.ts'
import { BenchService } from './service-process.ts'

const PER_SECOND = 20_000
const SECONDS = Number(process.env.LEVELS_BENCH_SECONDS ?? 60)
const SNAPSHOT_S = process.env.LEVELS_BENCH_SNAPSHOT_S ?? '30'
const LULL_S = 10
const LATENESS_MS = 500
const MB = 2 ** 20

const server = await startNatsServer()
const bus = await connectNats({ servers: server.url })
const service = new BenchService([
  ...['--nats', server.url, '--lull-resume', '0', '--snapshot-every', SNAPSHOT_S],
])
try {
  await service.live()
  const delaysMs: number[] = []
  // Event time is the wall's, so that a boundary's due time is known.
  const fromMs = Number(BigInt(BENCH_FROM_NS) / 1_000_000n)
  let beganMs = Infinity
  await bus.subscribe(['levels.signals'], (message) => {
    const { ts } = JSON.parse(new TextDecoder().decode(message.data)) as { ts: number }
    if (message.header('Levels-Lull') === null) return
    delaysMs.push(performance.now() - beganMs - (ts - fromMs) - LATENESS_MS)
  })
  const count = PER_SECOND * SECONDS
  const publisher = await startPublisher({
    port: server.port,
    count,
    stepNs: 1e9 / PER_SECOND,
    perSecond: PER_SECOND,
    kind: 'market',
  })
  for (const pid of [publisher.pid, server.pid, process.pid]) giveWay(pid ?? process.pid)
  beganMs = performance.now()
  publisher.send(count)
  await sleep(Math.min(10_000, SECONDS * 500))
  const early = await service.metrics()
  const rss: string[] = []
  while (performance.now() - beganMs < SECONDS * 1_000 - 5_000) {
    await sleep(5_000)
    rss.push(memoryOf(await service.metrics()))
  }
  await sleep(SECONDS * 1_000 - (performance.now() - beganMs))
  const loaded = await service.metrics()
  let taken = 0
  for (const [name, value] of loaded) if (name.startsWith('levels_events_total')) taken += value
  report(loaded, taken, early)
  console.log(`  MiB resident (heap used, beside the heap), every 5 s: ${rss.join(', ')}`)
  // The last event before the lull: from its time on the wall clock counts.
  const lastNs = BigInt(BENCH_FROM_NS) + BigInt(SECONDS + 1) * 1_000_000_000n
  const plan = { seed: 1, fromNs: String(lastNs - 1n), stepNs: 1 }
  await sleep(1_000)
  bus.publish('market.futures.mbp10', new TextEncoder().encode(depthText(plan).next().value))
  beganMs = performance.now() - Number(lastNs - BigInt(BENCH_FROM_NS)) / 1e6
  delaysMs.length = 0
  await sleep(LULL_S * 1_000)
  const sorted = delaysMs.sort((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1)
  console.log(
    `lull of ${LULL_S} s: ${sorted.length} boundaries, published after boundary + lateness by ${at(0.5)} ms (median), ${at(0.99)} ms (p99)`,
  )
} finally {
  await service.end('SIGTERM')
  await bus.close()
  await server.stop()
}

/** What the early seconds cost is the program's warming up: it is left out. */
function report(
  loaded: ReadonlyMap<string, number>,
  taken: number,
  early: ReadonlyMap<string, number>,
): void {
  const share = (name: string, bound: string): string => {
    const part = (of: string): number => (loaded.get(of) ?? NaN) - (early.get(of) ?? NaN)
    const within = part(`${name}_bucket{le="${bound}"}`) / part(`${name}_count`)
    return `${(100 * within).toFixed(2)} %`
  }
  console.log(`${PER_SECOND} msg/s for ${SECONDS} s: ${taken} taken`)
  console.log(
    `  receive → state: ${share('levels_lag_seconds', '0.005')} of turns within 5 ms, ${share('levels_lag_seconds', '0.002')} within 2 ms`,
  )
  console.log(
    `  payload: ${share('levels_snap_compute_seconds', '0.001')} within 1 ms, ${share('levels_snap_compute_seconds', '0.002')} within 2 ms`,
  )
}

/** Resident memory, what of the heap is used, and what lies beside it. */
function memoryOf(metrics: ReadonlyMap<string, number>): string {
  const mib = (name: string): string => ((metrics.get(name) ?? NaN) / MB).toFixed(0)
  return `${mib('process_resident_memory_bytes')} (${mib('nodejs_heap_size_used_bytes')}, ${mib('nodejs_external_memory_bytes')})`
}
