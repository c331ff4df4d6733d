// Where a Chromium is, how one comes onto a machine that has none, and how tests start it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** No Chromium on this machine, and none could be installed. The message says how to get one. */
export class ChromiumMissingError extends Error {
  override readonly name = 'ChromiumMissingError'
  readonly code = 'CHROMIUM_MISSING'
}

/** What {@link findChromium} looks at. */
export interface BrowserSearch {
  readonly CHROMIUM?: string | undefined
  readonly PATH?: string | undefined
}

/** Flags for a Chromium that talks to nobody but the page: no updates, no reports, no sandbox as root. */
export const chromiumFlags: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const programs = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
/** Where packages put it beyond the PATH. */
const usualFolders = [
  '/usr/bin',
  '/usr/local/bin',
  '/snap/bin',
  '/opt/homebrew/bin',
  '/Applications/Chromium.app/Contents/MacOS',
]

/**
 * The Chromium that `CHROMIUM` names, else the first one on the PATH or in the usual folders.
 * @returns its path, null when there is none
 * @throws ChromiumMissingError when `CHROMIUM` names no program: whoever set it means that one.
 */
export function findChromium(
  environment: BrowserSearch = process.env,
  folders: readonly string[] = usualFolders,
): string | null {
  const named = environment.CHROMIUM
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named
    throw new ChromiumMissingError(`expected CHROMIUM to name a program, was "${named}"`)
  }
  const onPath = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = [...onPath, ...folders].flatMap((folder) =>
    programs.map((program) => join(folder, program)),
  )
  return candidates.find(isProgram) ?? null
}

/**
 * A Chromium's path. On Debian, as root, its package is installed when there is none.
 * @throws ChromiumMissingError when there is none still.
 */
export async function requireChromium(): Promise<string> {
  const found = findChromium()
  if (found !== null) return found
  const failure = await installChromium()
  const installed = findChromium()
  if (installed !== null) return installed
  throw new ChromiumMissingError(
    'expected a Chromium for the tests that drive a real browser, was none: install it ' +
      '("apt-get install chromium", "brew install --cask chromium"), or set CHROMIUM to its path. ' +
      `It was not installed by itself: ${failure ?? 'the package brought no program'}`,
  )
}

/**
 * Installs Debian's package. Test workers that come here together take turns, and whoever comes
 * second finds it done.
 * @returns why not, null when apt-get was content
 */
async function installChromium(): Promise<string | null> {
  if (!isProgram('/usr/bin/apt-get')) return 'this machine has no apt-get'
  if (process.getuid?.() !== 0) return 'that takes root'
  const apt = 'apt-get -qq -o DPkg::Lock::Timeout=300'
  const install = `${apt} install -y --no-install-recommends chromium fonts-liberation`
  const script = `command -v chromium || ${install} || { ${apt} update && ${install}; }`
  const lock = join(tmpdir(), 'levels-chromium-install.lock')
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
