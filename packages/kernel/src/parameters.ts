import { LevelsError } from './errors.ts'

/** One setting of an engine: what it is, for people and for the check of a configuration. */
export interface ParameterSpec<T extends ParameterValue = ParameterValue> {
  readonly default: T
  /** `s`, `ms`, `$`, `lots`, … or `''` for a pure number. */
  readonly unit: string
  readonly meaning: string
  /** Its name in the interface document, where it has one. */
  readonly coreName?: string
  readonly min?: number
  readonly max?: number
  readonly integer?: boolean
  /** The words it may be instead of a number, or the only ones it may be. */
  readonly words?: readonly string[]
}

export type ParameterValue = number | string | readonly number[]
export type ParameterTable = Readonly<Record<string, ParameterSpec>>

/** The configuration a table describes: one value a parameter. */
export type ConfigOf<T extends ParameterTable> = {
  readonly [K in keyof T]: T[K]['default'] extends number
    ? T[K] extends { readonly words: readonly (infer W)[] }
      ? number | W
      : number
    : T[K]['default'] extends readonly number[]
      ? readonly number[]
      : T[K] extends { readonly words: readonly (infer W)[] }
        ? W
        : string
}

/** A configuration that names an unknown key or gives a value outside its range. */
export class ConfigError extends LevelsError {
  constructor(message: string) {
    super('CONFIG', message)
  }
}

/** The defaults of a table, as a configuration. */
export function defaultsOf<const T extends ParameterTable>(table: T): ConfigOf<T> {
  return Object.fromEntries(
    Object.entries(table).map(([key, spec]) => [key, spec.default]),
  ) as ConfigOf<T>
}

/**
 * Checks one value against its parameter.
 *
 * @throws ConfigError naming the key, what was expected and what came
 */
export function checkParameter(key: string, spec: ParameterSpec, value: unknown): ParameterValue {
  const refuse = (): never => {
    throw new ConfigError(`${key}: expected ${describeRange(spec)}, was ${describeValue(value)}`)
  }
  if (Array.isArray(spec.default)) {
    if (!Array.isArray(value)) return refuse()
    const values: readonly unknown[] = value
    return values.every((v): v is number => isInRange(spec, v)) ? values : refuse()
  }
  if (typeof value === 'string') return spec.words?.includes(value) ? value : refuse()
  return typeof spec.default === 'number' && isInRange(spec, value) ? value : refuse()
}

function isInRange(spec: ParameterSpec, value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value >= (spec.min ?? -Infinity) &&
    value <= (spec.max ?? Infinity) &&
    (spec.integer !== true || Number.isInteger(value))
  )
}

/** JSON where it says what came; it has no words for NaN, infinities, bigint and undefined. */
function describeValue(value: unknown): string {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
    ? JSON.stringify(value)
    : String(value)
}

function describeRange(spec: ParameterSpec): string {
  const words = spec.words?.map((w) => `"${w}"`) ?? []
  if (typeof spec.default === 'string') return words.join(' or ')
  const noun = spec.integer === true ? 'an integer' : 'a number'
  const range = [
    ...(spec.min === undefined ? [] : [`≥ ${spec.min}`]),
    ...(spec.max === undefined ? [] : [`≤ ${spec.max}`]),
  ].join(' and ')
  const one = [noun, range, spec.unit && `in ${spec.unit}`].filter(Boolean).join(' ')
  return [Array.isArray(spec.default) ? `a list, each ${one}` : one, ...words].join(' or ')
}
