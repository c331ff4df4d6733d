import { compareEvents, type MarketEvent } from '@levels/kernel'

/** A binary min-heap of events under `compareEvents`. Allocates only while it grows. */
export class EventHeap {
  readonly #heap: MarketEvent[] = []

  /** The least event, or undefined when empty. */
  get least(): MarketEvent | undefined {
    return this.#heap[0]
  }

  /** The least arrival number, `Infinity` when empty. O(n). */
  get leastArrival(): number {
    return this.#heap.reduce((least, { arrival }) => Math.min(least, arrival), Infinity)
  }

  push(event: MarketEvent): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const parentAt = (at - 1) >> 1
      const parent = heap[parentAt]
      if (parent === undefined || compareEvents(parent, event) <= 0) break
      heap[at] = parent
      at = parentAt
    }
    heap[at] = event
  }

  /** Removes and returns the least event, or undefined when empty. */
  pop(): MarketEvent | undefined {
    const heap = this.#heap
    const least = heap[0]
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) this.#sink(last)
    return least
  }

  /** Puts `event` where the removed root was and restores the order below it. */
  #sink(event: MarketEvent): void {
    const heap = this.#heap
    const size = heap.length
    let at = 0
    for (;;) {
      let childAt = 2 * at + 1
      let child = heap[childAt]
      if (child === undefined) break
      const right = childAt + 1 < size ? heap[childAt + 1] : undefined
      if (right !== undefined && compareEvents(right, child) < 0) {
        child = right
        childAt++
      }
      if (compareEvents(event, child) <= 0) break
      heap[at] = child
      at = childAt
    }
    heap[at] = event
  }
}
