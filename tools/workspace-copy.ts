// A copy of the packages in a folder of its own, so that what is built and packed from it is what a
// fresh clone gives: nothing left over from earlier builds, and nothing left behind here.
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { type Member, readJson, repositoryRoot } from './repository.ts'

const leftOut = ['node_modules', 'dist', 'out-tsc', 'coverage', 'runs']

/** Copies the members' files and what they are built with; links every installed dependency. */
export function copyWorkspace(members: readonly Member[], target: string): void {
  for (const { folder } of members) copyFolder(folder, target)
  for (const path of ['tsconfig.base.json', 'package-lock.json', '.changeset/config.json']) {
    cpSync(join(repositoryRoot, path), join(target, path))
  }
  const root = { name: 'copy', private: true, workspaces: members.map(({ folder }) => folder) }
  writeFileSync(join(target, 'package.json'), JSON.stringify(root))
  linkDependencies(target)
  for (const { folder, manifest } of members) {
    link(join(target, folder), join(target, 'node_modules', manifest.name))
    // Versions of its own, where the root has another.
    const own = join(repositoryRoot, folder, 'node_modules')
    if (existsSync(own)) link(own, join(target, folder, 'node_modules'))
  }
}

function copyFolder(folder: string, target: string): void {
  cpSync(join(repositoryRoot, folder), join(target, folder), {
    recursive: true,
    filter: (path) => !leftOut.some((name) => path.endsWith(`${sep}${name}`)),
  })
}

function linkDependencies(target: string): void {
  const installed = join(repositoryRoot, 'node_modules')
  for (const name of readdirSync(installed)) {
    if (name.startsWith('.') || name === '@levels') continue
    link(join(installed, name), join(target, 'node_modules', name))
  }
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  symlinkSync(from, to, 'junction')
}

/** Folders of all installed packages that these need at run time and that are not of this workspace. */
export function externalDependencies(members: readonly Member[]): string[] {
  const found = new Set<string>()
  const visit = ({ dependencies = {} }: Member['manifest'], from: string): void => {
    for (const name of Object.keys(dependencies)) {
      const folder = name.startsWith('@levels/') ? null : installedFolder(name, from)
      if (folder === null || found.has(folder)) continue
      found.add(folder)
      visit(readJson(join(folder, 'package.json')) as Member['manifest'], folder)
    }
  }
  for (const { manifest, folder } of members) visit(manifest, join(repositoryRoot, folder))
  return [...found].sort()
}

/** Where Node would find a package from a folder; null where it is not installed. */
function installedFolder(name: string, from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name)
    if (existsSync(path)) return path
    if (folder === repositoryRoot) return null
  }
}

/**
 * Copies an installed package without its scripts: they are its makers' business, and npm 10 would
 * run "prepare" when it packs a folder, even where scripts are switched off.
 */
export function copyWithoutScripts(folder: string, target: string): void {
  cpSync(folder, target, { recursive: true })
  const path = join(target, 'package.json')
  const manifest = readJson(path) as Record<string, unknown>
  delete manifest.scripts
  writeFileSync(path, JSON.stringify(manifest))
}
