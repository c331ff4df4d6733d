import { EVENT_KIND_COUNT, EventKind, type MarketEvent, NS_PER_MS } from '@levels/kernel'
import { type LateObserver, REORDER_CAPACITY, ReorderBuffer } from './reorder-buffer.ts'
import { type FuturesHours, SNAP_INTERVAL_NS, SnapClock } from './snap-clock.ts'

/** Default of `OrderedDeliveryOptions.latenessNs`. */
export const LATENESS_NS = 500 * NS_PER_MS

/** Takes events and boundaries, in the one order. */
export interface ReplayConsumer {
  /** @param event borrowed until this returns */
  onEvent(event: MarketEvent): void
  /** Everything up to and including this instant was given, ns since the epoch. */
  onBoundary(tsRelNs: number): void
}

/** Counts of events by kind, in the order of the kinds' ranks. */
export type EventCounts = Readonly<Record<keyof typeof EventKind, number>>

export interface OrderedDeliveryOptions {
  readonly consumer: ReplayConsumer
  /** The calendar in the run's time; `SessionClock` of `@levels/calendar`. */
  readonly hours: FuturesHours
  readonly epochNs: bigint
  readonly latenessNs?: number
  readonly capacity?: number
  readonly intervalNs?: number
  /** No boundary before this, ns since the epoch. */
  readonly fromRelNs?: number
  readonly onLate?: LateObserver
}

/** What it takes to go on where a delivery stood; what waited is to be pushed again. */
export interface DeliveryMark {
  /** Newest event time seen of the only source. */
  readonly newestRelNs: number
  /** Nothing before it was left waiting, nothing before it is accepted. */
  readonly floorRelNs: number
  /** The next boundary, `Infinity` before the first event in an open market. */
  readonly nextBoundaryRelNs: number
}

/**
 * The one path of replay and live: events pushed into `buffer` come out in order, with every snap
 * boundary between them. What is delivered depends on what was pushed, never on when it was asked
 * for.
 */
export class OrderedDelivery {
  readonly buffer: ReorderBuffer
  readonly clock: SnapClock
  readonly #counts = new Float64Array(EVENT_KIND_COUNT)
  readonly #deliver: (event: MarketEvent) => void
  #eventCount = 0
  // Doubles throughout, NaN for none: a field that may also be null would allocate every time.
  #firstRelNs = NaN
  #lastRelNs = NaN

  constructor(options: OrderedDeliveryOptions) {
    const { consumer, hours, epochNs, onLate } = options
    this.buffer = new ReorderBuffer({
      latenessNs: options.latenessNs ?? LATENESS_NS,
      capacity: options.capacity ?? REORDER_CAPACITY,
      ...(onLate === undefined ? {} : { onLate }),
    })
    this.clock = new SnapClock({
      hours,
      epochNs,
      intervalNs: options.intervalNs ?? SNAP_INTERVAL_NS,
      fromRelNs: options.fromRelNs ?? -Infinity,
      onBoundary: (tsRelNs) => consumer.onBoundary(tsRelNs),
    })
    const counts = this.#counts
    const { clock } = this
    this.#deliver = (event) => {
      const { tsRelNs, kind } = event
      clock.observe(tsRelNs)
      consumer.onEvent(event)
      counts[kind] = (counts[kind] ?? 0) + 1
      if (Number.isNaN(this.#lastRelNs)) this.#firstRelNs = tsRelNs
      this.#lastRelNs = tsRelNs
    }
  }

  /** Events delivered so far. */
  get eventCount(): number {
    return this.#eventCount
  }

  /** Events delivered so far, by kind. */
  get eventCounts(): EventCounts {
    const names = Object.entries(EventKind)
    return Object.fromEntries(
      names.map(([name, kind]) => [name, this.#counts[kind] ?? 0]),
    ) as EventCounts
  }

  /** Time of the first event delivered, ns since the epoch; NaN before it. */
  get firstRelNs(): number {
    return this.#firstRelNs
  }

  /** Time of the last event delivered, ns since the epoch; NaN before the first. */
  get lastRelNs(): number {
    return this.#lastRelNs
  }

  /** When the next event or boundary that is certain is due; `Infinity` when none is. */
  get dueRelNs(): number {
    const { watermarkRelNs, firstRelNs } = this.buffer
    const boundary = this.clock.nextRelNs
    const isEventDue = firstRelNs < watermarkRelNs
    const isBoundaryDue = boundary < this.#safeRelNs() && this.#safeRelNs() < Infinity
    return Math.min(isEventDue ? firstRelNs : Infinity, isBoundaryDue ? boundary : Infinity)
  }

  /** Delivers what can no longer be preceded and does not lie after `limitRelNs`. */
  deliver(limitRelNs = Infinity): void {
    this.#eventCount += this.buffer.release(this.#deliver, limitRelNs)
    this.clock.advanceTo(this.#safeRelNs(), limitRelNs)
  }

  /**
   * The same, boundary by boundary, and no further than `boundariesMax` of them, for a consumer
   * that can take so many for now.
   *
   * @returns false when more is due
   */
  deliverSome(boundariesMax: number): boolean {
    const { buffer, clock } = this
    for (let left = boundariesMax; ;) {
      // An event after the next boundary would emit that boundary on its way, and those behind it.
      // Before the first boundary, events go one time after the other: any of them may begin.
      const next = clock.nextRelNs
      const limit = next === Infinity ? buffer.firstRelNs : next
      const count = buffer.release(this.#deliver, limit)
      this.#eventCount += count
      if (next === Infinity) {
        if (count === 0) return true
      } else {
        if (next >= this.#safeRelNs()) return true
        if (left === 0) return false
        clock.advanceTo(this.#safeRelNs(), next)
        left--
      }
    }
  }

  /**
   * The boundary that comes next when no more events do, ns since the epoch: also the first one of
   * all, as long as the first event waits. `Infinity` when there is none.
   */
  get lullBoundaryRelNs(): number {
    const { buffer, clock } = this
    if (clock.nextRelNs < Infinity || buffer.length === 0) return clock.nextRelNs
    return clock.boundaryFrom(buffer.firstRelNs)
  }

  /**
   * The wall clock has passed `lullBoundaryRelNs` by the lateness, and no event came: delivers every
   * event up to that boundary, and the boundary. What is older than it comes too late from here on.
   */
  passLull(): void {
    const boundary = this.lullBoundaryRelNs
    if (boundary === Infinity) return
    this.buffer.advanceWallClock(boundary + this.buffer.latenessNs + 1)
    this.deliver()
  }

  /** Where it stands. To be asked when nothing is due, and there is one source. */
  mark(sourceIndex: number): DeliveryMark {
    const { buffer, clock } = this
    return {
      newestRelNs: buffer.newestOf(sourceIndex),
      floorRelNs: buffer.floorRelNs,
      nextBoundaryRelNs: clock.nextRelNs,
    }
  }

  /** Goes on from a mark, with a source added before. */
  resume(sourceIndex: number, mark: DeliveryMark): void {
    this.buffer.resume(sourceIndex, mark.newestRelNs, mark.floorRelNs)
    if (mark.nextBoundaryRelNs < Infinity) this.clock.resumeAt(mark.nextBoundaryRelNs)
  }

  /** Emits every boundary up to the last event: the input has ended, and nothing is left waiting. */
  finish(): void {
    this.clock.finish(this.#lastRelNs)
  }

  /** No boundary may pass what is still waiting, or what is still to come. */
  #safeRelNs(): number {
    return Math.min(this.buffer.watermarkRelNs, this.buffer.firstRelNs)
  }
}

/**
 * A time before which nothing of a source happened, ns since the epoch, from the stamps of its
 * first message. A snapshot's records carry times long gone: the source is then merely read
 * earlier than it had to be.
 */
export function beginOf(
  firstEventNs: bigint | null,
  firstRecvNs: bigint | null,
  epochNs: bigint,
): number {
  if (firstEventNs === null || firstRecvNs === null) return -Infinity
  const first = firstEventNs < firstRecvNs ? firstEventNs : firstRecvNs
  const rel = Number(first - epochNs)
  return Number.isSafeInteger(rel) ? rel : -Infinity
}
