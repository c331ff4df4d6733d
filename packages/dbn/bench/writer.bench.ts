import { cpus } from 'node:os'
import { MarketEvent } from '@levels/kernel'
import {
  DbnDecoder,
  DbnStep,
  DbnWriter,
  MboRecord,
  ReadCode,
  readMbp10Into,
  RecordTags,
} from '../src/index.ts'
import { leastMs, marketFile, printMachine, scale } from './market.ts'

const RECORDS = 2850
const RUNS = 1500

/** Depth events to write: those of a market file. */
function eventsOf(file: Uint8Array): MarketEvent[] {
  const decoder = new DbnDecoder()
  const events: MarketEvent[] = []
  decoder.push(file)
  for (let step = decoder.next(); step !== DbnStep.NeedInput; step = decoder.next()) {
    if (step !== DbnStep.Record) continue
    const event = new MarketEvent()
    if (readMbp10Into(decoder.record, scale, event) !== ReadCode.Ok)
      throw new Error('expected a book')
    events.push(event)
  }
  return events
}

printMachine(cpus())
const metadata = { dataset: 'GLBX.MDP3', schema: 'mbp-10', startNs: 0n } as const
const events = eventsOf(marketFile(1, RECORDS))
const tags = new RecordTags()
const order = new MboRecord()
order.priceTicks = 19_200
let bytes = 0
const sink = (chunk: Uint8Array): void => void (bytes += chunk.length)

function write(one: (writer: DbnWriter, event: MarketEvent) => void): number {
  return leastMs(RUNS, () => {
    const writer = new DbnWriter({ metadata, scale, sink })
    for (const event of events) one(writer, event)
    writer.finish()
  })
}

const copied = leastMs(RUNS, () => {
  const target = new Uint8Array(RECORDS * 368)
  for (let i = 0; i < target.length; i += 4) target[i] = i
  bytes += target.length
})
for (const [name, ms] of [
  ['mbp-10', write((writer, event) => writer.writeMbp10(event, tags))],
  ['trades', write((writer, event) => writer.writeTrade(event, tags))],
  ['mbo', write((writer) => writer.writeMbo(order))],
] as const) {
  const rate = (RECORDS / ms / 1000).toFixed(2).padStart(6)
  console.log(
    `write ${name.padEnd(8)} ${rate} M records/s  ${(copied / ms).toFixed(2)} of filling 1 MiB`,
  )
}
console.log(`(${bytes} bytes consumed)`)
