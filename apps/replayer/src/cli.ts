import { existsSync, readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { configCommand } from './config-command.ts'
import { demoCommand } from './demo-command.ts'
import { exitCodeOf, hintFor, reasonOf } from './errors.ts'
import { ExitCode } from './exit-code.ts'
import { inspectCommand } from './inspect-command.ts'
import { runCommand, type RunCommandOptions } from './run-command.ts'
import type { SettingOptions } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { verifyCommand } from './verify-command.ts'

const EXIT_CODES = `
Without a command: demo.

Exit codes:
  0    done
  1    a digest or a check differs
  2    wrong usage or configuration
  3    unreadable or corrupt input; everything before the fault was processed
  130  interrupted; the manifest says so`

const RUN_EXAMPLES = `
Examples:
  run es.mbo.dbn.zst
  run es.mbp-10.dbn.zst spy.ndjson.gz spy-options.parquet --out runs/monday
  run es.mbp-10.dbn --from 2026-03-10T09:30:00-04:00 --speed 10 --hotzone 687.5 686.25
  run es.mbp-10.dbn --set barrier.zoneTicks=6 --set W_b=120 --trace-flows flows.ndjson`

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
    await program.parseAsync(args.length === 0 ? ['demo'] : args, { from: 'user' })
    return code
  } catch (error) {
    return tell(error, args, terminal.err)
  }
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
  addRun(program, terminal, done)
  program
    .command('verify')
    .summary('make a run again and compare')
    .description(
      'Checks the files of a run against its manifest, makes the run again from its inputs and ' +
        'configuration, and compares.',
    )
    .argument('<dir>', 'folder of a run: where its manifest.json is')
    .action(async (dir: string) => done(await verifyCommand(dir, terminal)))
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
    .description('Makes a seeded ten-minute synthetic session as files, once, and replays it.')
    .option('--out <dir>', 'folder for the session and the results', 'runs/demo')
    .action(async (options: { out: string }) => done(await demoCommand(options, terminal)))
  return program
}

function addRun(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('run')
    .summary('replay files into signals')
    .description(
      'Replays files into signals.ndjson and manifest.json. Files may be Databento DBN (mbp-10, ' +
        'mbo, trades, tbbo, tcbbo, cmbp-1, definition), NDJSON or Parquet of bus events, plain, ' +
        'gzip or zstd; which, shows in their first bytes. Events of all files are merged by event ' +
        'time.',
    )
    .argument('<files...>', 'files of one period')
    .option('--out <dir>', 'folder for the results (default: runs/<run id>)')
    .option('--symbol <symbol>', 'the future to follow where there are several, e.g. ESH4')
    .option('--from <time>', 'no snap before it is written; earlier events still count')
    .option('--to <time>', 'no snap and no event after it')
    .option('--speed <n>', 'times real time; 0: as fast as possible', parseSpeed, 0)
    .addOption(configOption())
    .addOption(setOption())
    .option('--hotzone <price...>', 'levels of your own, SPY dollars', collectPrice)
    .addOption(
      new Option('--format <format>', 'of the signals').choices(['ndjson']).default('ndjson'),
    )
    .option('--trace-flows <file>', 'also write every flow of liquidity, as NDJSON')
    .addHelpText(
      'after',
      '\nTimes: 2026-03-10T09:30:00-04:00, 2026-03-10T13:30:00.25Z, or Unix ns.',
    )
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (files: string[], options: RunCommandOptions) =>
      done(await runCommand(files, options, terminal)),
    )
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

function configOption(): Option {
  return new Option('--config <file>', 'JSON file of parameters; config --json prints one')
}

function setOption(): Option {
  return new Option('--set <name=value>', 'one parameter; may be repeated').argParser(
    (pair: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), pair],
  )
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
  if (text.trim() !== '' && Number.isFinite(price) && price > 0) return [...(earlier ?? []), price]
  const hint = existsSync(text) ? ' Files come before --hotzone.' : ''
  throw new InvalidArgumentError(`Expected a price > 0, was "${text}".${hint}`)
}

function version(): string {
  const url = new URL('../package.json', import.meta.url)
  const manifest = JSON.parse(readFileSync(url, 'utf8')) as { version: string }
  return manifest.version
}
