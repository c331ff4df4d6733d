// What breaks "npm ci" on another machine, caught when the lockfile changes instead:
// - a locked package that names an optional (platform) dependency which was not in the registry at
//   lock time: npm ci dies with "Missing: X from lock file";
// - an address of a registry: npm ci would ask that one, whichever npm is set to;
// - a manifest of the workspace that changed without the lockfile.
type Ranges = Readonly<Record<string, string>>

interface Entry {
  readonly version?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly dependencies?: Ranges
  readonly devDependencies?: Ranges
  readonly optionalDependencies?: Ranges
}

/** Entries by path: the lockfile's `packages`, or manifests by their folder. */
export type Lock = Readonly<Record<string, Entry>>

const sections = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** Everything wrong with a lockfile beside its workspace's manifests, as sentences. */
export function lockFaults(lock: Lock, manifests: Lock): string[] {
  return [...missingOptional(lock), ...addresses(lock), ...stale(lock, manifests)]
}

function missingOptional(lock: Lock): string[] {
  return Object.entries(lock).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(lock, path, name))
      .map((name) => `${path || '.'} names ${name}, which the lockfile lacks`),
  )
}

/** Whether the name resolves from the place, by the folders Node would look in. */
function isLocked(lock: Lock, from: string, name: string): boolean {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    const entry = lock[`${base === '' ? '' : `${base}/`}node_modules/${name}`]
    if (entry !== undefined) return entry.version !== undefined || entry.link === true
    if (base === '') return false
  }
}

function addresses(lock: Lock): string[] {
  return Object.entries(lock)
    .filter(([, entry]) => /^[a-z+]+:/.test(entry.resolved ?? ''))
    .map(([path, entry]) => `${path} is locked to the address ${entry.resolved ?? ''}`)
}

function stale(lock: Lock, manifests: Lock): string[] {
  const locked = Object.keys(lock).filter((path) => !path.includes('node_modules'))
  return [...new Set([...Object.keys(manifests), ...locked])]
    .filter((folder) => !isSame(lock[folder], manifests[folder]))
    .map((folder) => `${folder || '.'}/package.json is not what the lockfile says: npm install`)
}

function isSame(locked: Entry | undefined, manifest: Entry | undefined): boolean {
  return (
    locked?.version === manifest?.version &&
    sections.every((section) => canonical(locked?.[section]) === canonical(manifest?.[section]))
  )
}

function canonical(ranges: Ranges = {}): string {
  return JSON.stringify(Object.entries(ranges).sort(([a], [b]) => (a < b ? -1 : 1)))
}
