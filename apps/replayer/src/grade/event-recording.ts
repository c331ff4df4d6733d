import { EventKind, MarketEvent } from '@levels/kernel'

/** Events an instance may have: some two hours of a quiet market. */
const EVENTS_MAX = 1 << 17

/** Keeps borrowed events until they are read; its room is used again by the next recording. */
export class EventRecording {
  readonly #pool: MarketEvent[] = []
  #count = 0

  get events(): readonly MarketEvent[] {
    return this.#pool.slice(0, this.#count)
  }

  clear(): void {
    this.#count = 0
  }

  /** @throws RangeError when it is full: the instance never came to its label */
  add(event: MarketEvent): void {
    if (this.#count === EVENTS_MAX) {
      throw new RangeError(`expected a label within ${EVENTS_MAX} events, was none`)
    }
    copyEvent(event, (this.#pool[this.#count++] ??= new MarketEvent()))
  }
}

function copyEvent(from: MarketEvent, to: MarketEvent): void {
  to.kind = from.kind
  to.tsRelNs = from.tsRelNs
  to.tsRecvRelNs = from.tsRecvRelNs
  to.seq = from.seq
  to.priceTicks = from.priceTicks
  to.price = from.price
  to.size = from.size
  to.aggressor = from.aggressor
  to.exchange = from.exchange
  to.bidPx = from.bidPx
  to.askPx = from.askPx
  to.bidSz = from.bidSz
  to.askSz = from.askSz
  to.strikeMilli = from.strikeMilli
  to.right = from.right
  to.expiryYmd = from.expiryYmd
  to.optBid = from.optBid
  to.optAsk = from.optAsk
  to.delta = from.delta
  to.gamma = from.gamma
  if (from.kind !== EventKind.Depth) return
  to.book.set(from.book)
  to.bidCount = from.bidCount
  to.askCount = from.askCount
  to.isSnapshot = from.isSnapshot
}
