import type { MarketEvent } from '@levels/kernel'

const INITIAL_SLOTS = 64

/** A first-in first-out ring of events that doubles when full. The caller bounds its length. */
export class EventQueue {
  #slots: (MarketEvent | undefined)[] = new Array<MarketEvent | undefined>(INITIAL_SLOTS).fill(
    undefined,
  )
  #mask = INITIAL_SLOTS - 1
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  get first(): MarketEvent | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head]
  }

  get last(): MarketEvent | undefined {
    return this.#length === 0
      ? undefined
      : this.#slots[(this.#head + this.#length - 1) & this.#mask]
  }

  /** The least arrival number, `Infinity` when empty. O(n). */
  get leastArrival(): number {
    let least = Infinity
    for (let i = 0; i < this.#length; i++) {
      least = Math.min(least, this.#slots[(this.#head + i) & this.#mask]?.arrival ?? Infinity)
    }
    return least
  }

  push(event: MarketEvent): void {
    if (this.#length > this.#mask) this.#grow()
    this.#slots[(this.#head + this.#length) & this.#mask] = event
    this.#length++
  }

  /** Drops the first event. Its slot keeps the reference: events are pooled, never collected. */
  dropFirst(): void {
    if (this.#length === 0) return
    this.#head = (this.#head + 1) & this.#mask
    this.#length--
  }

  #grow(): void {
    const slots = this.#slots
    this.#slots = [
      ...slots.slice(this.#head),
      ...slots.slice(0, this.#head),
      ...slots.map(() => undefined),
    ]
    this.#head = 0
    this.#mask = this.#slots.length - 1
  }
}
