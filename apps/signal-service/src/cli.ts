import { BusError } from '@levels/bus'
import { ConfigError, LevelsError } from '@levels/kernel'
import { Command, CommanderError, Option } from 'commander'
import { compose } from './compose.ts'
import { ExitCode } from './exit-code.ts'
import { serviceVersion } from './package-versions.ts'
import { openServiceLog } from './service-log.ts'
import { SETTING_SOURCES, type SettingSource } from './settings-schema.ts'
import {
  configText,
  defaultOf,
  maskSecrets,
  readServiceConfig,
  type Environment,
  type GivenFlags,
  type ServiceConfig,
} from './settings.ts'

/** Where the program writes, and what its surroundings tell it. */
export interface Surroundings {
  readonly env: Environment
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether somebody reads along. */
  readonly isTerminal?: boolean
  /** Calls back at each request to stop: SIGTERM, SIGINT. @returns a function that ends that */
  readonly onStopRequest: (listener: () => void) => () => void
  /** Ends the process at once. */
  readonly exitNow: (code: ExitCode) => void
}

const HELP = `
Every setting can be given in a JSON file (--config FILE, or LEVELS_CONFIG), in the environment, and
by a flag. A flag wins over the environment, the environment over the file.
"--print-config" shows all of them, in the form of the file.
Secrets have no flag: LEVELS_NATS_PASSWORD and LEVELS_NATS_TOKEN, or files.
The engines' parameters are those of "replayer config": --set name=value, the section "parameters"
of the file, or LEVELS_PARAMETERS as JSON.

Exit codes:
  0    stopped in order: everything due was published; the state was saved, or the log warns that
       it was not
  1    a fault of the service
  2    wrong usage or configuration
  3    the bus refuses the service, or is not to be trusted: credentials, rights, a certificate
  130  told to stop a second time: ended at once`

/**
 * Runs the command line, until the service is told to stop.
 *
 * @param args without the program's name
 * @returns the code to exit with
 */
export async function runCli(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  try {
    const config = readArgs(args, around)
    return config === null ? ExitCode.Done : await serve(config, around)
  } catch (error) {
    return tell(error, around)
  }
}

/** @returns null when what was asked for was a text, and is written */
function readArgs(args: readonly string[], { env, out, err }: Surroundings): ServiceConfig | null {
  const program = makeProgram().configureOutput({ writeOut: out, writeErr: err })
  program.parse(args, { from: 'user' })
  const options = program.opts<Readonly<Record<string, unknown>>>()
  const config = readServiceConfig(flagsOf(program, options), env)
  if (options.printConfig !== true) return config
  out(configText(config))
  return null
}

function makeProgram(): Command {
  const program = new Command('signal-service')
    .description('Level signals live: market.* from the bus in, levels.signals out.')
    .helpOption('-h, --help', 'print help')
    .version(serviceVersion(), '-v, --version', 'print the version')
    .showHelpAfterError('(--help says what there is)')
    .exitOverride()
    .allowExcessArguments(false)
    .option('--config <file>', 'JSON file of settings (LEVELS_CONFIG)')
    .addOption(
      new Option('--set <name=value>', 'a parameter of an engine; may be repeated')
        .argParser((pair: string, earlier: readonly string[]) => [...earlier, pair])
        .default([], 'none'),
    )
    .option('--print-config', 'print every setting as it would be, secrets masked, and end')
  for (const source of SETTING_SOURCES) {
    if (source.flag === null) continue
    const meaning = `${source.meaning} (${source.env}${defaultText(source)})`
    program.addOption(new Option(source.flag, meaning))
  }
  return program.addHelpText('after', HELP)
}

/** The default where it is a value that one could give: a switch says what it does. */
function defaultText(source: SettingSource): string {
  const value = defaultOf(source)
  return typeof value === 'string' || typeof value === 'number' ? `, default ${value}` : ''
}

/** What was given on the command line, and not what commander assumes. */
function flagsOf(program: Command, options: Readonly<Record<string, unknown>>): GivenFlags {
  const values = new Map<string, unknown>()
  for (const source of SETTING_SOURCES) {
    const name = optionName(source)
    if (name === null || program.getOptionValueSource(name) !== 'cli') continue
    values.set(source.key, source.flagValue ?? options[name])
  }
  const config = options.config
  return {
    values,
    set: options.set as readonly string[],
    configPath: typeof config === 'string' ? config : null,
  }
}

function optionName({ flag }: SettingSource): string | null {
  return flag === null ? null : new Option(flag).attributeName()
}

async function serve(config: ServiceConfig, around: Surroundings): Promise<ExitCode> {
  const { log, end: endLog } = openServiceLog(config.settings.log.level)
  log.info({ settings: maskSecrets(config.settings), version: serviceVersion() }, 'starting')
  // Among lines of JSON nobody finds an address.
  const onBoard = (address: string): void => {
    if (around.isTerminal === true) around.err(`\nThe board: ${address}\n\n`)
  }
  const { service, endSurroundings } = compose(config, log, onBoard)
  const stopped = Promise.withResolvers<ExitCode>()
  const stopping = new AbortController()
  const off = around.onStopRequest(() => {
    if (stopping.signal.aborted) return around.exitNow(ExitCode.Interrupted)
    stopping.abort()
    Promise.all([endSurroundings(), service.stop()]).then(() => {
      stopped.resolve(ExitCode.Done)
    }, stopped.reject)
  })
  try {
    const ended = service.run().then(() => stopped.promise)
    return await Promise.race([ended, stopped.promise])
  } catch (error) {
    if (stopping.signal.aborted) return await stopped.promise
    throw error
  } finally {
    off()
    await endLog()
  }
}

function tell(error: unknown, { err }: Surroundings): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.Done : ExitCode.Usage
  const reason = error instanceof Error ? error.message : String(error)
  // The board's address is a setting like others.
  const isAddress = error instanceof LevelsError && error.code === 'ADDRESS'
  if (error instanceof ConfigError || isAddress) {
    err(`error: ${reason}\n`)
    return ExitCode.Usage
  }
  if (error instanceof BusError) {
    err(`error: ${error.code}: ${reason}\n`)
    const isOurs = error.code === 'CREDENTIALS' || error.code === 'INVALID_ARGUMENT'
    return isOurs ? ExitCode.Usage : ExitCode.Refused
  }
  err(`internal error: ${error instanceof Error ? (error.stack ?? reason) : reason}\n`)
  return ExitCode.Fault
}
