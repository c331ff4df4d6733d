import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Finds real data beside the repository, which is the vendor's and never part of it:
 * `LEVELS_DATA_DIR`, else `shared/data` in a folder above. Says so when it is not there.
 *
 * @returns null when there is none
 */
export function sharedData(name: string): string | null {
  const named = process.env['LEVELS_DATA_DIR']
  const candidates = named === undefined ? [] : [join(named, name)]
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    candidates.push(join(folder, 'shared', 'data', name))
    if (folder === dirname(folder)) break
  }
  const found = candidates.find((path) => existsSync(path))
  if (found === undefined) console.log(`skipped: no real data "${name}" on this machine`)
  return found ?? null
}
