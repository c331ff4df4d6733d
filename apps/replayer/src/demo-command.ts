import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeSessionFiles } from '@levels/sim'
import { ExitCode } from './exit-code.ts'
import { ProgressLine } from './progress-line.ts'
import { reportRun, runWithProgress, type Terminal } from './run-command.ts'
import { readSettings } from './settings.ts'

const SEED = 7
const DURATION_S = 600

/** `replayer demo`: makes a synthetic session once, replays it and tells what happened. */
export async function demoCommand(
  options: { readonly out: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const input = join(options.out, 'input')
  const files = [join(input, 'es.mbp-10.dbn'), join(input, 'spy.ndjson')]
  if (files.every((file) => existsSync(file))) {
    terminal.err.write(`Synthetic session: ${input} (made earlier)\n`)
  } else {
    makeSession(input, terminal)
  }
  const outcome = await runWithProgress(
    { files, config: readSettings({}), outDir: options.out },
    terminal,
  )
  terminal.out.write('\n')
  const code = reportRun(outcome, null, terminal)
  terminal.out.write(
    [
      `input     ${files.join('\n          ')}`,
      '',
      'The market above is made up, from a fixed seed. Your own data:  npm start -- run FILE…',
      'Every option and parameter:  npm start -- run --help,  npm start -- config',
      '',
    ].join('\n'),
  )
  return code
}

function makeSession(dir: string, terminal: Terminal): void {
  terminal.err.write(`Making a synthetic session of ${DURATION_S / 60} minutes in ${dir}\n`)
  const progress = new ProgressLine(terminal.err)
  const made = writeSessionFiles({
    dir,
    seed: SEED,
    durationS: DURATION_S,
    onProgress: (share) => {
      progress.update({ share, eventTs: null, eventCount: 0 })
    },
  })
  progress.clear()
  terminal.err.write(
    `${made.depthRecords.toLocaleString('en-US')} ES depth and trade records, ` +
      `${made.equityEvents.toLocaleString('en-US')} SPY quotes, trades and option trades\n`,
  )
}
