import { MARKET_SUBJECTS, type MarketSubject, Subject } from '@levels/contracts'
import type { InstrumentPair } from '@levels/kernel'

const SUBJECT_FIELD = /"subject"\s*:\s*"([^"\\]*)"/
const SYMBOL_FIELD = /"symbol"\s*:\s*"([^"\\]*)"/

const utf8 = new TextEncoder()
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
 * @returns the subject as written, which need not be one of ours; null when nothing tells
 */
export function subjectOf(text: string, pair: InstrumentPair): string | null {
  const written = SUBJECT_FIELD.exec(text)?.[1]
  if (written !== undefined) return written
  if (text.includes('"levels"')) return Subject.FuturesMbp10
  if (text.includes('"option_symbol"')) return Subject.OptionTrades
  if (text.includes('"bid_px"')) return Subject.StockQuotes
  return subjectOfTrade(SYMBOL_FIELD.exec(text)?.[1], pair)
}

/** Which of the two trades one of `symbol` is; null when that is no text. */
export function subjectOfTrade(symbol: unknown, pair: InstrumentPair): MarketSubject | null {
  if (typeof symbol !== 'string') return null
  if (symbol.startsWith(pair.futures)) return Subject.FuturesTrades
  // Of an instrument that is none of ours: refused as such, whichever subject it had.
  return Subject.StockTrades
}
