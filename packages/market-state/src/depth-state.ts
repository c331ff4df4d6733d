import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  BOOK_SLOTS,
  BookChanges,
  invariant,
  lowestSlot,
  NO_SEQ,
  NO_TICK,
  Side,
} from '@levels/kernel'
import type { DepthEvent, FuturesTradeEvent, StateReader, StateWriter } from '@levels/kernel'
import { BookHistory } from './book-history.ts'
import type { BookRecord } from './book-history.ts'
import { DepthBaseline } from './depth-baseline.ts'
import type { DepthCounters } from './depth-counters.ts'
import { DepthFlows, sideTakenBy } from './depth-flows.ts'
import type { DepthFlowsConfig, FlowObserver } from './depth-flows.ts'
import { countVisible, meanLotsPerTick, readDisplayed, visibleLimit } from './depth-zone.ts'
import type { ZoneReading } from './depth-zone.ts'
import { keptHistory } from './kept-history.ts'
import type { Now } from './now.ts'

export type { DepthCounters, FlowObserver }

export interface DepthConfig extends DepthFlowsConfig {
  /** Window of the baseline's samples, ns. */
  readonly baselineWindowNs: number
  /** Samples without which the baseline is unknown. */
  readonly baselineMinSamples: number
  /** Which percentile of the samples counts as thin, 0–1. */
  readonly baselinePercentile: number
  /** Newest depth updates kept for queries by time; 0: none, and such queries are refused. */
  readonly historyCapacity: number
}

/** Beyond every tick of a side, measured away from the best: ticks are 32-bit, `NO_TICK` none. */
const FARTHEST = 2 ** 31
/** Of a side's changed slots, those of its ticks. */
const TICKS_MASK = (1 << BOOK_DEPTH) - 1

/**
 * The ES book and what changed in it: flows per price, volume waiting to be matched, the baseline
 * of displayed size. Sums are integers and exact; nothing here reads a clock, time comes with the
 * events and with `advanceTo`, which may be called any number of times without changing an answer.
 */
export class DepthState {
  readonly #config: DepthConfig
  readonly #flows: DepthFlows
  readonly #baselines: readonly [DepthBaseline, DepthBaseline]
  readonly #history: BookHistory | null

  readonly #book = new Int32Array(BOOK_SLOTS)
  readonly #changes = new BookChanges()
  /** Levels displayed, per side. */
  readonly #counts = new Int32Array(2)
  #hasBook = false
  #isCrossed = false
  #isResync = false
  #lastUpdateRelNs = -Infinity
  #lastRecvRelNs = -Infinity
  #lastSeq = NO_SEQ
  readonly #now = { tsRelNs: -Infinity }
  readonly #asked = { tsRelNs: -Infinity }

  #updates = 0
  #crossed = 0
  #resyncs = 0

  constructor(config: DepthConfig, observer: FlowObserver | null) {
    invariant(
      config.baselinePercentile >= 0 && config.baselinePercentile <= 1,
      'a percentile lies within 0–1',
    )
    this.#config = config
    this.#flows = new DepthFlows(config, observer)
    this.#baselines = [
      new DepthBaseline(config.baselineWindowNs),
      new DepthBaseline(config.baselineWindowNs),
    ]
    const { historyCapacity } = config
    this.#history = historyCapacity === 0 ? null : new BookHistory(historyCapacity)
    this.#book.fill(NO_TICK, BID_TICKS, BID_LOTS)
    this.#book.fill(NO_TICK, ASK_TICKS, ASK_LOTS)
  }

  /** `NO_TICK` where the side is empty; so below. */
  get bestBidTicks(): number {
    return this.#book[BID_TICKS] ?? NO_TICK
  }

  get bestAskTicks(): number {
    return this.#book[ASK_TICKS] ?? NO_TICK
  }

  /** Lots at the best bid, 0 where the side is empty. */
  get bestBidLots(): number {
    return this.#book[BID_LOTS] ?? 0
  }

  get bestAskLots(): number {
    return this.#book[ASK_LOTS] ?? 0
  }

  /** Levels displayed, 0–10. */
  get bidCount(): number {
    return this.#counts[Side.Bid] ?? 0
  }

  get askCount(): number {
    return this.#counts[Side.Ask] ?? 0
  }

  /** Whether any depth update came yet. */
  get hasBook(): boolean {
    return this.#hasBook
  }

  /** Whether the present book's best bid is not below its best ask. */
  get isCrossed(): boolean {
    return this.#isCrossed
  }

  /** Whether the newest depth update was a resync. */
  get isResync(): boolean {
    return this.#isResync
  }

  /** Event time of the newest depth update, ns since the epoch; −Infinity before the first. */
  get lastUpdateRelNs(): number {
    return this.#lastUpdateRelNs
  }

  get counters(): DepthCounters {
    return {
      updates: this.#updates,
      crossed: this.#crossed,
      resyncs: this.#resyncs,
      unmatchedFillLots: this.#flows.unmatchedFillLots,
      unobservedLots: this.#flows.unobservedLots,
      pendingDropped: this.#flows.pendingDropped,
      flowDropped: this.#flows.flowDropped,
      baselineDropped: this.#baselines[0].droppedCount + this.#baselines[1].droppedCount,
      historyDropped: this.#history?.droppedCount ?? 0,
    }
  }

  /** Copies the present book, in the columns of a `DepthEvent`. */
  copyBook(out: Int32Array): void {
    out.set(this.#book)
  }

  /** A copy of the newest update, null before the first. */
  newestBook(): BookRecord | null {
    if (!this.#hasBook) return null
    return {
      tsRelNs: this.#lastUpdateRelNs,
      tsRecvRelNs: this.#lastRecvRelNs,
      seq: this.#lastSeq,
      bidCount: this.bidCount,
      askCount: this.askCount,
      isSnapshot: this.#isResync,
      book: this.#book.slice(),
    }
  }

  /** Displayed lots at a tick, both sides together; 0 where nothing is shown. */
  lotsAt(tick: number): number {
    const book = this.#book
    let lots = 0
    for (let i = 0; i < BOOK_DEPTH; i++) {
      if (i < this.bidCount && book[BID_TICKS + i] === tick) lots += book[BID_LOTS + i] ?? 0
      if (i < this.askCount && book[ASK_TICKS + i] === tick) lots += book[ASK_LOTS + i] ?? 0
    }
    return lots
  }

  /**
   * Copies of the updates with `tsRelNs − windowNs < ts ≤ tsRelNs` still held, oldest first.
   *
   * @throws RangeViolationError when none are kept
   */
  booksInWindow(tsRelNs: number, windowNs: number): BookRecord[] {
    return keptHistory(this.#history).inWindow(tsRelNs, windowNs)
  }

  /**
   * Takes the book after an update, and what changed since the one before it.
   *
   * The two are compared only where both are consistent: neither a resync, neither crossed.
   * Otherwise every change is unobserved and no volume that waits can be matched any more.
   */
  applyDepth(event: DepthEvent): void {
    this.#advanceWith(event)
    const book = event.book
    const isCrossed =
      event.bidCount > 0 && event.askCount > 0 && (book[BID_TICKS] ?? 0) >= (book[ASK_TICKS] ?? 0)
    const isCompared =
      this.#hasBook && !this.#isResync && !event.isSnapshot && !this.#isCrossed && !isCrossed
    if (!isCompared) this.#flows.hideAll()
    this.#compare(event, isCompared)
    this.#hasBook = true
    this.#isCrossed = isCrossed
    this.#isResync = event.isSnapshot
    this.#lastUpdateRelNs = event.tsRelNs
    this.#lastRecvRelNs = event.tsRecvRelNs
    this.#lastSeq = event.seq
    this.#updates++
    if (isCrossed) this.#crossed++
    if (event.isSnapshot) this.#resyncs++
    this.#history?.add(event)
  }

  /**
   * Lets a trade's volume wait for the book to change at its price: a BUY takes from the asks, a
   * SELL from the bids, any other from neither. What traded at a price that is not visible there
   * cannot be matched.
   */
  applyTrade(event: FuturesTradeEvent): void {
    this.#advanceWith(event)
    const side = sideTakenBy(event.aggressor)
    if (side === null) return
    const isVisible = this.#hasBook && !this.#isCrossed && this.#isVisible(side, event.priceTicks)
    this.#flows.addTrade(side, event, isVisible)
  }

  /**
   * Lets time pass: trades whose price did not change in time were refilled (filled and added, at
   * their deadline), and what left its window expires.
   *
   * @param tsRelNs not before any earlier time
   */
  advanceTo(tsRelNs: number): void {
    this.#asked.tsRelNs = tsRelNs
    this.#advanceWith(this.#asked)
  }

  /** Takes the present book's mean size per visible tick as a sample of each side's baseline. */
  sampleBaseline(tsRelNs: number): void {
    this.advanceTo(tsRelNs)
    const bids = this.#meanLots(Side.Bid)
    const asks = this.#meanLots(Side.Ask)
    if (bids !== null) this.#baselines[Side.Bid].add(tsRelNs, bids)
    if (asks !== null) this.#baselines[Side.Ask].add(tsRelNs, asks)
  }

  /**
   * Below how many lots per visible tick a side is thin: the nearest-rank percentile of its
   * samples in the window that ends at `tsRelNs`.
   *
   * @param onBoundary true where the sample of `tsRelNs` itself has not been taken yet; it counts
   * @returns null below the least number of samples
   */
  thinThreshold(side: Side, tsRelNs: number, onBoundary: boolean): number | null {
    this.advanceTo(tsRelNs)
    const baseline = this.#baselines[side]
    baseline.advanceTo(tsRelNs)
    const extra = onBoundary ? this.#meanLots(side) : null
    const count = baseline.count + (extra === null ? 0 : 1)
    if (count < this.#config.baselineMinSamples) return null
    return baseline.percentile(this.#config.baselinePercentile, extra)
  }

  /**
   * Reads one side's flows and displayed size in the ticks `loTick … hiTick`.
   *
   * @param centerTicks the level in ticks, need not be whole
   * @param out overwritten
   */
  readZone(
    side: Side,
    centerTicks: number,
    loTick: number,
    hiTick: number,
    out: ZoneReading,
  ): void {
    this.#flows.read(side, loTick, hiTick, out)
    out.zoneTicks = hiTick - loTick + 1
    const count = this.#counts[side] ?? 0
    const limit = visibleLimit(this.#book, count, side)
    out.visibleTicks = this.#hasBook ? countVisible(limit, side, loTick, hiTick) : 0
    readDisplayed(this.#book, count, side, centerTicks, loTick, hiTick, out)
  }

  encode(writer: StateWriter): void {
    writer.numbers(this.#book).numbers(this.#counts)
    writer.boolean(this.#hasBook).boolean(this.#isCrossed).boolean(this.#isResync)
    writer.number(this.#lastUpdateRelNs).number(this.#lastRecvRelNs).number(this.#lastSeq)
    writer.number(this.#now.tsRelNs)
    writer.number(this.#updates).number(this.#crossed).number(this.#resyncs)
    this.#flows.encode(writer)
    for (const baseline of this.#baselines) {
      baseline.advanceTo(this.#now.tsRelNs)
      baseline.encode(writer)
    }
    this.#history?.encode(writer)
  }

  /** Replaces the whole state with what `encode` wrote under the same configuration. */
  decode(reader: StateReader): void {
    this.#book.set(reader.numbers())
    this.#changes.forget()
    this.#counts.set(reader.numbers())
    this.#hasBook = reader.boolean()
    this.#isCrossed = reader.boolean()
    this.#isResync = reader.boolean()
    this.#lastUpdateRelNs = reader.number()
    this.#lastRecvRelNs = reader.number()
    this.#lastSeq = reader.number()
    this.#now.tsRelNs = reader.number()
    this.#updates = reader.number()
    this.#crossed = reader.number()
    this.#resyncs = reader.number()
    this.#flows.decode(reader)
    for (const baseline of this.#baselines) baseline.decode(reader)
    this.#history?.decode(reader)
  }

  #advanceWith(event: Now): void {
    const now = this.#now
    if (event.tsRelNs === now.tsRelNs) return
    invariant(event.tsRelNs > now.tsRelNs, 'depth never goes back in time')
    now.tsRelNs = event.tsRelNs
    this.#flows.advanceWith(now)
  }

  #isVisible(side: Side, tick: number): boolean {
    const limit = visibleLimit(this.#book, this.#counts[side] ?? 0, side)
    return side === Side.Bid ? tick >= limit : tick <= limit
  }

  /** What a sample of the baseline is now, null where nothing is known. */
  #meanLots(side: Side): number | null {
    if (!this.#hasBook || this.#isCrossed) return null
    return meanLotsPerTick(this.#book, this.#counts[side] ?? 0, side)
  }

  /** Finds what is different: most updates repeat the book or change the size of one price. */
  #compare(event: DepthEvent, isCompared: boolean): void {
    this.#changes.find(event, this.#book)
    const { bids, asks } = this.#changes
    if ((bids & TICKS_MASK) !== 0) this.#changePrices(Side.Bid, event, isCompared)
    else if (bids !== 0) this.#changeSizes(Side.Bid, bids, event, isCompared)
    if ((asks & TICKS_MASK) !== 0) this.#changePrices(Side.Ask, event, isCompared)
    else if (asks !== 0) this.#changeSizes(Side.Ask, asks, event, isCompared)
  }

  /** The prices of a side are the same: only sizes differ. */
  #changeSizes(side: Side, changed: number, event: DepthEvent, isCompared: boolean): void {
    const book = this.#book
    const next = event.book
    const from = side === Side.Bid ? BID_TICKS : ASK_TICKS
    for (let left = changed; left !== 0; left &= left - 1) {
      const i = from + lowestSlot(left)
      const delta = (next[i] ?? 0) - (book[i] ?? 0)
      book[i] = next[i] ?? 0
      const tick = next[i - BOOK_DEPTH] ?? 0 // the tick column stands before the size column
      if (isCompared) this.#flows.change(side, tick, delta)
      else this.#flows.leaveUnobserved(side, tick, delta)
    }
  }

  /** Merges the old and the new prices of a side, best first. */
  #changePrices(side: Side, event: DepthEvent, isCompared: boolean): void {
    const book = this.#book
    const next = event.book
    const ticksAt = side === Side.Bid ? BID_TICKS : ASK_TICKS
    const lotsAt = side === Side.Bid ? BID_LOTS : ASK_LOTS
    const count = this.#counts[side] ?? 0
    const nextCount = side === Side.Bid ? event.bidCount : event.askCount
    const away = side === Side.Bid ? -1 : 1 // `away · tick` grows away from the best
    const nextLimit = visibleLimit(next, nextCount, side)
    const limit = isCompared
      ? Math.min(away * visibleLimit(book, count, side), away * nextLimit)
      : -Infinity
    let i = 0
    let j = 0
    while (i < count || j < nextCount) {
      const old = i < count ? away * (book[ticksAt + i] ?? 0) : FARTHEST
      const now = j < nextCount ? away * (next[ticksAt + j] ?? 0) : FARTHEST
      let delta = 0
      if (now <= old) delta += next[lotsAt + j++] ?? 0
      if (old <= now) delta -= book[lotsAt + i++] ?? 0
      if (delta === 0) continue
      const at = now < old ? now : old
      if (at <= limit) this.#flows.change(side, away * at, delta)
      else this.#flows.leaveUnobserved(side, away * at, delta)
    }
    for (let k = 0; k < BOOK_DEPTH; k++) {
      book[ticksAt + k] = next[ticksAt + k] ?? 0
      book[lotsAt + k] = next[lotsAt + k] ?? 0
    }
    this.#counts[side] = nextCount
    this.#flows.hideBeyond(side, nextLimit)
  }
}
