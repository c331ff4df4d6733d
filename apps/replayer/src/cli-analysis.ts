import { InvalidArgumentError, Option, type Command } from 'commander'
import { DIFFICULTIES, SCENARIO_NAMES } from '@levels/sim'
import { configOption, parsePath, setOption } from './cli-options.ts'
import type { ExitCode } from './exit-code.ts'
import {
  gradeCommand,
  INSTANCES,
  REPORT_SEED,
  type GradeCommandOptions,
} from './grade/grade-command.ts'
import { reportCommand, type ReportCommandOptions } from './report-command.ts'
import { serveCommand, type ServeCommandOptions } from './serve-command.ts'
import type { Terminal } from './terminal.ts'

const GRADE_HELP = `
Scripts' strengths were chosen on seeds below ${REPORT_SEED.toLocaleString('en-US')}; grades to be quoted begin there.

Examples:
  grade --instances 50
  grade --scenario pull wall --difficulty clear --out runs/grade-pulls`

/** Adds the commands that look at results: of a run, and of the engines themselves. */
export function addAnalysisCommands(
  program: Command,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): void {
  program
    .command('report')
    .summary('make a run into one HTML file')
    .description(
      'Makes a run into one HTML file that needs no network: price with levels and signals, a row ' +
        'a level, data quality, parameters, sources and versions.',
    )
    .argument('<dir>', 'folder of a run: where its manifest.json is')
    .option('--out <file>', 'the file (default: report.html in the folder)', parsePath)
    .action(async (dir: string, options: ReportCommandOptions) =>
      done(await reportCommand(dir, options, terminal)),
    )
  program
    .command('serve')
    .summary('show a run on the board')
    .description(
      'Opens a finished run on the board, in a browser: play it, or go to any moment of it. Ends ' +
        'with Ctrl-C.',
    )
    .argument('<dir>', 'folder of a run: where its manifest.json is')
    .option('--host <host>', 'name or address to listen on (default: 127.0.0.1)')
    .option('--port <n>', '0: any that is free (default: 9470)')
    .option('--open', 'open a browser (default: where there is one and a terminal)')
    .option('--no-open', 'open none')
    .action(async (dir: string, options: ServeCommandOptions) =>
      done(await serveCommand(dir, options)),
    )
  program
    .command('grade')
    .summary('grade the engines on simulated markets of known truth')
    .description(
      'Plays scenarios on simulated markets, asks the engines what they see, and prints how often ' +
        'they are right; writes grade.json and grade.html. The whole of it takes some 20 minutes on two free cores.',
    )
    .option('--out <dir>', 'folder for the results', parsePath, 'runs/grade')
    .option('--instances <n>', 'of each scenario and difficulty', parseCount, INSTANCES)
    .option('--seed <n>', 'first seed', parseCount, REPORT_SEED)
    .addOption(new Option('--scenario <name...>', 'only these').choices([...SCENARIO_NAMES]))
    .addOption(new Option('--difficulty <name...>', 'only these').choices([...DIFFICULTIES]))
    .option('--threads <n>', 'default: one a core; 0: none beside the program', parseThreads)
    .addOption(configOption())
    .addOption(setOption())
    .addHelpText('after', GRADE_HELP)
    .action(async (options: GradeCommandOptions) => done(await gradeCommand(options, terminal)))
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0 && text.trim() !== '') return count
  throw new InvalidArgumentError(`Expected an integer > 0, was "${text}".`)
}

function parseThreads(text: string): number {
  const threads = Number(text)
  if (Number.isInteger(threads) && threads >= 0 && threads <= 256 && text.trim() !== '')
    return threads
  throw new InvalidArgumentError(`Expected an integer of 0 to 256, was "${text}".`)
}
