import { createReadStream, rmSync } from 'node:fs'
import { DbnReader, DbnStep, EventScale, readMbp10Into, readTradeInto, RType, Action } from '@levels/dbn'
import { MarketEvent } from '@levels/kernel'
import { openSources, replay, replayEpoch } from '@levels/feed'
import { SessionClock } from '@levels/calendar'
import { resolveConfig } from '@levels/level-signals'
import { runFiles } from '../src/run.ts'
import { depthFile } from './depth-file.ts'
const path = depthFile(2_000_000, 520)
async function decode() {
  const reader = new DbnReader(createReadStream(path, { highWaterMark: 1 << 20 }))
  const { decoder } = reader, rec = decoder.record
  const scale = new EventScale({ epochNs: 1773100800000000000n, tickNanos: 250000000 })
  const ev = new MarketEvent(); let n = 0, x = 0
  for (let more = true; more;) {
    more = await reader.fill()
    for (let s = decoder.next(); s !== DbnStep.NeedInput && s !== DbnStep.End; s = decoder.next()) {
      if (s !== DbnStep.Record) continue
      readMbp10Into(rec, scale, ev); x += ev.book[0]!; n++
    }
  }
  return n
}
async function feedOnly() {
  const sources = await openSources([path])
  const epochNs = replayEpoch(sources)
  const r = await replay({ sources, consumer: { onEvent() {}, onBoundary() {} }, hours: new SessionClock(epochNs), epochNs })
  return r.eventCount
}
async function full() {
  const r = await runFiles({ files: [path], config: resolveConfig(), outDir: '/tmp/w/benchrun' })
  return r.result.eventCount
}
for (let i = 0; i < 1; i++) for (const [name, f] of Object.entries(process.env.ONLY === 'full' ? { full } : { decode, feedOnly, full })) {
  const t = performance.now(); const n = await f(); const dt = (performance.now() - t) / 1000
  console.log(name, (2.0 / dt).toFixed(2), 'Mrec/s', n, 'rss', (process.memoryUsage.rss() / 1e6).toFixed(0))
}
