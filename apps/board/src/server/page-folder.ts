import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { PageError } from './errors.ts'

/** Builds the page when it must. A program of its own: Vite is a tool, and no part of the board. */
const BUILDER = join(import.meta.dirname, '../../tools/build-page.ts')

/**
 * The folder of the built page, which is built first where it is missing or its sources have changed.
 *
 * @param say told in a line that it was built
 * @throws PageError with what the builder says
 */
export function builtPage(say: (line: string) => void): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const args = ['--conditions=@levels/source', BUILDER]
  execFile(process.execPath, args, (error, stdout, stderr) => {
    if (error !== null) return reject(new PageError(`expected the page to build:\n${stderr}`))
    if (stderr !== '') say(stderr.trimEnd())
    resolve(stdout.trim())
  })
  return promise
}
