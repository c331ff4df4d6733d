import { MARKET_SUBJECTS, type MarketMessage, type MarketSubject, Subject } from '@levels/contracts'
import type { InstrumentPair } from '@levels/kernel'

const SUBJECT_FIELD = /"subject"\s*:\s*("(?:[^"\\]|\\[^])*")/
/** The same at the front of a line, with all that it adds there to the message without it. */
const SUBJECT_HEAD = /^\{"subject":\s?("(?:[^"\\]|\\[^])*"),?/
const SYMBOL_FIELD = /"symbol"\s*:\s*"([^"\\]*)"/

/**
 * Bytes that a subject put first may add to a line: more than the longest that a server takes unless
 * told otherwise (4 KiB), each byte of it escaped.
 */
export const SUBJECT_HEAD_BYTES_MAX = 32_768
const OPEN_BRACE = 0x7b

const utf8 = new TextEncoder()
const utf8Text = new TextDecoder('utf-8', { ignoreBOM: true })
/** How a line begins that has its subject first, as JSON is written without and with spaces. */
const SUBJECT_FIRST = ['{"subject":', '{"subject": '].map((text) => utf8.encode(text))
const SUBJECT_VALUES = MARKET_SUBJECTS.map(
  (subject) => [subject, utf8.encode(`"${subject}"`)] as const,
)

/**
 * The market subject that a line of NDJSON begins with, from its bytes; null where it begins
 * otherwise. What `subjectOf` gives for the same line, if it gives one.
 */
export function leadingSubject(line: Uint8Array): MarketSubject | null {
  for (const prefix of SUBJECT_FIRST) {
    if (!hasAt(line, 0, prefix)) continue
    for (const [subject, value] of SUBJECT_VALUES) {
      if (hasAt(line, prefix.length, value)) return subject
    }
  }
  return null
}

/**
 * The message that a line of NDJSON is with its subject put first; null where that is not first.
 *
 * @returns payload is a copy
 */
export function messageBehindSubject(
  line: Uint8Array,
): { readonly subject: string; readonly payload: Uint8Array } | null {
  const front = utf8Text.decode(line.subarray(0, SUBJECT_HEAD_BYTES_MAX))
  const [head, written] = SUBJECT_HEAD.exec(front) ?? []
  if (head === undefined || written === undefined) return null
  const payload = new Uint8Array(line.subarray(utf8.encode(head).length - 1))
  payload[0] = OPEN_BRACE
  return { subject: textOfJson(written), payload }
}

function hasAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  if (bytes.length < at + expected.length) return false
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false
  return true
}

/**
 * Which event a line of NDJSON is: what its `subject` field says or, without one, what its fields
 * say. Depth has `levels`, an option trade `option_symbol`, a quote `bid_px`; any other event is
 * a trade, of the future or of the equity by its `symbol`.
 *
 * Looks at the text only: a wrong guess costs a refusal when the event is decoded, nothing else.
 *
 * @returns the subject that is written, which need not be one of ours; null when nothing tells
 */
export function subjectOf(text: string, pair: InstrumentPair): string | null {
  const written = SUBJECT_FIELD.exec(text)?.[1]
  if (written !== undefined) return textOfJson(written)
  if (text.includes('"levels"')) return Subject.FuturesMbp10
  if (text.includes('"option_symbol"')) return Subject.OptionTrades
  if (text.includes('"bid_px"')) return Subject.StockQuotes
  return subjectOfTrade(SYMBOL_FIELD.exec(text)?.[1], pair)
}

/** What a JSON string says; of what is none, and so makes its line no JSON, the string itself. */
function textOfJson(written: string): string {
  if (!written.includes('\\')) return written.slice(1, -1)
  try {
    return String(JSON.parse(written))
  } catch {
    return written
  }
}

/** Whether a message is of a future, which may have to be settled first. */
export function isOfFuture(subject: MarketSubject): boolean {
  return subject === Subject.FuturesMbp10 || subject === Subject.FuturesTrades
}

/** What a message is of: of an option trade, the underlying. */
export function symbolOf({ subject, event }: MarketMessage): string {
  return subject === Subject.OptionTrades ? event.underlying : event.symbol
}

/** Which of the two trades one of `symbol` is; null when that is no text. */
export function subjectOfTrade(symbol: unknown, pair: InstrumentPair): MarketSubject | null {
  if (typeof symbol !== 'string') return null
  if (symbol.startsWith(pair.futures)) return Subject.FuturesTrades
  // Of an instrument that is none of ours: refused as such, whichever subject it had.
  return Subject.StockTrades
}
