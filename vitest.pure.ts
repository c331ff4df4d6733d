import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.base.ts'

/** For packages that compute: their tests leave nothing behind, so that all files share a worker. */
export default mergeConfig(base, defineConfig({ test: { isolate: false } }))
