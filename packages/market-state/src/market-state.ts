import { SessionClock } from '@levels/calendar'
import {
  EventKind,
  fromRelNs,
  NO_TICK,
  NS_PER_S,
  priceToTicks,
  StateCodecError,
  StateReader,
  StateWriter,
  tickZone,
  toRelNs,
  type DepthEvent,
  type EventStamp,
  type FuturesTradeEvent,
  type InstrumentPair,
  type OptionTradeEvent,
  type StockQuoteEvent,
  type StockTradeEvent,
} from '@levels/kernel'
import { Admission } from './admission.ts'
import { ApplyResult } from './apply-result.ts'
import { bookHealthOf, type BookHealth } from './book-health.ts'
import type { BookRecord } from './book-history.ts'
import { DepthState } from './depth-state.ts'
import {
  defaultMarketStateConfig,
  type MarketStateConfig,
  type MarketStateOptions,
} from './market-state-config.ts'
import { OptionFlowState, type OptionFlowAggregate } from './option-flow-state.ts'
import { PriceConverter } from './price-converter.ts'
import { settleAggressor } from './quote-rule.ts'
import { SampleClock } from './sample-clock.ts'
import { readSessionLevels, type SessionLevels } from './session-levels.ts'
import { SessionRoll } from './session-roll.ts'
import { SessionTracker } from './session-tracker.ts'
import { StockQuoteState } from './stock-quote-state.ts'
import { TapeState } from './tape-state.ts'
import type { TradeRecord } from './trade-history.ts'

const STATE_KIND = 'MKST'
const STATE_VERSION = 1
/** SPY prices inside session statistics are integers of this many to the dollar. */
const EQUITY_UNITS_PER_DOLLAR = 10_000
const EQUITY_PROFILE_BUCKET_UNITS = 100

/**
 * The one state of a market that every engine reads: futures depth and trades, equity trades and
 * quotes, option flow, and what derives from them.
 *
 * Events must come in order of event time; an older one is refused and changes nothing. What is
 * answered depends on the events applied and the present time alone, never on what was asked
 * before. Applying an event is O(1) amortised.
 */
export class MarketState {
  readonly epochNs: bigint
  readonly config: MarketStateConfig
  readonly pair: InstrumentPair
  readonly depth: DepthState
  readonly calendar: SessionClock
  readonly #tape: TapeState
  readonly #optionFlow: OptionFlowState
  readonly #priceConverter: PriceConverter
  readonly #futuresSession: SessionTracker
  readonly #equitySession: SessionTracker
  readonly #quote = new StockQuoteState()
  readonly #admission = new Admission()
  readonly #zone = new Int32Array(2)
  #tsRelNs = -Infinity
  /** How far everything but depth was advanced: most events are depth and need only that. */
  #restRelNs = -Infinity
  readonly #sampleClock: SampleClock
  readonly #sampleBaseline: (boundaryRelNs: number) => void
  readonly #session: SessionRoll

  constructor({
    epochNs,
    config = defaultMarketStateConfig,
    flowObserver = null,
  }: MarketStateOptions) {
    this.epochNs = epochNs
    this.config = config
    this.pair = config.pair
    this.calendar = new SessionClock(epochNs)
    this.#session = new SessionRoll(this.calendar)
    this.#sampleClock = new SampleClock(config.snapIntervalNs)
    this.#sampleBaseline = (boundaryRelNs) => {
      if (this.calendar.isFuturesOpen(boundaryRelNs)) this.depth.sampleBaseline(boundaryRelNs)
    }
    this.depth = new DepthState(config.depth, flowObserver)
    this.#tape = new TapeState(config.tape)
    this.#optionFlow = new OptionFlowState(config.optionFlow)
    this.#priceConverter = new PriceConverter(config.pair, config.priceConverter)
    const session = { calendar: this.calendar, valueAreaShare: config.valueAreaShare }
    this.#futuresSession = new SessionTracker({ ...session, profileBucketUnits: 1 })
    this.#equitySession = new SessionTracker({
      ...session,
      profileBucketUnits: EQUITY_PROFILE_BUCKET_UNITS,
    })
  }

  /** Present event time, ns since the epoch; −Infinity before anything was applied. */
  get tsRelNs(): number {
    return this.#tsRelNs
  }

  get tape(): TapeState {
    this.#advanceRest()
    return this.#tape
  }

  get optionFlow(): OptionFlowState {
    this.#advanceRest()
    return this.#optionFlow
  }

  get priceConverter(): PriceConverter {
    this.#advanceRest()
    return this.#priceConverter
  }

  /** Session statistics of the future, in ticks. */
  get futuresSession(): SessionTracker {
    this.#advanceRest()
    return this.#futuresSession
  }

  /** Session statistics of the equity, in ten-thousandths of a dollar. */
  get equitySession(): SessionTracker {
    this.#advanceRest()
    return this.#equitySession
  }

  /** Events refused because something newer had been applied. */
  get lateCount(): number {
    return this.#admission.lateCount
  }

  /** Events refused because the same one had been applied. */
  get duplicateCount(): number {
    return this.#admission.duplicateCount
  }

  /** The trading date of the Globex day that opened last, `yyyymmdd`; null before any event. */
  get tradingYmd(): number | null {
    return this.#session.tradingYmd
  }

  /**
   * True when the present moment is itself a baseline boundary whose sample is not committed
   * yet: more events of the same nanosecond may come, so a reader includes it virtually.
   */
  get isOnBoundary(): boolean {
    const now = this.#tsRelNs
    return now === this.#sampleClock.nextRelNs && this.calendar.isFuturesOpen(now)
  }

  get bookHealth(): BookHealth {
    if (!this.depth.hasBook) return 'none'
    const { staleRegularNs, staleOutsideNs } = this.config
    const ageMaxNs = this.calendar.isRegular(this.#tsRelNs) ? staleRegularNs : staleOutsideNs
    return bookHealthOf(this.depth, this.#tsRelNs, ageMaxNs)
  }

  updateEsMbp10(event: DepthEvent): ApplyResult {
    const refusal = this.#admit(event, EventKind.Depth, 0)
    if (refusal !== null) return refusal
    this.depth.applyDepth(event)
    return ApplyResult.Applied
  }

  updateEsTrade(event: FuturesTradeEvent): ApplyResult {
    const refusal = this.#admit(event, EventKind.FuturesTrade, 0)
    if (refusal !== null) return refusal
    this.depth.applyTrade(event)
    this.tape.applyTrade(event)
    this.futuresSession.onTrade(event.tsRelNs, event.priceTicks, event.size)
    return ApplyResult.Applied
  }

  /** Keeps the quote and, when the futures book is fresh, takes a sample of the price ratio. */
  updateStockQuote(event: StockQuoteEvent): ApplyResult {
    const refusal = this.#admit(event, EventKind.StockQuote, 0)
    if (refusal !== null) return refusal
    this.#quote.set(event)
    const { depth } = this
    const isTwoSided = depth.bestBidTicks !== NO_TICK && depth.bestAskTicks !== NO_TICK
    const bookAgeNs = event.tsRelNs - depth.lastUpdateRelNs
    if (isTwoSided && !depth.isCrossed && bookAgeNs <= this.config.priceConverter.bookMaxAgeNs) {
      const midHalfTicks = depth.bestBidTicks + depth.bestAskTicks
      this.priceConverter.addSample(event.tsRelNs, midHalfTicks, event.bidPx, event.askPx)
    }
    return ApplyResult.Applied
  }

  updateStockTrade(event: StockTradeEvent): ApplyResult {
    const refusal = this.#admit(event, EventKind.StockTrade, 0)
    if (refusal !== null) return refusal
    const units = Math.round(event.price * EQUITY_UNITS_PER_DOLLAR)
    this.equitySession.onTrade(event.tsRelNs, units, event.size)
    return ApplyResult.Applied
  }

  /**
   * @param delta per share, null where unknown
   * @param gamma per share and $1, null where unknown: the trade then counts as volume only
   */
  updateOptionTrade(
    event: OptionTradeEvent,
    delta: number | null,
    gamma: number | null,
  ): ApplyResult {
    const symbol = (event.expiryYmd * 2 + event.right) * 2 ** 25 + event.strikeMilli
    const refusal = this.#admit(event, EventKind.OptionTrade, symbol)
    if (refusal !== null) return refusal
    this.optionFlow.applyTrade(event, settleAggressor(event), delta, gamma)
    return ApplyResult.Applied
  }

  /**
   * Lets time pass without an event, e.g. to a snap boundary. Times already reached are ignored.
   */
  advanceTo(tsRelNs: number): void {
    if (tsRelNs <= this.#tsRelNs) return
    // The book is the same at every boundary that time is about to pass.
    const { baselineWindowNs } = this.config.depth
    this.#sampleClock.passBefore(tsRelNs, baselineWindowNs, this.#sampleBaseline)
    this.#tsRelNs = tsRelNs
    if (this.#session.advanceTo(tsRelNs)) {
      this.#priceConverter.startSession()
      this.#optionFlow.startSession()
    }
    this.depth.advanceTo(tsRelNs)
  }

  #advanceRest(): void {
    const tsRelNs = this.#tsRelNs
    if (this.#restRelNs === tsRelNs) return
    this.#restRelNs = tsRelNs
    this.#tape.advanceTo(tsRelNs)
    this.#priceConverter.advanceTo(tsRelNs)
    this.#optionFlow.advanceTo(tsRelNs)
    this.#futuresSession.advanceTo(tsRelNs)
    this.#equitySession.advanceTo(tsRelNs)
  }

  /** SPY-equivalent price of the last futures trade, US dollars; null before the first. */
  getSpot(): number | null {
    const ticks = this.tape.lastTradeTicks
    return ticks === NO_TICK ? null : this.priceConverter.ticksToSpy(ticks)
  }

  /** The equity's quote while it is fresh and uncrossed, else the futures' best over the ratio. */
  getBidAsk(): { bid: number | null; ask: number | null } {
    const quote = this.#quote
    if (this.#tsRelNs - quote.tsRelNs <= this.config.quoteMaxAgeNs && quote.bidPx < quote.askPx) {
      return { bid: quote.bidPx, ask: quote.askPx }
    }
    const { depth } = this
    if (!depth.hasBook || depth.isCrossed) return { bid: null, ask: null }
    const inSpy = (ticks: number): number | null =>
      ticks === NO_TICK ? null : this.priceConverter.ticksToSpy(ticks)
    return { bid: inSpy(depth.bestBidTicks), ask: inSpy(depth.bestAskTicks) }
  }

  /** Present event time as epoch nanoseconds; null before anything was applied. */
  getCurrentTsNs(): bigint | null {
    return Number.isFinite(this.#tsRelNs) ? fromRelNs(this.#tsRelNs, this.epochNs) : null
  }

  /** The prices of the present session that levels are made of. */
  getSessionLevels(): SessionLevels {
    return readSessionLevels(this, EQUITY_UNITS_PER_DOLLAR)
  }

  /** The newest depth, a copy; null before the first. */
  getEsMbp10Snapshot(): BookRecord | null {
    return this.depth.newestBook()
  }

  /**
   * Depth updates in `(ts − window, ts]`, as far as the history reaches. For queries, not for hot
   * paths: it allocates.
   */
  getEsMbp10InWindow(tsNs: bigint, windowS: number): BookRecord[] {
    return this.depth.booksInWindow(toRelNs(tsNs, this.epochNs), windowS * NS_PER_S)
  }

  /** Futures trades in `(ts − window, ts]`, as far as the history reaches. It allocates. */
  getEsTradesInWindow(tsNs: bigint, windowS: number): TradeRecord[] {
    return this.tape.tradesInWindow(toRelNs(tsNs, this.epochNs), windowS * NS_PER_S)
  }

  /**
   * Futures trades in `(ts − window, ts]` within `bandDollars` (SPY) of a level. It allocates.
   *
   * @param levelPrice SPY dollars
   */
  getEsTradesNearLevel(query: {
    readonly tsNowNs: bigint
    readonly windowS: number
    readonly levelPrice: number
    readonly bandDollars: number
  }): TradeRecord[] {
    const zone = this.#zone
    const { priceConverter } = this
    const center = priceConverter.spyToTicks(query.levelPrice)
    tickZone(center, priceConverter.spyToTicks(query.bandDollars), zone)
    return this.tape.tradesNear(
      toRelNs(query.tsNowNs, this.epochNs),
      query.windowS * NS_PER_S,
      zone[0] ?? 0,
      zone[1] ?? 0,
    )
  }

  /**
   * Option flow of this session within `strikeRange` dollars of a level.
   *
   * @param expiryYmd only this expiry; all when left out
   */
  getOptionFlowsNearLevel(query: {
    readonly levelPrice: number
    readonly strikeRange: number
    readonly expiryYmd?: number
  }): OptionFlowAggregate[] {
    return this.optionFlow.flowsNear({
      loStrikeMilli: Math.ceil((query.levelPrice - query.strikeRange) * 1_000 - 1e-6),
      hiStrikeMilli: Math.floor((query.levelPrice + query.strikeRange) * 1_000 + 1e-6),
      expiryYmd: query.expiryYmd ?? null,
    })
  }

  /** Displayed lots at a futures price now, both sides together; 0 where nothing is shown. */
  getEsDepthAt(esPrice: number): number {
    return this.depth.lotsAt(priceToTicks(esPrice, this.pair.tick))
  }

  /** The whole state as one versioned, checksummed byte string. */
  snapshot(): Uint8Array {
    this.#advanceRest()
    const writer = new StateWriter(STATE_KIND, STATE_VERSION)
    writer.bigint(this.epochNs).string(JSON.stringify(this.config))
    writer.number(this.#tsRelNs)
    for (const piece of this.#pieces()) piece.encode(writer)
    return writer.finish()
  }

  /**
   * Replaces this state with a saved one: going on from it equals never having stopped.
   *
   * @throws StateCodecError when the bytes are damaged, or were saved with another epoch or
   *   configuration
   */
  restore(bytes: Uint8Array): void {
    const reader = new StateReader(bytes, STATE_KIND, STATE_VERSION)
    const epochNs = reader.bigint()
    if (epochNs !== this.epochNs) {
      throw new StateCodecError(`expected the epoch ${this.epochNs}, was ${epochNs}`)
    }
    const config = reader.string()
    if (config !== JSON.stringify(this.config)) {
      throw new StateCodecError(`expected the present configuration, was ${config}`)
    }
    this.#tsRelNs = reader.number()
    for (const piece of this.#pieces()) piece.decode(reader)
    reader.end()
    this.#restRelNs = this.#tsRelNs
    this.#session.resumeAt(this.#tsRelNs)
  }

  /** The epoch of a saved state, to make the `MarketState` that will restore it. */
  static epochOf(bytes: Uint8Array): bigint {
    return new StateReader(bytes, STATE_KIND, STATE_VERSION).bigint()
  }

  #pieces() {
    return [
      this.#sampleClock,
      this.#admission,
      this.#quote,
      this.depth,
      this.#tape,
      this.#priceConverter,
      this.#optionFlow,
      this.#futuresSession,
      this.#equitySession,
    ]
  }

  /** Brings the state to the event's time, or says why the event is refused. */
  #admit(event: EventStamp, kind: EventKind, symbol: number): ApplyResult | null {
    const result = this.#admission.admit(event, kind, symbol, this.#tsRelNs)
    if (result !== ApplyResult.Applied) return result
    this.advanceTo(event.tsRelNs)
    return null
  }
}
