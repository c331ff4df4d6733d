// Messages that are refused, of every way to spoil one in turn: how many a second the service takes
// from a stream that holds them, what one costs it, and what its memory does under as many again.
// LEVELS_BENCH_REJECTS: how many (1,000,000).
import { setTimeout as sleep } from 'node:timers/promises'
import { MARKET_STREAM } from '@levels/contracts'
import { connectNats } from '@levels/bus'
import { startNatsServer } from '../../../tools/nats-server.ts'
import { startPublisher, timeUntil } from './harness.ts'
import { BenchService } from './service-process.ts'

const COUNT = Number(process.env.LEVELS_BENCH_REJECTS ?? 1_000_000)
const SAMPLES = 12
/** Looking takes the processor's time that is to be measured. */
const LOOK_MS = 250
/** Messages on their way at most: what comes in so long, several times over. */
const WINDOW = 100_000
const MB = 2 ** 20
const CPU = 'process_cpu_seconds_total'

const server = await startNatsServer()
const bus = await connectNats({ servers: server.url })
await bus.ensureStream(MARKET_STREAM)
await publish(() => bus.streamState('MARKET_DATA').then(({ lastSeq }) => lastSeq))
const service = new BenchService(['--nats', server.url, '--lull-grace', '60000'])
try {
  // What the stream holds, as fast as the service takes it.
  await service.live()
  const elapsedMs = service.recoveredMs
  const before = await service.metrics()
  const perSecond = (refusedOf(before) / elapsedMs) * 1_000
  console.log(
    `${refusedOf(before)} refused from the stream in ${(elapsedMs / 1_000).toFixed(1)} s: ${(perSecond / 1_000).toFixed(0)} k/s`,
  )
  // As many again, as they come.
  const memory: string[] = [memoryOf(before)]
  let refused = refusedOf(before)
  const all = refused + COUNT - 1
  let due = refused
  const beganMs = performance.now()
  await publish(async () => {
    const metrics = await service.metrics()
    refused = refusedOf(metrics)
    if (refused >= due + COUNT / SAMPLES) {
      due = refused
      memory.push(memoryOf(metrics))
    }
    return refused >= all ? Infinity : refused - refusedOf(before)
  })
  const after = await service.metrics()
  const cpuS = valueOf(after, CPU) - valueOf(before, CPU)
  console.log(
    `as they come: ${((COUNT - 1) / (performance.now() - beganMs)).toFixed(0)} k/s, ${((cpuS * 1e6) / COUNT).toFixed(1)} µs of processor time each; told of ${refusedOf(after) - valueOf(after, 'levels_rejects_unreported_total')} in all`,
  )
  console.log(`  MiB resident (heap used, beside the heap): ${memory.join(', ')}`)
} finally {
  await service.end('SIGTERM')
  await bus.close()
  await server.stop()
}

/** Publishes them, no further ahead than the window. */
async function publish(processed: () => Promise<number>): Promise<void> {
  const publisher = await startPublisher({
    port: server.port,
    count: COUNT,
    stepNs: 50_000,
    kind: 'spoiled',
  })
  let count = 0
  const over = new AbortController()
  const looking = (async () => {
    while (!over.signal.aborted) {
      count = await processed()
      await sleep(LOOK_MS)
    }
  })()
  await timeUntil(publisher, COUNT, () => count, WINDOW)
  over.abort()
  await looking
}

function valueOf(metrics: ReadonlyMap<string, number>, name: string): number {
  return metrics.get(name) ?? NaN
}

function refusedOf(metrics: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [name, value] of metrics) if (name.startsWith('levels_rejects_total')) sum += value
  return sum
}

function memoryOf(metrics: ReadonlyMap<string, number>): string {
  const mib = (name: string): string => (valueOf(metrics, name) / MB).toFixed(0)
  return `${mib('process_resident_memory_bytes')} (${mib('nodejs_heap_size_used_bytes')}, ${mib('nodejs_external_memory_bytes')})`
}
