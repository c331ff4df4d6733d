import { BOOK_SLOTS, compareEvents, MarketEvent, RangeViolationError } from '@levels/kernel'
import { EventHeap } from './event-heap.ts'
import { EventQueue } from './event-queue.ts'

/** What became of a pushed event. */
export const PushOutcome = { Held: 0, Late: 1, Full: 2 } as const
export type PushOutcome = (typeof PushOutcome)[keyof typeof PushOutcome]

/** Called with an event that came too late. Borrowed: valid until it returns. */
export type LateObserver = (event: MarketEvent, sourceIndex: number) => void

export interface ReorderBufferOptions {
  /** How far event time may step back within one source, ns, ≥ 0. */
  readonly latenessNs: number
  /** Events that may wait at most, ≥ 1. */
  readonly capacity?: number
  readonly onLate?: LateObserver
}

/** Default of `ReorderBufferOptions.capacity`: some five times the busiest half second known. */
export const REORDER_CAPACITY = 262_144

/** Arrivals of one source are numbered from `sourceIndex` times this. */
const ARRIVALS_PER_SOURCE = 2 ** 40
const SOURCES_MAX = 2 ** 12
/** Events made at a time. Their books lie side by side, so that going through them in order is cheap. */
const EVENTS_PER_SLAB = 256

interface Lane {
  readonly index: number
  /** Events that came in order; the others wait in the shared heap. */
  readonly queue: EventQueue
  newestRelNs: number
  arrivals: number
  isOpen: boolean
}

/**
 * Puts the events of one or several sources into the one order of `compareEvents`.
 *
 * The watermark is the least, over the open sources, of newest event time seen less the
 * lateness; `advanceWallClock` lifts it in a lull. Events before the watermark are released, in
 * order. An event behind its own source's watermark, or behind what may have been released, is
 * late: refused, counted and shown to `onLate`.
 *
 * Whether an event is late, and where an event with equal keys is placed, depends on its own
 * source and on the order of the sources alone, never on how reading them was interleaved. (The
 * wall clock of a live source is the one exception.)
 *
 * Events come from a pool: take one with `acquire`, fill it, `push` it. The buffer owns it from
 * then on. What is delivered is an event of the buffer's, with the fields of its kind; it is not
 * to be changed, and nothing is to be released, before the receiver returns.
 *
 * An event that came in order waits as a few numbers (`EventQueue`), at O(1). One that did not
 * waits as itself in a heap, at O(log n) and some 700 bytes.
 */
export class ReorderBuffer {
  readonly latenessNs: number
  readonly capacity: number
  readonly #onLate: LateObserver | undefined
  readonly #lanes: Lane[] = []
  readonly #heap = new EventHeap()
  readonly #pool: MarketEvent[] = []
  /** Lanes whose queue is not empty: all that `release` has to look at. */
  readonly #waiting: Lane[] = []
  #length = 0
  #wallRelNs = -Infinity
  /** The highest watermark `release` has used: nothing below it may come any more. */
  #floorRelNs = -Infinity
  #late = 0
  #refused = 0
  #pooled = 0

  /** @throws RangeViolationError when the lateness is negative or the capacity below 1 */
  constructor(options: ReorderBufferOptions) {
    const { latenessNs, capacity = REORDER_CAPACITY, onLate } = options
    if (!(latenessNs >= 0) || !(capacity >= 1)) {
      throw new RangeViolationError(
        `expected lateness ≥ 0 and capacity ≥ 1, was ${latenessNs} and ${capacity}`,
      )
    }
    this.latenessNs = latenessNs
    this.capacity = capacity
    this.#onLate = onLate
  }

  /** Events waiting. */
  get length(): number {
    return this.#length
  }

  /** Events refused as late since the start. */
  get lateCount(): number {
    return this.#late
  }

  /** Events refused since the start because the buffer was full. */
  get fullCount(): number {
    return this.#refused
  }

  /**
   * Events the pool has ever made: what those in their sources' hands and those that wait out of
   * order take of memory.
   */
  get pooledCount(): number {
    return this.#pooled
  }

  /** Time of the first event waiting, `Infinity` when none is. */
  get firstRelNs(): number {
    return this.#firstBeside(null)
  }

  /** The highest watermark used so far: what lies before it was released, none is accepted. */
  get floorRelNs(): number {
    return this.#floorRelNs
  }

  /** The least arrival number among the events waiting, `Infinity` when none is. O(those out of order). */
  get leastArrival(): number {
    let least = this.#heap.leastArrival
    for (const lane of this.#waiting) least = Math.min(least, lane.queue.leastArrival)
    return least
  }

  /**
   * Adds a source.
   *
   * @param fromRelNs a time its events are known not to precede (by more than the lateness), so
   *   that it holds back the others no further than needed before its first event
   * @returns its index, to be given to `push`; also its rank among events that are equal
   */
  addSource(fromRelNs = -Infinity): number {
    const index = this.#lanes.length
    if (index >= SOURCES_MAX) {
      throw new RangeViolationError(`expected at most ${SOURCES_MAX} sources, was one more`)
    }
    this.#lanes.push({
      index,
      queue: new EventQueue(),
      newestRelNs: fromRelNs,
      arrivals: index * ARRIVALS_PER_SOURCE,
      isOpen: true,
    })
    return index
  }

  /**
   * Goes on where another buffer stood. The events that waited there are to be pushed again, in the
   * order of their arrival.
   */
  resume(sourceIndex: number, newestRelNs: number, floorRelNs: number): void {
    this.#lane(sourceIndex).newestRelNs = newestRelNs
    this.#floorRelNs = floorRelNs
  }

  /**
   * Numbers the next event of a source, instead of counting: by its place in a stream, which tells
   * later where it came from. Places must rise.
   */
  numberNext(sourceIndex: number, arrival: number): void {
    this.#lane(sourceIndex).arrivals = sourceIndex * ARRIVALS_PER_SOURCE + arrival
  }

  /** Ends a source: it no longer holds back the watermark. What it gave stays. */
  closeSource(sourceIndex: number): void {
    this.#lane(sourceIndex).isOpen = false
  }

  /** The open source that is furthest behind, hence the next to read; -1 when none is open. */
  get laggard(): number {
    let least = Infinity
    let index = -1
    for (const lane of this.#lanes) {
      if (lane.isOpen && (index === -1 || lane.newestRelNs < least)) {
        least = lane.newestRelNs
        index = lane.index
      }
    }
    return index
  }

  /** Newest event time seen of a source, `-Infinity` before the first. */
  newestOf(sourceIndex: number): number {
    return this.#lane(sourceIndex).newestRelNs
  }

  /** Nothing earlier than this will be accepted; `Infinity` when every source has ended. */
  get watermarkRelNs(): number {
    let least = Infinity
    for (const lane of this.#lanes) {
      if (lane.isOpen && lane.newestRelNs < least) least = lane.newestRelNs
    }
    return Math.max(least - this.latenessNs, this.#wallRelNs - this.latenessNs, this.#floorRelNs)
  }

  /** Tells the buffer the wall clock, so that events of a lull do not wait for the next event. */
  advanceWallClock(nowRelNs: number): void {
    if (nowRelNs > this.#wallRelNs) this.#wallRelNs = nowRelNs
  }

  /** An event to fill and push, or to hand back with `recycle`. Its fields are left over. */
  acquire(): MarketEvent {
    const pooled = this.#pool.pop()
    if (pooled !== undefined) return pooled
    this.#pooled += EVENTS_PER_SLAB
    const books = new Int32Array(EVENTS_PER_SLAB * BOOK_SLOTS)
    for (let i = EVENTS_PER_SLAB - 1; i > 0; i--) this.#pool.push(eventAt(books, i))
    return eventAt(books, 0)
  }

  /** Takes back an event that was acquired and not pushed. */
  recycle(event: MarketEvent): void {
    this.#pool.push(event)
  }

  /** Takes in an event, whatever the outcome: it is the buffer's from here on. */
  push(event: MarketEvent, sourceIndex: number): PushOutcome {
    const lane = this.#lane(sourceIndex)
    const outcome = this.#judge(event, lane)
    if (outcome === PushOutcome.Held && !lane.queue.isInOrder(event)) {
      this.#heap.push(event)
      return outcome
    }
    if (outcome === PushOutcome.Held) this.#enqueue(event, lane)
    this.#pool.push(event) // the next to be filled is the one that is in the cache
    return outcome
  }

  /** Takes in a depth event that stays its owner's. Only its `arrival` is changed. */
  pushDepth(event: MarketEvent, sourceIndex: number): PushOutcome {
    const lane = this.#lane(sourceIndex)
    const outcome = this.#judge(event, lane)
    if (outcome !== PushOutcome.Held) return outcome
    if (lane.queue.isInOrder(event)) {
      this.#enqueue(event, lane)
    } else {
      const copy = this.acquire()
      copy.copyDepth(event)
      this.#heap.push(copy)
    }
    return outcome
  }

  /** Whether an event may wait: counts it if not, numbers it if so. */
  #judge(event: MarketEvent, lane: Lane): PushOutcome {
    const tsRelNs = event.tsRelNs
    if (tsRelNs < lane.newestRelNs - this.latenessNs || tsRelNs < this.#floorRelNs) {
      this.#late++
      this.#onLate?.(event, lane.index)
      return PushOutcome.Late
    }
    if (this.#length >= this.capacity) {
      this.#refused++
      return PushOutcome.Full
    }
    event.arrival = lane.arrivals++
    if (tsRelNs > lane.newestRelNs) lane.newestRelNs = tsRelNs
    this.#length++
    return PushOutcome.Held
  }

  #enqueue(event: MarketEvent, lane: Lane): void {
    if (lane.queue.length === 0) this.#waiting.push(lane)
    lane.queue.push(event)
  }

  /**
   * Delivers, in order, every waiting event before the watermark and not after `limitRelNs`.
   *
   * @param deliver receives each event, borrowed until it returns
   * @returns how many were delivered
   */
  release(deliver: (event: MarketEvent) => void, limitRelNs = Infinity): number {
    const watermark = this.watermarkRelNs
    // With every source closed nothing is late any more, but no boundary was passed either.
    if (watermark < Infinity) this.#floorRelNs = watermark
    let count = 0
    for (;;) {
      const event = this.#least()
      if (event === undefined || event.tsRelNs >= watermark || event.tsRelNs > limitRelNs) break
      const lane = this.#drop(event)
      deliver(event)
      count++
      if (lane === null) this.#pool.push(event)
      else count += this.#releaseRun(lane, watermark, limitRelNs, deliver)
    }
    return count
  }

  /** Goes on with a lane while its events come strictly before whatever else is waiting. */
  #releaseRun(
    lane: Lane,
    watermark: number,
    limitRelNs: number,
    deliver: (event: MarketEvent) => void,
  ): number {
    const { queue } = lane
    const bound = Math.min(watermark, this.#firstBeside(lane))
    let count = 0
    // A queue that runs empty leaves the list of those waiting: its last event is for `#drop`.
    while (queue.length > 1) {
      const firstRelNs = queue.firstRelNs
      if (firstRelNs >= bound || firstRelNs > limitRelNs) break
      const event = queue.take()
      if (event === undefined) break
      this.#length--
      deliver(event)
      count++
    }
    return count
  }

  /** Time of the first event that waits elsewhere than in a lane's queue; null: anywhere. */
  #firstBeside(lane: Lane | null): number {
    let first = this.#heap.least?.tsRelNs ?? Infinity
    for (const other of this.#waiting) {
      if (other !== lane) first = Math.min(first, other.queue.firstRelNs)
    }
    return first
  }

  #lane(sourceIndex: number): Lane {
    const lane = this.#lanes[sourceIndex]
    if (lane === undefined) {
      throw new RangeViolationError(
        `expected a source below ${this.#lanes.length}, was ${sourceIndex}`,
      )
    }
    return lane
  }

  /** Few sources wait at a time, so a plain scan of their first events beats a tree. */
  #least(): MarketEvent | undefined {
    const waiting = this.#waiting
    let least = this.#heap.least
    for (let i = 0; i < waiting.length; i++) {
      const first = waiting[i]?.queue.first
      if (first === undefined) continue
      if (least === undefined || compareEvents(first, least) < 0) least = first
    }
    return least
  }

  /** Takes out the event that `#least` found. @returns the lane it was in, null for the heap */
  #drop(event: MarketEvent): Lane | null {
    this.#length--
    if (event === this.#heap.least) {
      this.#heap.pop()
      return null
    }
    const waiting = this.#waiting
    for (let i = 0; i < waiting.length; i++) {
      const lane = waiting[i]
      if (lane?.queue.first !== event) continue
      lane.queue.take()
      if (lane.queue.length > 0) return lane
      const last = waiting.pop() // fills the gap: the order of the lanes does not matter
      if (last !== undefined && last !== lane) waiting[i] = last
      return lane
    }
    return null
  }
}

function eventAt(books: Int32Array, index: number): MarketEvent {
  return new MarketEvent(books.subarray(index * BOOK_SLOTS, (index + 1) * BOOK_SLOTS))
}
