import { createRequire } from 'node:module'

/** What turns messages into signals; everything else that does is a dependency of theirs. */
const ROOTS = ['@levels/bus', '@levels/feed', '@levels/level-signals'] as const

/** The versions of the packages that a signal passes through, by name. */
export function packageVersions(): Record<string, string> {
  const versions = new Map<string, string>()
  const visit = (name: string, from: string): void => {
    if (versions.has(name)) return
    // Looked up from the package that needs it: nothing says that we can see it too.
    const require = createRequire(from)
    const path = require.resolve(`${name}/package.json`)
    const manifest = require(path) as { version: string; dependencies?: Record<string, string> }
    versions.set(name, manifest.version)
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      if (dependency.startsWith('@levels/')) visit(dependency, path)
    }
  }
  for (const root of ROOTS) visit(root, import.meta.url)
  return Object.fromEntries([...versions].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** This app's own version. */
export function serviceVersion(): string {
  const require = createRequire(import.meta.url)
  return (require('../package.json') as { version: string }).version
}
