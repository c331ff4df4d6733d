import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

// In a process of its own: the test runner's modules call each other in ways that allocate.
const SCRIPT = fileURLToPath(new URL('../bench/allocation.ts', import.meta.url))
const FLAGS = ['--conditions=@levels/source', '--expose-gc']
const NO_COLLECTION = ['--min-semi-space-size=256', '--max-semi-space-size=256']

/** Less than any object of the heap: what is left are odd ones among a million events. */
const NOTHING_BYTES = 2

it('allocates nothing per depth update and per futures trade, over a million of each', () => {
  const out = execFileSync(process.execPath, [...FLAGS, ...NO_COLLECTION, SCRIPT], {
    encoding: 'utf8',
  })
  const bytes = JSON.parse(out) as { readonly depthUpdate: number; readonly futuresTrade: number }
  expect(bytes.depthUpdate).toBeLessThan(NOTHING_BYTES)
  expect(bytes.futuresTrade).toBeLessThan(NOTHING_BYTES)
})
