import { Action, RecordSide } from '@levels/dbn'
import {
  Aggressor,
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  invariant,
  MarketEvent,
  NO_TICK,
  Side,
} from '@levels/kernel'
import { BookChange, type FuturesSink } from './book-change.ts'
import { BACKGROUND, type FillListener, NO_ORDER, OrderQueues } from './order-queues.ts'

// An imported constant is read from its module at every use; a module's own is folded into code.
const BID = Side.Bid
const ASK = Side.Ask
const BIDS_AT: number = BID_TICKS
const BID_LOTS_AT: number = BID_LOTS
const ASKS_AT: number = ASK_TICKS
const ASK_LOTS_AT: number = ASK_LOTS
const LEVELS: number = BOOK_DEPTH
const EMPTY: number = NO_TICK

/** Ticks beyond the best price at which what is left of a market order is canceled. */
export const PROTECTION_TICKS = 20

/** Ticks from the best price beyond which no order may rest: the venue's price band. */
export const BAND_TICKS = 1_000

/** Numbers a packet has for its events, as readers of its records give them out. */
const NUMBERS_PER_PACKET = 1_048_576

export interface ExchangeOptions {
  /** Orders that may rest at once. */
  readonly capacity?: number
  readonly onFill?: FillListener
  readonly sink: FuturesSink
  /** Capture delays, ns: asked once an event. */
  readonly captureDelayNs: () => number
}

/**
 * The venue: orders in, prints and ten levels of depth out. Price-time priority, integer ticks;
 * hidden parts of icebergs lose their place when they are shown.
 *
 * Its time is set from outside and must rise from one order to the next.
 */
export class Exchange {
  readonly #queues: OrderQueues
  readonly #sink: FuturesSink
  readonly #captureDelayNs: () => number
  readonly #event = new MarketEvent()
  readonly #change = new BookChange()
  readonly #orders = this.#change.orders
  #bestBid: number
  #bestAsk: number
  #lowestBid: number
  #highestAsk: number
  #sequence = 0
  /** Prints of the packet so far. */
  #prints = 0
  #isOpen = false
  /** Event time, ns since the epoch. */
  nowRelNs = 0

  /** @param bestBid where the empty book stands; the best ask is a tick above */
  constructor(bestBid: number, options: ExchangeOptions) {
    const { capacity, onFill, sink, captureDelayNs } = options
    this.#queues = new OrderQueues({
      ...(capacity === undefined ? {} : { capacity }),
      ...(onFill === undefined ? {} : { onFill }),
    })
    this.#sink = sink
    this.#captureDelayNs = captureDelayNs
    this.#bestBid = bestBid
    this.#bestAsk = bestBid + 1
    this.#lowestBid = bestBid
    this.#highestAsk = bestBid + 1
    this.#event.book.fill(EMPTY, BIDS_AT, BIDS_AT + LEVELS)
    this.#event.book.fill(EMPTY, ASKS_AT, ASKS_AT + LEVELS)
  }

  get bestBidTicks(): number {
    return this.#bestBid
  }

  get bestAskTicks(): number {
    return this.#bestAsk
  }

  /** The outermost prices that hold orders. */
  get lowestBidTicks(): number {
    return this.#lowestBid
  }

  get highestAskTicks(): number {
    return this.#highestAsk
  }

  /** The queues; to be looked at only. */
  get queues(): OrderQueues {
    return this.#queues
  }

  /** The ten best levels as `MarketEvent` has them; to be looked at only. */
  get book(): Int32Array {
    return this.#event.book
  }

  /** Ends the silent building of the opening book: everything from here on is told. */
  open(): void {
    invariant(this.lotsAt(BID, this.#bestBid) > 0, 'the opening book has bids')
    invariant(this.lotsAt(ASK, this.#bestAsk) > 0, 'the opening book has asks')
    this.#copySide(BID)
    this.#copySide(ASK)
    this.#isOpen = true
  }

  /** Tells the book as it stands: a snapshot, without a change. */
  tellBook(): void {
    const change = this.#change
    change.action = Action.None
    change.side = RecordSide.None
    change.lots = 0
    change.depth = 0
    change.tick = EMPTY
    this.#tellDepth(this.#captureDelayNs(), true)
  }

  /** Displayed lots of a side at a price. */
  lotsAt(side: Side, tick: number): number {
    const isOwn = side === BID ? tick <= this.#bestBid : tick >= this.#bestAsk
    const isIn = side === BID ? tick >= this.#lowestBid : tick <= this.#highestAsk
    return isOwn && isIn ? this.#queues.lotsAt(tick) : 0
  }

  /**
   * Places an order: what crosses the book trades at once, the rest rests.
   *
   * @param peakLots most that are displayed at a time
   * @returns its id, `NO_ORDER` when nothing rests
   */
  limit(side: Side, tick: number, lots: number, owner = BACKGROUND, peakLots = lots): number {
    let left = lots
    const isCrossing = side === BID ? tick >= this.#bestAsk : tick <= this.#bestBid
    if (isCrossing) left -= this.take(side, lots, tick)
    const isStillCrossing = side === BID ? tick >= this.#bestAsk : tick <= this.#bestBid
    const isOut = tick < this.#bestBid - BAND_TICKS || tick > this.#bestAsk + BAND_TICKS
    if (left <= 0 || isStillCrossing || isOut) return NO_ORDER
    const id = this.#queues.add(tick, left, owner, peakLots)
    if (id === NO_ORDER) return NO_ORDER
    this.#extend(side, tick)
    this.#tellChange(side, tick, left < peakLots ? left : peakLots, Action.Add)
    return id
  }

  /**
   * Takes lots off an order, all of it by default; with all of its displayed lots its hidden ones
   * go too.
   *
   * @returns the displayed lots canceled; 0 when it rests no more
   */
  cancel(orderId: number, lots = 2_147_483_647): number {
    const slot = this.#queues.slotOf(orderId)
    return slot < 0 ? 0 : this.cancelSlot(slot, lots)
  }

  /** `cancel` by place in the queues. A side's last order stays. */
  cancelSlot(slot: number, lots = 2_147_483_647): number {
    const queues = this.#queues
    const tick = queues.tickOf(slot)
    const side = tick <= this.#bestBid ? BID : ASK
    if (this.#isLastOf(slot, tick)) return 0
    const canceled = queues.reduce(slot, lots)
    this.#afterLoss(side, tick)
    this.#tellChange(side, tick, canceled, Action.Cancel)
    return canceled
  }

  /**
   * Takes an order from its price to another of its side, in one event. A side's last order stays.
   *
   * @returns the displayed lots moved, 0 when it stayed
   */
  moveSlot(slot: number, tick: number): number {
    const queues = this.#queues
    const from = queues.tickOf(slot)
    const side = from <= this.#bestBid ? BID : ASK
    const isCrossing = side === BID ? tick >= this.#bestAsk : tick <= this.#bestBid
    if (isCrossing || tick === from || queues.ordersAt(from) === 0) return 0
    if (this.#isLastOf(slot, from)) return 0
    const lots = queues.reduce(slot, 2_147_483_647)
    this.#afterLoss(side, from)
    const id = queues.add(tick, lots, BACKGROUND)
    if (id !== NO_ORDER) this.#extend(side, tick)
    if (!this.#isOpen) return lots
    const gone = this.#refresh(side, from)
    const come = id === NO_ORDER ? -1 : this.#refresh(side, tick)
    if (gone < 0 && come < 0) return lots
    const change = this.#change
    change.action = id === NO_ORDER ? Action.Cancel : Action.Modify
    change.side = side === BID ? RecordSide.Bid : RecordSide.Ask
    change.tick = id === NO_ORDER ? from : tick
    change.fromTick = from
    change.lots = lots
    change.depth = come < 0 ? gone : come
    this.#tellDepth(this.#captureDelayNs())
    return lots
  }

  /**
   * Trades against the book up to a price, at most `PROTECTION_TICKS` beyond the best: one print
   * for each price, then the book.
   *
   * @param side `Bid` buys
   * @returns the lots traded
   */
  take(side: Side, lots: number, limitTick: number): number {
    const isBuy = side === BID
    const start = isBuy ? this.#bestAsk : this.#bestBid
    const step = isBuy ? 1 : -1
    const furthest = start + step * PROTECTION_TICKS
    const last = isBuy ? Math.min(limitTick, furthest) : Math.max(limitTick, furthest)
    const delayNs = this.#captureDelayNs()
    let left = lots
    let lastTick = start
    this.#sequence++
    this.#prints = 0
    while (left > 0) {
      const tick = isBuy ? this.#bestAsk : this.#bestBid
      if (isBuy ? tick > last : tick < last) break
      const isEnd = isBuy ? tick === this.#highestAsk : tick === this.#lowestBid
      const most = isEnd ? Math.min(left, this.#queues.lotsAt(tick) - 1) : left
      const traded = most > 0 ? this.#queues.fill(tick, most) : 0
      if (traded === 0) break
      left -= traded
      lastTick = tick
      this.#tellPrint(side, tick, traded, delayNs)
      this.#afterLoss(isBuy ? ASK : BID, tick)
    }
    if (left < lots) {
      this.#copySide(isBuy ? ASK : BID)
      const change = this.#change
      change.action = Action.Fill
      change.side = isBuy ? RecordSide.Ask : RecordSide.Bid
      change.tick = lastTick
      change.lots = 0
      change.depth = 0
      if (this.#isOpen) this.#tellDepth(delayNs)
    }
    return lots - left
  }

  /** Removes orders that are out of the price band, or further than `ticks` from the best. */
  trim(ticks: number): void {
    const queues = this.#queues
    const furthest = Math.min(ticks, BAND_TICKS)
    while (this.#bestBid - this.#lowestBid > furthest) {
      this.cancelSlot(queues.slotAt(this.#lowestBid, 0))
    }
    while (this.#highestAsk - this.#bestAsk > furthest) {
      this.cancelSlot(queues.slotAt(this.#highestAsk, 0))
    }
  }

  /** True for an order without which its side might be empty. */
  #isLastOf(slot: number, tick: number): boolean {
    const isOneLevel = this.#lowestBid === this.#bestBid || this.#highestAsk === this.#bestAsk
    return isOneLevel && this.#queues.shownLots(slot) === this.#queues.lotsAt(tick)
  }

  #extend(side: Side, tick: number): void {
    if (side === BID) {
      if (tick > this.#bestBid) this.#bestBid = tick
      if (tick < this.#lowestBid) this.#lowestBid = tick
    } else {
      if (tick < this.#bestAsk) this.#bestAsk = tick
      if (tick > this.#highestAsk) this.#highestAsk = tick
    }
  }

  /** Moves the best and the outermost price of a side off prices that are empty now. */
  #afterLoss(side: Side, tick: number): void {
    const queues = this.#queues
    if (queues.lotsAt(tick) > 0) return
    if (side === BID) {
      if (tick === this.#bestBid) while (queues.lotsAt(this.#bestBid) === 0) this.#bestBid--
      if (tick === this.#lowestBid) while (queues.lotsAt(this.#lowestBid) === 0) this.#lowestBid++
    } else {
      if (tick === this.#bestAsk) while (queues.lotsAt(this.#bestAsk) === 0) this.#bestAsk++
      if (tick === this.#highestAsk) {
        while (queues.lotsAt(this.#highestAsk) === 0) this.#highestAsk--
      }
    }
  }

  #tellChange(side: Side, tick: number, lots: number, action: number): void {
    if (!this.#isOpen) return
    const depth = this.#refresh(side, tick)
    if (depth < 0) return
    const change = this.#change
    change.action = action
    change.side = side === BID ? RecordSide.Bid : RecordSide.Ask
    change.tick = tick
    change.lots = lots
    change.depth = depth
    this.#tellDepth(this.#captureDelayNs())
  }

  #tellPrint(side: Side, tick: number, lots: number, delayNs: number): void {
    if (!this.#isOpen) return
    const change = this.#change
    change.action = Action.Trade
    change.side = side === BID ? RecordSide.Bid : RecordSide.Ask
    change.tick = tick
    change.lots = lots
    change.depth = 0
    change.sequence = this.#sequence
    const event = this.#event
    event.kind = EventKind.FuturesTrade
    event.tsRelNs = this.nowRelNs
    event.tsRecvRelNs = this.nowRelNs + delayNs
    event.seq = this.#sequence * NUMBERS_PER_PACKET + this.#prints++
    event.priceTicks = tick
    event.size = lots
    event.aggressor = side === BID ? Aggressor.Buy : Aggressor.Sell
    event.exchange = 1
    this.#sink(event, change)
  }

  #tellDepth(delayNs: number, isSnapshot = false): void {
    const change = this.#change
    change.sequence = ++this.#sequence
    const event = this.#event
    event.kind = EventKind.Depth
    event.tsRelNs = this.nowRelNs
    event.tsRecvRelNs = this.nowRelNs + delayNs
    event.seq = this.#sequence * NUMBERS_PER_PACKET
    event.priceTicks = change.tick
    event.size = change.lots
    event.isSnapshot = isSnapshot
    this.#sink(event, change)
  }

  /** @returns the place in the book of the level that changed, −1 when it is not among the ten */
  #refresh(side: Side, tick: number): number {
    const book = this.#event.book
    const isBid = side === BID
    const ticksAt = isBid ? BIDS_AT : ASKS_AT
    const lotsAt = isBid ? BID_LOTS_AT : ASK_LOTS_AT
    const tenth = book[ticksAt + LEVELS - 1] ?? EMPTY
    if (tenth !== EMPTY && (isBid ? tick < tenth : tick > tenth)) return -1
    const guess = isBid ? (book[ticksAt] ?? 0) - tick : tick - (book[ticksAt] ?? 0)
    const lots = this.#queues.lotsAt(tick)
    if (lots > 0 && guess >= 0 && guess < LEVELS && book[ticksAt + guess] === tick) {
      book[lotsAt + guess] = lots
      this.#orders[isBid ? guess : LEVELS + guess] = this.#queues.ordersAt(tick)
      return guess
    }
    this.#copySide(side)
    for (let i = 0; i < LEVELS; i++) {
      const at = book[ticksAt + i] ?? EMPTY
      if (at === tick || at === EMPTY || (isBid ? at < tick : at > tick)) return i
    }
    return LEVELS - 1
  }

  #copySide(side: Side): void {
    const { book } = this.#event
    const queues = this.#queues
    const isBid = side === BID
    const step = isBid ? -1 : 1
    const ticksAt = isBid ? BIDS_AT : ASKS_AT
    const lotsAt = isBid ? BID_LOTS_AT : ASK_LOTS_AT
    const ordersAt = isBid ? 0 : LEVELS
    const end = isBid ? this.#lowestBid : this.#highestAsk
    let count = 0
    for (let tick = isBid ? this.#bestBid : this.#bestAsk; count < LEVELS; tick += step) {
      const lots = queues.lotsAt(tick)
      if (lots > 0) {
        book[ticksAt + count] = tick
        book[lotsAt + count] = lots
        this.#orders[ordersAt + count] = queues.ordersAt(tick)
        count++
      }
      if (tick === end) break
    }
    if (isBid) this.#event.bidCount = count
    else this.#event.askCount = count
    for (let i = count; i < LEVELS; i++) {
      book[ticksAt + i] = EMPTY
      book[lotsAt + i] = 0
      this.#orders[ordersAt + i] = 0
    }
  }
}
