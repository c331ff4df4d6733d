import { LevelSignalPipeline, type LevelsConfig } from '../src/index.ts'
import type { LevelSignals } from '@levels/contracts'
import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  MarketEvent,
  NS_PER_HOUR,
  NS_PER_S,
  OptionRight,
} from '@levels/kernel'

/** Tuesday 10 March 2026; 10:00 in New York. */
const EPOCH_NS = BigInt(Date.UTC(2026, 2, 10)) * 1_000_000n
const START_NS = 14 * NS_PER_HOUR
const EXPIRY_YMD = 20_260_310
const CENTER_TICKS = 27_480
const STRIKES = { first: 677, count: 21 }

/** Numbers in [0, 1), the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export interface BusyMarketOptions {
  readonly config: LevelsConfig
  readonly eventsPerS: number
  /** Ticks that price wanders to either side of 687 dollars. */
  readonly wanderTicks: number
}

/** A seeded market of all five kinds of events that drives a pipeline, snap after snap. */
export class BusyMarket {
  readonly pipeline: LevelSignalPipeline
  #newest: LevelSignals | null = null
  readonly #event = new MarketEvent()
  readonly #random = createRandom(20_260_310)
  readonly #stepNs: number
  readonly #wanderTicks: number
  readonly #snapNs: number
  readonly #sizes = Int32Array.from({ length: 2 * BOOK_DEPTH }, () => 80)
  #nowNs = START_NS
  #boundaryNs = START_NS
  #bidTicks = CENTER_TICKS

  constructor({ config, eventsPerS, wanderTicks }: BusyMarketOptions) {
    this.pipeline = new LevelSignalPipeline({
      epochNs: EPOCH_NS,
      config,
      onSignals: (signals) => {
        this.#newest = signals
      },
    })
    this.#stepNs = NS_PER_S / eventsPerS
    this.#wanderTicks = wanderTicks
    this.#snapNs = config.levels.snapIntervalMs * 1_000_000
  }

  /** Applies the events of one snap interval. */
  fill(): void {
    this.#boundaryNs += this.#snapNs
    for (; this.#nowNs <= this.#boundaryNs; this.#nowNs += this.#stepNs) this.#step()
  }

  /** Emits the payload of the interval that was filled. */
  snap(): LevelSignals {
    this.pipeline.onBoundary(this.#boundaryNs)
    if (this.#newest === null) throw new Error('expected a payload at every boundary')
    return this.#newest
  }

  #step(): void {
    const event = this.#event
    event.tsRelNs = Math.round(this.#nowNs)
    event.tsRecvRelNs = event.tsRelNs
    const draw = this.#random()
    if (draw < 0.8) this.#depth(event)
    else if (draw < 0.88) this.#futuresTrade(event)
    else if (draw < 0.92) this.#stockQuote(event)
    else if (draw < 0.96) this.#stockTrade(event)
    else this.#optionTrade(event)
    this.pipeline.onEvent(event)
  }

  #depth(event: MarketEvent): void {
    const random = this.#random
    const sizes = this.#sizes
    if (random() < 0.02) {
      const next = this.#bidTicks + (random() < 0.5 ? 1 : -1)
      if (Math.abs(next - CENTER_TICKS) <= this.#wanderTicks) this.#bidTicks = next
    } else {
      sizes[Math.floor(random() * sizes.length)] = 1 + Math.floor(random() * 200)
    }
    event.kind = EventKind.Depth
    event.bidCount = BOOK_DEPTH
    event.askCount = BOOK_DEPTH
    for (let i = 0; i < BOOK_DEPTH; i++) {
      event.book[BID_TICKS + i] = this.#bidTicks - i
      event.book[BID_LOTS + i] = sizes[i] ?? 0
      event.book[ASK_TICKS + i] = this.#bidTicks + 1 + i
      event.book[ASK_LOTS + i] = sizes[BOOK_DEPTH + i] ?? 0
    }
  }

  #futuresTrade(event: MarketEvent): void {
    const isBuy = this.#random() < 0.5
    event.kind = EventKind.FuturesTrade
    event.aggressor = isBuy ? Aggressor.Buy : Aggressor.Sell
    event.priceTicks = isBuy ? this.#bidTicks + 1 : this.#bidTicks
    event.size = 1 + Math.floor(this.#random() * 12)
  }

  #stockQuote(event: MarketEvent): void {
    const cents = Math.floor((this.#bidTicks + 0.5) * 2.5)
    event.kind = EventKind.StockQuote
    event.bidPx = cents / 100
    event.askPx = (cents + 1) / 100
  }

  #stockTrade(event: MarketEvent): void {
    event.kind = EventKind.StockTrade
    event.price = Math.round((this.#bidTicks + 0.5) * 2.5) / 100
    event.size = 100
  }

  /** One in four comes without the publisher's greeks. */
  #optionTrade(event: MarketEvent): void {
    const random = this.#random
    const strike = STRIKES.first + Math.floor(random() * STRIKES.count)
    const isCall = random() < 0.5
    const intrinsic = Math.max(0, (this.#bidTicks / 40 - strike) * (isCall ? 1 : -1))
    const isPriced = random() < 0.75
    event.kind = EventKind.OptionTrade
    event.strikeMilli = strike * 1_000
    event.right = isCall ? OptionRight.Call : OptionRight.Put
    event.expiryYmd = EXPIRY_YMD
    event.aggressor = random() < 0.5 ? Aggressor.Buy : Aggressor.Sell
    event.price = Math.round((intrinsic + random() * 2) * 100 + 1) / 100
    event.size = 1 + Math.floor(random() * 40)
    event.delta = isPriced ? 0.4 : NaN
    event.gamma = isPriced ? 0.05 : NaN
  }
}
