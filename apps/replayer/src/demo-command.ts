import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DEMO_RATE, demoAgents, generateSession } from '@levels/sim'
import { serveRun } from './board-process.ts'
import { ExitCode } from './exit-code.ts'
import { ProgressLine } from './progress-line.ts'
import { runWithProgress } from './run-command.ts'
import { counted, reportRun } from './run-report.ts'
import { readSettings } from './settings.ts'
import type { Terminal } from './terminal.ts'

const SEED = 7
const DURATION_S = 600

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
  if (files.every((file) => existsSync(file))) {
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
      `This market is made up, from a fixed seed; its files are in ${input}.`,
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

function makeSession(dir: string, { err }: Terminal): void {
  const what = `a synthetic session of ${DURATION_S / 60} minutes in ${dir}`
  err.write(`Making ${what}.\n`)
  const progress = new ProgressLine(err)
  const made = generateSession({
    dir,
    seed: SEED,
    durationS: DURATION_S,
    rate: DEMO_RATE,
    agents: demoAgents(),
    onProgress: (share) => {
      progress.note(`${Math.floor(share * 100)} %`)
    },
  })
  progress.clear()
  const depth = counted(made.depthRecords, 'ES depth and trade record')
  err.write(`${depth}, ${made.equityEvents.toLocaleString('en-US')} SPY and option events.\n\n`)
}
