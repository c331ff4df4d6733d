// What every package has alike, so that whoever knows one finds their way in the next.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { members, owners, publishedPackages, readJson, repositoryRoot } from '../repository.ts'

const text = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8')
const json = (path: string): unknown => readJson(join(repositoryRoot, path))

describe.each(publishedPackages())('$folder', ({ folder, layer, manifest }) => {
  const name = folder.replace('packages/', '')

  it('states what the others state', () => {
    expect(manifest).toMatchObject({
      name: `@levels/${name}`,
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=22.15' },
      publishConfig: { access: 'public' },
      nx: { tags: [`type:${layer}`, `scope:${name}`] },
    })
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'src', '!**/*.tsbuildinfo']))
    expect(manifest.description).toMatch(/\S/)
  })

  it('exports sources to this workspace and a typed build to everyone else', () => {
    const entries = Object.entries(manifest.exports ?? {})
    expect(entries[0]?.[0]).toBe('.')
    expect(entries.at(-1)).toEqual(['./package.json', './package.json'])
    for (const [path, target] of entries) {
      if (typeof target === 'string') {
        // A file that is no module is exported under the name it has.
        expect(target).toBe(path)
        continue
      }
      const source = target['@levels/source'] ?? ''
      const built = source.replace('./src/', './dist/').replace(/\.ts$/, '')
      // The order counts: the first condition that holds is taken.
      expect(Object.entries(target), path).toEqual([
        ['@levels/source', source],
        ['types', `${built}.d.ts`],
        ['default', `${built}.js`],
      ])
      expect(existsSync(join(repositoryRoot, folder, source)), source).toBe(true)
    }
  })

  it('carries the licence', () => {
    expect(text(`${folder}/LICENSE`)).toBe(text('LICENSE'))
  })

  it('has tests and a bench', () => {
    const has = (kind: string): string[] => readdirSync(join(repositoryRoot, folder, kind))
    expect(has('test').filter((file) => file.endsWith('.test.ts'))).not.toEqual([])
    expect(has('bench').filter((file) => file.endsWith('.bench.ts'))).not.toEqual([])
  })
})

describe.each(members())('$folder', ({ folder, manifest }) => {
  it('has an owner', () => {
    expect(owners().get(folder)).toMatch(/^@levels\/[a-z-]+-team$/)
  })

  it('is type checked with the whole', () => {
    const { references } = json('tsconfig.json') as { references: { path: string }[] }
    expect(references).toContainEqual({ path: `./${folder}` })
  })

  it('depends on its siblings by caret ranges that their present versions satisfy', () => {
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      const sibling = members().find((member) => member.manifest.name === name)
      if (sibling !== undefined) {
        expect(caretAllows(range, sibling.manifest.version), `${name}@${range}`).toBe(true)
      }
    }
  })
})

/** Whether `^a.b.c` allows the version: the same up to the first part that is not 0, and no older. */
function caretAllows(range: string, version: string): boolean {
  if (!range.startsWith('^')) return false
  const wanted = range.slice(1).split('.').map(Number)
  const present = version.split('.').map(Number)
  const leading = wanted.findIndex((part) => part !== 0)
  const fixed = leading < 0 ? wanted.length : leading + 1
  if (wanted.slice(0, fixed).some((part, index) => part !== present[index])) return false
  const later = wanted.findIndex((part, index) => part !== present[index])
  return later < 0 || (present[later] ?? 0) > (wanted[later] ?? 0)
}

describe('a caret range', () => {
  it.each<[string, string, boolean]>([
    ['^0.0.0', '0.0.0', true],
    ['^0.0.0', '0.0.1', false],
    ['^0.1.0', '0.1.3', true],
    ['^0.1.2', '0.1.1', false],
    ['^0.1.0', '0.2.0', false],
    ['^1.2.3', '1.3.0', true],
    ['^1.2.3', '2.0.0', false],
    ['0.1.0', '0.1.0', false],
  ])('%s allowing %s: %s', (range, version, allowed) => {
    expect(caretAllows(range, version)).toBe(allowed)
  })
})
