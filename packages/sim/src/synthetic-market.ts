import { Aggressor, EventKind, MarketEvent, NS_PER_S, type InstrumentPair } from '@levels/kernel'
import { OptionTape } from './option-tape.ts'
import { Random } from './random.ts'
import type { Scene } from './scenes.ts'
import { SyntheticBook } from './synthetic-book.ts'

export interface SyntheticMarketOptions {
  readonly seed: number
  readonly pair: InstrumentPair
  /** Start, ns since the run's epoch. */
  readonly startRelNs: number
  /** Trading date, `yyyymmdd`: the expiry of the options. */
  readonly tradingYmd: number
  /** Minutes from the start to the options' expiry. */
  readonly minutesToExpiry: number
  /** The watched level, SPY dollars. */
  readonly levelUsd: number
  /** ES price over SPY price. */
  readonly ratio: number
  /** Mean depth updates a second. */
  readonly updatesPerS: number
  readonly scenes: readonly Scene[]
}

/** Receives every event as it happens; the event is borrowed until the call returns. */
export type SyntheticSink = (event: MarketEvent) => void

/** Ticks around the level in which a scene's depth applies: two index points below, half above. */
const ZONE_BELOW_TICKS = 8
const ZONE_ABOVE_TICKS = 2
/** Longest delay from an event to its capture, ns. */
const CAPTURE_DELAY_NS = 40_000

/**
 * A small order-driven market around one level: limit orders, cancels and market orders arrive
 * one by one, a script changes what participants want. It is a stand-in to try the software on,
 * not a model fitted to anything.
 */
export class SyntheticMarket {
  readonly #options: SyntheticMarketOptions
  readonly #sink: SyntheticSink
  readonly #random: Random
  readonly #book: SyntheticBook
  readonly #options0dte: OptionTape
  readonly #event = new MarketEvent()
  readonly #levelTicks: number
  #tsRelNs: number
  #seq = 0
  #scene: Scene
  #nextQuoteRelNs: number

  constructor(options: SyntheticMarketOptions, sink: SyntheticSink) {
    const [scene] = options.scenes
    if (scene === undefined) throw new RangeError('expected at least one scene, was none')
    this.#options = options
    this.#sink = sink
    this.#scene = scene
    this.#random = new Random(options.seed)
    this.#tsRelNs = options.startRelNs
    this.#nextQuoteRelNs = options.startRelNs
    this.#levelTicks = this.#ticksAt(options.levelUsd)
    this.#book = new SyntheticBook(this.#ticksAt(options.levelUsd + 0.35), lotsAtDistance)
    this.#options0dte = new OptionTape(options, this.#random)
  }

  /** Seconds of event time since the start. */
  get elapsedS(): number {
    return (this.#tsRelNs - this.#options.startRelNs) / NS_PER_S
  }

  /** Lets the market live on. @param untilS seconds since the start */
  runUntil(untilS: number): void {
    const meanGapNs = NS_PER_S / this.#options.updatesPerS
    while (this.elapsedS < untilS) {
      this.#tsRelNs += 1_000 + this.#random.below(2 * meanGapNs)
      this.#scene =
        this.#options.scenes.find((scene) => this.elapsedS < scene.untilS) ?? this.#scene
      if (this.#random.chance(this.#scene.marketShare)) this.#marketOrder()
      else this.#limitOrder()
      if (this.#tsRelNs >= this.#nextQuoteRelNs) this.#stockQuote()
      if (this.#random.chance(0.05)) this.#stockTrade()
      if (this.#random.chance(this.#scene.optionsPerS / this.#options.updatesPerS)) {
        this.#optionTrade()
      }
    }
  }

  #ticksAt(spyUsd: number): number {
    return Math.round((spyUsd * this.#options.ratio) / this.#options.pair.tick)
  }

  get #spotUsd(): number {
    const { bestBidTicks, bestAskTicks } = this.#book
    return (((bestBidTicks + bestAskTicks) / 2) * this.#options.pair.tick) / this.#options.ratio
  }

  /** Where price is relative to where the scene draws it, −1 (must rise) … 1 (must fall). */
  get #tension(): number {
    const gapUsd = this.#spotUsd - this.#options.levelUsd - this.#scene.targetUsd
    return Math.max(-1, Math.min(1, gapUsd / 0.12)) * this.#scene.pull
  }

  #marketOrder(): void {
    const isBuy = this.#random.chance(0.5 - 0.42 * this.#tension)
    const isSweep = this.#random.chance(this.#scene.sweepShare)
    let lots = isSweep ? 40 + this.#random.below(60) : this.#random.count(4)
    for (let prints = 0; lots > 0 && prints < 6; prints++) {
      const tick = isBuy ? this.#book.bestAskTicks : this.#book.bestBidTicks
      const shown = isBuy ? this.#book.askLots(tick) : this.#book.bidLots(tick)
      const filled = Math.min(lots, shown)
      this.#emitFuturesTrade(tick, filled, isBuy)
      if (isBuy) this.#book.changeAsk(tick, -filled)
      else this.#eatBid(tick, filled)
      this.#tsRelNs += 20_000 + this.#random.below(60_000)
      this.#emitDepth()
      lots -= filled
      if (!isSweep) break
    }
  }

  /** Bidders at a defended level put back what was taken, in the same instant. */
  #eatBid(tick: number, lots: number): void {
    const refills = this.#isAtLevel(tick) && this.#random.chance(this.#scene.bidRefill)
    if (!refills) this.#book.changeBid(tick, -lots)
  }

  #limitOrder(): void {
    const { bestBidTicks, bestAskTicks } = this.#book
    const spread = bestAskTicks - bestBidTicks
    const isBid = this.#random.chance(0.5)
    if (spread > 1 && this.#random.chance(0.75)) return this.#closeSpread()
    const distance = this.#random.count(3.4) - 1
    if (distance > 14) return
    const tick = isBid ? bestBidTicks - distance : bestAskTicks + distance
    const shown = isBid ? this.#book.bidLots(tick) : this.#book.askLots(tick)
    const wanted = lotsAtDistance(distance) * this.#depthFactor(isBid, tick)
    const lean = (wanted - shown) / Math.max(wanted, shown, 1)
    const isAdd = this.#random.chance(0.5 + 0.48 * lean)
    const lots = isAdd
      ? this.#random.count(4)
      : -Math.min(shown, this.#random.count(4 + shown / 12))
    if (lots === 0) return
    const stays = lots < 0 && isBid && this.#isAtLevel(tick)
    if (stays && this.#random.chance(this.#scene.bidPatience)) return
    if (isBid) this.#book.changeBid(tick, lots)
    else this.#book.changeAsk(tick, lots)
    this.#emitDepth()
  }

  #closeSpread(): void {
    const lots = 4 + this.#random.count(8)
    if (this.#random.chance(0.5 + 0.45 * this.#tension)) {
      this.#book.changeAsk(this.#book.bestAskTicks - 1, lots)
    } else {
      const tick = this.#book.bestBidTicks + 1
      this.#book.changeBid(tick, Math.ceil(lots * Math.min(1, this.#depthFactor(true, tick))))
    }
    this.#emitDepth()
  }

  #isAtLevel(tick: number): boolean {
    const above = tick - this.#levelTicks
    return above >= -ZONE_BELOW_TICKS && above <= ZONE_ABOVE_TICKS
  }

  #depthFactor(isBid: boolean, tick: number): number {
    if (!this.#isAtLevel(tick)) return 1
    return isBid ? this.#scene.bidDepth : this.#scene.askDepth
  }

  #stamp(kind: EventKind): MarketEvent {
    const event = this.#event
    event.kind = kind
    event.tsRelNs = this.#tsRelNs
    event.tsRecvRelNs = this.#tsRelNs + 5_000 + this.#random.below(CAPTURE_DELAY_NS)
    event.seq = ++this.#seq
    return event
  }

  #emitDepth(): void {
    const event = this.#stamp(EventKind.Depth)
    this.#book.copyInto(event)
    event.isSnapshot = false
    this.#sink(event)
  }

  #emitFuturesTrade(tick: number, lots: number, isBuy: boolean): void {
    const event = this.#stamp(EventKind.FuturesTrade)
    event.priceTicks = tick
    event.size = lots
    event.aggressor = isBuy ? Aggressor.Buy : Aggressor.Sell
    event.exchange = 1
    this.#sink(event)
  }

  #stockQuote(): void {
    const event = this.#stamp(EventKind.StockQuote)
    event.bidPx = Math.floor(this.#spotUsd * 100) / 100
    event.askPx = Math.round((event.bidPx + 0.01) * 100) / 100
    event.bidSz = 100 * this.#random.count(6)
    event.askSz = 100 * this.#random.count(6)
    this.#sink(event)
    this.#nextQuoteRelNs = this.#tsRelNs + 20_000_000 + this.#random.below(60_000_000)
  }

  #stockTrade(): void {
    const event = this.#stamp(EventKind.StockTrade)
    const away = this.#random.chance(0.5) ? 0.005 : -0.005
    event.price = Math.round((this.#spotUsd + away) * 100) / 100
    event.size = 20 * this.#random.count(8)
    this.#sink(event)
  }

  #optionTrade(): void {
    const event = this.#stamp(EventKind.OptionTrade)
    this.#options0dte.fill(event, {
      spotUsd: this.#spotUsd,
      elapsedS: this.elapsedS,
      customerBuys: this.#scene.customerBuys,
    })
    this.#sink(event)
  }
}

/** Lots a side shows so many ticks behind its best: thin at the touch, then a plateau. */
function lotsAtDistance(ticks: number): number {
  return Math.round(38 + 52 * Math.min(1, ticks / 3))
}
