import type { EventsMessage, SignalEvent } from '@levels/gateway/protocol'

/** Events held at most; the oldest go first. */
export const EVENTS_MAX = 4096

/** Changes of signals, oldest first. */
export class EventLog {
  #events: SignalEvent[] = []
  /** Older ones that are not held, here or at the gateway. */
  droppedCount = 0
  /** Rises with every change. */
  version = 0

  get events(): readonly SignalEvent[] {
    return this.#events
  }

  /** @returns the events that are new, oldest first; none when they take the place of all before */
  take({ isReset, droppedCount, events }: EventsMessage): readonly SignalEvent[] {
    this.version++
    if (isReset) {
      this.#events = events.slice(-EVENTS_MAX)
      this.droppedCount = droppedCount + events.length - this.#events.length
      return []
    }
    const last = this.#events.at(-1)?.seq ?? 0
    const fresh = events.filter(({ seq }) => seq > last)
    this.#events.push(...fresh)
    // Cut in blocks: moving four thousand entries for each new one would be work for nothing.
    if (this.#events.length > EVENTS_MAX + EVENTS_MAX / 8) {
      this.droppedCount += this.#events.length - EVENTS_MAX
      this.#events = this.#events.slice(-EVENTS_MAX)
    }
    return fresh
  }

  /** How many events are not after a moment: the index behind the last of them. */
  endAt(tsMs: number): number {
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#events[middle]?.ts ?? 0) <= tsMs) low = middle + 1
      else high = middle
    }
    return low
  }
}
