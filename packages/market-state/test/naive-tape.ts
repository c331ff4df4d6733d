import { Aggressor, NO_EXCHANGE } from '@levels/kernel'
import type { FuturesTradeEvent } from '@levels/kernel'
import { createSweepReading } from '../src/tape-state.ts'
import type { SweepReading, TapeConfig } from '../src/tape-state.ts'

/** The rules of the tape as one would say them: all trades in a list, answers made anew. */
export class NaiveTape {
  readonly #config: TapeConfig
  #trades: FuturesTradeEvent[] = []
  #nowNs = -Infinity

  constructor(config: TapeConfig) {
    this.#config = config
  }

  applyTrade(event: FuturesTradeEvent): void {
    this.#nowNs = event.tsRelNs
    this.#trades.push(event)
  }

  advanceTo(tsRelNs: number): void {
    this.#nowNs = tsRelNs
  }

  lots(aggressor: Aggressor, loTick: number, hiTick: number): number {
    return this.inWindow(this.#config.windowNs)
      .filter((t) => t.aggressor === aggressor && t.priceTicks >= loTick && t.priceTicks <= hiTick)
      .reduce((sum, t) => sum + t.size, 0)
  }

  inWindow(windowNs: number): FuturesTradeEvent[] {
    return this.#trades.filter((t) => t.tsRelNs > this.#nowNs - windowNs)
  }

  /** N / D with bigints, straight from the definition of least squares. */
  velocityTicksPerS(): number {
    const trades = this.inWindow(this.#config.velocityWindowNs)
    const xs = trades.map((t) => BigInt(t.tsRelNs))
    const ys = trades.map((t) => BigInt(t.priceTicks))
    const sum = (values: readonly bigint[]) => values.reduce((s, v) => s + v, 0n)
    const n = BigInt(trades.length)
    const xx = sum(xs.map((x) => x * x))
    const xy = sum(xs.map((x, i) => x * (ys[i] ?? 0n)))
    const denominator = n * xx - sum(xs) * sum(xs)
    if (denominator === 0n) return 0
    return (Number(n * xy - sum(xs) * sum(ys)) / Number(denominator)) * 1e9
  }

  findSweep(loTick: number, hiTick: number, minVenues: number): SweepReading {
    let best = createSweepReading()
    for (const run of this.#runs()) {
      const found = this.#reading(run)
      if (this.#isSweep(run, loTick, hiTick, minVenues) && found.notionalUsd >= best.notionalUsd) {
        best = found
      }
    }
    return best
  }

  #runs(): FuturesTradeEvent[][] {
    const runs: FuturesTradeEvent[][] = []
    for (const trade of this.#trades) {
      if (trade.aggressor !== Aggressor.Buy && trade.aggressor !== Aggressor.Sell) continue
      const last = runs.at(-1)?.at(-1)
      const isSame = last?.aggressor === trade.aggressor
      if (isSame && trade.tsRelNs - last.tsRelNs <= this.#config.sweepMaxGapNs) {
        runs.at(-1)?.push(trade)
      } else runs.push([trade])
    }
    return runs
  }

  #isSweep(run: FuturesTradeEvent[], lo: number, hi: number, minVenues: number): boolean {
    const first = run[0]
    const last = run.at(-1)
    if (first === undefined || last === undefined) return false
    const venues = this.#reading(run).venueCount
    return (
      run.length >= this.#config.sweepMinPrints &&
      new Set(run.map((t) => t.priceTicks)).size >= this.#config.sweepMinPrices &&
      (last.priceTicks - first.priceTicks) * first.aggressor > 0 &&
      this.#reading(run).notionalUsd >= this.#config.sweepMinNotionalUsd &&
      last.tsRelNs > this.#nowNs - this.#config.sweepLookbackNs &&
      run.some((t) => t.priceTicks >= lo && t.priceTicks <= hi) &&
      (venues >= minVenues || minVenues <= 1)
    )
  }

  #reading(run: readonly FuturesTradeEvent[]): SweepReading {
    const { tick, pointValue } = this.#config.pair
    const known = run.map((t) => t.exchange).filter((venue) => venue !== NO_EXCHANGE)
    const venues = [...new Set(known)].sort((a, b) => a - b)
    return {
      direction: run[0]?.aggressor === Aggressor.Buy ? 1 : -1,
      notionalUsd: run.reduce((sum, t) => sum + t.priceTicks * tick * t.size * pointValue, 0),
      prints: run.length,
      windowNs: (run.at(-1)?.tsRelNs ?? 0) - (run[0]?.tsRelNs ?? 0),
      venueCount: venues.length,
      venues,
    }
  }
}
