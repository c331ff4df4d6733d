import { type Bus, connectNats, type NatsCredentials, type NatsOptions } from '@levels/bus'
import { type Command, Option } from 'commander'
import { UsageError } from './errors.ts'

/** How to reach a server and who we are to it, as the command line gives it. */
export interface NatsFlags {
  readonly nats?: string
  readonly natsUser?: string
  readonly creds?: string
  readonly nkey?: string
  readonly tls?: boolean
  readonly tlsCa?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
}

/** What the process's environment says. */
export type Environment = Readonly<Record<string, string | undefined>>

const HELP = `
Secrets have no option, for a command line is everybody's to read: LEVELS_NATS_PASSWORD and
LEVELS_NATS_TOKEN in the environment, or a file (--creds, --nkey).`

/** Adds the options that every command with a bus has. */
export function addNatsOptions(command: Command): Command {
  return command
    .addOption(option('--nats <url>', 'server, or several apart by commas', 'NATS_URL'))
    .addOption(option('--nats-user <name>', 'user, with a password', 'LEVELS_NATS_USER'))
    .addOption(option('--creds <file>', 'NATS credentials: JWT and seed', 'LEVELS_NATS_CREDS_FILE'))
    .addOption(option('--nkey <file>', 'the seed of an nkey', 'LEVELS_NATS_NKEY_SEED_FILE'))
    .addOption(option('--tls', 'demand TLS of the server', 'LEVELS_NATS_TLS'))
    .addOption(option('--tls-ca <file>', 'who may vouch for it, PEM', 'LEVELS_NATS_TLS_CA_FILE'))
    .addOption(option('--tls-cert <file>', 'our certificate, PEM', 'LEVELS_NATS_TLS_CERT_FILE'))
    .addOption(option('--tls-key <file>', 'its key, PEM', 'LEVELS_NATS_TLS_KEY_FILE'))
    .addHelpText('after', HELP)
}

/** The variable is named for people; it is read once the command runs, so that tests may give one. */
function option(flags: string, meaning: string, variable: string): Option {
  return new Option(flags, `${meaning} (${variable})`)
}

/**
 * Connects as the options and the environment say.
 *
 * @throws UsageError when there is no server, more than one way to log in, or a word for a switch
 * @throws BusError when the connection cannot be made
 */
export function connectTo(flags: NatsFlags, env: Environment = process.env): Promise<Bus> {
  return connectNats(natsOptionsOf(flags, env))
}

/** What the options and the environment say together; an option wins over its variable. */
export function natsOptionsOf(flags: NatsFlags, env: Environment): NatsOptions {
  const servers = flags.nats ?? given(env.NATS_URL)
  if (servers === undefined) {
    throw new UsageError('--nats: expected the URL of a server, such as nats://127.0.0.1:4222')
  }
  const credentials = credentialsOf(flags, env)
  const tls = tlsOf(flags, env)
  return {
    servers: servers.split(',').map((server) => server.trim()),
    name: 'replayer',
    ...(credentials === null ? {} : { credentials }),
    ...(tls === null ? {} : { tls }),
  }
}

function credentialsOf(flags: NatsFlags, env: Environment): NatsCredentials | null {
  const user = flags.natsUser ?? given(env.LEVELS_NATS_USER)
  const password = given(env.LEVELS_NATS_PASSWORD)
  const token = given(env.LEVELS_NATS_TOKEN)
  const credsFile = flags.creds ?? given(env.LEVELS_NATS_CREDS_FILE)
  const nkeySeedFile = flags.nkey ?? given(env.LEVELS_NATS_NKEY_SEED_FILE)
  const ways = {
    'user and password': user ?? password,
    token,
    '--creds': credsFile,
    '--nkey': nkeySeedFile,
  }
  const chosen = Object.entries(ways).flatMap(([way, value]) => (value === undefined ? [] : [way]))
  if (chosen.length > 1) {
    throw new UsageError(`expected one way to log in to NATS, was ${chosen.join(' and ')}`)
  }
  if (credsFile !== undefined) return { credsFile }
  if (nkeySeedFile !== undefined) return { nkeySeedFile }
  if (token !== undefined) return { token }
  if (user === undefined && password === undefined) return null
  if (user === undefined || password === undefined) {
    throw new UsageError(
      'expected --nats-user and LEVELS_NATS_PASSWORD together, was one of the two',
    )
  }
  return { user, password }
}

function tlsOf(flags: NatsFlags, env: Environment): NonNullable<NatsOptions['tls']> | null {
  const caFile = flags.tlsCa ?? given(env.LEVELS_NATS_TLS_CA_FILE)
  const certFile = flags.tlsCert ?? given(env.LEVELS_NATS_TLS_CERT_FILE)
  const keyFile = flags.tlsKey ?? given(env.LEVELS_NATS_TLS_KEY_FILE)
  const isDemanded = flags.tls ?? isOn('LEVELS_NATS_TLS', env)
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError('expected --tls-cert and --tls-key together, was one of the two')
  }
  if (!isDemanded && caFile === undefined && certFile === undefined) return null
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  }
}

/** A word that is neither must not quietly mean that the server may do without TLS. */
function isOn(variable: string, env: Environment): boolean {
  const value = given(env[variable]) ?? 'false'
  if (value === 'true' || value === 'false') return value === 'true'
  throw new UsageError(`${variable}: expected true or false, was ${JSON.stringify(value)}`)
}

/** A variable that is empty is one that is not set. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
