import { defineConfig } from 'vitest/config'
import './tools/check-node.mjs'

// "npm run test:nightly" is the same suite with more inputs; tests read LEVELS_NIGHTLY.
export default defineConfig(({ mode }) => {
  if (mode === 'nightly') process.env.LEVELS_NIGHTLY = '1'
  const report = process.env.LEVELS_TEST_REPORT
  return {
    test: {
      projects: ['packages/*', 'apps/*', 'tools'],
      reporters: ['default', ...(report === undefined ? [] : [jsonReport(report)])],
      coverage: {
        provider: 'v8',
        include: ['{packages,apps}/*/src/**/*.ts'],
        exclude: ['**/*.{test,bench}.ts'],
        reporter: ['text-summary', 'lcov'],
      },
    },
  }
})

/** A machine-readable report beside the printed one: CI takes its closing line from it. */
function jsonReport(outputFile: string): ['json', { outputFile: string }] {
  return ['json', { outputFile }]
}
