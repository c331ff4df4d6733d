import { resolveConfig } from '@levels/level-signals'
import { runFiles } from '../src/run.ts'
import { depthFile } from './depth-file.ts'
const path = depthFile(2_000_000, Number(process.env.RATE ?? 20_000))
for (let i = 0; i < 4; i++) {
const t = performance.now(); const c = process.cpuUsage()
const { result } = await runFiles({ files: [path], config: resolveConfig(), outDir: '/tmp/w/benchrun2' })
const d = process.cpuUsage(c)
console.log((result.eventCount / (performance.now() - t) / 1000).toFixed(2), 'M/s wall', (result.eventCount / (d.user + d.system)).toFixed(2), 'M/s cpu (with digest thread)', result.boundaryCount)
}
