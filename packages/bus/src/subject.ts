import { BusError } from './errors.ts'
import type { MessageHeaders } from './bus.ts'

const DOT = 46
const STAR = 42
const GREATER = 62

/**
 * A subject to publish to: tokens of printable characters, apart by single dots, no wildcard.
 * @throws BusError `INVALID_ARGUMENT`
 */
export function checkSubject(subject: string): void {
  let previous = DOT
  for (let index = 0; index < subject.length; index += 1) {
    const code = subject.charCodeAt(index)
    if (code <= 32 || code === 127 || code === STAR || code === GREATER) return refuse(subject)
    if (code === DOT && previous === DOT) return refuse(subject)
    previous = code
  }
  if (previous === DOT) refuse(subject)
}

function refuse(subject: string): never {
  throw new BusError('INVALID_ARGUMENT', `expected a subject, was ${JSON.stringify(subject)}`)
}

/**
 * A subject to subscribe to: as one to publish to, but for tokens that are `*` (any token) or, at
 * the end, `>` (one token or more).
 * @throws BusError `INVALID_ARGUMENT`
 */
export function checkPattern(pattern: string): void {
  const tokens = pattern.split('.')
  const isValid = tokens.every(
    (token, index) =>
      token === '*' ||
      (token === '>' && index === tokens.length - 1) ||
      /^[^\s*>\x7f]+$/.test(token),
  )
  if (isValid) return
  const message = `expected a subject or pattern, was ${JSON.stringify(pattern)}`
  throw new BusError('INVALID_ARGUMENT', message)
}

/** @returns whether a subject is one of those that the pattern means */
export function matches(pattern: string, subject: string): boolean {
  if (pattern === subject) return true
  const wanted = pattern.split('.')
  const tokens = subject.split('.')
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return tokens.length > index
    if (index >= tokens.length) return false
    if (token !== '*' && token !== tokens[index]) return false
  }
  return wanted.length === tokens.length
}

/** @returns whether some subject is meant by both patterns */
export function overlaps(one: string, other: string): boolean {
  const left = one.split('.')
  const right = other.split('.')
  for (let index = 0; ; index += 1) {
    const a = left[index]
    const b = right[index]
    if (a === undefined || b === undefined) return a === b
    if (a === '>' || b === '>') return true
    if (a !== b && a !== '*' && b !== '*') return false
  }
}

/** @throws BusError `INVALID_ARGUMENT` for a name or a value that is not printable ASCII */
export function checkHeaders(headers: MessageHeaders): void {
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? ''
    // A blank at either end would be lost on the wire.
    if (/^[!-9;-~]+$/.test(name) && /^([!-~]([ -~]*[!-~])?)?$/.test(value)) continue
    const message = `expected a header of printable ASCII, was ${JSON.stringify({ [name]: value })}`
    throw new BusError('INVALID_ARGUMENT', message)
  }
}

/**
 * A name of a stream or an object store.
 * @throws BusError `INVALID_ARGUMENT`
 */
export function checkName(name: string): void {
  if (/^[A-Za-z0-9_-]+$/.test(name)) return
  throw new BusError('INVALID_ARGUMENT', `expected a name, was ${JSON.stringify(name)}`)
}

/**
 * A place in a stream to begin from.
 * @throws BusError `INVALID_ARGUMENT`
 */
export function checkPlace(fromSeq: number): void {
  if (Number.isSafeInteger(fromSeq) && fromSeq >= 1) return
  throw new BusError('INVALID_ARGUMENT', `expected a place in the stream from 1, was ${fromSeq}`)
}
