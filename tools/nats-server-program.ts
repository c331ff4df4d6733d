// Where the nats-server program is, and how one comes onto a machine that has none.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { tmpdir } from 'node:os'

/** No nats-server on this machine, and none could be installed. The message says how to get one. */
export class NatsServerMissingError extends Error {
  override readonly name = 'NatsServerMissingError'
  readonly code = 'NATS_SERVER_MISSING'
}

/** What {@link findNatsServer} looks at. */
export interface ProgramSearch {
  readonly NATS_SERVER?: string | undefined
  readonly PATH?: string | undefined
}

/** Where packages put it beyond the PATH: Debian's, which a user's PATH leaves out, and others'. */
const usualFolders = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/opt/homebrew/bin',
]
const program = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server'

/**
 * The nats-server that `NATS_SERVER` names, else the first one on the PATH or in the usual folders.
 * @returns its path, null when there is none
 * @throws NatsServerMissingError when `NATS_SERVER` names no program: whoever set it means that one.
 */
export function findNatsServer(
  environment: ProgramSearch = process.env,
  folders: readonly string[] = usualFolders,
): string | null {
  const named = environment.NATS_SERVER
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named
    throw new NatsServerMissingError(`expected NATS_SERVER to name a program, was "${named}"`)
  }
  const onPath = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...onPath, ...folders].map((folder) => join(folder, program)).find(isProgram) ?? null
}

/**
 * A nats-server's path. On Debian and its kin, as root, its package is installed when there is none.
 * @throws NatsServerMissingError when there is none still.
 */
export async function requireNatsServer(): Promise<string> {
  const found = findNatsServer()
  if (found !== null) return found
  const failure = await installNatsServer()
  const installed = findNatsServer()
  if (installed !== null) return installed
  throw new NatsServerMissingError(
    'expected a nats-server (2.9 or later) for the tests that talk to a real one, was none: ' +
      'install it ("apt-get install nats-server", "brew install nats-server", ' +
      'https://github.com/nats-io/nats-server/releases), or set NATS_SERVER to its path. ' +
      `It was not installed by itself: ${failure ?? 'the package brought no program'}`,
  )
}

/**
 * Installs Debian's package. Test workers that come here together take turns, and whoever comes
 * second finds it done. No service is started: policy-rc.d of the machine or its lack of an init
 * decides that.
 * @returns why not, null when apt-get was content
 */
export async function installNatsServer(): Promise<string | null> {
  if (!isProgram('/usr/bin/apt-get')) return 'this machine has no apt-get'
  if (process.getuid?.() !== 0) return 'that takes root'
  const apt = 'apt-get -qq -o DPkg::Lock::Timeout=300'
  const install = `${apt} install -y --no-install-recommends nats-server`
  const script = `command -v nats-server || ${install} || { ${apt} update && ${install}; }`
  const lock = join(tmpdir(), 'levels-nats-server-install.lock')
  // The kernel frees the lock when its holder ends, however it ends.
  const child = spawn('flock', ['--timeout', '600', lock, 'sh', '-c', script], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => written.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => written.push(text))
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return code === 0
      ? null
      : `apt-get ended with ${code ?? 'a signal'}: ${written.join('').trim()}`
  } catch (error) {
    return `flock: ${String(error)}`
  }
}

function isProgram(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
