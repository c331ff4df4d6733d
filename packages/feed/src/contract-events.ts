import {
  decodeMarketEvent,
  isMarketSubject,
  MARKET_SUBJECTS,
  type MarketMessage,
  parseExactJson,
  type RejectCode,
  Subject,
} from '@levels/contracts'
import { RangeViolationError } from '@levels/kernel'
import { bufferFull, FeedError } from './errors.ts'
import { eventFromContract } from './event-from-contract.ts'
import type { SourceContext } from './event-source.ts'
import { AHEAD_OF_CAPTURE_TEXT, isAheadOfCapture } from './event-time.ts'
import { subjectOf } from './message-subject.ts'
import { PushOutcome } from './reorder-buffer.ts'
import { type SymbolGate, SymbolVerdict } from './symbol-gate.ts'

/** Where a message stands in its file. */
export interface MessagePlace {
  readonly byteOffset: number
  readonly line: number | null
}

/**
 * Turns messages of the bus, as text, into events. Every message gives one event, or is passed
 * over, or is refused and counted.
 */
export class ContractEvents {
  readonly #file: string
  readonly #gate: SymbolGate
  readonly #context: SourceContext

  constructor(file: string, gate: SymbolGate, context: SourceContext) {
    this.#file = file
    this.#gate = gate
    this.#context = context
  }

  /**
   * Takes in one message.
   *
   * @param text its JSON
   * @param subject what it is, where that is known from elsewhere
   * @throws FeedError when it is of a second future and none was chosen, or the buffer is full
   */
  take(text: string, place: MessagePlace, subject: string | null = null): void {
    const { pair } = this.#gate
    const name = subject ?? subjectOf(text, pair)
    if (name === null || !isMarketSubject(name)) return this.#refuseKind(text, name, place)
    const decoded = decodeMarketEvent(name, text, { tickSize: pair.tick })
    if (!decoded.ok) {
      const { code, message, path } = decoded.reject
      return this.refuse(code, message, place, path)
    }
    const message = decoded.value
    const verdict = this.#verdictOn(message)
    if (verdict === SymbolVerdict.Accept) {
      this.#push(message, place)
    } else if (verdict === SymbolVerdict.PassOver) {
      this.#gate.passOver()
    } else if (verdict === SymbolVerdict.Unknown) {
      const expected = `${pair.futures}, ${pair.equity} or its options`
      const was = symbolOf(message)
      this.refuse('UNKNOWN_SYMBOL', `expected ${expected}, was ${was}`, place, '$.symbol')
    } else {
      throw this.#ambiguous(symbolOf(message), place)
    }
  }

  /** Counts a message that is refused, and keeps it if it is among the first. */
  refuse(code: RejectCode, message: string, place: MessagePlace, path: string | null = null): void {
    const { byteOffset, line } = place
    const file = this.#file
    this.#context.rejects.add(code, () => ({ file, byteOffset, line, message, path }))
  }

  #refuseKind(text: string, subject: string | null, place: MessagePlace): void {
    const parsed = parseExactJson(text)
    if (!parsed.ok) {
      const { code, message, path } = parsed.reject
      return this.refuse(code, message, place, path)
    }
    if (subject === null) {
      return this.refuse('SCHEMA', 'expected the fields of a market event, was none', place)
    }
    const expected = MARKET_SUBJECTS.join(', ')
    this.refuse('SCHEMA', `expected one of ${expected}, was ${subject}`, place, '$.subject')
  }

  #verdictOn(message: MarketMessage): SymbolVerdict {
    const isFuture =
      message.subject === Subject.FuturesTrades || message.subject === Subject.FuturesMbp10
    const symbol = symbolOf(message)
    return isFuture ? this.#gate.ofFuture(symbol) : this.#gate.ofEquity(symbol)
  }

  #push(message: MarketMessage, place: MessagePlace): void {
    const { buffer, sourceIndex, epochNs } = this.#context
    const event = buffer.acquire()
    try {
      eventFromContract(message, { epochNs, pair: this.#gate.pair }, event)
    } catch (error) {
      buffer.recycle(event)
      if (!(error instanceof RangeViolationError)) throw error
      return this.refuse('SCHEMA', error.message, place, '$.ts_event_ns')
    }
    if (isAheadOfCapture(event)) {
      buffer.recycle(event)
      return this.refuse('SCHEMA', AHEAD_OF_CAPTURE_TEXT, place, '$.ts_event_ns')
    }
    if (buffer.push(event, sourceIndex) !== PushOutcome.Full) return
    throw bufferFull(this.#file, place.byteOffset, buffer)
  }

  #ambiguous(symbol: string, { byteOffset }: MessagePlace): FeedError {
    const reason = `expected one future or a choice, was ${this.#gate.futuresSymbol ?? ''} and ${symbol}`
    return new FeedError({ code: 'SYMBOL_REQUIRED', file: this.#file, byteOffset, reason })
  }
}

function symbolOf({ subject, event }: MarketMessage): string {
  return subject === Subject.OptionTrades ? event.underlying : event.symbol
}
