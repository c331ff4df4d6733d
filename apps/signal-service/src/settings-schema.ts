import { isSecretItself } from '@levels/bus'
import { z } from 'zod'

/** Where settings come from, the later winning: `config file`, environment, flags. */
const text = (expected: string) => z.string(`expected ${expected}`).min(1, `expected ${expected}`)
const path = text('the path of a file')
  .refine((value) => !isSecretItself(value), 'expected the path of a file')
  .nullable()
const secret = text('a text').nullable()
const whole = (min: number, max: number) => {
  const error = `expected a whole number from ${min} to ${max}`
  return z.int(error).min(min, error).max(max, error)
}
const flag = z.boolean('expected true or false')
const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, `expected ${words.join(' or ')}`)

const SERVER = /^(?:(?:nats|tls):\/\/)?(?:[^\s,/]+@)?(?:\[[\da-f:.]+\]|[^\s,/:@?#&=]+)(?::\d+)?$/i
/** A comma in a login tears it; what follows then has a login's end, and no beginning. */
const isTorn = (each: string): boolean => each.includes('@') && !each.includes('://')
const apart = (value: string): string[] => value.split(',').map((each) => each.trim())
const servers = z
  .string('expected the address of a server')
  .refine(
    (value) => !value.includes(',') || !apart(value).some(isTorn),
    'expected nats:// before each login, and a comma in a login as %2C',
  )
  .refine(
    (value) => apart(value).every((each) => SERVER.test(each)),
    'expected nats://host:port or tls://host:port, several apart by commas',
  )

/** Every setting but the engines' parameters, by section. */
export const settingsSchema = z.strictObject({
  nats: z.strictObject({
    url: servers,
    user: secret,
    password: secret,
    token: secret,
    credsFile: path,
    nkeySeedFile: path,
    tlsCaFile: path,
    tlsCertFile: path,
    tlsKeyFile: path,
    isTls: flag,
  }),
  source: oneOf(['jetstream', 'core']),
  from: oneOf(['all', 'new']),
  isFresh: flag,
  futuresSymbol: text('the symbol of a future, such as ESH6').nullable(),
  isChecked: flag,
  http: z.strictObject({
    isOn: flag,
    host: text('the name or address of an interface'),
    port: whole(0, 65_535),
  }),
  snapshot: z.strictObject({ everyS: whole(1, 86_400), keep: whole(1, 100) }),
  warmUpS: whole(0, 3_600),
  lull: z.strictObject({ resumeMs: whole(0, 3_600_000), graceMs: whole(0, 60_000) }),
  lag: z.strictObject({ degradedMs: whole(1, 3_600_000) }),
  rejects: z.strictObject({ perSecond: whole(0, 10_000) }),
  log: z.strictObject({
    level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  }),
  embedded: z.strictObject({
    isOn: flag,
    seed: whole(0, 4_294_967_295),
  }),
  board: z.strictObject({ isOn: flag, port: whole(0, 65_535) }),
})

export type Settings = z.infer<typeof settingsSchema>

export const DEFAULT_SETTINGS: Settings = {
  nats: {
    url: 'nats://127.0.0.1:4222',
    user: null,
    password: null,
    token: null,
    credsFile: null,
    nkeySeedFile: null,
    tlsCaFile: null,
    tlsCertFile: null,
    tlsKeyFile: null,
    isTls: false,
  },
  source: 'jetstream',
  from: 'all',
  isFresh: false,
  futuresSymbol: null,
  isChecked: false,
  http: { isOn: true, host: '127.0.0.1', port: 9_464 },
  snapshot: { everyS: 30, keep: 3 },
  warmUpS: 240,
  lull: { resumeMs: 10_000, graceMs: 0 },
  lag: { degradedMs: 2_000 },
  rejects: { perSecond: 10 },
  log: { level: 'info' },
  embedded: { isOn: false, seed: 7 },
  board: { isOn: false, port: 9_470 },
}

/** How one setting is given on the command line and in the environment. */
export interface SettingSource {
  /** `section.key`, as in the file. */
  readonly key: string
  readonly env: string
  /** As commander reads it; null: not on the command line. */
  readonly flag: string | null
  readonly meaning: string
  /** Its value is never shown. */
  readonly isSecret?: true
  /** What a flag without an argument sets. */
  readonly flagValue?: boolean
}

/**
 * Every setting. Secrets have no flag: the command line of a process is everybody's to read.
 */
export const SETTING_SOURCES: readonly SettingSource[] = [
  {
    key: 'nats.url',
    env: 'NATS_URL',
    flag: '--nats <url>',
    meaning: 'server, or several apart by commas',
  },
  {
    key: 'nats.user',
    env: 'LEVELS_NATS_USER',
    flag: '--nats-user <name>',
    meaning: 'user, with a password',
  },
  {
    key: 'nats.password',
    env: 'LEVELS_NATS_PASSWORD',
    flag: null,
    meaning: 'password of the user',
    isSecret: true,
  },
  {
    key: 'nats.token',
    env: 'LEVELS_NATS_TOKEN',
    flag: null,
    meaning: 'token, instead of a user',
    isSecret: true,
  },
  {
    key: 'nats.credsFile',
    env: 'LEVELS_NATS_CREDS_FILE',
    flag: '--creds <file>',
    meaning: 'file of NATS credentials (JWT and seed)',
  },
  {
    key: 'nats.nkeySeedFile',
    env: 'LEVELS_NATS_NKEY_SEED_FILE',
    flag: '--nkey <file>',
    meaning: 'file with the seed of an nkey',
  },
  {
    key: 'nats.tlsCaFile',
    env: 'LEVELS_NATS_TLS_CA_FILE',
    flag: '--tls-ca <file>',
    meaning: 'who may vouch for the server, PEM',
  },
  {
    key: 'nats.tlsCertFile',
    env: 'LEVELS_NATS_TLS_CERT_FILE',
    flag: '--tls-cert <file>',
    meaning: 'our certificate, PEM',
  },
  {
    key: 'nats.tlsKeyFile',
    env: 'LEVELS_NATS_TLS_KEY_FILE',
    flag: '--tls-key <file>',
    meaning: 'its key, PEM',
  },
  {
    key: 'nats.isTls',
    env: 'LEVELS_NATS_TLS',
    flag: '--tls',
    meaning: 'demand TLS of the server',
    flagValue: true,
  },
  {
    key: 'source',
    env: 'LEVELS_SOURCE',
    flag: '--source <kind>',
    meaning: 'jetstream, or core: plain subscriptions, without recovery',
  },
  {
    key: 'from',
    env: 'LEVELS_FROM',
    flag: '--from <what>',
    meaning: 'of a first start: all that the stream holds, or new',
  },
  {
    key: 'isFresh',
    env: 'LEVELS_FRESH',
    flag: '--fresh',
    meaning: 'start without any snapshot',
    flagValue: true,
  },
  {
    key: 'futuresSymbol',
    env: 'LEVELS_FUTURES_SYMBOL',
    flag: '--symbol <future>',
    meaning: 'future to take; without it, the first one taken',
  },
  {
    key: 'isChecked',
    env: 'LEVELS_CHECKED',
    flag: '--checked',
    meaning: 'check every payload against its schema before it is sent',
    flagValue: true,
  },
  {
    key: 'http.isOn',
    env: 'LEVELS_HTTP',
    flag: '--no-http',
    meaning: 'no health, readiness and metrics over HTTP',
    flagValue: false,
  },
  {
    key: 'http.host',
    env: 'LEVELS_HTTP_HOST',
    flag: '--http-host <address>',
    meaning: 'interface for HTTP',
  },
  {
    key: 'http.port',
    env: 'LEVELS_HTTP_PORT',
    flag: '--http-port <port>',
    meaning: 'port for HTTP; 0: any that is free',
  },
  {
    key: 'snapshot.everyS',
    env: 'LEVELS_SNAPSHOT_EVERY_S',
    flag: '--snapshot-every <s>',
    meaning: 'seconds between snapshots',
  },
  {
    key: 'snapshot.keep',
    env: 'LEVELS_SNAPSHOT_KEEP',
    flag: '--snapshot-keep <n>',
    meaning: 'snapshots that are kept',
  },
  {
    key: 'warmUpS',
    env: 'LEVELS_WARM_UP_S',
    flag: '--warm-up <s>',
    meaning: 'seconds of a simulated market to play first, so that no payload is slow; 0: none',
  },
  {
    key: 'lull.resumeMs',
    env: 'LEVELS_LULL_RESUME_MS',
    flag: '--lull-resume <ms>',
    meaning: 'wait for a first message after a start or an outage before a lull may begin',
  },
  {
    key: 'lull.graceMs',
    env: 'LEVELS_LULL_GRACE_MS',
    flag: '--lull-grace <ms>',
    meaning: 'wait in a lull on top of the lateness; plain subscriptions wait 10 ms at least',
  },
  {
    key: 'lag.degradedMs',
    env: 'LEVELS_LAG_DEGRADED_MS',
    flag: '--lag-degraded <ms>',
    meaning: 'lag from which on the service counts as degraded',
  },
  {
    key: 'rejects.perSecond',
    env: 'LEVELS_REJECTS_PER_SECOND',
    flag: '--rejects-per-second <n>',
    meaning: 'rejects sent of each code in a second',
  },
  {
    key: 'log.level',
    env: 'LEVELS_LOG_LEVEL',
    flag: '--log-level <level>',
    meaning: 'fatal, error, warn, info, debug, trace or silent',
  },
  {
    key: 'embedded.isOn',
    env: 'LEVELS_EMBEDDED',
    flag: '--embedded',
    meaning: 'no server: a bus in the process, and a simulated market',
    flagValue: true,
  },
  {
    key: 'embedded.seed',
    env: 'LEVELS_EMBEDDED_SEED',
    flag: '--seed <n>',
    meaning: 'seed of the simulated market',
  },
  {
    key: 'board.isOn',
    env: 'LEVELS_BOARD',
    flag: '--board',
    meaning: 'also show the board to this machine',
    flagValue: true,
  },
  {
    key: 'board.port',
    env: 'LEVELS_BOARD_PORT',
    flag: '--board-port <port>',
    meaning: 'port for the board; 0: any that is free',
  },
]
