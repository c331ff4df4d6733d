import {
  decodeMarketEvent,
  type DecodeOptions,
  isMarketSubject,
  MARKET_SUBJECTS,
  type MarketSubject,
  parseExactJson,
  type Refusal,
  REJECT_CODES,
  type RejectCode,
  Subject,
} from '@levels/contracts'
import { EventKind, type MarketEvent } from '@levels/kernel'
import { type ContractScale, eventFromContract } from './event-from-contract.ts'
import { EventScanner } from './event-scanner.ts'
import { RunTimes } from './event-time.ts'
import { isOfFuture, symbolOf } from './message-subject.ts'
import { type SymbolGate, SymbolVerdict } from './symbol-gate.ts'

export interface BusEventDecoderOptions {
  /** What the events' times count from, Unix ns. */
  readonly epochNs: bigint
  /** Says whose events are taken, of which pair. */
  readonly gate: SymbolGate
}

/** Why a message of the bus gives no event. */
export interface BusRefusal extends Refusal {
  /**
   * Of a valid event of an instrument that is not taken, what the gate says of it; its code is
   * `UNKNOWN_SYMBOL`. `Accept` in every other case: the message itself is at fault.
   */
  readonly verdict: SymbolVerdict
  /** Of which instrument it is, where that is why; else null. */
  readonly symbol: string | null
}

/**
 * Turns messages of the bus into events. Every message gives one event, or one reason why not.
 *
 * Bytes in the usual form (see `MarketScanner`) become an event directly, in about half the time of
 * `JSON.parse` and without an allocation, and so does a terse refusal where they leave no doubt of it;
 * everything else is read in full. Both give the same.
 */
export class BusEventDecoder {
  readonly #gate: SymbolGate
  readonly #scale: ContractScale
  readonly #times: RunTimes
  readonly #scanner: EventScanner
  readonly #wordy: DecodeOptions
  readonly #terse: DecodeOptions
  /** The future that the gate accepted last. While none is settled it is that of the event in hand. */
  #acceptable: string | null = null
  #readInFull = 0

  constructor({ epochNs, gate }: BusEventDecoderOptions) {
    this.#gate = gate
    this.#scale = { epochNs, pair: gate.pair }
    this.#times = new RunTimes(epochNs)
    this.#scanner = new EventScanner(this.#scale, gate)
    this.#wordy = { tickSize: gate.pair.tick }
    this.#terse = { ...this.#wordy, isTerse: true }
  }

  /** Messages that were not in the usual form: each was read in full. */
  get readInFullCount(): number {
    return this.#readInFull
  }

  /**
   * Takes in one message. Changes nothing but `out`, and counts nothing as refused. Whoever takes
   * the event then calls `settle`.
   *
   * @param subject where it was published
   * @param payload its JSON as text or UTF-8 bytes; borrowed until this returns. Bytes are faster
   * @param out is filled when the message gives an event; after a refusal it holds anything
   * @param isTerse of a refusal only code and verdict are wanted, which are found sooner
   * @returns null when `out` is filled
   */
  decode(
    subject: string,
    payload: string | Uint8Array,
    out: MarketEvent,
    isTerse = false,
  ): BusRefusal | null {
    if (!isMarketSubject(subject)) return refusalOfKind(payload, subject, null)
    if (typeof payload !== 'string') {
      if (this.decodeUsual(subject, payload, out)) return null
      const symbol = this.#scanner.foreignSymbol
      if (symbol !== null) return this.#refusalOfSymbol(subject, symbol)
      const code = isTerse ? this.#scanner.faultOf(subject) : null
      if (code !== null) return TERSE[code]
    }
    this.#readInFull++
    const decoded = decodeMarketEvent(subject, payload, isTerse ? this.#terse : this.#wordy)
    if (!decoded.ok) return faulty(decoded.reject)
    const { value } = decoded
    const fault = this.#times.faultOf(value.event)
    if (fault !== null) return faulty(fault)
    const refusal = this.#refusalOfSymbol(subject, symbolOf(value))
    if (refusal === null) eventFromContract(value, this.#scale, out)
    return refusal
  }

  /**
   * Takes in one message as `decode` does, if its bytes are in the usual form and the gate takes it.
   *
   * @returns false when it is for `decode` to say what it is; `out` then holds anything
   */
  decodeUsual(subject: MarketSubject, bytes: Uint8Array, out: MarketEvent): boolean {
    return this.#scanner.scan(subject, bytes, out)
  }

  /**
   * Why a message is refused whatever it is of and whenever it was, where its bytes leave no doubt:
   * the code that `decode` gives. Null where it takes that to say. Changes nothing but `out`.
   *
   * @param out holds anything afterwards
   */
  faultOf(subject: MarketSubject, bytes: Uint8Array, out: MarketEvent): RejectCode | null {
    return this.decodeUsual(subject, bytes, out) ? null : this.#scanner.faultOf(subject)
  }

  /**
   * The event that was decoded last is taken, not refused as late or for want of room: its future is
   * the one that is taken from here on, where none was.
   *
   * @param kind of the event
   */
  settle(kind: EventKind): void {
    if (this.#gate.futuresSymbol !== null || this.#acceptable === null) return
    const isFuture = kind === EventKind.FuturesTrade || kind === EventKind.Depth
    if (isFuture) this.#gate.settle(this.#acceptable)
  }

  #refusalOfSymbol(subject: MarketSubject, symbol: string): BusRefusal | null {
    const isFuture = isOfFuture(subject)
    const verdict = this.#gate.verdictOn(subject, symbol)
    if (verdict === SymbolVerdict.Accept) {
      if (isFuture) this.#acceptable = symbol
      return null
    }
    const path = subject === Subject.OptionTrades ? '$.underlying' : '$.symbol'
    const text = symbolText(verdict, isFuture, symbol, this.#gate)
    return { code: 'UNKNOWN_SYMBOL', message: text, path, verdict, symbol }
  }
}

/**
 * Why a message is no market event: it is no JSON, or of no market subject.
 *
 * @param subject null where nothing tells it
 * @param path where in the payload it was told; null: nowhere
 */
export function refusalOfKind(
  payload: string | Uint8Array,
  subject: string | null,
  path: string | null,
): BusRefusal {
  const parsed = parseExactJson(payload)
  if (!parsed.ok) return faulty(parsed.reject)
  const message =
    subject === null
      ? 'expected the fields of a market event, was none'
      : `expected one of ${MARKET_SUBJECTS.join(', ')}, was ${subject}`
  return faulty({ code: 'SCHEMA', message, path })
}

/** One object a code: most messages that are refused are merely counted. */
const TERSE: Readonly<Record<RejectCode, BusRefusal>> = Object.fromEntries(
  REJECT_CODES.map((code) => [code, faulty({ code, message: '', path: null })]),
) as Record<RejectCode, BusRefusal>

function faulty(refusal: Refusal): BusRefusal {
  const { code, message, path } = refusal
  return { code, message, path, verdict: SymbolVerdict.Accept, symbol: null }
}

function symbolText(
  verdict: SymbolVerdict,
  isFuture: boolean,
  symbol: string,
  { pair, futuresSymbol }: SymbolGate,
): string {
  const chosen = futuresSymbol ?? pair.futures
  switch (verdict) {
    case SymbolVerdict.Ambiguous:
      return `expected one future or a choice, was ${chosen} and ${symbol}`
    case SymbolVerdict.PassOver:
      return `expected ${chosen}, was ${symbol}`
    default:
      if (isFuture && symbol.startsWith(pair.futures)) {
        return `expected an outright future of ${pair.futures} or a choice, was ${symbol}`
      }
      return `expected ${pair.futures}, ${pair.equity} or its options, was ${symbol}`
  }
}
