import { defineProject, mergeConfig } from 'vitest/config'
import base from '../vitest.base.ts'

// These start compilers, package managers and a registry: after the quick tests, and with patience.
export default mergeConfig(
  base,
  defineProject({
    test: { testTimeout: 240_000, hookTimeout: 240_000, sequence: { groupOrder: 1 } },
  }),
)
