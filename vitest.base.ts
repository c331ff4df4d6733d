import { availableParallelism } from 'node:os'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// "@levels/source" makes workspace packages resolve to src/*.ts, so tests never need a build.
const conditions = ['@levels/source', ...defaultServerConditions]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // No test measures time; the limit only ends one that hangs, on a busy machine too.
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many tests wait for servers and processes, so there is one more at a time than there are cores.
    maxWorkers: availableParallelism() + 1,
  },
})
