import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DbnWriter, EventScale, RecordTags } from '@levels/dbn'
import { epochFor, MarketEvent, NS_PER_S } from '@levels/kernel'
import { type FuturesSink, marketOptions, MarketSimulator } from '../src/index.ts'

/**
 * What it costs to make mbp-10 records, and to make and write them, beside writing as many records
 * that are there already, in processor time. One core; the file lies among temporary files.
 */
const RECORDS = 3_000_000
const ROUNDS = 3
const RATE = 20
const EPOCH_NS = epochFor(marketOptions({ seed: 0 }).startNs)
const dir = mkdtempSync(join(tmpdir(), 'levels-sim-bench-'))
const path = join(dir, 'es.mbp-10.dbn')

function openWriter(): { writer: DbnWriter; close: () => void } {
  const fd = openSync(path, 'w')
  const writer = new DbnWriter({
    metadata: {
      dataset: 'GLBX.MDP3',
      schema: 'mbp-10',
      startNs: EPOCH_NS,
      symbols: ['ESH6'],
    },
    scale: new EventScale({ epochNs: EPOCH_NS, tickNanos: 250_000_000 }),
    sink: (chunk) => {
      for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at)
    },
  })
  const close = (): void => {
    writer.finish()
    closeSync(fd)
  }
  return { writer, close }
}

/** Processor time of this process so far, ms: what a busy machine does not stretch. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** ms to make so many records; each goes to `take`. */
function make(seed: number, take: FuturesSink): number {
  let count = 0
  const market = new MarketSimulator(marketOptions({ seed, rate: RATE }), {
    futures: (event, change) => {
      count++
      take(event, change)
    },
    equity: () => undefined,
  })
  const start = cpuMs()
  for (let second = 1; count < RECORDS; second++) {
    market.runUntil(market.startRelNs + second * NS_PER_S)
  }
  return ((cpuMs() - start) * RECORDS) / count
}

/** ms to write the same record so many times. */
function writeOnly(event: MarketEvent): number {
  const { writer, close } = openWriter()
  const tags = new RecordTags()
  const start = cpuMs()
  for (let i = 0; i < RECORDS; i++) {
    tags.sequence = i
    writer.writeMbp10(event, tags)
  }
  close()
  return cpuMs() - start
}

const told = (ms: number): string => `${(RECORDS / ms / 1_000).toFixed(2)} M records/s`
const sample = new MarketEvent()
for (let round = 0; round < ROUNDS; round++) {
  const madeMs = make(round, () => undefined)
  const { writer, close } = openWriter()
  const tags = new RecordTags()
  const bothMs = make(round, (event, { orders }) => {
    tags.orders = orders
    writer.writeMbp10(event, tags)
    sample.book.set(event.book)
    sample.priceTicks = event.priceTicks
    sample.tsRelNs = event.tsRelNs
    sample.tsRecvRelNs = event.tsRecvRelNs
  })
  close()
  const writtenMs = writeOnly(sample)
  const memoryMb = Math.round(process.memoryUsage.rss() / 1e6)
  console.log(
    `made ${told(madeMs)}, made and written ${told(bothMs)}: ` +
      `${(bothMs / writtenMs).toFixed(2)} × writing alone (${told(writtenMs)}); ${memoryMb} MB resident`,
  )
}
rmSync(dir, { recursive: true })
