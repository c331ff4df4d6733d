/**
 * Replaying an uncompressed mbp-10 file from the page cache, the whole pipeline with snaps every
 * 250 ms and the default universe, against only decoding the same fields from the same file.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SessionClock } from '@levels/calendar'
import { DbnReader, DbnStep, EventScale, readMbp10Into } from '@levels/dbn'
import { fileChunks, openSources, replay, replayEpoch } from '@levels/feed'
import { MarketEvent } from '@levels/kernel'
import { resolveConfig } from '@levels/level-signals'
import { runFiles } from '../src/run.ts'
import { depthFile, EPOCH_NS, TICK_NANOS } from './depth-file.ts'

const RECORDS = 2_000_000
const ROUNDS = 3
const RATES_PER_S = [520, 2_000, 5_000, 20_000]

/** Reads the file as the run does: a stream that takes new memory for each piece costs half as much again. */
async function decodeOnly(path: string): Promise<number> {
  const reader = new DbnReader(fileChunks(path))
  const { decoder } = reader
  const scale = new EventScale({ epochNs: EPOCH_NS, tickNanos: TICK_NANOS })
  const event = new MarketEvent()
  let records = 0
  let consumed = 0
  for (let more = true; more;) {
    more = await reader.fill()
    for (let step = decoder.next(); ; step = decoder.next()) {
      if (step === DbnStep.NeedInput || step === DbnStep.End) break
      if (step !== DbnStep.Record) continue
      readMbp10Into(decoder.record, scale, event)
      consumed += event.book[0] ?? 0
      records++
    }
  }
  if (consumed === 0) throw new Error('nothing was decoded')
  return records
}

async function feedOnly(path: string): Promise<number> {
  const sources = await openSources([path])
  const epochNs = replayEpoch(sources)
  const ignore = (): void => undefined
  const result = await replay({
    sources,
    consumer: { onEvent: ignore, onBoundary: ignore },
    hours: new SessionClock(epochNs),
    epochNs,
  })
  return result.eventCount
}

async function wholeRun(path: string): Promise<number> {
  const { result } = await runFiles({ files: [path], config: resolveConfig(), outDir })
  return result.eventCount
}

// Time is that of the main thread's processor: other programs on the machine cannot add to it, and
// the digests of the inputs, which have a thread of their own, do not count.
const outDir = mkdtempSync(join(tmpdir(), 'levels-bench-run-'))
console.log(`${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, Node ${process.version}`)
for (const rate of RATES_PER_S) {
  const path = depthFile(RECORDS, rate)
  const best: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries({ decodeOnly, feedOnly, wholeRun })) {
      const start = process.threadCpuUsage()
      const records = await work(path)
      const { user, system } = process.threadCpuUsage(start)
      best[name] = Math.max(best[name] ?? 0, records / ((user + system) / 1e6))
    }
  }
  const { decodeOnly: decode = 0, feedOnly: feed = 0, wholeRun: whole = 0 } = best
  const millions = (perS: number): string => `${(perS / 1e6).toFixed(2)} M/s`
  console.log(
    `${rate.toLocaleString('en-US').padStart(6)} records/s of event time: ` +
      `decode ${millions(decode)}, feed ${millions(feed)}, whole run ${millions(whole)}; ` +
      `whole / decode ${(whole / decode).toFixed(2)}`,
  )
}
rmSync(outDir, { recursive: true })
