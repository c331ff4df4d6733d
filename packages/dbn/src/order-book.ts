import { ASK_LOTS, ASK_TICKS, BID_LOTS, BID_TICKS, NO_TICK, Side } from '@levels/kernel'
import { BookSide } from './book-side.ts'
import { Action, RecordFlag, RecordSide } from './codes.ts'
import type { MboRecord } from './mbo-record.ts'
import { NO_SLOT, OrderTable } from './order-table.ts'

/** Orders held at once unless told otherwise: some hundred times a busy book. */
const ORDERS_MAX = 4_194_304
/** Records that stand for a level or a quote, not for an order. */
const NOT_AN_ORDER = RecordFlag.TopOfBook | RecordFlag.Mbp

/**
 * An order book built from single orders.
 *
 * A record costs O(1). What the records do not say is never made up: an order that is canceled or
 * modified without being known is counted and left alone.
 *
 * Memory: 34 to 68 bytes an order and 1.1 KiB for every 256 ticks in use; both grow as needed, up
 * to `maxOrders`, beyond which an order is refused and counted.
 */
export class MboBook {
  readonly #maxOrders: number
  readonly #orders = new OrderTable()
  readonly #bids = new BookSide(true)
  readonly #asks = new BookSide(false)
  #bidCount = 0
  #askCount = 0
  #isResync = false
  #isSnapshotPending = false
  #unknownOrderCount = 0
  #duplicateOrderCount = 0
  #excessCancelCount = 0
  #overflowCount = 0
  #ignoredCount = 0

  constructor({ maxOrders = ORDERS_MAX }: { readonly maxOrders?: number } = {}) {
    this.#maxOrders = maxOrders
  }

  /** Orders resting now. */
  get orderCount(): number {
    return this.#orders.count
  }

  /** Cancels and modifies of orders the book does not hold. */
  get unknownOrderCount(): number {
    return this.#unknownOrderCount
  }

  /** Adds of orders the book already held: the later word replaced the earlier. */
  get duplicateOrderCount(): number {
    return this.#duplicateOrderCount
  }

  /** Cancels of more lots than the order had left: it was removed. */
  get excessCancelCount(): number {
    return this.#excessCancelCount
  }

  /** Orders refused because the book, or their level, was full. */
  get overflowCount(): number {
    return this.#overflowCount
  }

  /** Records that say nothing about an order: without side, price or lots, or not of an order. */
  get ignoredCount(): number {
    return this.#ignoredCount
  }

  /** Levels that `copyTop10` wrote last, 0 to 10. */
  get bidCount(): number {
    return this.#bidCount
  }

  get askCount(): number {
    return this.#askCount
  }

  /** True when the best ten levels may differ from those that `copyTop10` gave last. */
  get isTopChanged(): boolean {
    return this.#bids.isTopChanged || this.#asks.isTopChanged
  }

  /**
   * True while the last record was part of a snapshot: the opening book is built, and takes
   * effect at the next record.
   */
  get isSnapshotPending(): boolean {
    return this.#isSnapshotPending
  }

  /**
   * @returns true once after a clear or a snapshot: the book is not to be compared with the one
   *   before
   */
  takeResync(): boolean {
    const isResync = this.#isResync
    this.#isResync = false
    return isResync
  }

  /**
   * Takes a record in. Trades and fills do not change the book.
   *
   * @returns true when the book is consistent after it: the end of an event, outside a snapshot
   */
  apply(record: MboRecord): boolean {
    const isSnapshot = (record.flags & RecordFlag.Snapshot) !== 0
    this.#isSnapshotPending = isSnapshot
    if (isSnapshot) this.#isResync = true
    switch (record.action) {
      case Action.Add:
        this.#add(record)
        break
      case Action.Cancel:
        this.#cancel(record)
        break
      case Action.Modify:
        this.#modify(record)
        break
      case Action.Clear:
        this.clear()
        break
      case Action.Trade:
      case Action.Fill:
      case Action.None:
        break
      default:
        this.#ignoredCount++
    }
    return !isSnapshot && (record.flags & RecordFlag.Last) !== 0
  }

  /** Empties the book. The counters stay. */
  clear(): void {
    this.#orders.clear()
    this.#bids.clear()
    this.#asks.clear()
    this.#isResync = true
  }

  /** Copies the best ten levels a side into `BOOK_SLOTS` integers; see `bidCount`, `askCount`. */
  copyTop10(out: Int32Array): void {
    this.#bidCount = this.#bids.copyTop10(out, BID_TICKS, BID_LOTS)
    this.#askCount = this.#asks.copyTop10(out, ASK_TICKS, ASK_LOTS)
  }

  lotsAt(side: Side, tick: number): number {
    return this.#sideOf(side).lotsAt(tick)
  }

  /** Lists every level of a side, best first, into two arrays. */
  levelsInto(side: Side, ticks: number[], lots: number[]): void {
    this.#sideOf(side).levelsInto(ticks, lots)
  }

  #sideOf(side: number): BookSide {
    return side === Side.Bid ? this.#bids : this.#asks
  }

  #add(record: MboRecord): void {
    const { orderIdHigh, orderIdLow, priceTicks, size, flags } = record
    const side = bookSide(record.side)
    if (side === null || priceTicks === NO_TICK || size === 0 || (flags & NOT_AN_ORDER) !== 0) {
      this.#ignoredCount++
      return
    }
    const slot = this.#orders.find(orderIdHigh, orderIdLow)
    if (slot !== NO_SLOT) {
      this.#duplicateOrderCount++
      this.#remove(slot)
    }
    if (this.#orders.count >= this.#maxOrders || !this.#sideOf(side).hasRoom(priceTicks, size)) {
      this.#overflowCount++
      return
    }
    this.#orders.insert(orderIdHigh, orderIdLow, side, priceTicks, size)
    this.#sideOf(side).change(priceTicks, size)
  }

  #cancel({ orderIdHigh, orderIdLow, size }: MboRecord): void {
    const slot = this.#orders.find(orderIdHigh, orderIdLow)
    if (slot === NO_SLOT) {
      this.#unknownOrderCount++
      return
    }
    const lots = this.#orders.lotsAt(slot)
    if (size >= lots) {
      if (size > lots) this.#excessCancelCount++
      this.#remove(slot)
      return
    }
    const side = this.#orders.sideAt(slot)
    const tick = this.#orders.tickAt(slot)
    this.#orders.set(slot, side, tick, lots - size)
    if (size > 0) this.#sideOf(side).change(tick, -size)
  }

  #modify(record: MboRecord): void {
    const { priceTicks, size } = record
    const slot = this.#orders.find(record.orderIdHigh, record.orderIdLow)
    if (slot === NO_SLOT) {
      this.#unknownOrderCount++
      return
    }
    const sideBefore = this.#orders.sideAt(slot)
    const side = bookSide(record.side) ?? sideBefore
    if (priceTicks === NO_TICK) {
      this.#ignoredCount++
      return
    }
    if (size === 0) {
      this.#remove(slot)
      return
    }
    const tickBefore = this.#orders.tickAt(slot)
    this.#sideOf(sideBefore).change(tickBefore, -this.#orders.lotsAt(slot))
    if (!this.#sideOf(side).hasRoom(priceTicks, size)) {
      this.#overflowCount++
      this.#orders.remove(slot)
      return
    }
    this.#sideOf(side).change(priceTicks, size)
    this.#orders.set(slot, side, priceTicks, size)
  }

  #remove(slot: number): void {
    const side = this.#sideOf(this.#orders.sideAt(slot))
    side.change(this.#orders.tickAt(slot), -this.#orders.lotsAt(slot))
    this.#orders.remove(slot)
  }
}

function bookSide(side: number): Side | null {
  if (side === RecordSide.Bid) return Side.Bid
  return side === RecordSide.Ask ? Side.Ask : null
}
