import { EventKind, MarketEvent } from '@levels/kernel'
import { Action, DbnWriter, EventScale, RecordSide, RecordTags } from '../src/index.ts'

const epochNs = 1_709_596_800_000_000_000n

/** ES: a tick of 0.25. */
export const scale = new EventScale({ epochNs, tickNanos: 250_000_000 })

/** Seeded random numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Depth as a market gives it: one level changes at a time, now and then the price moves. */
export function marketFile(seed: number, recordCount: number): Uint8Array {
  const random = seededRandom(seed)
  const chunks: Uint8Array[] = []
  const writer = new DbnWriter({
    metadata: { dataset: 'GLBX.MDP3', schema: 'mbp-10', startNs: epochNs },
    scale,
    sink: (chunk) => chunks.push(chunk),
  })
  const event = new MarketEvent()
  const tags = new RecordTags()
  event.kind = EventKind.Depth
  tags.instrumentId = 17_077
  let bid = 19_200
  const setLots = (isBid: boolean, level: number, lots: number): void => {
    event.book[(isBid ? 10 : 30) + level] = lots
    // Without counts of orders the file would compress better than a venue's.
    tags.orders[(isBid ? 0 : 10) + level] = 1 + ((lots * 5) >> 3)
  }
  for (let i = 0; i < 20; i++) setLots(i < 10, i % 10, 20 + (i % 10))
  for (let n = 0; n < recordCount; n++) {
    const level = Math.floor(random() * 10)
    const isBid = random() < 0.5
    setLots(isBid, level, 1 + Math.floor(random() * 200))
    if (random() < 0.04) bid += random() < 0.5 ? 1 : -1
    for (let i = 0; i < 10; i++) {
      event.book[i] = bid - i
      event.book[20 + i] = bid + 1 + i
    }
    event.tsRelNs += Math.floor(random() * 2e6)
    event.tsRecvRelNs = event.tsRelNs + 150_000 + Math.floor(random() * 5000)
    event.priceTicks = isBid ? bid - level : bid + 1 + level
    event.size = 1 + Math.floor(random() * 20)
    tags.action = random() < 0.5 ? Action.Add : Action.Cancel
    tags.side = isBid ? RecordSide.Bid : RecordSide.Ask
    tags.depth = level
    tags.sequence += 1 + Math.floor(random() * 4)
    tags.tsInDeltaNs = 13_000 + Math.floor(random() * 8000)
    writer.writeMbp10(event, tags)
  }
  writer.finish()
  return new Uint8Array(Buffer.concat(chunks))
}

/** The least of several runs, ms: what the work costs when nothing disturbs it. */
export function leastMs(runs: number, work: () => void): number {
  let least = Infinity
  for (let i = 0; i < runs; i++) {
    const start = performance.now()
    work()
    least = Math.min(least, performance.now() - start)
  }
  return least
}

/** Says what was measured where. */
export function printMachine(cpus: readonly { readonly model: string }[]): void {
  console.log(`Node ${process.version}, ${cpus.length} × ${cpus[0]?.model ?? 'unknown processor'}`)
}
