import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program that opens an address, with what comes before the address. */
export interface Opener {
  readonly program: string
  readonly args: readonly string[]
}

export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What opens a browser here; null where there is none: no display, or nothing that knows how to. */
export function browserOpener({ platform, env }: Surroundings): Opener | null {
  if (platform === 'darwin') return { program: 'open', args: [] }
  // The command shell would read the ampersands of an address; this does not.
  if (platform === 'win32') return { program: 'rundll32', args: ['url.dll,FileProtocolHandler'] }
  const hasDisplay = [env.DISPLAY, env.WAYLAND_DISPLAY].some((name) => (name ?? '') !== '')
  const program = hasDisplay ? findProgram('xdg-open', env.PATH ?? '') : null
  return program === null ? null : { program, args: [] }
}

/** Opens an address and goes on; whether a window comes up is the desktop's business. */
export function openBrowser({ program, args }: Opener, url: string): void {
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined) // the address was printed: it can be opened by hand
  child.unref()
}

function findProgram(name: string, path: string): string | null {
  const paths = path.split(delimiter).filter((folder) => folder !== '')
  return paths.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
