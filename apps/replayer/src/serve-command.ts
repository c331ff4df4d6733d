import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serveRun } from './board-process.ts'
import { UsageError } from './errors.ts'
import type { ExitCode } from './exit-code.ts'
import { MANIFEST_FILE } from './manifest.ts'

/** Options of `serve` as the command line gives them. */
export interface ServeCommandOptions {
  readonly host?: string
  readonly port?: string
  /** Left out: where there is a browser and somebody at the terminal. */
  readonly open?: boolean
}

/**
 * `replayer serve DIR`
 *
 * @throws UsageError when the folder holds no run
 */
export async function serveCommand(dir: string, options: ServeCommandOptions): Promise<ExitCode> {
  if (!existsSync(join(dir, MANIFEST_FILE))) {
    throw new UsageError(`${dir}: expected the folder of a run, was no ${MANIFEST_FILE} there`)
  }
  const { host, port, open } = options
  return serveRun(dir, [
    ...(host === undefined ? [] : ['--host', host]),
    ...(port === undefined ? [] : ['--port', port]),
    ...(open === undefined ? [] : [open ? '--open' : '--no-open']),
  ])
}
