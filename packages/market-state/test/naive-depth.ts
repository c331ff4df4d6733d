import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  NO_TICK,
  Side,
} from '@levels/kernel'
import type { DepthEvent, FuturesTradeEvent } from '@levels/kernel'
import type { DepthConfig, FlowObserver } from '../src/depth-state.ts'
import { createZoneReading } from '../src/depth-zone.ts'
import type { ZoneReading } from '../src/depth-zone.ts'

/** One call of a `FlowObserver`. */
export interface Flow {
  readonly tsRelNs: number
  readonly side: Side
  readonly tick: number
  readonly added: number
  readonly canceled: number
  readonly filled: number
  readonly unobserved: number
}

/** An observer that keeps all it is told. */
export function recordingObserver(flows: Flow[]): FlowObserver {
  return (tsRelNs, side, tick, added, canceled, filled, unobserved) => {
    flows.push({ tsRelNs, side, tick, added, canceled, filled, unobserved })
  }
}

export const SIDES = [Side.Bid, Side.Ask] as const

/** The displayed levels of one side, tick → lots, best first. */
export function levelsOf(event: DepthEvent, side: Side): Map<number, number> {
  const count = side === Side.Bid ? event.bidCount : event.askCount
  const ticksAt = side === Side.Bid ? BID_TICKS : ASK_TICKS
  const lotsAt = side === Side.Bid ? BID_LOTS : ASK_LOTS
  const levels = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    levels.set(event.book[ticksAt + i] ?? NaN, event.book[lotsAt + i] ?? NaN)
  }
  return levels
}

/** Whether a price can be seen on a side: with ten levels no deeper than the tenth. */
export function isVisible(levels: ReadonlyMap<number, number>, side: Side, tick: number): boolean {
  if (levels.size < BOOK_DEPTH) return true
  const ticks = [...levels.keys()]
  return side === Side.Bid ? tick >= Math.min(...ticks) : tick <= Math.max(...ticks)
}

/** Whether two consecutive updates are compared. */
export function areCompared(before: DepthEvent | null, after: DepthEvent): boolean {
  return (
    before !== null &&
    !before.isSnapshot &&
    !after.isSnapshot &&
    !isCrossed(before) &&
    !isCrossed(after)
  )
}

export function isCrossed(event: DepthEvent): boolean {
  const bids = [...levelsOf(event, Side.Bid).keys()]
  const asks = [...levelsOf(event, Side.Ask).keys()]
  return bids.length > 0 && asks.length > 0 && Math.max(...bids) >= Math.min(...asks)
}

interface Waiting {
  readonly side: Side
  readonly tick: number
  readonly lots: number
  readonly deadlineNs: number
}

interface Sample {
  readonly tsRelNs: number
  readonly value: number
}

/** The rules of depth as one would say them: everything kept in lists, answers made anew. */
export class NaiveDepth {
  readonly flows: Flow[] = []
  newest: DepthEvent | null = null
  unmatchedFillLots = 0
  readonly #config: DepthConfig
  #waiting: Waiting[] = []
  #nowNs = -Infinity
  readonly #samples: readonly [Sample[], Sample[]] = [[], []]

  constructor(config: DepthConfig) {
    this.#config = config
  }

  advanceTo(tsRelNs: number): void {
    this.#nowNs = tsRelNs
    const due = this.#waiting.filter((trade) => trade.deadlineNs <= tsRelNs)
    this.#waiting = this.#waiting.filter((trade) => trade.deadlineNs > tsRelNs)
    for (const { side, tick, lots, deadlineNs } of due) {
      this.#flow({ tsRelNs: deadlineNs, side, tick, added: lots, filled: lots })
    }
  }

  applyTrade(event: FuturesTradeEvent): void {
    this.advanceTo(event.tsRelNs)
    if (event.aggressor !== Aggressor.Buy && event.aggressor !== Aggressor.Sell) return
    const side = event.aggressor === Aggressor.Buy ? Side.Ask : Side.Bid
    const { newest } = this
    const tick = event.priceTicks
    if (newest === null || isCrossed(newest) || !isVisible(levelsOf(newest, side), side, tick)) {
      this.unmatchedFillLots += event.size
      return
    }
    const deadlineNs = event.tsRelNs + this.#config.fillMatchNs
    this.#waiting.push({ side, tick, lots: event.size, deadlineNs })
  }

  applyDepth(event: DepthEvent): void {
    this.advanceTo(event.tsRelNs)
    const isCompared = areCompared(this.newest, event)
    for (const side of SIDES) {
      const before = this.newest === null ? new Map<number, number>() : levelsOf(this.newest, side)
      const after = levelsOf(event, side)
      for (const tick of new Set([...before.keys(), ...after.keys()])) {
        const delta = (after.get(tick) ?? 0) - (before.get(tick) ?? 0)
        const isSeen = isVisible(before, side, tick) && isVisible(after, side, tick)
        if (delta === 0) continue
        if (!isCompared || !isSeen) {
          this.#flow({ tsRelNs: event.tsRelNs, side, tick, unobserved: delta })
          continue
        }
        const filled = this.#take((trade) => trade.side === side && trade.tick === tick)
        const rest = delta + filled
        const added = Math.max(rest, 0)
        const canceled = Math.max(-rest, 0)
        this.#flow({ tsRelNs: event.tsRelNs, side, tick, added, canceled, filled })
      }
      this.unmatchedFillLots += this.#take(
        (trade) => trade.side === side && (!isCompared || !isVisible(after, side, trade.tick)),
      )
    }
    this.newest = event
  }

  sampleBaseline(tsRelNs: number): void {
    this.advanceTo(tsRelNs)
    for (const side of SIDES) {
      const value = this.#meanLots(side)
      if (value !== null) this.#samples[side].push({ tsRelNs, value })
    }
  }

  thinThreshold(side: Side, tsRelNs: number, onBoundary: boolean): number | null {
    const edge = tsRelNs - this.#config.baselineWindowNs
    const values = this.#samples[side].filter((s) => s.tsRelNs > edge).map((s) => s.value)
    const extra = onBoundary ? this.#meanLots(side) : null
    if (extra !== null) values.push(extra)
    if (values.length < this.#config.baselineMinSamples) return null
    values.sort((a, b) => a - b)
    // The least value that at least a fifth of all do not exceed.
    return values.find((v) => 5 * values.filter((w) => w <= v).length >= values.length) ?? null
  }

  readZone(side: Side, centerTicks: number, loTick: number, hiTick: number): ZoneReading {
    const out = createZoneReading()
    for (const flow of this.flows) {
      const isInWindow = flow.tsRelNs > this.#nowNs - this.#config.flowWindowNs
      if (!isInWindow || flow.side !== side || flow.tick < loTick || flow.tick > hiTick) continue
      out.addedLots += flow.added
      out.canceledLots += flow.canceled
      out.filledLots += flow.filled
    }
    const levels = this.newest === null ? new Map<number, number>() : levelsOf(this.newest, side)
    for (let tick = loTick; tick <= hiTick; tick++) {
      out.zoneTicks++
      out.depthLots += levels.get(tick) ?? 0
      if (this.newest !== null && isVisible(levels, side, tick)) out.visibleTicks++
    }
    const quotes = [...levels].map(([tick, lots]) => ({ tick, lots }))
    const defenders = quotes
      .filter(({ tick, lots }) => tick >= loTick && tick <= hiTick && lots > 0)
      .sort(
        (a, b) =>
          b.lots - a.lots ||
          Math.abs(a.tick - centerTicks) - Math.abs(b.tick - centerTicks) ||
          a.tick - b.tick,
      )
    const defender = defenders[0] ?? quotes[0]
    out.defendingTick = defender?.tick ?? NO_TICK
    out.defendingLots = defender?.lots ?? 0
    return out
  }

  #meanLots(side: Side): number | null {
    if (this.newest === null || isCrossed(this.newest)) return null
    const levels = levelsOf(this.newest, side)
    if (levels.size === 0) return null
    const ticks = [...levels.keys()]
    const lots = [...levels.values()].reduce((sum, size) => sum + size, 0)
    return lots / (Math.max(...ticks) - Math.min(...ticks) + 1)
  }

  #take(isTaken: (trade: Waiting) => boolean): number {
    const lots = this.#waiting.filter(isTaken).reduce((sum, trade) => sum + trade.lots, 0)
    this.#waiting = this.#waiting.filter((trade) => !isTaken(trade))
    return lots
  }

  #flow(flow: Partial<Flow> & Pick<Flow, 'tsRelNs' | 'side' | 'tick'>): void {
    this.flows.push({ added: 0, canceled: 0, filled: 0, unobserved: 0, ...flow })
  }
}
