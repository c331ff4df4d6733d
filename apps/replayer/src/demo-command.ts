import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEMO, demoAgents, generateSession } from '@levels/sim'
import { serveRun } from './board-process.ts'
import { UsageError } from './errors.ts'
import { ExitCode } from './exit-code.ts'
import { ProgressLine } from './progress-line.ts'
import { runWithProgress } from './run-command.ts'
import { counted, reportRun } from './run-report.ts'
import { readSettings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** What the session was made from, beside its files: another one is made anew. */
const RECIPE_FILE = 'session.json'
const RECIPE = `${JSON.stringify(DEMO, null, 2)}\n`

/** Options of `demo` as the command line gives them. */
export interface DemoCommandOptions {
  readonly out: string
  /** Whether the board is to show the session in the end, where somebody is there to look at it. */
  readonly board: boolean
}

/**
 * `replayer demo`: makes a synthetic session once, replays it, tells what happened, and shows it on
 * the board until Ctrl-C.
 */
export async function demoCommand(
  options: DemoCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { out, err } = terminal
  const input = join(options.out, 'input')
  const files = [join(input, 'es.mbp-10.dbn'), join(input, 'spy.ndjson')]
  if (isMade(input, files)) {
    err.write(`Replaying the synthetic session in ${input}, made earlier.\n\n`)
  } else {
    makeSession(input, terminal)
  }
  const outcome = await runWithProgress(
    { files, config: readSettings({}), outDir: options.out },
    terminal,
  )
  const code = reportRun(outcome, null, terminal)
  out.write(
    [
      '',
      `This market is made up, from a fixed seed; its files are in ${input},`,
      'with what its scripts did at which level in labels.ndjson.',
      `The board           npm start -- serve ${options.out}`,
      'Your own data       npm start -- run FILE…',
      'Options             npm start -- run --help',
      'Every parameter     npm start -- config',
      '',
    ].join('\n'),
  )
  const isWatched = options.board && terminal.isInteractive === true
  if (!isWatched || code !== ExitCode.Done) return code
  err.write('\nThe board shows the session at the address below, until Ctrl-C.\n')
  return serveRun(options.out, [])
}

function isMade(dir: string, files: readonly string[]): boolean {
  const recipe = join(dir, RECIPE_FILE)
  if (![...files, recipe].every((file) => existsSync(file))) return false
  return readFileSync(recipe, 'utf8') === RECIPE
}

/** @throws UsageError when the file system refuses what is written */
function writing<T>(dir: string, write: () => T): T {
  try {
    return write()
  } catch (cause) {
    if (!(cause instanceof Error) || !('syscall' in cause)) throw cause
    throw new UsageError(`${dir}: expected to write the session: ${cause.message}`, { cause })
  }
}

function makeSession(dir: string, { err }: Terminal): void {
  const recipe = join(dir, RECIPE_FILE)
  writing(dir, () => {
    rmSync(recipe, { force: true }) // until all files are of this session
  })
  const what = `a synthetic session of ${DEMO.durationS / 60} minutes in ${dir}`
  err.write(`Making ${what}.\n`)
  const progress = new ProgressLine(err)
  const made = writing(dir, () => {
    const session = generateSession({
      dir,
      seed: DEMO.seed,
      durationS: DEMO.durationS,
      rate: DEMO.rate,
      agents: demoAgents(),
      onProgress: (share) => {
        progress.note(`${Math.floor(share * 100)} %`)
      },
    })
    writeFileSync(recipe, RECIPE)
    return session
  })
  progress.clear()
  const depth = counted(made.depthRecords, 'ES depth and trade record')
  err.write(`${depth}, ${made.equityEvents.toLocaleString('en-US')} SPY and option events.\n\n`)
}
