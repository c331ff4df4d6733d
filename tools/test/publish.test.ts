// Every package is built, packed and published to a registry of our own, then installed by itself
// in an empty project and used there as a stranger would: imported, its README example compiled
// against the published types and run. No other registry is asked.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalRegistry, startRegistry } from '../local-registry.ts'
import { runNode, runNpm } from '../processes.ts'
import { readExample, readReadme } from '../readme-examples.ts'
import {
  type Layer,
  type Member,
  publishedPackages,
  readJson,
  repositoryRoot,
} from '../repository.ts'
import { copyWithoutScripts, copyWorkspace, externalDependencies } from '../workspace-copy.ts'

const packages = publishedPackages()
const changesets = join(repositoryRoot, 'node_modules/@changesets/cli/bin.js')
const tsc = join(repositoryRoot, 'node_modules/@typescript/typescript7/bin/tsc')

/** What a consumer's compiler has to know beside the language, by layer: less is better. */
const surroundings: Record<Layer, 'nothing' | 'dom' | 'node'> = {
  kernel: 'nothing',
  state: 'nothing',
  engine: 'nothing',
  // zod's types name URL, which a browser and Node both have.
  contract: 'dom',
  service: 'dom',
  adapter: 'node',
  sim: 'node',
  app: 'node',
}

interface Packed {
  readonly name: string
  readonly files: readonly { readonly path: string }[]
}

let folder: string
let registry: LocalRegistry
let packed: Map<string, string[]>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'levels-publish-'))
  const copy = join(folder, 'copy')
  copyWorkspace(packages, copy)
  registry = await startRegistry(folder)
  const builds = packages.map((member) => join(member.folder, 'tsconfig.lib.json'))
  await runNode([tsc, '-b', ...builds], { cwd: copy })
  const pack = JSON.parse(await npm(copy, 'pack', '--dry-run', '--workspaces', '--json')) as
    Packed[] | Record<string, Packed>
  packed = new Map(
    Object.values(pack).map(({ name, files }) => [name, files.map(({ path }) => path)]),
  )
  // As "npm run release" does.
  await runNode([changesets, 'publish', '--no-git-tag'], {
    cwd: copy,
    env: registry.npmEnvironment,
  })
  await publishExternals(externalDependencies(packages))
})

afterAll(async () => {
  await registry.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

/**
 * The packages from elsewhere that ours need, as they are installed here: all by one npm, but for
 * further versions of the same package, which npm does not take together.
 */
async function publishExternals(paths: readonly string[]): Promise<void> {
  const rounds: Map<string, string>[] = []
  const seen = new Set<string>()
  for (const path of paths) {
    const { name, version } = readJson(join(path, 'package.json')) as Member['manifest']
    // One version may be installed in several places.
    if (seen.has(`${name}@${version}`)) continue
    seen.add(`${name}@${version}`)
    const round = rounds.find((taken) => !taken.has(name))
    if (round === undefined) rounds.push(new Map([[name, path]]))
    else round.set(name, path)
  }
  for (const [index, round] of rounds.entries()) {
    const root = join(folder, `external-${index}`)
    for (const [name, path] of round) copyWithoutScripts(path, join(root, 'packages', name))
    const workspaces = [...round.keys()].map((name) => `packages/${name}`)
    writeFileSync(join(root, 'package.json'), JSON.stringify({ private: true, workspaces }))
    // By another tag than the usual one, which an older version may not take.
    await npm(root, 'publish', '--workspaces', '--tag', 'installed', '--silent')
  }
}

function npm(cwd: string, ...args: string[]): Promise<string> {
  return runNpm(args, { cwd, env: registry.npmEnvironment })
}

/** The packages of this workspace that one needs, itself included. */
function closure(name: string): Set<string> {
  const needed = new Set([name])
  for (const next of needed) {
    const manifest = packages.find((member) => member.manifest.name === next)?.manifest
    for (const dependency of Object.keys(manifest?.dependencies ?? {})) {
      if (dependency.startsWith('@levels/')) needed.add(dependency)
    }
  }
  return needed
}

/** An empty project with the one package installed. */
async function install({ manifest }: Member): Promise<string> {
  const project = join(folder, 'projects', manifest.name.replace('@levels/', ''))
  mkdirSync(project, { recursive: true })
  const empty = { name: 'stranger', version: '1.0.0', private: true, type: 'module' }
  writeFileSync(join(project, 'package.json'), JSON.stringify(empty))
  await npm(project, 'install', manifest.name)
  return project
}

/** Every module a package exports, as one imports it. */
function entryPoints({ manifest }: Member): string[] {
  return Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target !== 'string')
    .map(([path]) => manifest.name + path.slice(1))
}

/** Type checks strictly, the types of libraries included. */
async function typeCheck(project: string, member: Member, code: string): Promise<void> {
  const around = surroundings[member.layer]
  // The types of the NATS client break this rule themselves.
  const exactOptionalPropertyTypes = !closure(member.manifest.name).has('@levels/bus')
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes },
    ...{ module: 'nodenext', target: 'es2024' },
    lib: around === 'dom' ? ['es2024', 'dom'] : ['es2024'],
    types: around === 'node' ? ['node'] : [],
    typeRoots: [join(repositoryRoot, 'node_modules/@types')],
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  if (around === 'nothing') {
    const globals = 'declare const console: { log(...values: unknown[]): void }\n'
    writeFileSync(join(project, 'console.d.ts'), globals)
  }
  const everything = entryPoints(member)
    .map((path, index) => `import * as entry${index} from '${path}'\nvoid entry${index}\n`)
    .join('')
  writeFileSync(join(project, 'everything.ts'), everything)
  writeFileSync(join(project, 'example.ts'), code)
  await runNode([tsc, '-p', '.'], { cwd: project })
}

describe.each(packages)('$manifest.name', (member) => {
  const { name } = member.manifest

  it('packs its build, sources, README and licence, and nothing of its tests', () => {
    const files = packed.get(name) ?? []
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js']),
    )
    expect(files.filter((path) => /(^|\/)(test|bench)\/|tsbuildinfo|tsconfig/.test(path))).toEqual(
      [],
    )
  })

  it('is installed alone in an empty project, and used there with its types', async () => {
    const project = await install(member)
    expect(new Set(levelsPackagesIn(project))).toEqual(closure(name))

    const { code, printed } = readExample(readReadme(member.folder))
    await typeCheck(project, member, code)
    expect(await runNode(['example.ts'], { cwd: project })).toBe(printed)

    for (const path of entryPoints(member)) {
      const probe = `const { pathname } = new URL(import.meta.resolve('${path}'))
        console.log(pathname.includes('/dist/'), Object.keys(await import('${path}')).length > 0)`
      const answer = await runNode(['--input-type=module', '-e', probe], { cwd: project })
      expect(answer).toBe('true true\n')
    }
  })
})

function levelsPackagesIn(project: string): string[] {
  const scope = join(project, 'node_modules/@levels')
  expect(existsSync(scope)).toBe(true)
  return readdirSync(scope).map((folder) => {
    const manifest = readJson(join(scope, folder, 'package.json')) as Member['manifest']
    return manifest.name
  })
}
