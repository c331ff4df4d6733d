import { ASK_LOTS, ASK_TICKS, BID_LOTS, BID_TICKS, BOOK_DEPTH, Side } from '@levels/kernel'
import { imbalanceClass } from '../background/order-rates.ts'
import { GAP_PLACES, QUEUES } from '../profile.ts'

/** Lowest lots of the classes of queue size that rates are fitted for. */
export const QUEUE_CLASSES = [0, 1, 2, 3, 5, 8, 12, 18, 26, 38, 55, 80, 115, 165, 240] as const

const QUEUE_AT = 0
const IMBALANCE_AT = 2 * QUEUES
const SPREAD_AT = IMBALANCE_AT + 2
const GAVE_WAY_AT = SPREAD_AT + 1
const CHOICE_AT = GAVE_WAY_AT + 1
const BYTES = CHOICE_AT + 1

/** Orders kept at most: those after are counted and left out. */
const KEPT_MAX = 4_000_000
const FIRST_KEPT = 65_536

/** Kinds of orders as the fit numbers them; market orders are on the side that is hit. */
export const ChoiceKind = { Limit: 0, Cancel: 1, Market: 2, Gap: 3 } as const

/** The class of a queue by its lots. */
export function queueClass(lots: number): number {
  let at = 0
  while (at + 1 < QUEUE_CLASSES.length && lots >= (QUEUE_CLASSES[at + 1] ?? Infinity)) at++
  return at
}

/**
 * The orders of a recording, each with the state of the book it came into: what rates are fitted
 * to. 25 bytes an order.
 */
export class OrderChoices {
  #bytes = new Uint8Array(FIRST_KEPT * BYTES)
  #count = 0
  #leftOut = 0
  #lastBid = 0
  #lastAsk = 0
  #gaveWay: Side = Side.Bid

  get count(): number {
    return this.#count
  }

  /** Orders left out because there were too many. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** Takes an order in. @param place as `BookFlow` tells it */
  add(order: { side: Side; kind: number; place: number }, book: Int32Array): void {
    this.#follow(book)
    const { side, kind } = order
    const place = kind === ChoiceKind.Gap ? -order.place - 1 : order.place
    if (place >= (kind === ChoiceKind.Gap ? GAP_PLACES : QUEUES)) return
    if (this.#count === KEPT_MAX) {
      this.#leftOut++
      return
    }
    const at = this.#count * BYTES
    if (at + BYTES > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#count++
    const bytes = this.#bytes
    copyQueues(bytes, at + QUEUE_AT, book, Side.Bid)
    copyQueues(bytes, at + QUEUE_AT + QUEUES, book, Side.Ask)
    const bid = book[BID_LOTS] ?? 0
    const ask = book[ASK_LOTS] ?? 0
    bytes[at + IMBALANCE_AT] = imbalanceClass(bid, ask)
    bytes[at + IMBALANCE_AT + 1] = imbalanceClass(ask, bid)
    bytes[at + SPREAD_AT] = Math.min(255, (book[ASK_TICKS] ?? 0) - (book[BID_TICKS] ?? 0))
    bytes[at + GAVE_WAY_AT] = this.#gaveWay
    bytes[at + CHOICE_AT] = side + 2 * kind + 8 * place
  }

  queue(order: number, side: number, place: number): number {
    return this.#bytes[order * BYTES + QUEUE_AT + side * QUEUES + place] ?? 0
  }

  imbalance(order: number, side: number): number {
    return this.#bytes[order * BYTES + IMBALANCE_AT + side] ?? 0
  }

  spread(order: number): number {
    return this.#bytes[order * BYTES + SPREAD_AT] ?? 1
  }

  gaveWay(order: number): number {
    return this.#bytes[order * BYTES + GAVE_WAY_AT] ?? 0
  }

  /** side + 2 · kind + 8 · place */
  choice(order: number): number {
    return this.#bytes[order * BYTES + CHOICE_AT] ?? 0
  }

  #follow(book: Int32Array): void {
    const bid = book[BID_TICKS] ?? 0
    const ask = book[ASK_TICKS] ?? 0
    if (bid < this.#lastBid) this.#gaveWay = Side.Bid
    else if (ask > this.#lastAsk) this.#gaveWay = Side.Ask
    this.#lastBid = bid
    this.#lastAsk = ask
  }
}

/** Classes of a side's queues by ticks behind its best. */
function copyQueues(bytes: Uint8Array, to: number, book: Int32Array, side: Side): void {
  const ticksAt = side === Side.Bid ? BID_TICKS : ASK_TICKS
  const lotsAt = side === Side.Bid ? BID_LOTS : ASK_LOTS
  const best = book[ticksAt] ?? 0
  bytes.fill(0, to, to + QUEUES)
  for (let i = 0; i < BOOK_DEPTH; i++) {
    const place = Math.abs((book[ticksAt + i] ?? 0) - best)
    if (place >= QUEUES) return
    bytes[to + place] = queueClass(book[lotsAt + i] ?? 0)
  }
}
