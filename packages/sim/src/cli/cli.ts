import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { LevelsError } from '@levels/kernel'
import { ALL } from '../agents/playlist.ts'
import { SCENARIO_NAMES } from '../agents/scenarios.ts'
import { DIFFICULTIES } from '../label.ts'
import { fitCommand, type FitCommandOptions } from './fit-command.ts'
import { generateCommand, type GenerateCommandOptions } from './generate-command.ts'
import { publishCommand, type PublishCommandOptions } from './publish-command.ts'
import type { Terminal } from './terminal.ts'

/** Seeds that give different markets: from 0 to below this. */
const SEEDS = 2 ** 32

const EXIT_CODES = `
Exit codes:
  0    done
  1    a goal of the fit is missed, or a fault of ours
  2    wrong usage, or a place that cannot be written to
  3    unreadable or corrupt input
  130  interrupted`

const EXAMPLES = `
Examples:
  generate --seed 7 --hours 1 --scenario all --out runs/sim
  fit es.mbo.dbn.zst --out runs/fit
  publish --nats nats://127.0.0.1:4222 --rate 50000`

/**
 * Runs the command line.
 *
 * @param args without the program's name
 * @param signal ends what would go on
 * @returns the code to exit with; errors were told to the terminal
 */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  let code = 0
  const program = createProgram(terminal, signal, (given) => {
    code = given
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.note('')
    return tell(error, terminal)
  }
}

function tell(error: unknown, terminal: Terminal): number {
  if (error instanceof LevelsError) {
    terminal.err(`error: ${error.message}\n`)
    return 'byteOffset' in error ? 3 : 2
  }
  if (error instanceof Error && 'syscall' in error) {
    terminal.err(`error: ${error.message}\n`)
    return 2
  }
  terminal.err(`internal error: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`)
  return 1
}

function createProgram(
  terminal: Terminal,
  signal: AbortSignal,
  done: (code: number) => void,
): Command {
  const program = new Command('sim')
    .description('Makes markets of known truth: ES depth and trades, SPY, SPY options.')
    .version(version(), '-v, --version', 'print the version')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('(--help says what there is)')
    .addHelpText('after', EXIT_CODES)
    .addHelpText('after', EXAMPLES)
  marketOf(program.command('generate'))
    .description('Writes a session as files: DBN of ES, NDJSON of SPY and of labels.')
    .addOption(amount('--hours <n>', 'event time covered, hours', 1))
    .option('--out <dir>', 'folder for the files', 'runs/sim')
    .option('--events', 'also every event as a message of the bus, in events.ndjson', false)
    .action((options: GenerateCommandOptions) => {
      done(generateCommand(options, terminal))
    })
  program
    .command('fit')
    .description('Fits a profile to a recording of ES depth and sets simulated beside real.')
    .argument('<file>', 'DBN mbo or mbp-10, plain or zstd; NDJSON or Parquet of bus events')
    .option('--name <name>', 'of the profile', 'fitted')
    .option('--source <words>', 'what it is fitted to, for the profile', 'a recording')
    .option('--out <dir>', 'folder for profile.json, statistics.json and report.html', 'runs/fit')
    .option('--module <file>', 'also the profile as a TypeScript module')
    .addOption(amount('--rounds <n>', 'of refinement by simulation', 8))
    .addOption(amount('--hours <n>', 'simulated hours to compare', 100))
    .action(async (file: string, options: FitCommandOptions) => {
      done(await fitCommand(file, options, terminal))
    })
  marketOf(program.command('publish'))
    .description('Publishes a market to NATS as it happens, or at a rate for load tests.')
    .option('--nats <url>', 'server', 'nats://127.0.0.1:4222')
    .addOption(amount('--rate <n>', 'messages a second in place of event time; 0: any', null))
    .addOption(amount('--speed <n>', 'event time over wall time', 1))
    .addOption(amount('--hours <n>', 'event time to end after', null))
    .action(async (options: PublishCommandOptions) => {
      done(await publishCommand(options, terminal, signal))
    })
  return program
}

function version(): string {
  const url = new URL('../../package.json', import.meta.url)
  const manifest = JSON.parse(readFileSync(url, 'utf8')) as { version: string }
  return manifest.version
}

/** Options of a market to be made. */
function marketOf(command: Command): Command {
  return command
    .addOption(
      new Option('--seed <n>', 'the same seed gives the same events').argParser(seedOf).default(7),
    )
    .option('--profile <file>', 'profile.json of a fit (default: es-evening)')
    .addOption(
      new Option('--scenario <name>', 'what is played on top, again and again').choices([
        ...SCENARIO_NAMES,
        ALL,
        'none',
      ]),
    )
    .addOption(
      new Option('--difficulty <word>', 'of scenarios (default: by chance)').choices(DIFFICULTIES),
    )
    .addOption(
      amount('--activity <n>', 'events as a multiple of the profile; default: by the day', null),
    )
}

/** No seed stands for another by being cut to 32 bits. */
function seedOf(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value >= SEEDS) {
    throw new InvalidArgumentError(`Expected an integer of 0 to ${SEEDS - 1}, was "${text}".`)
  }
  return value
}

function amount(flags: string, description: string, standard: number | null): Option {
  const option = new Option(flags, description).argParser((text: string) => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
      throw new InvalidArgumentError(`Expected a number ≥ 0, was "${text}".`)
    }
    return value
  })
  return standard === null ? option : option.default(standard)
}
