// Reads the example of a package README (its first ts fence, and the text fence after it) and runs
// it from sources, so that what a README shows is what happens.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './repository.ts'

/** A README's example and what it says the example prints. */
export interface Example {
  readonly code: string
  readonly printed: string
}

/**
 * The example of a README text.
 * @throws Error when there is no ts fence, or no text fence after it.
 */
export function readExample(readme: string): Example {
  const code = /^```ts\n(.*?)^```$/ms.exec(readme)
  if (code === null) throw new Error('expected a ```ts fence with an example, was none')
  const printed = /^```text\n(.*?)^```$/ms.exec(readme.slice(code.index + code[0].length))
  if (printed === null) throw new Error('expected a ```text fence with what the example prints')
  return { code: code[1] ?? '', printed: printed[1] ?? '' }
}

/**
 * The README of a package or app.
 * @throws Error when it is missing.
 */
export function readReadme(folder: string): string {
  const path = join(repositoryRoot, folder, 'README.md')
  if (!existsSync(path)) throw new Error(`${folder}/README.md is missing`)
  return readFileSync(path, 'utf8')
}

/**
 * What the code prints when it runs as a module of the package, from sources.
 * @throws Error with what it wrote to stderr when it fails.
 */
export function runFromSources(folder: string, code: string): string {
  const flags = ['--conditions=@levels/source', '--input-type=module-typescript', '-']
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, {
    cwd: join(repositoryRoot, folder),
    encoding: 'utf8',
    input: code,
  })
  if (status !== 0) throw new Error(`the example of ${folder}/README.md failed:\n${stderr}`)
  return stdout
}

/** The packages of this workspace that the code imports, without their subpaths. */
export function importedPackages(code: string): string[] {
  const found = [...code.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '')
  return [...new Set(found.map((specifier) => specifier.split('/').slice(0, 2).join('/')))].sort()
}
