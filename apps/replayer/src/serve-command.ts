import { serveRun } from './board-process.ts'
import type { ExitCode } from './exit-code.ts'

/** Options of `serve` as the command line gives them. */
export interface ServeCommandOptions {
  readonly host?: string
  readonly port?: string
  /** Left out: where there is a browser and somebody at the terminal. */
  readonly open?: boolean
}

/** `replayer serve DIR`: the board says what is wrong with the folder. */
export function serveCommand(dir: string, options: ServeCommandOptions): Promise<ExitCode> {
  const { host, port, open } = options
  return serveRun(dir, [
    ...(host === undefined ? [] : ['--host', host]),
    ...(port === undefined ? [] : ['--port', port]),
    ...(open === undefined ? [] : [open ? '--open' : '--no-open']),
  ])
}
