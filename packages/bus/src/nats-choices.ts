import { BusError } from './errors.ts'
import type { NatsCredentials, NatsOptions } from './nats-options.ts'

/** How to reach a server and who we are to it, as the command line of a program gives it. */
export interface NatsChoices {
  readonly nats?: string
  readonly natsUser?: string
  readonly creds?: string
  readonly nkey?: string
  readonly tls?: boolean
  readonly tlsCa?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
}

/** What a process's environment says. */
export type Environment = Readonly<Record<string, string | undefined>>

/** An option of the command line and the variable that may stand for it. */
export interface NatsChoice {
  /** As parsers of command lines take it: `--creds <file>`. */
  readonly flags: string
  readonly meaning: string
  readonly variable: string
}

/** The options by which a program without a settings file reaches a server, those of `NatsChoices`. */
export const natsChoices: readonly NatsChoice[] = [
  choice('--nats <url>', 'server, or several apart by commas', 'NATS_URL'),
  choice('--nats-user <name>', 'user, with a password', 'LEVELS_NATS_USER'),
  choice('--creds <file>', 'NATS credentials: JWT and seed', 'LEVELS_NATS_CREDS_FILE'),
  choice('--nkey <file>', 'the seed of an nkey', 'LEVELS_NATS_NKEY_SEED_FILE'),
  choice('--tls', 'demand TLS of the server', 'LEVELS_NATS_TLS'),
  choice('--tls-ca <file>', 'who may vouch for it, PEM', 'LEVELS_NATS_TLS_CA_FILE'),
  choice('--tls-cert <file>', 'our certificate, PEM', 'LEVELS_NATS_TLS_CERT_FILE'),
  choice('--tls-key <file>', 'its key, PEM', 'LEVELS_NATS_TLS_KEY_FILE'),
]

/** For the help of a program that has them. */
export const NATS_SECRETS_HELP = `
Secrets have no option, for a command line is everybody's to read: LEVELS_NATS_PASSWORD and
LEVELS_NATS_TOKEN in the environment, or a file (--creds, --nkey).`

function choice(flags: string, meaning: string, variable: string): NatsChoice {
  return { flags, meaning, variable }
}

/**
 * What the command line and the environment say together; an option wins over its variable, and a
 * variable that is empty is one that is not set.
 *
 * @param name how the program shows in the server's monitoring
 * @throws BusError `INVALID_ARGUMENT` when there is no server, more than one way to log in, one half
 *   of a pair, or a word for a switch
 */
export function natsOptionsFrom(choices: NatsChoices, env: Environment, name: string): NatsOptions {
  const servers = choices.nats ?? given(env.NATS_URL)
  if (servers === undefined) {
    throw refusal('--nats: expected the URL of a server, such as nats://127.0.0.1:4222')
  }
  const credentials = credentialsOf(choices, env)
  const tls = tlsOf(choices, env)
  return {
    servers: servers.split(',').map((server) => server.trim()),
    name,
    ...(credentials === null ? {} : { credentials }),
    ...(tls === null ? {} : { tls }),
  }
}

function credentialsOf(choices: NatsChoices, env: Environment): NatsCredentials | null {
  const user = choices.natsUser ?? given(env.LEVELS_NATS_USER)
  const password = given(env.LEVELS_NATS_PASSWORD)
  const token = given(env.LEVELS_NATS_TOKEN)
  const credsFile = choices.creds ?? given(env.LEVELS_NATS_CREDS_FILE)
  const nkeySeedFile = choices.nkey ?? given(env.LEVELS_NATS_NKEY_SEED_FILE)
  const ways = {
    'user and password': user ?? password,
    token,
    '--creds': credsFile,
    '--nkey': nkeySeedFile,
  }
  const chosen = Object.entries(ways).flatMap(([way, value]) => (value === undefined ? [] : [way]))
  if (chosen.length > 1) {
    throw refusal(`expected one way to log in to NATS, was ${chosen.join(' and ')}`)
  }
  if (credsFile !== undefined) return { credsFile }
  if (nkeySeedFile !== undefined) return { nkeySeedFile }
  if (token !== undefined) return { token }
  if (user === undefined && password === undefined) return null
  if (user === undefined || password === undefined) {
    throw refusal('expected --nats-user and LEVELS_NATS_PASSWORD together, was one of the two')
  }
  return { user, password }
}

function tlsOf(choices: NatsChoices, env: Environment): NonNullable<NatsOptions['tls']> | null {
  const caFile = choices.tlsCa ?? given(env.LEVELS_NATS_TLS_CA_FILE)
  const certFile = choices.tlsCert ?? given(env.LEVELS_NATS_TLS_CERT_FILE)
  const keyFile = choices.tlsKey ?? given(env.LEVELS_NATS_TLS_KEY_FILE)
  const isDemanded = choices.tls ?? isOn('LEVELS_NATS_TLS', env)
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw refusal('expected --tls-cert and --tls-key together, was one of the two')
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
  throw refusal(`${variable}: expected true or false, was ${JSON.stringify(value)}`)
}

/** A variable that is empty is one that is not set. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function refusal(message: string): BusError {
  return new BusError('INVALID_ARGUMENT', message)
}
