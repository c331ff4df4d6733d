import { Aggressor, BOOK_DEPTH, NO_EXCHANGE } from '@levels/kernel'
import type { MarketEvent } from '@levels/kernel'
import fc from 'fast-check'
import { depth, futuresTrade } from './events.ts'
import type { Quote } from './events.ts'

/** One thing that happens: time passes, a depth update or a trade comes, or a sample is due. */
export type Step =
  | { readonly kind: 'depth'; readonly tsRelNs: number; readonly event: MarketEvent }
  | { readonly kind: 'trade'; readonly tsRelNs: number; readonly event: MarketEvent }
  | { readonly kind: 'time'; readonly tsRelNs: number }
  | { readonly kind: 'sample'; readonly tsRelNs: number }

/** Raw numbers that a step is made from; they shrink towards the plainest market. */
interface Draw {
  readonly waitNs: number
  readonly what: number
  readonly side: boolean
  readonly level: number
  readonly lots: number
  readonly jump: number
}

const MS = 1_000_000

const draw: fc.Arbitrary<Draw> = fc.record({
  waitNs: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(0, 1, 1_000, MS, 20 * MS, 100 * MS) },
    { weight: 2, arbitrary: fc.constantFrom(100 * MS + 1, 250 * MS - 1, 250 * MS, 250 * MS + 1) },
    { weight: 1, arbitrary: fc.constantFrom(1_000 * MS, 3_000 * MS, 10_000 * MS, 60_000 * MS) },
  ),
  what: fc.nat(99),
  side: fc.boolean(),
  level: fc.nat(13),
  lots: fc.nat(30),
  jump: fc.integer({ min: -40, max: 40 }),
})

/**
 * Ugly markets: books that move by a tick or jump over many, sides that thin out or empty, crossed
 * books, resyncs, repeated books, equal times, trades on, inside and far off the book. Below the
 * ten displayed levels there are more, so that prices slide in and out of view.
 */
export function randomMarket(maxSteps: number): fc.Arbitrary<readonly Step[]> {
  return fc
    .array(draw, { minLength: 1, maxLength: maxSteps, size: 'max' })
    .map((draws) => new Market().run(draws))
}

const AGGRESSORS = [Aggressor.Buy, Aggressor.Sell, Aggressor.Mid, Aggressor.Unknown]

/** Resting lots per tick and side, however deep; what is shown are the ten best. */
class Market {
  #tsRelNs = 0
  #seq = 0
  #bids = new Map<number, number>()
  #asks = new Map<number, number>()

  run(draws: readonly Draw[]): readonly Step[] {
    this.#stock(this.#bids, 1_000, -1)
    this.#stock(this.#asks, 1_001, 1)
    return draws.map((d) => this.#step(d))
  }

  #step(d: Draw): Step {
    this.#tsRelNs += d.waitNs
    const tsRelNs = this.#tsRelNs
    if (d.what < 25) return { kind: 'trade', tsRelNs, event: this.#trade(d) }
    if (d.what < 30) return { kind: 'time', tsRelNs }
    if (d.what < 37) return { kind: 'sample', tsRelNs }
    const isSnapshot = this.#moveBook(d)
    const event = depth(tsRelNs, shown(this.#bids, -1), shown(this.#asks, 1), {
      isSnapshot,
      seq: this.#seq++,
    })
    return { kind: 'depth', tsRelNs, event }
  }

  /** @returns whether the book is sent as a resync */
  #moveBook(d: Draw): boolean {
    const side = d.side ? this.#bids : this.#asks
    const away = d.side ? -1 : 1
    const level = shown(side, away)[d.level]
    if (d.what < 40) return false // repeated unchanged
    if (d.what < 98) this.#uncross()
    if (d.what < 52) side.set(bestOf(side, away) ?? 1_000, d.lots)
    else if (d.what < 62) side.set(level?.[0] ?? 1_000 + d.jump, d.lots)
    else if (d.what < 72) side.set((bestOf(side, away) ?? 1_000) + away * d.level, d.lots)
    else if (d.what < 79) side.delete(level?.[0] ?? 0)
    else if (d.what < 84) this.#shift(Math.sign(d.jump))
    else if (d.what < 87) this.#shift(d.jump)
    else if (d.what < 89) this.#shift(d.jump * 50)
    else if (d.what < 91) this.#stock(side, (bestOf(side, away) ?? 1_000) - away, away)
    else if (d.what < 93) side.clear()
    else if (d.what < 95) keepBest(side, away, d.level)
    else if (d.what < 97)
      side.set((bestOf(side, away) ?? 1_000) - away * d.level, d.lots) // crosses
    else if (d.what >= 98) return true
    clean(side)
    return false
  }

  #stock(side: Map<number, number>, best: number, away: number): void {
    for (let i = 0; i < 13; i++) side.set(best + away * i, 5 + i)
  }

  #shift(ticks: number): void {
    this.#bids = new Map([...this.#bids].map(([tick, lots]) => [tick + ticks, lots]))
    this.#asks = new Map([...this.#asks].map(([tick, lots]) => [tick + ticks, lots]))
  }

  #uncross(): void {
    const best = bestOf(this.#bids, -1) ?? -Infinity
    for (const tick of this.#asks.keys()) if (tick <= best) this.#asks.delete(tick)
  }

  #trade(d: Draw): MarketEvent {
    const bestBid = bestOf(this.#bids, -1) ?? 1_000
    const bestAsk = bestOf(this.#asks, 1) ?? 1_001
    const aggressor = AGGRESSORS[d.what < 22 ? d.what % 2 : d.what % 4] ?? Aggressor.Mid
    const touched = aggressor === Aggressor.Sell ? bestBid : bestAsk
    const priceTicks =
      d.level < 7 ? touched : d.level < 11 ? touched + (d.jump % 4) : touched + d.jump
    const exchange = d.lots < 8 ? NO_EXCHANGE : d.lots % 4
    return futuresTrade(this.#tsRelNs, priceTicks, 1 + (d.lots % 12), aggressor, {
      exchange,
      seq: this.#seq++,
    })
  }
}

function shown(side: ReadonlyMap<number, number>, away: number): Quote[] {
  return [...side].sort(([a], [b]) => away * (a - b)).slice(0, BOOK_DEPTH)
}

function bestOf(side: ReadonlyMap<number, number>, away: number): number | undefined {
  return shown(side, away)[0]?.[0]
}

function keepBest(side: Map<number, number>, away: number, count: number): void {
  const kept = new Set(
    shown(side, away)
      .slice(0, count)
      .map(([tick]) => tick),
  )
  for (const tick of side.keys()) if (!kept.has(tick)) side.delete(tick)
}

function clean(side: Map<number, number>): void {
  for (const [tick, lots] of side) if (lots === 0) side.delete(tick)
}
