/**
 * Resident memory over a session of twelve million mbp-10 records, the whole run as a user starts
 * it: flat after warm-up, and how large. The file takes 4.4 GB among temporary files.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveConfig } from '@levels/level-signals'
import { runFiles } from '../src/run.ts'
import { depthFile } from './depth-file.ts'

const RECORDS = Number(process.argv[2] ?? 12_000_000)
const RECORDS_PER_S = 520
const SAMPLE_EVENTS = RECORDS / 12
const WARM_UP_SHARE = 0.25

const outDir = mkdtempSync(join(tmpdir(), 'levels-bench-memory-'))
console.log(`${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, Node ${process.version}`)
const path = depthFile(RECORDS, RECORDS_PER_S)
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
const samples: { events: number; rss: number; alive: number }[] = []
let next = SAMPLE_EVENTS
const start = performance.now()
const { result } = await runFiles({
  files: [path],
  config: resolveConfig(),
  outDir,
  onProgress: ({ eventCount }) => {
    if (eventCount < next) return
    next += SAMPLE_EVENTS
    const rss = process.memoryUsage.rss()
    globalThis.gc?.()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    const alive = heapUsed + arrayBuffers
    samples.push({ events: eventCount, rss, alive })
    const millions = (eventCount / 1e6).toFixed(1).padStart(5)
    console.log(`${millions} M events  resident ${megabytes(rss)}  alive ${megabytes(alive)}`)
  },
})
const elapsedS = (performance.now() - start) / 1_000
const settled = samples.filter((s) => s.events > RECORDS * WARM_UP_SHARE)
const range = (of: (sample: (typeof samples)[number]) => number): string =>
  `${megabytes(Math.min(...settled.map(of)))} – ${megabytes(Math.max(...settled.map(of)))}`
console.log(
  `${result.eventCount.toLocaleString('en-US')} events, ` +
    `${result.boundaryCount.toLocaleString('en-US')} snaps in ${elapsedS.toFixed(1)} s; ` +
    `after warm-up resident ${range((s) => s.rss)}, alive ${range((s) => s.alive)}`,
)
rmSync(outDir, { recursive: true })
