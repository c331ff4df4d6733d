import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { LevelsError } from '@levels/kernel'
import { FeedError } from '@levels/feed'
import { configCommand } from './config-command.ts'
import { demoCommand } from './demo-command.ts'
import { ExitCode } from './exit-code.ts'
import { inspectCommand } from './inspect-command.ts'
import { runCommand, type RunCommandOptions, type Terminal } from './run-command.ts'
import { verifyCommand } from './verify-command.ts'

const EXIT_CODES = `
Exit codes:
  0    done
  1    a digest or a check differs
  2    wrong usage or configuration
  3    unreadable or corrupt input; everything before the fault was processed
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
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? ExitCode.Done : ExitCode.Usage // commander has told why
    }
    if (error instanceof FeedError) return tell(error, ExitCode.BadInput, terminal)
    if (error instanceof LevelsError && error.code !== 'INVARIANT') {
      return tell(error, ExitCode.Usage, terminal)
    }
    throw error
  }
}

function tell(error: LevelsError, code: ExitCode, terminal: Terminal): ExitCode {
  terminal.err.write(`${error.message}\n`)
  return code
}

function createProgram(terminal: Terminal, done: (code: ExitCode) => void): Command {
  const program = new Command('replayer')
    .description('Replays recorded market data into level signals: will a price break or reject?')
    .version(version(), '-v, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
    })
    .showHelpAfterError('(add --help for what there is)')
    .addHelpText('after', EXIT_CODES)
  addRun(program, terminal, done)
  program
    .command('verify')
    .summary('make a run again and compare')
    .description('Makes a run again from its inputs and configuration and compares the digests.')
    .argument('<dir>', 'folder of a run: where its manifest.json is')
    .action(async (dir: string) => {
      done(await verifyCommand(dir, terminal))
    })
  program
    .command('inspect')
    .summary('say what a file holds')
    .description('Says what a file holds: format, schema, instruments, records, time covered.')
    .argument('<file>', 'DBN of any schema, NDJSON or Parquet, plain or compressed')
    .action(async (file: string) => {
      done(await inspectCommand(file, terminal))
    })
  program
    .command('config')
    .summary('print every parameter')
    .description('Prints every parameter with its default, unit and meaning.')
    .option('--json', 'as JSON, in the form that --config reads')
    .addOption(configOption())
    .addOption(setOption())
    .action((options: { json?: boolean; config?: string; set?: string[] }) => {
      done(configCommand(options, terminal))
    })
  program
    .command('demo', { isDefault: true })
    .summary('make a synthetic session and replay it (what runs without a command)')
    .description('Makes a seeded ten-minute synthetic session, once, and replays it.')
    .option('--out <dir>', 'folder for the session and the results', 'runs/demo')
    .action(async (options: { out: string }) => {
      done(await demoCommand(options, terminal))
    })
  return program
}

function addRun(program: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  program
    .command('run')
    .summary('replay files into signals')
    .description(
      'Replays files into signals.ndjson and manifest.json. Files may be Databento DBN (mbp-10, ' +
        'mbo, trades, tbbo, tcbbo, cmbp-1, definition), NDJSON or Parquet of bus events, plain or ' +
        'compressed; what each is shows in its first bytes. Events of all files are merged by ' +
        'event time.',
    )
    .argument('<files...>', 'files of one period')
    .option('--out <dir>', 'folder for the results (default: runs/<run id>)')
    .option('--symbol <symbol>', 'the future to follow where a file holds several, e.g. ESH4')
    .option('--from <time>', 'first snap; earlier events still build the state (ISO 8601 or ns)')
    .option('--to <time>', 'last snap; nothing after it is read')
    .option('--speed <n>', 'times real time; 0 as fast as possible', parseSpeed, 0)
    .addOption(configOption())
    .addOption(setOption())
    .option('--hotzone <price...>', 'levels of your own, SPY dollars', collectPrice)
    .addOption(
      new Option('--format <format>', 'of the signals').choices(['ndjson']).default('ndjson'),
    )
    .option('--trace-flows <file>', 'also write every flow of liquidity, as NDJSON')
    .action(async (files: string[], options: RunCommandOptions) => {
      done(await runCommand(files, options, terminal))
    })
}

function configOption(): Option {
  return new Option('--config <file>', 'JSON file of parameters')
}

function setOption(): Option {
  return new Option('--set <key=value...>', 'one parameter; may be repeated')
}

function parseSpeed(text: string): number {
  const speed = Number(text)
  if (text.trim() === '' || !Number.isFinite(speed) || speed < 0) {
    throw new InvalidArgumentError(`Expected a number ≥ 0, was "${text}".`)
  }
  return speed
}

function collectPrice(text: string, earlier: readonly number[] | undefined): number[] {
  const price = Number(text)
  if (text.trim() === '' || !Number.isFinite(price) || price <= 0) {
    throw new InvalidArgumentError(`Expected a price > 0, was "${text}".`)
  }
  return [...(earlier ?? []), price]
}

function version(): string {
  const manifest = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string }
  return manifest.version
}
