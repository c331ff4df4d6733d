// Nx looks at packages, not at the files inside one. A cycle of files is a module that is not
// finished when another one uses it.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { members, repositoryRoot } from '../repository.ts'

/** Programs, and what a browser runs. */
const SOURCE_FOLDERS = ['src', 'page']

type Imports = ReadonlyMap<string, readonly string[]>

/** What each source file under the folder imports of its own package for its values, not its types. */
function importsIn(folder: string): Imports {
  const paths = SOURCE_FOLDERS.flatMap((name) => filesIn(join(repositoryRoot, folder, name)))
  const sources = paths.filter((path) => /\.tsx?$/.test(path))
  return new Map(sources.map((path) => [path, valueImports(path)]))
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.map((name) => join(folder, name))
}

function valueImports(path: string): string[] {
  const statements = readFileSync(path, 'utf8').matchAll(
    /^(?:import|export)\s(?!type\b)[^'"]*?from\s+'(\.[^']+)'/gm,
  )
  return [...statements].map((match) => join(dirname(path), match[1] ?? ''))
}

/** The first cycle met, as the files along it; empty when there is none. */
function findCycle(imports: Imports): string[] {
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return []
    for (const next of imports.get(path) ?? []) {
      const cycle = visit(next, [...trail, path])
      if (cycle.length > 0) return cycle
    }
    done.add(path)
    return []
  }
  for (const path of imports.keys()) {
    const cycle = visit(path, [])
    if (cycle.length > 0) return cycle
  }
  return []
}

describe('files that need each other in a circle', () => {
  it.each(members().map((member) => member.folder))('%s has none', (folder) => {
    expect(findCycle(importsIn(folder))).toEqual([])
  })

  it('are looked for in every file, those of a page too', () => {
    const names = [...importsIn('apps/board').keys()].map((path) => basename(path))
    expect(names).toEqual(expect.arrayContaining(['cli.ts', 'main.tsx']))
  })

  it('are found', () => {
    const imports = new Map([
      ['a', ['b', 'c']],
      ['b', []],
      ['c', ['d']],
      ['d', ['a']],
    ])
    expect(findCycle(imports)).toEqual(['a', 'c', 'd', 'a'])
  })
})
