import { readFileSync } from 'node:fs'
import { ConfigError } from '@levels/kernel'
import { levelsParameters, resolveConfig, type LevelsConfig } from '@levels/level-signals'
import { reasonOf, UsageError } from './errors.ts'

/** The options that make a configuration, as the command line gives them. */
export interface SettingOptions {
  /** Path of a JSON file: values by section, by full name, or by name in the interface document. */
  readonly config?: string | undefined
  /** `name=value` pairs; the value is JSON, or a word. */
  readonly set?: readonly string[] | undefined
  /** Levels of the user's own, SPY dollars. */
  readonly hotzone?: readonly number[] | undefined
}

/**
 * The configuration of a run: the defaults, then a file, then `--set`, then `--hotzone`. The later
 * word counts.
 *
 * @throws ConfigError naming the parameter, what was expected and what came
 * @throws UsageError naming the option that cannot be read
 */
export function readSettings(options: SettingOptions): LevelsConfig {
  const overrides = new Map<string, unknown>()
  if (options.config !== undefined) addFile(overrides, options.config)
  for (const pair of options.set ?? []) {
    const at = pair.indexOf('=')
    if (at <= 0) throw new UsageError(`--set: expected name=value, was "${pair}"`)
    overrides.set(fullName(pair.slice(0, at).trim()), parseValue(pair.slice(at + 1).trim()))
  }
  if (options.hotzone !== undefined) overrides.set('levels.hotzonesUsd', options.hotzone)
  return resolveConfig(Object.fromEntries(overrides))
}

/** Adds a file's values with its sections opened up, so that what comes later replaces them. */
function addFile(overrides: Map<string, unknown>, path: string): void {
  for (const [name, value] of Object.entries(readConfigFile(path))) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) overrides.set(`${name}.${key}`, inner)
    } else {
      overrides.set(fullName(name), value)
    }
  }
}

function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const reason = `--config ${path}: expected a readable JSON file: ${reasonOf(cause)}`
    throw new UsageError(reason, { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    const was = JSON.stringify(parsed).slice(0, 40)
    throw new ConfigError(`--config ${path}: expected a JSON object, was ${was}`)
  }
  return parsed as Readonly<Record<string, unknown>>
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
