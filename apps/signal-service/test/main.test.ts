import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('says that it is not built yet and exits with a code that is not success', () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const run = spawnSync(process.execPath, [main], { encoding: 'utf8' })
  expect(run.stderr).toMatch(/not built yet/)
  expect(run.stdout).toBe('')
  expect(run.status).toBe(2)
})
