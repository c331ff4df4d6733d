import type { Refusal } from './errors.ts'
import { isUtf8 } from './utf8.ts'

/** The largest payload that is read, in UTF-8 bytes: 1 MiB, NATS' own default. */
export const MAX_PAYLOAD_BYTES = 1_048_576

/** The deepest nesting of objects and arrays that is read; our own messages need five. */
export const MAX_DEPTH = 32

/** The text of a payload; null when its bytes are not UTF-8. A byte order mark stays: it is no JSON. */
export function textOf(payload: string | Uint8Array): string | null {
  if (typeof payload === 'string') return payload
  // A decoder that throws takes ten times as long to refuse.
  const text = lenient.decode(payload)
  return text.includes(REPLACEMENT) && !isUtf8(payload) ? null : text
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true })
/** What stands for bytes that are no UTF-8; it may also have been written as it is. */
const REPLACEMENT = '\ufffd'

/** Null when a payload, not yet decoded, is within `MAX_PAYLOAD_BYTES`. */
export function checkSize(payload: string | Uint8Array): Refusal | null {
  const isTooLong =
    typeof payload === 'string' ? isTextTooLong(payload) : payload.length > MAX_PAYLOAD_BYTES
  if (!isTooLong) return null
  const unit = typeof payload === 'string' ? 'characters' : 'bytes'
  return tooLarge(`at most ${MAX_PAYLOAD_BYTES} bytes`, `${payload.length} ${unit}`)
}

/** Null when a text, not yet parsed, nests no deeper than `MAX_DEPTH`. */
export function checkDepth(text: string): Refusal | null {
  const brackets = countUpTo(text, '{', MAX_DEPTH) + countUpTo(text, '[', MAX_DEPTH)
  if (brackets <= MAX_DEPTH || !isDeep(text)) return null
  return tooLarge(`at most ${MAX_DEPTH} levels of nesting`, 'more')
}

function tooLarge(expected: string, was: string): Refusal {
  return { code: 'TOO_LARGE', message: `expected ${expected}, was ${was}`, path: null }
}

/** A UTF-16 unit takes one to three bytes of UTF-8, so that few texts have to be measured. */
function isTextTooLong(text: string): boolean {
  if (text.length > MAX_PAYLOAD_BYTES) return true
  if (text.length * 3 <= MAX_PAYLOAD_BYTES) return false
  return new TextEncoder().encode(text).length > MAX_PAYLOAD_BYTES
}

/** How often `character` occurs, counted no further than just above `limit`. */
function countUpTo(text: string, character: string, limit: number): number {
  let count = 0
  for (let at = text.indexOf(character); at >= 0 && count <= limit; count++) {
    at = text.indexOf(character, at + 1)
  }
  return count
}

/** Whether it nests deeper than `MAX_DEPTH` outside of strings. The text need not be JSON. */
function isDeep(text: string): boolean {
  let depth = 0
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (isInString) {
      if (c === 0x5c) i++
      else if (c === 0x22) isInString = false
    } else if (c === 0x22) isInString = true
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > MAX_DEPTH) return true
    } else if (c === 0x7d || c === 0x5d) depth--
  }
  return false
}
