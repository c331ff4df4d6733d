import type { MarketSubject } from '@levels/contracts'
import type { InstrumentPair } from '@levels/kernel'
import { isOfFuture } from './message-subject.ts'

/** What is done with an event of an instrument. */
export const SymbolVerdict = {
  Accept: 0,
  /** Another future than the one that was chosen: passed over. */
  PassOver: 1,
  /** None of the pair's instruments: refused. */
  Unknown: 2,
  /** A second future where none was chosen. */
  Ambiguous: 3,
} as const
export type SymbolVerdict = (typeof SymbolVerdict)[keyof typeof SymbolVerdict]

/** A month code and year, or a continuous contract such as `c.0`. Spreads and options are not. */
const CONTRACT = /^(?:[FGHJKMNQUVXZ][0-9]{1,2}|\.[cnv]\.[0-9]+)$/

/** Whether a symbol names one outright future of the pair: `ESH4`, `ES.c.0`. */
export function isOutrightFuture(symbol: string, pair: InstrumentPair): boolean {
  return symbol.startsWith(pair.futures) && CONTRACT.test(symbol.slice(pair.futures.length))
}

/** Names of futures passed over that are kept. */
const SYMBOLS_KEPT = 20

/**
 * Decides, for all sources of a run together, whose events are taken: those of the pair's equity,
 * of options on it, and of one future, the chosen one or else the only one there is. Judging changes
 * nothing: whoever takes an event settles the future.
 */
export class SymbolGate {
  readonly pair: InstrumentPair
  readonly #isChosen: boolean
  #futuresSymbol: string | null
  #passedOver = 0
  readonly #passedOverSymbols = new Set<string>()

  /** @param futuresSymbol the future to take; null: the only one there is */
  constructor(pair: InstrumentPair, futuresSymbol: string | null) {
    this.pair = pair
    this.#isChosen = futuresSymbol !== null
    this.#futuresSymbol = futuresSymbol
  }

  /** The future that is taken; null while none was chosen or settled. */
  get futuresSymbol(): string | null {
    return this.#futuresSymbol
  }

  /** Whether the future was chosen rather than found. */
  get isChosen(): boolean {
    return this.#isChosen
  }

  /** Events of other futures that were passed over. */
  get passedOverCount(): number {
    return this.#passedOver
  }

  /** The first twenty of those futures. */
  get passedOverSymbols(): readonly string[] {
    return [...this.#passedOverSymbols]
  }

  /** Counts an event that was passed over. @param symbol of whom it is */
  passOver(symbol: string): void {
    this.#passedOver++
    if (this.#passedOverSymbols.size < SYMBOLS_KEPT) this.#passedOverSymbols.add(symbol)
  }

  /** The verdict on a message, by its subject and what it is of: of an option trade, the underlying. */
  verdictOn(subject: MarketSubject, symbol: string): SymbolVerdict {
    if (isOfFuture(subject)) return this.ofFuture(symbol)
    return symbol === this.pair.equity ? SymbolVerdict.Accept : SymbolVerdict.Unknown
  }

  /**
   * The verdict on an event that is known to be a future's. Where none was chosen or settled, any
   * outright future is acceptable, and the bare root, which some publishers write for their one
   * future. Spreads and options on the future share its root: only a choice takes one.
   */
  ofFuture(symbol: string): SymbolVerdict {
    if (symbol === this.#futuresSymbol) return SymbolVerdict.Accept
    if (!symbol.startsWith(this.pair.futures)) return SymbolVerdict.Unknown
    if (this.#isChosen) return SymbolVerdict.PassOver
    if (symbol !== this.pair.futures && !isOutrightFuture(symbol, this.pair)) {
      return SymbolVerdict.Unknown
    }
    return this.#futuresSymbol === null ? SymbolVerdict.Accept : SymbolVerdict.Ambiguous
  }

  /**
   * Takes a future from here on, unless one was chosen or settled before. For a future that
   * `ofFuture` accepted, once its event was taken: one that is refused settles nothing.
   */
  settle(symbol: string): void {
    this.#futuresSymbol ??= symbol
  }
}
