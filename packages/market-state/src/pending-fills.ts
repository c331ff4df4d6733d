import { invariant, Side } from '@levels/kernel'
import type { FuturesTradeEvent, StateReader, StateWriter } from '@levels/kernel'
import type { Now } from './now.ts'

/** Trades that may wait at once. A newcomer beyond it is refused. */
export const PENDING_TRADES = 1 << 14
/** Prices a side that may have trades waiting at once. A newcomer beyond it is refused. */
export const PENDING_PRICES = 256

const MASK = PENDING_TRADES - 1
const NO_SLOT = -1

/**
 * Traded volume that waits for the depth update it causes, per side and tick.
 *
 * Every trade has its own deadline; deadlines are added in order, so all trades stand in one ring.
 * Taking a price's volume is one step however many trades it came from: the price remembers the
 * number of its first trade that still waits, and whatever is older falls out of the ring unseen.
 * Prices are searched one after the other: few ever wait (those traded in the last 250 ms).
 *
 * Memory: 17 bytes a trade and 20 bytes a price, allocated once.
 */
export class PendingFills {
  readonly #waitNs: number
  readonly #deadlines = new Float64Array(PENDING_TRADES)
  readonly #tradeTicks = new Int32Array(PENDING_TRADES)
  readonly #tradeLots = new Int32Array(PENDING_TRADES)
  readonly #tradeSides = new Uint8Array(PENDING_TRADES)
  /** Number of the oldest trade in the ring, and of the next one. */
  #first = 0
  #next = 0

  /** Prices of the bid side first, then of the ask side, in no order. */
  readonly #ticks = new Int32Array(2 * PENDING_PRICES)
  readonly #lots = new Float64Array(2 * PENDING_PRICES)
  readonly #firstTrades = new Float64Array(2 * PENDING_PRICES)
  readonly #priceCounts = new Int32Array(2)

  #dueNs = -Infinity
  #dueSide: Side = Side.Bid
  #dueTick = 0
  #dueLots = 0

  /** @param waitNs how long a trade waits, > 0 */
  constructor(waitNs: number) {
    invariant(waitNs > 0, 'a trade waits some time for its depth update')
    this.#waitNs = waitNs
  }

  /** Whether nothing waits on one side. */
  isEmpty(side: Side): boolean {
    return this.#priceCounts[side] === 0
  }

  /** Whether the deadline of the oldest trade in the ring has come; it may have been taken. */
  isDue(now: Now): boolean {
    return this.#first < this.#next && (this.#deadlines[this.#first & MASK] ?? 0) <= now.tsRelNs
  }

  /**
   * Lets a trade wait.
   *
   * @param event not before any earlier one
   * @returns false when there was no room: nothing waits then
   */
  add(side: Side, event: FuturesTradeEvent): boolean {
    if (this.#next - this.#first === PENDING_TRADES) return false
    const slot = this.#slotFor(side, event.priceTicks)
    if (slot === NO_SLOT) return false
    const at = this.#next++ & MASK
    this.#deadlines[at] = event.tsRelNs + this.#waitNs
    this.#tradeTicks[at] = event.priceTicks
    this.#tradeLots[at] = event.size
    this.#tradeSides[at] = side
    this.#lots[slot] = (this.#lots[slot] ?? 0) + event.size
    return true
  }

  /** Takes all that waits at a price. @returns its lots, 0 when nothing does */
  take(side: Side, tick: number): number {
    const slot = this.#slotOf(side, tick)
    if (slot === NO_SLOT) return 0
    const lots = this.#lots[slot] ?? 0
    this.#closeSlot(side, slot)
    return lots
  }

  /** Takes all that waits beyond the last visible tick of a side. @returns its lots */
  takeBeyond(side: Side, limitTick: number): number {
    let lots = 0
    const base = side * PENDING_PRICES
    for (let slot = base + (this.#priceCounts[side] ?? 0) - 1; slot >= base; slot--) {
      const tick = this.#ticks[slot] ?? 0
      if (side === Side.Bid ? tick >= limitTick : tick <= limitTick) continue
      lots += this.#lots[slot] ?? 0
      this.#closeSlot(side, slot)
    }
    return lots
  }

  /** Takes all that waits. @returns its lots */
  takeAll(): number {
    return this.takeBeyond(Side.Bid, Infinity) + this.takeBeyond(Side.Ask, -Infinity)
  }

  /**
   * Removes the oldest trade of the ring, whose deadline has come: `due…` tell what still waited.
   */
  shift(): void {
    invariant(this.#first < this.#next, 'a trade is due only while one waits')
    const number = this.#first++
    const at = number & MASK
    this.#dueNs = this.#deadlines[at] ?? 0
    this.#dueSide = this.#tradeSides[at] === 0 ? Side.Bid : Side.Ask
    this.#dueTick = this.#tradeTicks[at] ?? 0
    this.#dueLots = 0
    const slot = this.#slotOf(this.#dueSide, this.#dueTick)
    if (slot === NO_SLOT || (this.#firstTrades[slot] ?? 0) > number) return
    const lots = this.#tradeLots[at] ?? 0
    const left = (this.#lots[slot] ?? 0) - lots
    this.#dueLots = lots
    if (left === 0) this.#closeSlot(this.#dueSide, slot)
    else this.#lots[slot] = left
  }

  get dueNs(): number {
    return this.#dueNs
  }

  get dueSide(): Side {
    return this.#dueSide
  }

  get dueTick(): number {
    return this.#dueTick
  }

  /** Lots of the trade shifted last, 0 when they had been taken before. */
  get dueLots(): number {
    return this.#dueLots
  }

  encode(writer: StateWriter): void {
    writer.number(this.#next - this.#first)
    for (let number = this.#first; number < this.#next; number++) {
      const at = number & MASK
      const side = this.#tradeSides[at] === 0 ? Side.Bid : Side.Ask
      const tick = this.#tradeTicks[at] ?? 0
      const slot = this.#slotOf(side, tick)
      writer
        .number(side)
        .number(tick)
        .number(this.#tradeLots[at] ?? 0)
        .number(this.#deadlines[at] ?? 0)
        .boolean(slot !== NO_SLOT && (this.#firstTrades[slot] ?? 0) <= number)
    }
  }

  /** Replaces what waits with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#first = 0
    this.#next = 0
    this.#priceCounts.fill(0)
    const count = reader.number()
    for (let i = 0; i < count; i++) {
      const side = reader.number() === 0 ? Side.Bid : Side.Ask
      const tick = reader.number()
      const lots = reader.number()
      const at = this.#next & MASK
      this.#tradeSides[at] = side
      this.#tradeTicks[at] = tick
      this.#tradeLots[at] = lots
      this.#deadlines[at] = reader.number()
      if (reader.boolean()) {
        const slot = this.#slotFor(side, tick)
        this.#lots[slot] = (this.#lots[slot] ?? 0) + lots
      }
      this.#next++
    }
  }

  #slotOf(side: Side, tick: number): number {
    const ticks = this.#ticks
    const base = side * PENDING_PRICES
    const end = base + (this.#priceCounts[side] ?? 0)
    for (let slot = base; slot < end; slot++) if (ticks[slot] === tick) return slot
    return NO_SLOT
  }

  /** The slot of a price; where nothing waits there, a new one whose first trade is the next. */
  #slotFor(side: Side, tick: number): number {
    const known = this.#slotOf(side, tick)
    const count = this.#priceCounts[side] ?? 0
    if (known !== NO_SLOT || count === PENDING_PRICES) return known
    const slot = side * PENDING_PRICES + count
    this.#priceCounts[side] = count + 1
    this.#ticks[slot] = tick
    this.#lots[slot] = 0
    this.#firstTrades[slot] = this.#next
    return slot
  }

  /** The last price takes the place of the closed one. */
  #closeSlot(side: Side, slot: number): void {
    const count = (this.#priceCounts[side] ?? 0) - 1
    const last = side * PENDING_PRICES + count
    this.#priceCounts[side] = count
    this.#ticks[slot] = this.#ticks[last] ?? 0
    this.#lots[slot] = this.#lots[last] ?? 0
    this.#firstTrades[slot] = this.#firstTrades[last] ?? 0
  }
}
