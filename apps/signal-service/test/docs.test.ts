import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REJECT_CODES, SERVICE_STATES } from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { REASON_CODES } from '../src/health.ts'
import { DEFAULT_SETTINGS, SETTING_SOURCES } from '../src/settings-schema.ts'
import { ServiceProcess, until } from './support.ts'

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8')
const operations = read('../../../docs/operations.md')
const readme = read('../README.md')

/** The first column of every table. */
function named(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^\|([^|]+)\|/gm)].flatMap((row) => {
      return [...row[1]!.matchAll(/`([A-Za-z_.]+)/g)].map((match) => match[1]!)
    }),
  )
}

describe('docs/operations.md', () => {
  it('explains every reject code, every state and every reason', () => {
    const names = named(operations)
    for (const name of [...REJECT_CODES, ...SERVICE_STATES, ...REASON_CODES]) {
      expect(names).toContain(name)
    }
  })

  it('explains every metric that the service has, and no other', async () => {
    await using service = new ServiceProcess(['--embedded'])
    const metrics = await until('metrics', async () => {
      await service.reaches('LIVE')
      return service.metrics()
    })
    const own = Object.keys(metrics).filter((name) => name.startsWith('levels_'))
    const names = own.map((name) => name.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, ''))
    const explained = [...named(operations)].filter((name) => name.startsWith('levels_'))
    const labelled = ['levels_snapshots_skipped_total'] // it has no value before the first
    expect(new Set(explained)).toEqual(new Set([...names, ...labelled]))
  })
})

describe('the README', () => {
  it('has every setting, with its flag, its name in the environment and its default', () => {
    for (const { key, env, flag } of SETTING_SOURCES) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${key}\``))
      expect(row, key).toBeDefined()
      const cells = row!.split('|').map((cell) => cell.trim())
      expect(cells[2]).toBe(flag === null ? '' : `\`${flag}\``)
      expect(cells[3]).toBe(`\`${env}\``)
      const [section = '', name] = key.split('.')
      const usual = (DEFAULT_SETTINGS as Record<string, unknown>)[section]
      const value = name === undefined ? usual : (usual as Record<string, unknown>)[name]
      const shown =
        value === null
          ? /^(|the first one taken)$/
          : new RegExp(`^\`?${JSON.stringify(value).replaceAll(String.fromCharCode(34), '')}\`?$`)
      expect(cells[4]).toMatch(shown)
    }
  })

  it('has every exit code', () => {
    for (const code of [0, 1, 2, 3, 130])
      expect(readme).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'))
  })
})
