import type { DecodeResult } from './errors.ts'
import { refuse } from './errors.ts'
import { isJson } from './json-syntax.ts'
import { checkDepth, checkSize, textOf } from './payload-text.ts'
import { shown } from './refusal-text.ts'

/** The keys whose values a double cannot hold. */
export const NS_KEYS = ['ts_event_ns', 'ts_recv_ns'] as const
type NsKey = (typeof NS_KEYS)[number]

const INT64_MAX = 9_223_372_036_854_775_807n
const INTEGER = /^(?:0|[1-9][0-9]{0,18})$/
const EXPECTED = 'expected integer nanoseconds, 0 to 2^63 − 1, as digits or as a decimal string'

/**
 * `JSON.parse` that keeps nanoseconds exact: the top-level fields `ts_event_ns` and `ts_recv_ns`
 * become a `bigint`, whether they were written as an integer or as a string of digits. Only plain
 * digits count: `1e18`, `1.0`, `-1`, `"007"` are refused, like what int64 cannot hold. A value of
 * any other type is left for the schema to refuse.
 *
 * @param payload JSON text, or its UTF-8 bytes
 */
export function parseExactJson(payload: string | Uint8Array): DecodeResult<unknown> {
  const tooLong = checkSize(payload)
  if (tooLong !== null) return { ok: false, reject: tooLong }
  const text = textOf(payload)
  if (text === null) return refuse(null, 'expected UTF-8 text, was other bytes', 'INVALID_JSON')
  const tooDeep = checkDepth(text)
  if (tooDeep !== null) return { ok: false, reject: tooDeep }
  const value = parsed(text)
  // What the engine says differs from one to the next; a refusal does not.
  if (value === NO_JSON) {
    return refuse(null, `expected JSON, was ${shown(text)}`, 'INVALID_JSON')
  }
  if (!isRecord(value)) return { ok: true, value }
  const literals = (text.includes('\\') ? null : soleLiterals(text)) ?? topLevelLiterals(text)
  for (const key of NS_KEYS) {
    const written = Object.hasOwn(value, key) ? value[key] : undefined
    if (typeof written !== 'string' && typeof written !== 'number') continue
    const digits = typeof written === 'string' ? written : (literals[key] ?? '')
    const ns = INTEGER.test(digits) ? BigInt(digits) : -1n
    if (ns < 0n || ns > INT64_MAX) return refuse(`$.${key}`, `${EXPECTED}, was ${shown(digits)}`)
    value[key] = ns
  }
  return { ok: true, value }
}

const NO_JSON = Symbol('no JSON')
/**
 * Whether the last text was none. Then the next one is likely to be none either, and looking first
 * is several times as fast as an error of the engine's; else looking would be for nothing. It makes
 * a difference of time alone.
 */
let wasNoJson = false

/** `JSON.parse`; `NO_JSON` of what is none. */
function parsed(text: string): unknown {
  if (wasNoJson && !isJson(text)) return NO_JSON
  try {
    wasNoJson = false
    return JSON.parse(text)
  } catch {
    wasNoJson = true
    return NO_JSON
  }
}

/** What is written behind each key; null where the key does not stand in the text. */
type NsLiterals = Record<NsKey, string | null>

/**
 * The fast way. Where the text has no backslash, every key stands in it as it is, between quotes;
 * so if `"key"` stands there once, that is the key that was parsed, whatever is around it. What
 * the two keys end on is rare in messages, and so short that it is searched for at memory speed.
 *
 * @param text valid JSON without a backslash
 * @returns null when a key stands there several times; a literal counts only where the top-level
 *   object has that key with a number
 */
export function soleLiterals(text: string): NsLiterals | null {
  let event: string | null = null
  let recv: string | null = null
  for (let at = text.indexOf(END); at >= 0; at = text.indexOf(END, at + END.length)) {
    const keyEnd = at + END.length
    if (text.startsWith(EVENT, keyEnd - EVENT.length)) {
      if (event !== null) return null
      event = literalAfter(text, keyEnd)
    } else if (text.startsWith(RECV, keyEnd - RECV.length)) {
      if (recv !== null) return null
      recv = literalAfter(text, keyEnd)
    }
  }
  return { ts_event_ns: event, ts_recv_ns: recv }
}

const EVENT = '"ts_event_ns"'
const RECV = '"ts_recv_ns"'
const END = 'ns"'

/**
 * The thorough way: walks the text once, knows strings, escapes and nesting. Of several equal keys
 * the last wins, as with `JSON.parse`.
 *
 * @param text valid JSON, an object
 */
export function topLevelLiterals(text: string): NsLiterals {
  const literals: NsLiterals = { ts_event_ns: null, ts_recv_ns: null }
  let depth = 0
  let isKeyNext = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      const end = endOfString(text, i)
      if (isKeyNext && depth === 1) {
        const name: unknown = JSON.parse(text.slice(i, end))
        for (const key of NS_KEYS) if (name === key) literals[key] = literalAfter(text, end)
      }
      isKeyNext = false
      i = end - 1
    } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      isKeyNext = ++depth === 1
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
      depth--
    } else if (c === COMMA) {
      isKeyNext = true
    }
  }
  return literals
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Just behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text.charCodeAt(i) !== QUOTE) {
    i += text.charCodeAt(i) === BACKSLASH ? 2 : 1
  }
  return i + 1
}

/** The number that follows a key: from behind colon and blanks on, as far as it goes. */
function literalAfter(text: string, keyEnd: number): string {
  let start = keyEnd
  while (isBlankOrColon(text.charCodeAt(start))) start++
  let end = start
  while (isOfNumber(text.charCodeAt(end))) end++
  return text.slice(start, end)
}

function isBlankOrColon(c: number): boolean {
  return c === COLON || c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09
}

/** Digits, `.`, `+`, `-` and the letter of an exponent; false for NaN, which is past the end. */
function isOfNumber(c: number): boolean {
  return (c >= 0x2b && c <= 0x39 && c !== COMMA) || c === 0x65 || c === 0x45
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
