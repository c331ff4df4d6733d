import type { z } from 'zod'
import type { Refusal } from './errors.ts'

const SHOWN_LENGTH_MAX = 80

/** A value as a refusal names it: short, on one line, `missing` when there was none. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'bigint' || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (value instanceof Map || (typeof value === 'object' && value !== null)) return 'an object'
  // A text may be a megabyte long, and each of its characters gives one at least.
  const head = typeof value === 'string' ? value.slice(0, SHOWN_LENGTH_MAX + 1) : value
  const text = JSON.stringify(head)
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text
}

/** `['levels', 3, 'bid_px']` → `$.levels[3].bid_px`. */
export function jsonPath(keys: readonly PropertyKey[]): string {
  const steps = keys.map((key) => {
    if (typeof key === 'number') return `[${key}]`
    const name = String(key)
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
  })
  return `$${steps.join('')}`
}

/** The first thing a schema found wrong, as a refusal. */
export function refusalOf(error: z.core.$ZodError): Refusal {
  const issue = error.issues[0]
  if (issue === undefined) return { code: 'SCHEMA', message: 'expected another shape', path: '$' }
  const isUnknownKey = issue.code === 'unrecognized_keys'
  const path = isUnknownKey ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path
  return { code: 'SCHEMA', message: messageOf(issue), path: jsonPath(path) }
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message
  if (issue.code === 'unrecognized_keys') return 'expected no such field, was present'
  return `expected ${expectedOf(issue)}, was ${shown(issue.input)}`
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  number: 'a finite number',
  int: 'an integer',
  string: 'text',
  bigint: 'integer nanoseconds',
  object: 'an object',
  record: 'an object',
  array: 'an array',
  boolean: 'true or false',
}

function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected
    case 'invalid_value':
      return `one of ${issue.values.map((v) => JSON.stringify(v)).join(', ')}`
    case 'too_small':
      return bound(issue, issue.inclusive === false ? '>' : '≥', issue.minimum)
    case 'too_big':
      return bound(issue, issue.inclusive === false ? '<' : '≤', issue.maximum)
    case 'invalid_format':
      return issue.format === 'date' ? 'a calendar date YYYY-MM-DD' : `text like ${issue.pattern}`
    case 'invalid_key':
      return 'another key'
    default:
      return 'another value'
  }
}

function bound(
  { origin, exact }: { readonly origin: string; readonly exact?: boolean | undefined },
  relation: string,
  limit: number | bigint,
): string {
  const unit = { string: ' characters', array: ' elements' }[origin] ?? ''
  return `${exact === true ? 'exactly' : relation} ${limit}${unit}`
}
