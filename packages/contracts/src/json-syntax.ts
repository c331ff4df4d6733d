const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const LOWER_E = 0x65
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const SPACE = 0x20
const WORDS = ['null', 'true', 'false']
/** What may stand behind a backslash, but for `u`. */
const ESCAPES = '"\\/bfnrt'

/** A place where no value ends. */
const NOWHERE = -1

/**
 * Whether a text is JSON (RFC 8259): exactly what `JSON.parse` takes. Of a text that is none,
 * `JSON.parse` takes ten times as long to say so, most of it for an error that no one reads.
 *
 * @param text that nests no deeper than the stack
 */
export function isJson(text: string): boolean {
  const end = valueEnd(text, skipSpace(text, 0))
  return end !== NOWHERE && skipSpace(text, end) === text.length
}

function skipSpace(text: string, at: number): number {
  let place = at
  for (;;) {
    const c = text.charCodeAt(place)
    if (c !== SPACE && c !== 0x0a && c !== 0x0d && c !== 0x09) return place
    place++
  }
}

/** Just behind the value that begins at `at`. */
function valueEnd(text: string, at: number): number {
  const c = text.charCodeAt(at)
  if (c === QUOTE) return stringEnd(text, at)
  if (c === OPEN_BRACE || c === OPEN_BRACKET) return containerEnd(text, at, c === OPEN_BRACE)
  if (c === MINUS || isDigit(c)) return numberEnd(text, at)
  for (const word of WORDS) if (text.startsWith(word, at)) return at + word.length
  return NOWHERE
}

function containerEnd(text: string, at: number, isObject: boolean): number {
  const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET
  let place = skipSpace(text, at + 1)
  if (text.charCodeAt(place) === close) return place + 1
  for (;;) {
    if (isObject) {
      if (text.charCodeAt(place) !== QUOTE) return NOWHERE
      const keyEnd = stringEnd(text, place)
      if (keyEnd === NOWHERE) return NOWHERE
      place = skipSpace(text, keyEnd)
      if (text.charCodeAt(place) !== COLON) return NOWHERE
      place = skipSpace(text, place + 1)
    }
    const end = valueEnd(text, place)
    if (end === NOWHERE) return NOWHERE
    place = skipSpace(text, end)
    const c = text.charCodeAt(place)
    if (c === close) return place + 1
    if (c !== COMMA) return NOWHERE
    place = skipSpace(text, place + 1)
  }
}

function stringEnd(text: string, at: number): number {
  for (let place = at + 1; place < text.length; place++) {
    const c = text.charCodeAt(place)
    if (c === QUOTE) return place + 1
    if (c < SPACE) return NOWHERE
    if (c !== BACKSLASH) continue
    place++
    const escape = text.charAt(place)
    if (escape === 'u') {
      if (!isHex4(text, place + 1)) return NOWHERE
      place += 4
    } else if (escape === '' || !ESCAPES.includes(escape)) return NOWHERE
  }
  return NOWHERE
}

function isHex4(text: string, at: number): boolean {
  for (let place = at; place < at + 4; place++) {
    const c = text.charCodeAt(place) | 0x20 // letters of either case as small ones
    if (!isDigit(text.charCodeAt(place)) && !(c >= 0x61 && c <= 0x66)) return false
  }
  return true
}

function numberEnd(text: string, at: number): number {
  const first = text.charCodeAt(at) === MINUS ? at + 1 : at
  let place = text.charCodeAt(first) === ZERO ? first + 1 : digitsEnd(text, first)
  if (place === first) return NOWHERE
  if (text.charCodeAt(place) === POINT) {
    const decimals = place + 1
    place = digitsEnd(text, decimals)
    if (place === decimals) return NOWHERE
  }
  if ((text.charCodeAt(place) | 0x20) !== LOWER_E) return place
  const sign = text.charAt(place + 1)
  const exponent = sign === '+' || sign === '-' ? place + 2 : place + 1
  place = digitsEnd(text, exponent)
  return place === exponent ? NOWHERE : place
}

function digitsEnd(text: string, at: number): number {
  let place = at
  while (isDigit(text.charCodeAt(place))) place++
  return place
}

function isDigit(c: number): boolean {
  return c >= ZERO && c <= 0x39
}
