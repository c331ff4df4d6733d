import { writeFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSessionFiles } from '../src/index.ts'

/** What making a session costs, beside only writing the same bytes. */
const dir = mkdtempSync(join(tmpdir(), 'levels-sim-bench-'))
for (let round = 0; round < 3; round++) {
  const start = performance.now()
  const files = writeSessionFiles({ dir, seed: round, durationS: 600 })
  const madeMs = performance.now() - start
  const bytes = [readFileSync(files.depthPath), readFileSync(files.equityPath)]
  const writeStart = performance.now()
  for (const [i, part] of bytes.entries()) writeFileSync(join(dir, `copy-${i}`), part)
  const writeMs = performance.now() - writeStart
  const events = files.depthRecords + files.equityEvents
  console.log(
    `${events.toLocaleString('en-US')} events in ${madeMs.toFixed(0)} ms ` +
      `(${(events / madeMs / 1000).toFixed(2)} M/s), ` +
      `${(madeMs / writeMs).toFixed(1)} × writing the same bytes`,
  )
}
rmSync(dir, { recursive: true })
