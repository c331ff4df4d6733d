// .ci/run is believed without a look: so its exit code and closing line are tested, with an npm
// that only pretends.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { repositoryRoot } from '../repository.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'levels-ci-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Pretence {
  /** What the test run reports; null writes no report. */
  readonly report: { numPassedTests: number; numFailedTests: number } | null
  /** The npm commands that fail, such as `test` or `run lint`. */
  readonly failing: readonly string[]
}

function runCi({ report, failing }: Pretence) {
  const reported =
    report === null ? 'true' : `echo '${JSON.stringify(report)}' > "$LEVELS_TEST_REPORT"`
  const npm = [
    '#!/usr/bin/env bash',
    `echo "$*" >> '${folder}/asked'`,
    `if [ "$*" = test ]; then ${reported}; fi`,
    `case "$*" in ${failing.map((command) => `'${command}') exit 1;;`).join(' ')} esac`,
  ]
  writeFileSync(join(folder, 'npm'), `${npm.join('\n')}\n`)
  chmodSync(join(folder, 'npm'), 0o755)
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` }
  const run = spawnSync('bash', [join(repositoryRoot, '.ci/run')], { encoding: 'utf8', env })
  const asked = readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n')
  return { status: run.status, last: run.stdout.trimEnd().split('\n').at(-1), asked }
}

const green = { numPassedTests: 12, numFailedTests: 0 }

describe('the CI script', () => {
  it('runs the tests as the README says and then every other check', () => {
    const { status, last, asked } = runCi({ report: green, failing: [] })
    expect([status, last]).toEqual([0, '12 passed, 0 failed'])
    expect(asked.slice(0, 2)).toEqual(['ci', 'test'])
    expect(asked).toEqual(
      expect.arrayContaining(['run lint', 'run typecheck', 'run format:check', 'run knip']),
    )
    expect(asked).toEqual(
      expect.arrayContaining(['run lock:check', 'run architecture:check', 'run pack:check']),
    )
  })

  it.each<[string, Pretence, string]>([
    [
      'a test fails',
      { report: { numPassedTests: 10, numFailedTests: 2 }, failing: ['test'] },
      '10 passed, 2 failed',
    ],
    ['a test file does not even load', { report: green, failing: ['test'] }, '12 passed, 1 failed'],
    [
      'the test run ends without a report',
      { report: null, failing: ['test'] },
      '0 passed, 1 failed',
    ],
    ['the install fails', { report: null, failing: ['ci'] }, '0 passed, 1 failed'],
    ['a check fails', { report: green, failing: ['run lint'] }, '12 passed, 1 failed'],
    [
      'several things fail',
      {
        report: { numPassedTests: 10, numFailedTests: 2 },
        failing: ['test', 'run knip', 'run pack:check'],
      },
      '10 passed, 4 failed',
    ],
  ])('fails when %s, and says so last', (_what, pretence, closing) => {
    const { status, last } = runCi(pretence)
    expect([status, last]).toEqual([1, closing])
  })

  it('does not call a run without any test green', () => {
    const empty = { numPassedTests: 0, numFailedTests: 0 }
    expect(runCi({ report: empty, failing: [] }).status).toBe(1)
  })
})
