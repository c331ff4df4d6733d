import { readFileSync } from 'node:fs'
import { ConfigError, LevelsError } from '@levels/kernel'
import { levelsParameters, resolveConfig, type LevelsConfig } from '@levels/level-signals'

/** A command line that cannot be followed. */
export class UsageError extends LevelsError {
  constructor(message: string, options?: ErrorOptions) {
    super('USAGE', message, options)
  }
}

/**
 * The configuration of a run: the defaults, then a file, then `--set`, then `--hotzone`.
 *
 * @param options.config path of a JSON file, by section or by full names
 * @param options.set `key=value` pairs; the value is JSON, or a word
 * @throws ConfigError or UsageError naming the key or the file
 */
export function readSettings(options: {
  readonly config?: string | undefined
  readonly set?: readonly string[] | undefined
  readonly hotzone?: readonly number[] | undefined
}): LevelsConfig {
  const fromFile = options.config === undefined ? {} : readConfigFile(options.config)
  const overrides: Record<string, unknown> = flattened(fromFile)
  for (const pair of options.set ?? []) {
    const at = pair.indexOf('=')
    if (at <= 0) throw new UsageError(`--set: expected key=value, was "${pair}"`)
    overrides[fullName(pair.slice(0, at).trim())] = parseValue(pair.slice(at + 1).trim())
  }
  if (options.hotzone !== undefined && options.hotzone.length > 0) {
    overrides['levels.hotzonesUsd'] = options.hotzone
  }
  return resolveConfig(overrides)
}

function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new UsageError(`--config ${path}: expected a readable JSON file: ${reasonOf(cause)}`, {
      cause,
    })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`--config ${path}: expected a JSON object, was ${typeof parsed}`)
  }
  return parsed as Readonly<Record<string, unknown>>
}

/** Sections opened up, so that `--set` replaces what the file says by the same name. */
function flattened(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const flat: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) flat[`${name}.${key}`] = inner
    } else {
      flat[fullName(name)] = value
    }
  }
  return flat
}

/** A parameter's full name; the names of the interface document (`W_b`) are understood too. */
function fullName(name: string): string {
  return levelsParameters.find((p) => p.spec.coreName === name)?.name ?? name
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // a word, such as session
  }
}

/** The message of anything thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
