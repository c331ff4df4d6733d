// The workspace as its manifests state it: which packages and apps there are, their layer and owner.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The repository's root folder. */
export const repositoryRoot = join(import.meta.dirname, '..')

/** Layers, from what knows nothing to what composes everything. */
export const layers = [
  'kernel',
  'contract',
  'state',
  'engine',
  'service',
  'adapter',
  'sim',
  'app',
] as const
export type Layer = (typeof layers)[number]

/** The parts of a package.json this repository reads. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly description?: string
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly nx?: { readonly tags?: readonly string[] }
}

/** One package or app. */
export interface Member {
  /** Folder relative to the root, such as `packages/barrier`. */
  readonly folder: string
  readonly layer: Layer
  readonly manifest: Manifest
}

/** Reads a JSON file whose shape the caller vouches for. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * All packages and apps, by layer and then by name.
 * @throws Error when a manifest carries no tag `type:<layer>` with a known layer.
 */
export function members(root: string = repositoryRoot): Member[] {
  return ['packages', 'apps']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => readMember(root, folder))
    .sort(byLayerThenName)
}

/** The packages that are published: everything but the apps. */
export function publishedPackages(root: string = repositoryRoot): Member[] {
  return members(root).filter((member) => member.manifest.private !== true)
}

function readMember(root: string, folder: string): Member {
  const manifest = readJson(join(root, folder, 'package.json')) as Manifest
  const tag = manifest.nx?.tags?.find((candidate) => candidate.startsWith('type:'))?.slice(5)
  const layer = layers.find((candidate) => candidate === tag)
  if (layer === undefined) {
    throw new Error(
      `${folder}/package.json: expected an nx tag type:<${layers.join('|')}>, was ${tag ?? 'none'}`,
    )
  }
  return { folder, layer, manifest }
}

function byLayerThenName(a: Member, b: Member): number {
  const difference = layers.indexOf(a.layer) - layers.indexOf(b.layer)
  return difference !== 0 ? difference : a.folder < b.folder ? -1 : 1
}

/** The owning team of each folder that `.github/CODEOWNERS` names, such as `packages/barrier`. */
export function owners(root: string = repositoryRoot): Map<string, string> {
  const lines = readFileSync(join(root, '.github/CODEOWNERS'), 'utf8').split('\n')
  return new Map(
    lines
      .map((line) => /^\/([a-z-]+\/[a-z-]+)\/\s+(@\S+)$/.exec(line))
      .filter((match) => match !== null)
      .map((match): [string, string] => [match[1] ?? '', match[2] ?? '']),
  )
}
