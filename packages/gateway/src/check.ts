/** Whether a value of unknown origin is what a field says. */
export type Check = (value: unknown) => boolean

/** A check by field name, with what it expects as a phrase. */
export type Shape = Readonly<Record<string, readonly [expected: string, check: Check]>>

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is wrong with the object's fields, "expected X, was Y"; null: nothing. Others are ignored. */
export function faultOf(value: JsonObject, shape: Shape): string | null {
  for (const [field, [expected, check]] of Object.entries(shape)) {
    const given = Object.hasOwn(value, field) ? value[field] : undefined
    if (check(given)) continue
    return `${field}: expected ${expected}, was ${shown(given)}`
  }
  return null
}

/** A value for a message to people: JSON, cut. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`
}

export const isText: Check = (value) => typeof value === 'string'
export const isBoolean: Check = (value) => typeof value === 'boolean'
/** JSON holds no NaN and no infinity, save for digits beyond a double: `1e999`. */
export const isNumber: Check = (value) => Number.isFinite(value)
export const isInteger: Check = (value) => Number.isSafeInteger(value)
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0

export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)

export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)

export const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value)
