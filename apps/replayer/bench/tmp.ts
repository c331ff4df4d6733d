import { resolveConfig } from '@levels/level-signals'
import { runFiles } from '../src/run.ts'
import { depthFile } from './depth-file.ts'
const path = depthFile(2_000_000, Number(process.env.RATE ?? 20_000))
const t = performance.now()
const { result } = await runFiles({
  files: [path],
  config: resolveConfig(),
  outDir: '/tmp/w/benchrun2',
})
console.log(result.eventCount / (performance.now() - t) / 1000, 'M/s', result.boundaryCount)
