// The gateway of the delivery bench, in a process of its own: publishes at 4 Hz once it is told to.
import { InProcessBus } from '@levels/bus'
import { encodeLevelSignals, HEADERS, Subject } from '@levels/contracts'
import { createGateway, liveSource } from '../src/index.ts'
import { seededRandom, snapOf } from './snaps.ts'

const SNAP_MS = 250
const random = seededRandom(7)

/** What the parent asks for. */
export interface PublishOrder {
  readonly snapCount: number
  readonly levelCount: number
}

/** What it cost, told once all is published and on its way. */
export interface PublishCost {
  readonly cpuShare: number
  readonly rssMiB: number
  readonly snapBytes: number
  readonly serialisations: number
  readonly superseded: number
  /** Bound of the bucket of the gateway's own histogram, ms. */
  readonly writtenMsP99: number
}

const bus = new InProcessBus()
const gateway = await createGateway({ source: liveSource(bus) })
let published = 0

process.on('message', (order: PublishOrder | 'end') => {
  if (order === 'end') void gateway.close().then(() => process.exit(0))
  else void publish(order)
})
process.send?.({ url: gateway.url })

async function counted(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`levels_gateway_${name} `))
  return Number(line?.split(' ')[1])
}

/** Counts of the delivery histogram by upper bound, s. */
async function writtenCounts(): Promise<[boundS: number, count: number][]> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  const found = text.matchAll(/^levels_gateway_delivery_seconds_bucket\{le="([^"]+)"\} ([0-9]+)$/gm)
  return [...found].map(([, bound, count]) => [
    Number(bound?.replace('+Inf', 'Infinity')),
    Number(count),
  ])
}

async function publish({ snapCount, levelCount }: PublishOrder): Promise<void> {
  const before = [await counted('serialisations_total'), await counted('superseded_total')]
  const writtenBefore = await writtenCounts()
  const cpuBefore = process.cpuUsage()
  const startMs = performance.now()
  let snapBytes = 0
  for (let n = 1; n <= snapCount; n++) {
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, startMs + n * SNAP_MS - performance.now())),
    )
    // The boundary is the moment of publishing: clients measure from it.
    const ts = Date.now()
    const payload = Buffer.from(encodeLevelSignals(snapOf(ts, levelCount, random)))
    snapBytes = payload.length
    bus.publish(Subject.LevelSignals, payload, { [HEADERS.run]: `bench-${published}` })
  }
  const elapsedMs = performance.now() - startMs
  const { user, system } = process.cpuUsage(cpuBefore)
  published++
  const after = [await counted('serialisations_total'), await counted('superseded_total')]
  const written = (await writtenCounts()).map(([bound, count], i): [number, number] => [
    bound,
    count - (writtenBefore[i]?.[1] ?? 0),
  ])
  const all = written.at(-1)?.[1] ?? 0
  const p99 = written.find(([, count]) => count >= 0.99 * all)?.[0] ?? NaN
  const cost: PublishCost = {
    writtenMsP99: p99 * 1000,
    cpuShare: (user + system) / 1000 / elapsedMs,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
    snapBytes,
    serialisations: (after[0] ?? NaN) - (before[0] ?? NaN),
    superseded: (after[1] ?? NaN) - (before[1] ?? NaN),
  }
  process.send?.(cost)
}
