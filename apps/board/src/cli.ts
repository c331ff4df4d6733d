import { readFileSync } from 'node:fs'
import {
  BusError,
  NATS_SECRETS_HELP,
  type NatsChoices,
  natsChoices,
  natsOptionsFrom,
} from '@levels/bus'
import { GatewayError, TOKEN_LENGTH_MIN } from '@levels/gateway'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { Board, BoardSource } from './server/board.ts'
import { startBoard } from './server/board.ts'
import { browserOpener, openBrowser } from './server/browser.ts'
import { PageError, reasonOf, UsageError } from './server/errors.ts'

/** What the process tells its caller. */
export const ExitCode = {
  /** Stopped in order. */
  Done: 0,
  /** A fault of ours, or the page does not build. */
  Fault: 1,
  /** The command line is wrong, or the address cannot be listened on, or the bus wants other credentials. */
  Usage: 2,
  /** The run cannot be read, or the bus cannot be reached. */
  BadInput: 3,
  /** Told to stop a second time: ended at once. */
  Interrupted: 130,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

const DEFAULT_PORT = 9470

const NOTES = `
Where others can reach it (--host), a token is needed: one is made up unless given, and is part of
the addresses that are printed, first the one for this machine. --token is also read from
LEVELS_BOARD_TOKEN. A run that is asked for wins over a bus that is only in the environment.

Exit codes:
  0    stopped by Ctrl-C
  1    a fault of the board itself
  2    wrong usage, an address that cannot be listened on, or a bus that wants other credentials
  3    a run that cannot be read, or a bus that cannot be reached
  130  stopped by a second Ctrl-C, at once`

interface CliOptions extends NatsChoices {
  readonly run?: string
  readonly host: string
  readonly port: number
  readonly token?: string
  readonly allowHost?: string[]
  /** Left out: where there is a browser and somebody at the terminal. */
  readonly open?: boolean
}

/** What is used of `process`. */
export interface CliProcess extends Pick<NodeJS.Process, 'platform' | 'env' | 'once'> {
  readonly stdin: { readonly isTTY?: boolean }
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  exit(code: number): unknown
}

/**
 * Runs the command line until Ctrl-C.
 *
 * @param args without the program's name
 * @returns the code to exit with; errors were told to `stderr`
 */
export async function runCli(args: readonly string[], io: CliProcess): Promise<ExitCode> {
  const program = createProgram(io)
  try {
    await program.parseAsync(args, { from: 'user' })
    const options = program.opts<CliOptions>()
    const board = await startBoard({
      source: sourceOf(options, io.env),
      host: options.host,
      port: options.port,
      token: options.token ?? io.env.LEVELS_BOARD_TOKEN ?? null,
      allowedHosts: options.allowHost ?? [],
      say: (line) => io.stderr.write(`${line}\n`),
    })
    const addresses = [board.address, ...board.otherAddresses]
    io.stdout.write(addresses.map((address) => `${address}\n`).join(''))
    open(options, io, board)
    await untilStopped(io)
    await board.close()
    return ExitCode.Done
  } catch (error) {
    return tell(error, io)
  }
}

function createProgram(io: CliProcess): Command {
  const program = new Command('board')
    .description('The board: watch the levels in a browser, live from a bus or in a finished run.')
    .option('--run <dir>', 'folder of a finished run to replay')
  for (const { flags, meaning, variable } of natsChoices) {
    program.addOption(new Option(flags, `${meaning} (${variable})`))
  }
  return program
    .option('--host <host>', 'name or address to listen on', '127.0.0.1')
    .option('--port <n>', '0: any that is free', parsePort, DEFAULT_PORT)
    .option('--token <token>', `${TOKEN_LENGTH_MIN} characters or more`)
    .option('--allow-host <name...>', 'names under which a proxy shows the board')
    .option('--open', 'open a browser (default: where there is one and a terminal)')
    .option('--no-open', 'open none')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .showHelpAfterError('(--help says what there is)')
    .addHelpText('after', `${NATS_SECRETS_HELP}\n${NOTES}`)
    .action(() => undefined)
}

/** A run that is asked for wins over a bus that is only in the environment. */
function sourceOf(options: CliOptions, env: NodeJS.ProcessEnv): BoardSource {
  if (options.run !== undefined) return { runDir: options.run }
  const hasBus = options.nats !== undefined || (env.NATS_URL ?? '') !== ''
  if (hasBus) return { nats: natsOptionsFrom(options, env, 'levels-board') }
  throw new UsageError('expected --run DIR or --nats URL, was neither (--help says what there is)')
}

function open(options: CliOptions, io: CliProcess, { address }: Board): void {
  const isWanted = options.open ?? io.stdin.isTTY === true
  const opener = isWanted ? browserOpener(io) : null
  if (opener !== null) openBrowser(opener, address)
  else if (options.open === true) io.stderr.write('There is no browser to open here.\n')
}

/** Resolves at the first Ctrl-C; a second one ends the process at once. */
async function untilStopped(io: CliProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const stop = (): void => {
    io.once('SIGINT', () => io.exit(ExitCode.Interrupted))
    resolve(undefined)
  }
  io.once('SIGINT', stop).once('SIGTERM', stop)
  await promise
}

const PORT_HINT = ' (--port takes another one, --port 0 any that is free)'

function tell(error: unknown, { stderr }: CliProcess): ExitCode {
  // Commander has told why.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.Done : ExitCode.Usage
  const code = exitCodeOf(error)
  const stack = error instanceof Error ? error.stack : undefined
  const text =
    code === null ? `internal error: ${stack ?? reasonOf(error)}` : `error: ${reasonOf(error)}`
  const hint = error instanceof GatewayError && error.code === 'ADDRESS' ? PORT_HINT : ''
  stderr.write(`${text}${hint}\n`)
  return code ?? ExitCode.Fault
}

/** Null: a fault of ours. */
function exitCodeOf(error: unknown): ExitCode | null {
  if (error instanceof UsageError) return ExitCode.Usage
  if (error instanceof BusError) return error.isOfUser ? ExitCode.Usage : ExitCode.BadInput
  if (error instanceof PageError) return ExitCode.Fault
  if (!(error instanceof GatewayError)) return null
  return error.code.startsWith('RUN_') ? ExitCode.BadInput : ExitCode.Usage
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError(`Expected a port from 0 to 65535, was "${text}".`)
}

function version(): string {
  const url = new URL('../package.json', import.meta.url)
  const manifest = JSON.parse(readFileSync(url, 'utf8')) as { version: string }
  return manifest.version
}
