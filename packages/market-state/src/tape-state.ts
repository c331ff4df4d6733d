import { Aggressor, invariant, NO_TICK, TickWindow } from '@levels/kernel'
import type { FuturesTradeEvent, StateReader, StateWriter } from '@levels/kernel'
import { keptHistory } from './kept-history.ts'
import type { Now } from './now.ts'
import { SweepRuns } from './sweep-runs.ts'
import type { SweepConfig, SweepReading } from './sweep-runs.ts'
import { TradeHistory } from './trade-history.ts'
import type { TradeRecord } from './trade-history.ts'
import { VelocityWindow } from './velocity-window.ts'

export { createSweepReading } from './sweep-runs.ts'
export type { SweepReading }

export interface TapeConfig extends SweepConfig {
  /** Window of the volumes, ns. */
  readonly windowNs: number
  /** Window of the velocity, ns. */
  readonly velocityWindowNs: number
  /** Most trades held at once for the volumes, see `TickWindow`. */
  readonly windowCapacity: number
  /** Newest trades kept for queries by time and price; 0: none, and such queries are refused. */
  readonly historyCapacity: number
}

/** Lots that aggressors bought and sold in a band of ticks. Filled in by the reader. */
export interface BandReading {
  buyLots: number
  sellLots: number
}

/** A reading to be reused by its owner. */
export function createBandReading(): BandReading {
  return { buyLots: 0, sellLots: 0 }
}

export interface TapeCounters {
  readonly trades: number
  /** Trades that left the volume window early because it was full. */
  readonly windowDropped: number
  /** Trades that left the velocity window early because it was full. */
  readonly velocityDropped: number
  /** Sweeps that left early because there were too many. */
  readonly sweepsDropped: number
  /** Prints whose price, or venue, their run could not remember. */
  readonly sweepPricesDropped: number
  readonly sweepVenuesDropped: number
  /** Trades no longer held for queries by time. */
  readonly historyDropped: number
}

const BUY = 0
const SELL = 1

/** ES trades over rolling windows: volume by aggressor and price, velocity, sweeps. */
export class TapeState {
  /** Channels: bought, sold. */
  readonly #volumes: TickWindow
  readonly #velocity: VelocityWindow
  readonly #sweeps: SweepRuns
  readonly #history: TradeHistory | null
  readonly #sums = new Float64Array(2)
  #lastTradeTicks = NO_TICK
  #lastTradeRelNs = -Infinity
  readonly #now = { tsRelNs: -Infinity }
  readonly #asked = { tsRelNs: -Infinity }
  #trades = 0

  constructor(config: TapeConfig) {
    this.#volumes = new TickWindow({
      windowNs: config.windowNs,
      channels: 2,
      capacity: config.windowCapacity,
    })
    this.#velocity = new VelocityWindow(config.velocityWindowNs)
    this.#sweeps = new SweepRuns(config)
    const { historyCapacity } = config
    this.#history = historyCapacity === 0 ? null : new TradeHistory(historyCapacity)
  }

  /** Price of the newest trade, `NO_TICK` before the first. */
  get lastTradeTicks(): number {
    return this.#lastTradeTicks
  }

  /** Its event time, ns since the epoch; −Infinity before the first. */
  get lastTradeRelNs(): number {
    return this.#lastTradeRelNs
  }

  get counters(): TapeCounters {
    return {
      trades: this.#trades,
      windowDropped: this.#volumes.droppedCount,
      velocityDropped: this.#velocity.droppedCount,
      sweepsDropped: this.#sweeps.droppedRuns,
      sweepPricesDropped: this.#sweeps.droppedPrices,
      sweepVenuesDropped: this.#sweeps.droppedVenues,
      historyDropped: this.#history?.droppedCount ?? 0,
    }
  }

  /** A trade of no known aggressor counts for velocity and the last price, not for volume. */
  applyTrade(event: FuturesTradeEvent): void {
    this.#advanceWith(event)
    if (event.aggressor === Aggressor.Buy) {
      this.#volumes.addNow(event.priceTicks, BUY, event.size)
    } else if (event.aggressor === Aggressor.Sell) {
      this.#volumes.addNow(event.priceTicks, SELL, event.size)
    }
    this.#velocity.add(event)
    this.#sweeps.add(event)
    this.#history?.add(event)
    this.#lastTradeTicks = event.priceTicks
    this.#lastTradeRelNs = event.tsRelNs
    this.#trades++
  }

  /**
   * Lets what left its window expire.
   *
   * @param tsRelNs not before any earlier time
   */
  advanceTo(tsRelNs: number): void {
    this.#asked.tsRelNs = tsRelNs
    this.#advanceWith(this.#asked)
  }

  /** Volume of the window at the ticks `loTick … hiTick`. */
  readBand(loTick: number, hiTick: number, out: BandReading): void {
    this.#volumes.sumInto(loTick, hiTick, this.#sums)
    out.buyLots = this.#sums[BUY] ?? 0
    out.sellLots = this.#sums[SELL] ?? 0
  }

  /** Least-squares slope of all trades of the velocity window; 0 below two distinct times. */
  velocityTicksPerS(): number {
    return this.#velocity.ticksPerS()
  }

  /**
   * The largest sweep of the lookback that printed in `loTick … hiTick`; of equal ones the later.
   *
   * @param minVenues distinct known venues it must have; unknown venues pass at 1
   * @param out overwritten
   * @returns whether there is one
   */
  findSweep(loTick: number, hiTick: number, minVenues: number, out: SweepReading): boolean {
    return this.#sweeps.find(this.#now, loTick, hiTick, minVenues, out)
  }

  /**
   * Trades with `tsRelNs − windowNs < ts ≤ tsRelNs` still held, oldest first.
   *
   * @throws RangeViolationError when none are kept
   */
  tradesInWindow(tsRelNs: number, windowNs: number): TradeRecord[] {
    return this.tradesNear(tsRelNs, windowNs, -Infinity, Infinity)
  }

  /**
   * Those of them at `loTick … hiTick`.
   *
   * @throws RangeViolationError when none are kept
   */
  tradesNear(tsRelNs: number, windowNs: number, loTick: number, hiTick: number): TradeRecord[] {
    return keptHistory(this.#history).find(tsRelNs, windowNs, loTick, hiTick)
  }

  encode(writer: StateWriter): void {
    writer.number(this.#lastTradeTicks).number(this.#lastTradeRelNs).number(this.#now.tsRelNs)
    writer.number(this.#trades)
    this.#volumes.encode(writer)
    this.#velocity.encode(writer)
    this.#sweeps.encode(writer)
    this.#history?.encode(writer)
  }

  /** Replaces the whole state with what `encode` wrote under the same configuration. */
  decode(reader: StateReader): void {
    this.#lastTradeTicks = reader.number()
    this.#lastTradeRelNs = reader.number()
    this.#now.tsRelNs = reader.number()
    this.#trades = reader.number()
    this.#volumes.decode(reader)
    this.#velocity.decode(reader)
    this.#sweeps.decode(reader)
    this.#history?.decode(reader)
  }

  #advanceWith(event: Now): void {
    const now = this.#now
    if (event.tsRelNs === now.tsRelNs) return
    invariant(event.tsRelNs > now.tsRelNs, 'the tape never goes back in time')
    now.tsRelNs = event.tsRelNs
    this.#volumes.advanceWith(now)
    this.#velocity.advanceWith(now)
    this.#sweeps.advanceWith(now)
  }
}
