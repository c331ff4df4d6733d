import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UsageError } from './errors.ts'
import { ExitCode } from './exit-code.ts'
import { handlingSignals, type StopSignal } from './interrupt.ts'

/** The board is a program of its own, beside this one: it is started, never imported. */
const BOARD = fileURLToPath(new URL('../../board/src/main.ts', import.meta.url))

/**
 * Shows a finished run on the board, until the board is stopped. The board writes to the same
 * terminal, and a Ctrl-C reaches it as well.
 *
 * @param options further options of the board's command line
 * @returns what the board says of how it ended
 * @throws UsageError where the board is not there, as outside the repository
 */
export async function serveRun(dir: string, options: readonly string[]): Promise<ExitCode> {
  if (!existsSync(BOARD)) throw new UsageError(`${BOARD}: expected the board there, was nothing`)
  const args = ['--conditions=@levels/source', BOARD, '--run', dir, ...options]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const { promise, resolve, reject } = Promise.withResolvers<ExitCode>()
  let isStopping = false
  child.on('error', reject).on('exit', (code) => {
    resolve(code === null && isStopping ? ExitCode.Interrupted : exitCodeOf(code))
  })
  // The board ends in order at the first of these, and this program after it. A terminal sends them
  // to both; whoever sends them to this program alone means the board.
  const onSignal = (signal: StopSignal): void => {
    isStopping = true
    if (signal !== 'SIGINT') child.kill('SIGTERM')
  }
  return handlingSignals(onSignal, () => promise)
}

/** The board's exit codes are those of this program. */
function exitCodeOf(code: number | null): ExitCode {
  return Object.values(ExitCode).find((known) => known === code) ?? ExitCode.Differs
}
