import type { BarrierMetrics, BarrierState, Direction } from '@levels/contracts/metrics'
import { Side } from '@levels/kernel'
import type { FlowObserver } from '@levels/market-state'
import { relNs } from './market.ts'
import type { Ladder } from './market.ts'

const BOUNDARY_NS = 250_000_000

interface Flow {
  readonly tsRelNs: number
  readonly side: Side
  readonly tick: number
  readonly added: number
  readonly canceled: number
  readonly filled: number
}

interface Book {
  readonly tsRelNs: number
  readonly sides: readonly [bids: Ladder, asks: Ladder]
}

export interface NaiveConfig {
  readonly zoneTicks: number
  readonly windowNs: number
  readonly thresholdLots: number
  readonly baselineWindowNs: number
  readonly baselineMinSamples: number
}

/**
 * The barrier engine's naive twin: keeps every flow and every book it was shown, for ever, and
 * works each answer out from scratch.
 */
export class NaiveBarrier {
  readonly #config: NaiveConfig
  readonly #flows: Flow[] = []
  readonly #books: Book[] = []
  #firstRelNs = Infinity

  constructor(config: NaiveConfig) {
    this.#config = config
  }

  readonly observer: FlowObserver = (tsRelNs, side, tick, added, canceled, filled) => {
    this.#flows.push({ tsRelNs, side, tick, added, canceled, filled })
  }

  timePassed(ms: number): void {
    this.#firstRelNs = Math.min(this.#firstRelNs, relNs(ms))
  }

  depth(ms: number, bids: Ladder, asks: Ladder): void {
    this.#books.push({ tsRelNs: relNs(ms), sides: [topTen(bids, -1), topTen(asks, 1)] })
  }

  metrics(levelPrice: number, direction: Direction, ms: number, ratio: number): BarrierMetrics {
    const { zoneTicks, windowNs } = this.#config
    const nowNs = relNs(ms)
    const side = direction === 'SUPPORT' ? Side.Bid : Side.Ask
    const center = (levelPrice * ratio) / 0.25
    const zone = range(
      Math.floor(center) - zoneTicks - 2,
      Math.ceil(center) + zoneTicks + 2,
    ).filter((tick) => Math.abs(tick - center) <= zoneTicks + 1e-6)
    const flows = this.#flows.filter(
      (f) => f.side === side && zone.includes(f.tick) && f.tsRelNs > nowNs - windowNs,
    )
    const added = sum(flows.map((f) => f.added))
    const canceled = sum(flows.map((f) => f.canceled))
    const filled = sum(flows.map((f) => f.filled))
    const ladder = this.#books.at(-1)?.sides[side] ?? {}
    const displayed = Object.entries(ladder).map(([tick, lots]) => ({ tick: Number(tick), lots }))
    const inZone = displayed.filter(({ tick }) => zone.includes(tick))
    const depthInZone = sum(inZone.map(({ lots }) => lots))
    const visible = this.#books.length === 0 ? [] : zone.filter((t) => isVisible(ladder, side, t))
    const toTouch = side === Side.Bid ? -1 : 1
    const defender =
      inZone.sort((a, b) => b.lots - a.lots || nearer(a.tick, b.tick, center)).at(0) ??
      displayed.sort((a, b) => toTouch * (a.tick - b.tick)).at(0)
    const thinBelow = this.#thinThreshold(side, nowNs)
    const isThin = visible.length > 0 && depthInZone / visible.length < thinBelow
    const churn = added + canceled + filled
    const visibility = visible.length / zone.length
    return {
      state: this.#state(added, canceled, filled, isThin),
      deltaLiq: added - canceled - filled,
      replenishmentRatio: added / (canceled + filled + 1e-6),
      addedSize: added,
      canceledSize: canceled,
      filledSize: filled,
      defendingQuote: defender
        ? { price: (defender.tick * 0.25) / ratio, size: defender.lots }
        : { price: null, size: 0 },
      churn,
      depthInZone,
      visibility,
      confidence: Math.min(1, churn / 500) * visibility,
    }
  }

  #state(added: number, canceled: number, filled: number, isThin: boolean): BarrierState {
    const limit = this.#config.thresholdLots
    const delta = added - canceled - filled
    const ratio = added / (canceled + filled + 1e-6)
    const share = filled / (filled + canceled) // NaN where nothing left: then no rule holds
    const rules: [BarrierState, boolean][] = [
      ['VACUUM', ratio < 0.3 && delta < -limit && share < 0.3],
      ['CONSUMED', delta < -limit && share >= 0.3],
      ['WALL', ratio > 1.5 && delta > limit],
      ['ABSORPTION', filled >= limit && share >= 0.3 && delta >= -limit],
      ['WEAK', isThin],
    ]
    return rules.find(([, holds]) => holds)?.[0] ?? 'NEUTRAL'
  }

  /** −Infinity while there are too few samples: nothing is thinner than that. */
  #thinThreshold(side: Side, nowNs: number): number {
    const { baselineWindowNs, baselineMinSamples } = this.#config
    const samples: number[] = []
    const first = Math.ceil(this.#firstRelNs / BOUNDARY_NS) * BOUNDARY_NS
    for (let at = first; at <= nowNs; at += BOUNDARY_NS) {
      if (at <= nowNs - baselineWindowNs) continue
      const sides = this.#books.findLast(({ tsRelNs }) => tsRelNs <= at)?.sides
      if (sides === undefined || isCrossed(sides)) continue
      const ticks = Object.keys(sides[side]).map(Number)
      if (ticks.length === 0) continue
      const lots = sum(Object.values(sides[side]))
      samples.push(lots / (Math.max(...ticks) - Math.min(...ticks) + 1))
    }
    if (samples.length < baselineMinSamples) return -Infinity
    return samples.sort((a, b) => a - b)[Math.ceil(samples.length / 5) - 1] ?? -Infinity
  }
}

function topTen(ladder: Ladder, sign: 1 | -1): Ladder {
  const ticks = Object.keys(ladder).map(Number)
  const kept = ticks.sort((a, b) => sign * (a - b)).slice(0, 10)
  return Object.fromEntries(kept.map((tick) => [tick, ladder[tick] ?? 0]))
}

function isCrossed([bids, asks]: Book['sides']): boolean {
  const best = Math.max(...Object.keys(bids).map(Number))
  return best >= Math.min(...Object.keys(asks).map(Number))
}

function isVisible(ladder: Ladder, side: Side, tick: number): boolean {
  const ticks = Object.keys(ladder).map(Number)
  if (ticks.length < 10) return true
  return side === Side.Bid ? tick >= Math.min(...ticks) : tick <= Math.max(...ticks)
}

function nearer(a: number, b: number, center: number): number {
  const difference = Math.abs(a - center) - Math.abs(b - center)
  return Math.abs(difference) > 1e-6 ? difference : a - b
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
