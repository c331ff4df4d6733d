import { readFileSync } from 'node:fs'
import { isSecretItself } from '@levels/bus'
import { ConfigError } from '@levels/kernel'
import { levelsParameters, resolveConfig, type LevelsConfig } from '@levels/level-signals'
import { faultPlace } from './json-place.ts'
import {
  DEFAULT_SETTINGS,
  SETTING_SOURCES,
  settingsSchema,
  type Settings,
  type SettingSource,
} from './settings-schema.ts'

/** Section of the file that holds the engines' parameters. */
const PARAMETERS = 'parameters'
/** The engines' parameters in the environment: the file's section as JSON. */
const PARAMETERS_ENV = 'LEVELS_PARAMETERS'
/** Names that others use with our prefix. */
const FOREIGN_ENV = [
  'LEVELS_BOARD_TOKEN',
  'LEVELS_CONFIG',
  'LEVELS_NIGHTLY',
  'LEVELS_TEST_REPORT',
  PARAMETERS_ENV,
]
const MASK = '***'

/** What the command line gives: settings by key, parameters by name, the path of the file. */
export interface GivenFlags {
  readonly values: ReadonlyMap<string, unknown>
  /** `name=value` pairs. */
  readonly set: readonly string[]
  readonly configPath: string | null
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Everything the service is told: its own settings, and the engines' parameters. */
export interface ServiceConfig {
  readonly settings: Settings
  readonly levels: LevelsConfig
  /** Names in the environment that look like ours and are not: typing errors, perhaps. */
  readonly unknownEnv: readonly string[]
}

/** A value with the place where it was given. */
interface Given {
  readonly value: unknown
  readonly origin: string
}

/**
 * The configuration: the defaults, then the file, then the environment, then flags. The later word
 * counts.
 *
 * @throws ConfigError naming where it was given, the key, what was expected and what came
 */
export function readServiceConfig(flags: GivenFlags, env: Environment): ServiceConfig {
  const file = fileOf(flags, env)
  const given = new Map<string, Given>()
  for (const [key, value] of settingsOf(file))
    given.set(key, { value, origin: `${file.path}: ${key}` })
  for (const source of SETTING_SOURCES) {
    const text = env[source.env]
    const spec = `${source.env} (${source.key})`
    if (text !== undefined) given.set(source.key, { value: valueOf(source, text), origin: spec })
    if (!flags.values.has(source.key)) continue
    const raw = flags.values.get(source.key)
    const value = typeof raw === 'string' ? valueOf(source, raw) : raw
    given.set(source.key, { value, origin: `${flagName(source)} (${source.key})` })
  }
  const settings = parse(given)
  checkLogin(settings)
  return { settings, levels: parametersOf(file, env, flags), unknownEnv: unknownEnvOf(env) }
}

/** The configuration as text, in the form the file has; what is secret is masked. */
export function configText({ settings, levels }: ServiceConfig): string {
  const shown: Record<string, unknown> = { ...maskSecrets(settings), [PARAMETERS]: levels }
  return `${JSON.stringify(shown, null, 2)}\n`
}

/** The settings with what is secret masked: for texts and logs. */
export function maskSecrets(settings: Settings): Settings {
  const { nats } = settings
  const mask = (value: string | null): string | null => (value === null ? null : MASK)
  const url = nats.url.replaceAll(/[^/,\s]+@/g, `${MASK}@`)
  return {
    ...settings,
    nats: { ...nats, url, password: mask(nats.password), token: mask(nats.token) },
  }
}

function parse(given: ReadonlyMap<string, Given>): Settings {
  const merged: Record<string, unknown> = structuredClone(DEFAULT_SETTINGS)
  for (const [key, { value }] of given) {
    const [section = '', name] = key.split('.')
    if (name === undefined) merged[section] = value
    else (merged[section] as Record<string, unknown>)[name] = value
  }
  const parsed = settingsSchema.safeParse(merged)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const key = (issue?.path ?? []).join('.')
  const { value, origin } = given.get(key) ?? { value: undefined, origin: key }
  throw refusal(origin, issue?.message ?? 'expected another value', key, value)
}

function refusal(origin: string, expected: string, key: string, value: unknown): ConfigError {
  return new ConfigError(`${origin}: ${expected}, was ${shown(key, value)}`)
}

/** What came, unless it may be a secret: below `nats`, whatever was put in the wrong place. */
function shown(key: string, value: unknown): string {
  const isBare = typeof value !== 'object' || value === null
  const isHarmless = !key.startsWith('nats.') || (key === 'nats.isTls' && isBare)
  if (typeof value === 'string' && isSecretItself(value)) return 'the secret itself'
  if (!isHarmless) return 'another value (not shown)'
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80)
}

/** Two ways to log in at once are a mistake that would only show at the server. */
function checkLogin({ nats }: Settings): void {
  const ways = {
    'nats.user': nats.user !== null || nats.password !== null,
    'nats.token': nats.token !== null,
    'nats.credsFile': nats.credsFile !== null,
    'nats.nkeySeedFile': nats.nkeySeedFile !== null,
  }
  const chosen = Object.entries(ways).flatMap(([key, isChosen]) => (isChosen ? [key] : []))
  if (chosen.length > 1) {
    throw new ConfigError(`nats: expected one way to log in, was ${chosen.join(' and ')}`)
  }
  if ((nats.user === null) !== (nats.password === null)) {
    throw new ConfigError('nats: expected nats.user and nats.password together, was one of them')
  }
  if ((nats.tlsCertFile === null) !== (nats.tlsKeyFile === null)) {
    throw new ConfigError('nats: expected nats.tlsCertFile and nats.tlsKeyFile together, was one')
  }
}

/** What a setting is when nobody gives it. */
export function defaultOf({ key }: SettingSource): unknown {
  const [section = '', name] = key.split('.')
  const defaults: Readonly<Record<string, unknown>> = DEFAULT_SETTINGS
  const inner = defaults[section] as Readonly<Record<string, unknown>>
  return name === undefined ? defaults[section] : inner[name]
}

/** A setting's value from text: what JSON reads as one of its kind, else the text itself. */
function valueOf(source: SettingSource, text: string): unknown {
  const usual = defaultOf(source)
  return typeof usual === 'number' || typeof usual === 'boolean' ? parseJson(text) : text
}

/** What JSON reads, else the text itself. */
function parseJson(text: string): unknown {
  const value = jsonIn(text)
  return value === NO_JSON ? text : value
}

const NO_JSON = Symbol('no JSON')

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return NO_JSON // the parser's words may quote a secret
  }
}

function flagName({ flag }: SettingSource): string {
  return flag?.split(' ')[0] ?? ''
}

type JsonObject = Readonly<Record<string, unknown>>

interface ConfigFile {
  readonly path: string
  readonly content: JsonObject
}

const NO_FILE: ConfigFile = { path: '', content: {} }

function fileOf({ configPath }: GivenFlags, { LEVELS_CONFIG }: Environment): ConfigFile {
  if (configPath !== null) return readFile(configPath, '--config')
  return LEVELS_CONFIG === undefined ? NO_FILE : readFile(LEVELS_CONFIG, 'LEVELS_CONFIG')
}

/** @param origin where the path was given */
function readFile(path: string, origin: string): ConfigFile {
  if (path === '') throw new ConfigError(`${origin}: expected the path of a file, was ""`)
  if (/^\s*\{/.test(path) || isSecretItself(path)) {
    throw new ConfigError(`${origin}: expected the path of a file, was the text of one`)
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`${origin} ${path}: expected a readable JSON file, was: ${reason}`)
  }
  const content = jsonIn(text)
  if (isObject(content)) return { path, content }
  const expected =
    content === NO_JSON
      ? `a readable JSON file, was something else at ${faultPlace(text)}`
      : 'a JSON object, was something else'
  throw new ConfigError(`${origin} ${path}: expected ${expected}`)
}

/** The settings of a file by key, its sections opened up. */
function* settingsOf({ path, content }: ConfigFile): Generator<[string, unknown]> {
  const known = new Set(SETTING_SOURCES.map(({ key }) => key))
  for (const [name, value] of Object.entries(content)) {
    if (name === PARAMETERS) continue
    const entries = isObject(value)
      ? Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner] as const)
      : [[name, value] as const]
    for (const [key, inner] of entries) {
      if (!known.has(key))
        throw new ConfigError(`${path}: ${key}: expected the name of a setting${near(key)}`)
      yield [key, inner]
    }
  }
}

function near(key: string): string {
  const name = (key.split('.').at(-1) ?? key).toLowerCase()
  const found = SETTING_SOURCES.find((source) => source.key.toLowerCase().includes(name))
  return found === undefined ? '' : ` (did you mean ${found.key}?)`
}

/** The engines' parameters, by the names that `replayer config` prints. */
function parametersOf(file: ConfigFile, env: Environment, flags: GivenFlags): LevelsConfig {
  const given = new Map<string, Given>()
  addParameters(given, file.content[PARAMETERS], `${file.path}: ${PARAMETERS}`)
  const text = env[PARAMETERS_ENV]
  if (text !== undefined) addParameters(given, parseJson(text), PARAMETERS_ENV)
  for (const pair of flags.set) {
    const at = pair.indexOf('=')
    if (at <= 0) throw new ConfigError(`--set: expected name=value, was "${pair}"`)
    const value = parseJson(pair.slice(at + 1).trim())
    given.set(fullName(pair.slice(0, at).trim()), { value, origin: '--set' })
  }
  try {
    return resolveConfig(Object.fromEntries([...given].map(([name, { value }]) => [name, value])))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    // What contradicts something else is of no one place.
    const origin = given.get(error.message.slice(0, error.message.indexOf(':')))?.origin
    throw origin === undefined ? error : new ConfigError(`${origin}: ${error.message}`)
  }
}

function addParameters(given: Map<string, Given>, values: unknown, origin: string): void {
  if (values === undefined) return
  if (!isObject(values))
    throw new ConfigError(`${origin}: expected a JSON object, was something else`)
  for (const [name, value] of Object.entries(values)) {
    if (isObject(value)) {
      for (const [key, inner] of Object.entries(value))
        given.set(`${name}.${key}`, { value: inner, origin })
    } else {
      given.set(fullName(name), { value, origin })
    }
  }
}

/** A parameter's full name; the names of the interface document (`W_b`) are understood too. */
function fullName(name: string): string {
  return levelsParameters.find((p) => p.spec.coreName === name)?.name ?? name
}

function unknownEnvOf(env: Environment): string[] {
  const known = new Set([...SETTING_SOURCES.map((source) => source.env), ...FOREIGN_ENV])
  return Object.keys(env).filter((name) => name.startsWith('LEVELS_') && !known.has(name))
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
