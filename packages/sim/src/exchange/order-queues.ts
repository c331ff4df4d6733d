import { NO_TICK, RangeViolationError } from '@levels/kernel'

/** Ticks that orders may lie apart: a power of two. */
const SPAN_TICKS = 4_096
const SPAN_MASK = SPAN_TICKS - 1
const NO_SLOT = -1
/** Slot numbers take the low 16 bits of an order's id, the times the slot was used those above. */
const SLOT_RANGE = 65_536

/** `add` when the order was refused. */
export const NO_ORDER = -1
/** Who owns the orders of the background. */
export const BACKGROUND = 0

/** Receives each fill of a resting order that is not the background's. */
export type FillListener = (
  owner: number,
  orderId: number,
  tick: number,
  lots: number,
  leftLots: number,
) => void

export interface OrderQueuesOptions {
  /** Orders that may rest at once, up to 65,535. */
  readonly capacity?: number
  readonly onFill?: FillListener
}

/**
 * Resting orders by price, first come first served. A tick holds bids or asks, never both.
 *
 * Memory: 40 bytes an order of its capacity and 16 bytes a tick of its span, whatever happens.
 * An order beyond either is refused and counted.
 */
export class OrderQueues {
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly #lots: Int32Array
  readonly #hidden: Int32Array
  readonly #peak: Int32Array
  readonly #tick: Int32Array
  readonly #owner: Int32Array
  readonly #uses: Int32Array
  readonly #head = new Int32Array(SPAN_TICKS).fill(NO_SLOT)
  readonly #tail = new Int32Array(SPAN_TICKS).fill(NO_SLOT)
  readonly #count = new Int32Array(SPAN_TICKS)
  readonly #shown = new Int32Array(SPAN_TICKS)
  readonly #onFill: FillListener | null
  #free = 0
  #orderCount = 0
  #refusedCount = 0
  #refilledLots = 0

  constructor({ capacity = 32_768, onFill }: OrderQueuesOptions = {}) {
    if (!(Number.isInteger(capacity) && capacity > 0 && capacity < SLOT_RANGE)) {
      throw new RangeViolationError(`expected a capacity of 1 to 65,535 orders, was ${capacity}`)
    }
    this.#next = Int32Array.from({ length: capacity }, (_, i) => (i + 1 < capacity ? i + 1 : -1))
    this.#previous = new Int32Array(capacity)
    this.#lots = new Int32Array(capacity)
    this.#hidden = new Int32Array(capacity)
    this.#peak = new Int32Array(capacity)
    this.#tick = new Int32Array(capacity).fill(NO_TICK)
    this.#owner = new Int32Array(capacity)
    this.#uses = new Int32Array(capacity)
    this.#onFill = onFill ?? null
  }

  get orderCount(): number {
    return this.#orderCount
  }

  /** Orders refused because the book was full. */
  get refusedCount(): number {
    return this.#refusedCount
  }

  /** Hidden lots that came to be displayed, so far. */
  get refilledLots(): number {
    return this.#refilledLots
  }

  /** Displayed lots at a price. */
  lotsAt(tick: number): number {
    return this.#shown[tick & SPAN_MASK] ?? 0
  }

  /** Orders at a price. */
  ordersAt(tick: number): number {
    return this.#count[tick & SPAN_MASK] ?? 0
  }

  /**
   * Puts an order at the end of its queue.
   *
   * @param lots all of them, > 0
   * @param peakLots most that are displayed at a time; the rest is hidden
   * @returns its id, `NO_ORDER` when the book is full or other prices use the tick's place
   */
  add(tick: number, lots: number, owner: number, peakLots = lots): number {
    const slot = this.#free
    const at = tick & SPAN_MASK
    const last = this.#tail[at] ?? NO_SLOT
    if (slot === NO_SLOT || (last !== NO_SLOT && this.#tick[last] !== tick)) {
      this.#refusedCount++
      return NO_ORDER
    }
    const shown = lots < peakLots ? lots : peakLots
    this.#free = this.#next[slot] ?? NO_SLOT
    this.#lots[slot] = shown
    this.#hidden[slot] = lots - shown
    this.#peak[slot] = peakLots
    this.#tick[slot] = tick
    this.#owner[slot] = owner
    this.#append(slot, at)
    this.#orderCount++
    this.#shown[at] = (this.#shown[at] ?? 0) + shown
    return (this.#uses[slot] ?? 0) * SLOT_RANGE + slot
  }

  /** @returns the slot of an order that still rests, −1 of one that does not */
  slotOf(orderId: number): number {
    const slot = orderId % SLOT_RANGE
    const isLive =
      orderId >= 0 &&
      this.#tick[slot] !== NO_TICK &&
      this.#uses[slot] === (orderId - slot) / SLOT_RANGE
    return isLive ? slot : NO_SLOT
  }

  tickOf(slot: number): number {
    return this.#tick[slot] ?? NO_TICK
  }

  /** Displayed lots of an order. */
  shownLots(slot: number): number {
    return this.#lots[slot] ?? 0
  }

  hiddenLots(slot: number): number {
    return this.#hidden[slot] ?? 0
  }

  /** The order at a place in the queue of a price, 0 the first; it must have as many. */
  slotAt(tick: number, place: number): number {
    const at = tick & SPAN_MASK
    const count = this.#count[at] ?? 0
    let slot: number
    if (place * 2 < count) {
      slot = this.#head[at] ?? NO_SLOT
      for (let i = 0; i < place; i++) slot = this.#next[slot] ?? NO_SLOT
    } else {
      slot = this.#tail[at] ?? NO_SLOT
      for (let i = count - 1; i > place; i--) slot = this.#previous[slot] ?? NO_SLOT
    }
    return slot
  }

  isBackground(slot: number): boolean {
    return this.#owner[slot] === BACKGROUND
  }

  /** Takes displayed lots off an order, all of it with `lots` ≥ what it shows. @returns how many */
  reduce(slot: number, lots: number): number {
    const shown = this.#lots[slot] ?? 0
    const at = (this.#tick[slot] ?? 0) & SPAN_MASK
    const taken = lots < shown ? lots : shown
    this.#shown[at] = (this.#shown[at] ?? 0) - taken
    if (taken < shown) this.#lots[slot] = shown - taken
    else this.#remove(slot, at)
    return taken
  }

  /**
   * Fills orders at a price, first come first served. Hidden lots of an order are shown, at the
   * end of the queue, when what it displayed is gone.
   *
   * @returns the lots filled: fewer when the queue runs out
   */
  fill(tick: number, lots: number): number {
    const at = tick & SPAN_MASK
    let left = lots
    while (left > 0) {
      const slot = this.#head[at] ?? NO_SLOT
      if (slot === NO_SLOT) break
      const shown = this.#lots[slot] ?? 0
      const taken = left < shown ? left : shown
      left -= taken
      this.#shown[at] = (this.#shown[at] ?? 0) - taken
      this.#tellFill(slot, tick, taken)
      if (taken < shown) this.#lots[slot] = shown - taken
      else this.#replenish(slot, at)
    }
    return lots - left
  }

  #tellFill(slot: number, tick: number, taken: number): void {
    const owner = this.#owner[slot] ?? BACKGROUND
    if (owner === BACKGROUND || this.#onFill === null) return
    const id = (this.#uses[slot] ?? 0) * SLOT_RANGE + slot
    const left = (this.#lots[slot] ?? 0) - taken + (this.#hidden[slot] ?? 0)
    this.#onFill(owner, id, tick, taken, left)
  }

  /** An order whose displayed part is gone shows the next one, or goes. */
  #replenish(slot: number, at: number): void {
    const hidden = this.#hidden[slot] ?? 0
    if (hidden === 0) return this.#remove(slot, at)
    const peak = this.#peak[slot] ?? 0
    const shown = hidden < peak ? hidden : peak
    this.#unlink(slot, at)
    this.#hidden[slot] = hidden - shown
    this.#lots[slot] = shown
    this.#shown[at] = (this.#shown[at] ?? 0) + shown
    this.#refilledLots += shown
    this.#append(slot, at)
  }

  #append(slot: number, at: number): void {
    const last = this.#tail[at] ?? NO_SLOT
    this.#next[slot] = NO_SLOT
    this.#previous[slot] = last
    if (last === NO_SLOT) this.#head[at] = slot
    else this.#next[last] = slot
    this.#tail[at] = slot
    this.#count[at] = (this.#count[at] ?? 0) + 1
  }

  #unlink(slot: number, at: number): void {
    const next = this.#next[slot] ?? NO_SLOT
    const previous = this.#previous[slot] ?? NO_SLOT
    if (previous === NO_SLOT) this.#head[at] = next
    else this.#next[previous] = next
    if (next === NO_SLOT) this.#tail[at] = previous
    else this.#previous[next] = previous
    this.#count[at] = (this.#count[at] ?? 0) - 1
  }

  #remove(slot: number, at: number): void {
    this.#unlink(slot, at)
    this.#tick[slot] = NO_TICK
    this.#uses[slot] = (this.#uses[slot] ?? 0) + 1
    this.#next[slot] = this.#free
    this.#free = slot
    this.#orderCount--
  }
}
