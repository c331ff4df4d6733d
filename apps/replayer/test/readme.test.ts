import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeSession, manifestOf, replayer, temporaryFolder } from './support.ts'

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const folder = temporaryFolder()

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(folder, 'input'), 3)
  await replayer('run', depthPath, equityPath, '--out', join(folder, 'run'))
})

describe('the README', () => {
  it('names every command and every option of run', async () => {
    const main = (await replayer('--help')).out
    const commands = [...main.matchAll(/^ {2}([a-z]+) .*\S/gm)].map((match) => match[1]!)
    expect(commands).toEqual(expect.arrayContaining(['run', 'verify', 'inspect', 'config', 'demo']))
    for (const command of commands) {
      if (command !== 'help') expect(readme).toContain(`replayer ${command}`)
    }
    const counts = { run: 20, publish: 12, record: 10 }
    for (const [command, count] of Object.entries(counts)) {
      const help = (await replayer(command, '--help')).out
      const options = [...help.matchAll(/^ +(--[a-z-]+) </gm)].map((match) => match[1]!)
      expect(options.length, command).toBe(count)
      for (const option of options) expect(readme).toContain(`\`${option} `)
    }
  })

  it('names every field of a manifest', () => {
    const manifest = manifestOf(join(folder, 'run'))
    const fields = [manifest, manifest.depth, manifest.sources[0]!].flatMap(Object.keys)
    for (const field of fields) expect(readme).toContain(`\`${field}\``)
  })

  it('has every exit code', () => {
    for (const code of [0, 1, 2, 3, 130])
      expect(readme).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'))
  })
})
