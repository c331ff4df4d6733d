import { SessionClock } from '@levels/calendar'
import {
  EventKind,
  fromRelNs,
  nearestTick,
  NO_TICK,
  NS_PER_S,
  StateCodecError,
  type StateBuffer,
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
import type { DepthState } from './depth-state.ts'
import { EQUITY_UNITS_PER_DOLLAR, MarketPieces } from './market-pieces.ts'
import {
  defaultMarketStateConfig,
  type MarketStateConfig,
  type MarketStateOptions,
} from './market-state-config.ts'
import type { OptionFlowAggregate, OptionFlowState } from './option-flow-state.ts'
import type { Now } from './now.ts'
import type { PriceConverter } from './price-converter.ts'
import { settleAggressor } from './quote-rule.ts'
import { SampleClock } from './sample-clock.ts'
import { readSessionLevels, type SessionLevels } from './session-levels.ts'
import { SessionRoll } from './session-roll.ts'
import type { SessionTracker } from './session-tracker.ts'
import { StockQuoteState } from './stock-quote-state.ts'
import type { TapeState } from './tape-state.ts'
import type { TradeRecord } from './trade-history.ts'

const STATE_KIND = 'MKST'
const STATE_VERSION = 5

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
  readonly calendar: SessionClock
  readonly #pieces: MarketPieces
  readonly #quote = new StockQuoteState()
  readonly #admission = new Admission()
  readonly #zone = new Int32Array(2)
  /** The present, and a time that was asked for: objects, for a double would be allocated. */
  readonly #now = { tsRelNs: -Infinity }
  readonly #asked = { tsRelNs: -Infinity }
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
      if (this.calendar.isFuturesOpen(boundaryRelNs))
        this.#pieces.depth.sampleBaseline(boundaryRelNs)
    }
    this.#pieces = new MarketPieces(config, this.calendar, flowObserver)
  }

  /** Present event time, ns since the epoch; −Infinity before anything was applied. */
  get tsRelNs(): number {
    return this.#now.tsRelNs
  }

  get depth(): DepthState {
    return this.#readable().depth
  }

  get tape(): TapeState {
    return this.#readable().tape
  }

  get optionFlow(): OptionFlowState {
    return this.#readable().optionFlow
  }

  get priceConverter(): PriceConverter {
    return this.#readable().priceConverter
  }

  /** Session statistics of the future, in ticks. */
  get futuresSession(): SessionTracker {
    return this.#readable().futuresSession
  }

  /** Session statistics of the equity, in ten-thousandths of a dollar. */
  get equitySession(): SessionTracker {
    return this.#readable().equitySession
  }

  /** Events refused because something newer had been applied. */
  get lateCount(): number {
    return this.#admission.lateCount
  }

  /** Events refused because the same one had been applied. */
  get duplicateCount(): number {
    return this.#admission.duplicateCount
  }

  /** Events applied unchecked because too many shared one nanosecond. */
  get undeduplicatedCount(): number {
    return this.#admission.uncheckedCount
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
    const now = this.#now.tsRelNs
    return (
      Number.isFinite(now) &&
      now === this.#sampleClock.nextRelNs &&
      this.calendar.isFuturesOpen(now)
    )
  }

  get bookHealth(): BookHealth {
    if (!this.depth.hasBook) return 'none'
    const { staleRegularNs, staleOutsideNs } = this.config
    const ageMaxNs = this.calendar.isRegular(this.#now.tsRelNs) ? staleRegularNs : staleOutsideNs
    return bookHealthOf(this.depth, this.#now.tsRelNs, ageMaxNs)
  }

  updateEsMbp10(event: DepthEvent): ApplyResult {
    const refusal = this.#admit(event, EventKind.Depth, 0)
    if (refusal !== null) return refusal
    this.#pieces.depth.applyDepth(event)
    return ApplyResult.Applied
  }

  updateEsTrade(event: FuturesTradeEvent): ApplyResult {
    const refusal = this.#admit(event, EventKind.FuturesTrade, 0)
    if (refusal !== null) return refusal
    this.#pieces.depth.applyTrade(event)
    this.#pieces.tape.applyTrade(event)
    this.#pieces.futuresSession.onTradeWith(event, event.priceTicks, event.size)
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
    this.#pieces.equitySession.onTradeWith(event, units, event.size)
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
    const symbol = (event.expiryYmd * 2 + event.right) * 2 ** 27 + event.strikeMilli
    const refusal = this.#admit(event, EventKind.OptionTrade, symbol)
    if (refusal !== null) return refusal
    this.optionFlow.applyTrade(event, settleAggressor(event), delta, gamma)
    return ApplyResult.Applied
  }

  /**
   * Lets time pass without an event, e.g. to a snap boundary. Times already reached are ignored.
   */
  advanceTo(tsRelNs: number): void {
    this.#asked.tsRelNs = tsRelNs
    this.#advanceWith(this.#asked)
  }

  #advanceWith(event: Now): void {
    const now = this.#now
    if (event.tsRelNs <= now.tsRelNs) return
    if (event.tsRelNs > this.#sampleClock.nextRelNs) {
      // The book is the same at every boundary that time is about to pass.
      const { baselineWindowNs } = this.config.depth
      this.#sampleClock.passBefore(event.tsRelNs, baselineWindowNs, this.#sampleBaseline)
    }
    now.tsRelNs = event.tsRelNs
    if (now.tsRelNs < this.#session.nextOpenRelNs) return
    if (this.#session.advanceTo(now.tsRelNs)) this.#pieces.startSession()
  }

  /** The pieces, brought to the present. No getter: the engine looks a private one up at every use. */
  #readable(): MarketPieces {
    this.#pieces.advanceTo(this.#now.tsRelNs)
    return this.#pieces
  }

  /** SPY-equivalent price of the last futures trade, US dollars; null before the first. */
  getSpot(): number | null {
    const ticks = this.tape.lastTradeTicks
    return ticks === NO_TICK ? null : this.priceConverter.ticksToSpy(ticks)
  }

  /** The equity's quote while it is fresh and uncrossed, else the futures' best over the ratio. */
  getBidAsk(): { bid: number | null; ask: number | null } {
    const quote = this.#quote
    if (
      this.#now.tsRelNs - quote.tsRelNs <= this.config.quoteMaxAgeNs &&
      quote.bidPx < quote.askPx
    ) {
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
    return Number.isFinite(this.#now.tsRelNs) ? fromRelNs(this.#now.tsRelNs, this.epochNs) : null
  }

  /** The prices of the present session that levels are made of. */
  getSessionLevels(): SessionLevels {
    return readSessionLevels(this.#readable())
  }

  /** The newest depth, a copy; null before the first. */
  getEsMbp10Snapshot(): BookRecord | null {
    return this.depth.newestBook()
  }

  /**
   * Depth updates in `(ts − window, ts]`, as far as the history reaches. For queries, not for hot
   * paths: it allocates.
   *
   * @throws RangeViolationError when the state was made without a history
   */
  getEsMbp10InWindow(tsNs: bigint, windowS: number): BookRecord[] {
    return this.depth.booksInWindow(toRelNs(tsNs, this.epochNs), windowS * NS_PER_S)
  }

  /**
   * Futures trades in `(ts − window, ts]`, as far as the history reaches. It allocates.
   *
   * @throws RangeViolationError when the state was made without a history
   */
  getEsTradesInWindow(tsNs: bigint, windowS: number): TradeRecord[] {
    return this.tape.tradesInWindow(toRelNs(tsNs, this.epochNs), windowS * NS_PER_S)
  }

  /**
   * Futures trades in `(ts − window, ts]` within `bandDollars` (SPY) of a level. It allocates.
   *
   * @param levelPrice SPY dollars
   * @throws RangeViolationError when the state was made without a history
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

  /**
   * Displayed lots now at the tick nearest a futures price (a converted level is seldom on the
   * grid), both sides together; 0 where nothing is shown.
   */
  getEsDepthAt(esPrice: number): number {
    return this.depth.lotsAt(nearestTick(esPrice, this.pair.tick))
  }

  /**
   * The whole state as one versioned, checksummed byte string.
   *
   * @param buffer where to write it; what is given then lies in it
   */
  snapshot(buffer?: StateBuffer): Uint8Array {
    this.#pieces.advanceTo(this.#now.tsRelNs)
    const writer = new StateWriter(STATE_KIND, STATE_VERSION, buffer)
    writer.bigint(this.epochNs).string(JSON.stringify(this.config))
    writer.number(this.#now.tsRelNs)
    for (const part of this.#parts()) part.encode(writer)
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
    this.#now.tsRelNs = reader.number()
    for (const part of this.#parts()) part.decode(reader)
    reader.end()
    this.#session.resumeAt(this.#now.tsRelNs)
  }

  /** The epoch of a saved state, to make the `MarketState` that will restore it. */
  static epochOf(bytes: Uint8Array): bigint {
    return new StateReader(bytes, STATE_KIND, STATE_VERSION).bigint()
  }

  #parts() {
    return [this.#sampleClock, this.#admission, this.#quote, this.#pieces]
  }

  /** Brings the state to the event's time, or says why the event is refused. */
  #admit(event: EventStamp, kind: EventKind, symbol: number): ApplyResult | null {
    const result = this.#admission.admit(event, kind, symbol, this.#now)
    if (result !== ApplyResult.Applied) return result
    this.#advanceWith(event)
    return null
  }
}
