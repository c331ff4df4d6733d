import { Aggressor, Side, TickWindow } from '@levels/kernel'
import type { FuturesTradeEvent, StateReader, StateWriter } from '@levels/kernel'
import type { ZoneReading } from './depth-zone.ts'
import type { Now } from './now.ts'
import { PendingFills } from './pending-fills.ts'

export interface DepthFlowsConfig {
  /** Window of the flows, ns. */
  readonly flowWindowNs: number
  /** Most flow entries held at once, see `TickWindow`. */
  readonly flowCapacity: number
  /** How long a trade waits for the book to change at its price, ns. */
  readonly fillMatchNs: number
}

/**
 * Told every change of displayed size: either a flow (`added`, `canceled`, `filled`, each ≥ 0) or
 * `unobserved`, the signed change that cannot be told apart into flows (a price that slid in or
 * out of view, a resync, a crossed book). All in ES lots.
 *
 * At every moment and for every side and tick, `added − canceled − filled + unobserved` summed
 * from an empty start is the displayed size.
 */
export type FlowObserver = (
  tsRelNs: number,
  side: Side,
  tick: number,
  added: number,
  canceled: number,
  filled: number,
  unobserved: number,
) => void

const ADDED = 0
const CANCELED = 1
const FILLED = 2
const FLOWS = 3

/**
 * Turns changes of displayed size and the trades that wait for them into flows, and keeps the
 * flows of the window per side and tick.
 *
 * Of a compared price whose size changes by Δ while V lots wait there: filled = V, and r = Δ + V
 * was added where positive and canceled where negative. V whose price does not change in time was
 * refilled: filled = added = V at its deadline.
 */
export class DepthFlows {
  readonly #observer: FlowObserver | null
  /** Channels: added, canceled, filled of the bids, then of the asks. */
  readonly #window: TickWindow
  readonly #pending: PendingFills
  readonly #sums = new Float64Array(2 * FLOWS)
  #nowNs = -Infinity
  #unmatchedFillLots = 0
  #unobservedLots = 0
  #pendingDropped = 0

  constructor(config: DepthFlowsConfig, observer: FlowObserver | null) {
    this.#observer = observer
    this.#pending = new PendingFills(config.fillMatchNs)
    this.#window = new TickWindow({
      windowNs: config.flowWindowNs,
      channels: 2 * FLOWS,
      capacity: config.flowCapacity,
    })
  }

  /** Traded lots that no compared price accounts for. */
  get unmatchedFillLots(): number {
    return this.#unmatchedFillLots
  }

  /** Absolute changes of displayed size that are not flow, lots. */
  get unobservedLots(): number {
    return this.#unobservedLots
  }

  /** Trades that could not wait because too many did; their lots are unmatched. */
  get pendingDropped(): number {
    return this.#pendingDropped
  }

  /** Flow entries that left the window early because it was full. */
  get flowDropped(): number {
    return this.#window.droppedCount
  }

  /**
   * Lets a trade wait for a change at its price.
   *
   * @param isVisible whether the price is visible on that side of a consistent book; where it is
   *   not, nothing can be matched
   */
  addTrade(side: Side, event: FuturesTradeEvent, isVisible: boolean): void {
    if (isVisible) {
      if (this.#pending.add(side, event)) return
      this.#pendingDropped++
    }
    this.#unmatchedFillLots += event.size
  }

  /** One compared price's displayed size changed now by `delta` lots, not 0. */
  change(side: Side, tick: number, delta: number): void {
    const filled = this.#pending.isEmpty(side) ? 0 : this.#pending.take(side, tick)
    const rest = delta + filled
    const channel = side * FLOWS
    const window = this.#window
    if (filled > 0) window.addNow(tick, channel + FILLED, filled)
    if (rest > 0) window.addNow(tick, channel + ADDED, rest)
    if (rest < 0) window.addNow(tick, channel + CANCELED, -rest)
    const observer = this.#observer
    if (observer === null) return
    observer(this.#nowNs, side, tick, Math.max(rest, 0), Math.max(-rest, 0), filled, 0)
  }

  /** A displayed size changed now by `delta` lots where two books cannot be compared. */
  leaveUnobserved(side: Side, tick: number, delta: number): void {
    this.#unobservedLots += Math.abs(delta)
    this.#observer?.(this.#nowNs, side, tick, 0, 0, 0, delta)
  }

  /** What waits beyond the last visible tick of a side can no longer be matched. */
  hideBeyond(side: Side, limitTick: number): void {
    if (this.#pending.isEmpty(side)) return
    this.#unmatchedFillLots += this.#pending.takeBeyond(side, limitTick)
  }

  /** What waits anywhere can no longer be matched: the book's thread is lost. */
  hideAll(): void {
    this.#unmatchedFillLots += this.#pending.takeAll()
  }

  /** Refills what is due, lets flows that left the window expire. */
  advanceWith(now: Now): void {
    while (this.#pending.isDue(now)) this.#refill()
    this.#window.advanceWith(now)
    this.#nowNs = now.tsRelNs
  }

  /** Adds up one side's flows of the window in the ticks `loTick … hiTick`. */
  read(side: Side, loTick: number, hiTick: number, out: ZoneReading): void {
    const sums = this.#sums
    const channel = side * FLOWS
    this.#window.sumInto(loTick, hiTick, sums)
    out.addedLots = sums[channel + ADDED] ?? 0
    out.canceledLots = sums[channel + CANCELED] ?? 0
    out.filledLots = sums[channel + FILLED] ?? 0
  }

  encode(writer: StateWriter): void {
    writer.number(this.#nowNs).number(this.#unmatchedFillLots).number(this.#unobservedLots)
    writer.number(this.#pendingDropped)
    this.#window.encode(writer)
    this.#pending.encode(writer)
  }

  /** Replaces the whole state with what `encode` wrote under the same configuration. */
  decode(reader: StateReader): void {
    this.#nowNs = reader.number()
    this.#unmatchedFillLots = reader.number()
    this.#unobservedLots = reader.number()
    this.#pendingDropped = reader.number()
    this.#window.decode(reader)
    this.#pending.decode(reader)
  }

  /** The oldest trade's deadline has come. */
  #refill(): void {
    const pending = this.#pending
    pending.shift()
    const lots = pending.dueLots
    if (lots === 0) return
    const side = pending.dueSide
    const tick = pending.dueTick
    this.#window.add(pending.dueNs, tick, side * FLOWS + ADDED, lots)
    this.#window.add(pending.dueNs, tick, side * FLOWS + FILLED, lots)
    this.#observer?.(pending.dueNs, side, tick, lots, 0, lots, 0)
  }
}

/** The side a trade takes from, null where it is not known. */
export function sideTakenBy(aggressor: Aggressor): Side | null {
  if (aggressor === Aggressor.Buy) return Side.Ask
  return aggressor === Aggressor.Sell ? Side.Bid : null
}
