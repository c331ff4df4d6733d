// A dry run of the release, in a copy: the changesets that wait become versions, and then two small
// changes show that packages move independently.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lock, lockFaults } from '../lock-faults.ts'
import { runNode, runNpm } from '../processes.ts'
import {
  type Manifest,
  members,
  publishedPackages,
  readJson,
  repositoryRoot,
} from '../repository.ts'

const folders = ['tools', ...members().map((member) => member.folder)]
const changesets = join(repositoryRoot, 'node_modules/@changesets/cli/bin.js')
let copy: string

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'levels-release-'))
  const manifests = folders.map((folder) => `${folder}/package.json`)
  for (const path of ['package.json', 'package-lock.json', '.npmrc', '.changeset', ...manifests]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(repositoryRoot, path), join(copy, path), { recursive: true })
  }
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** What "npm run version-packages" does, without asking a registry. */
async function versionPackages(): Promise<void> {
  // Changesets finds its changelog writer among the installed packages; npm must not see them, or
  // it would take their links for the workspace.
  const modules = join(copy, 'node_modules')
  symlinkSync(join(repositoryRoot, 'node_modules'), modules, 'junction')
  await runNode([changesets, 'version'], { cwd: copy })
  rmSync(modules)
  const flags = ['--package-lock-only', '--offline', '--ignore-scripts']
  await runNpm(['install', ...flags], { cwd: copy })
}

function manifests(): Map<string, Manifest> {
  return new Map(
    folders.map((folder) => {
      const manifest = readJson(join(copy, folder, 'package.json')) as Manifest
      return [manifest.name, manifest]
    }),
  )
}

/** The packages whose version changes while the work is done, with the new version. */
async function changedBy(work: () => Promise<void>): Promise<Map<string, string>> {
  const before = manifests()
  await work()
  return new Map(
    [...manifests().values()]
      .filter(({ name, version }) => before.get(name)?.version !== version)
      .map(({ name, version }) => [name, version]),
  )
}

function release(name: string, bump: 'patch' | 'minor'): () => Promise<void> {
  return async () => {
    const changeset = `---\n'${name}': ${bump}\n---\n\nA change for the dry run.\n`
    writeFileSync(join(copy, '.changeset/dry-run.md'), changeset)
    await versionPackages()
  }
}

function next(name: string, bump: 'patch' | 'minor'): string {
  const version = manifests().get(name)?.version ?? ''
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return bump === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

function soundLock(): void {
  const lock = readJson(join(copy, 'package-lock.json')) as { packages: Lock }
  const all = ['', ...folders].map((folder) => [
    folder,
    readJson(join(copy, folder, 'package.json')),
  ])
  expect(lockFaults(lock.packages, Object.fromEntries(all) as Lock)).toEqual([])
}

describe('a release', () => {
  it('turns every waiting changeset into a version and a changelog, and updates the lockfile', async () => {
    const changed = await changedBy(versionPackages)
    expect(readdirSync(join(copy, '.changeset')).sort()).toEqual(['README.md', 'config.json'])
    for (const [name, version] of changed) {
      const folder = name === '@levels/tools' ? 'tools' : folderOf(name)
      expect(readFileSync(join(copy, folder, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version}`)
    }
    for (const { manifest } of publishedPackages()) {
      expect(manifests().get(manifest.name)?.version).not.toBe('0.0.0')
    }
    soundLock()
  })

  it('of a patch to one engine releases that engine alone', async () => {
    const version = next('@levels/barrier', 'patch')
    const changed = await changedBy(release('@levels/barrier', 'patch'))
    expect([...changed]).toEqual([['@levels/barrier', version]])
    soundLock()
  })

  it('of a minor, which leaves the caret range below 1.0, releases what depends on it as patches', async () => {
    const name = '@levels/market-state'
    const dependents = [...manifests().values()].filter(
      (manifest) => manifest.dependencies?.[name] !== undefined,
    )
    const expected = new Map([
      [name, next(name, 'minor')],
      ...dependents.map((one): [string, string] => [one.name, next(one.name, 'patch')]),
    ])
    expect(await changedBy(release(name, 'minor'))).toEqual(expected)
    for (const { name: dependent } of dependents) {
      const range = manifests().get(dependent)?.dependencies?.[name]
      expect(range).toBe(`^${expected.get(name) ?? ''}`)
    }
    soundLock()
  })
})

function folderOf(name: string): string {
  const member = members().find(({ manifest }) => manifest.name === name)
  if (member === undefined) throw new Error(`expected a package of the workspace, was ${name}`)
  return member.folder
}
