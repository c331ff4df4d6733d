import { existsSync, readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addAnalysisCommands } from './cli-analysis.ts'
import { addBusCommands } from './cli-bus.ts'
import { configOption, parsePath, setOption } from './cli-options.ts'
import { addRunCommands } from './cli-run.ts'
import { configCommand } from './config-command.ts'
import { demoCommand, type DemoCommandOptions } from './demo-command.ts'
import { exitCodeOf, hintFor, reasonOf } from './errors.ts'
import { ExitCode } from './exit-code.ts'
import { inspectCommand } from './inspect-command.ts'
import type { SettingOptions } from './settings.ts'
import type { Terminal } from './terminal.ts'

const EXIT_CODES = `
Without a command: demo. "--no-board" alone: demo --no-board.

Exit codes:
  0    done
  1    a digest or a check differs
  2    wrong usage or configuration, or a bus that wants other credentials
  3    unreadable or corrupt input, or a bus that fails otherwise; everything before was processed
  130  interrupted; the manifest says so`

/**
 * Runs the command line.
 *
 * @param args without the program's name
 * @returns the code to exit with; errors were told to the terminal
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = ExitCode.Done
  const program = createProgram(terminal, (given) => {
    code = given
  })
  try {
    await program.parseAsync(isDemo(args) ? ['demo', ...args] : args, { from: 'user' })
    return code
  } catch (error) {
    return tell(error, args, terminal.err)
  }
}

/** What is asked for without naming a command. */
function isDemo(args: readonly string[]): boolean {
  return args.length === 0 || args[0] === '--no-board'
}

function tell(error: unknown, args: readonly string[], err: Terminal['err']): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has told why.
    const isFile = error.code === 'commander.unknownCommand' && existsSync(args[0] ?? '')
    if (isFile) err.write(`To replay a file: run ${args.join(' ')}\n`)
    return error.exitCode === 0 ? ExitCode.Done : ExitCode.Usage
  }
  const code = exitCodeOf(error)
  if (code === null) {
    const stack = error instanceof Error ? error.stack : undefined
    err.write(`${err.paint('red', 'internal error:')} ${stack ?? reasonOf(error)}\n`)
    return ExitCode.Differs
  }
  err.write(`${err.paint('red', `error: ${reasonOf(error)}`)}\n`)
  if (error instanceof Error && 'code' in error) err.write(hintFor(String(error.code)))
  return code
}

type Done = (code: ExitCode) => void

function createProgram(terminal: Terminal, done: Done): Command {
  const { out, err } = terminal
  const program = new Command('replayer')
    .description('Replays recorded market data into level signals: will a price break or reject?')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      outputError: (text, write) => write(err.paint('red', text)),
      getOutHelpWidth: () => Math.min(out.columns, 100),
      getErrHelpWidth: () => Math.min(err.columns, 100),
    })
    .showHelpAfterError('(--help says what there is)')
    .addHelpText('after', EXIT_CODES)
  addRunCommands(program, terminal, done)
  addBusCommands(program, terminal, done)
  addAnalysisCommands(program, terminal, done)
  program
    .command('inspect')
    .summary('say what a file holds')
    .description('Says what a file holds: format, schema, instruments, records, time covered.')
    .argument('<file>', 'DBN of any schema, NDJSON or Parquet, plain or compressed')
    .action(async (file: string) => done(await inspectCommand(file, terminal)))
  addConfig(program, terminal, done)
  program
    .command('demo')
    .summary('make a synthetic session and replay it')
    .description(
      'Makes a seeded ten-minute synthetic session as files, once, replays it and, at a terminal, ' +
        'shows it on the board.',
    )
    .option('--out <dir>', 'folder for the session and the results', parsePath, 'runs/demo')
    .option('--no-board', 'end with the summary')
    .action(async (options: DemoCommandOptions) => done(await demoCommand(options, terminal)))
  return program
}

function addConfig(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('config')
    .summary('print every parameter')
    .description('Prints every parameter with its default, unit, range and meaning.')
    .option('--json', 'as JSON, in the form that --config reads')
    .addOption(configOption())
    .addOption(setOption())
    .action((options: SettingOptions & { json?: boolean }) => {
      done(configCommand(options, terminal))
    })
}

function version(): string {
  const url = new URL('../package.json', import.meta.url)
  const manifest = JSON.parse(readFileSync(url, 'utf8')) as { version: string }
  return manifest.version
}
