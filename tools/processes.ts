// Child processes for the tools: run to the end, or fail with what they wrote.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** An exit other than 0, with everything the process wrote. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError'
  readonly code = 'PROCESS_FAILED'
}

/**
 * Runs a JavaScript program on this very Node and gives what it wrote to stdout. The environment is
 * clean: what npm, a caller's NODE_OPTIONS or a test runner sets does not reach the program.
 * @throws ProcessError when it exits with anything but 0.
 */
export function runNode(args: readonly string[], options: RunOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const settings = {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env },
    maxBuffer: 64 * 2 ** 20,
  }
  execFile(process.execPath, args, settings, (error, stdout, stderr) => {
    if (error === null) resolve(stdout)
    else reject(new ProcessError(`node ${args.join(' ')}: ${error.message}\n${stdout}${stderr}`))
  })
  return promise
}

/** Runs npm; see {@link runNode}. */
export function runNpm(args: readonly string[], options: RunOptions): Promise<string> {
  return runNode([npmCli(), ...args], options)
}

/** The environment without what npm, Node's options, Nx and the test runner put into it. */
export function cleanEnvironment(): Record<string, string> {
  const foreign = /^(npm_|node_|nx_|vitest|levels_|ci$|force_color$|test$|dev$|prod$|mode$)/i
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !foreign.test(entry[0]),
    ),
  )
}

/**
 * npm's own script: the npm that started us, or the one on the PATH.
 * @throws ProcessError when there is none.
 */
export function npmCli(): string {
  const started = process.env.npm_execpath
  if (started?.endsWith('npm-cli.js') === true) return started
  const candidates = (process.env.PATH ?? '')
    .split(process.platform === 'win32' ? ';' : ':')
    .flatMap((folder) => [
      join(folder, 'node_modules/npm/bin/npm-cli.js'),
      join(dirname(folder), 'lib/node_modules/npm/bin/npm-cli.js'),
    ])
  const found = candidates.find((path) => existsSync(path))
  if (found === undefined) throw new ProcessError('expected npm on the PATH, was none')
  return found
}
