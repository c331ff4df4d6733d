import { setImmediate } from 'node:timers/promises'
import {
  epochFor,
  EVENT_KIND_COUNT,
  EventKind,
  type MarketEvent,
  NS_PER_MS,
  toRelNs,
} from '@levels/kernel'
import { FeedError, type FeedFault } from './errors.ts'
import type { EventSource } from './event-source.ts'
import { type PaceClock, Pacer, systemPaceClock } from './pacer.ts'
import { type RejectCounts, type RejectedMessage, RejectLog } from './reject-log.ts'
import { REORDER_CAPACITY, ReorderBuffer } from './reorder-buffer.ts'
import { type FuturesHours, SNAP_INTERVAL_NS, SnapClock } from './snap-clock.ts'

/** Default of `ReplayOptions.latenessNs`. */
export const LATENESS_NS = 500 * NS_PER_MS

/** Records decoded between two deliveries: few enough that their events stay in the cache. */
const RECORDS_PER_TURN = 512

/** Takes events and boundaries, in the one order. */
export interface ReplayConsumer {
  /** @param event borrowed until this returns */
  onEvent(event: MarketEvent): void
  /** Everything up to and including this instant was given, ns since the epoch. */
  onBoundary(tsRelNs: number): void
}

export interface ReplayProgress {
  /** Of the input's bytes, 0 to 1. */
  readonly share: number
  /** Time of the last event delivered, ns since the epoch; null before the first. */
  readonly tsRelNs: number | null
  readonly eventCount: number
}

export interface ReplayOptions {
  /** Every one is closed in the end. Their order ranks events that are equal in every key. */
  readonly sources: readonly EventSource[]
  readonly consumer: ReplayConsumer
  /** The calendar in the run's time; `SessionClock` of `@levels/calendar`. */
  readonly hours: FuturesHours
  /** What the run's time counts from: `replayEpoch(sources)`. */
  readonly epochNs: bigint
  readonly latenessNs?: number
  readonly capacity?: number
  readonly intervalNs?: number
  /** Unix ns. Events before it are applied, but no boundary before it is emitted. */
  readonly fromNs?: bigint | null
  /** Unix ns. Nothing after it is delivered or emitted. */
  readonly toNs?: bigint | null
  /** Event time over wall time; 0: as fast as possible. */
  readonly speed?: number
  readonly clock?: PaceClock
  readonly signal?: AbortSignal
  /** Called after each piece of input, and at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void
}

/** Counts of events by kind, in the order of the kinds' ranks. */
export type EventCounts = Readonly<Record<keyof typeof EventKind, number>>

export interface ReplayResult {
  /**
   * Why it stopped: `end` of every input, `to` was reached, a `fault` of an input, or it was
   * `aborted`.
   */
  readonly outcome: 'end' | 'to' | 'fault' | 'aborted'
  readonly events: EventCounts
  readonly eventCount: number
  readonly rejects: RejectCounts
  /** The first refused messages of each code. */
  readonly rejected: readonly RejectedMessage[]
  readonly boundaryCount: number
  /** Of what was delivered, ns since the epoch; null when nothing was. */
  readonly firstRelNs: number | null
  readonly lastRelNs: number | null
  readonly faults: readonly FeedFault[]
}

/**
 * The epoch of a run over these sources: midnight UTC of the day on which the first record of
 * the earliest of them was captured. 0 when none has a record.
 */
export function replayEpoch(sources: readonly EventSource[]): bigint {
  let first: bigint | null = null
  for (const { info } of sources) {
    const { firstRecvNs } = info
    if (firstRecvNs !== null && (first === null || firstRecvNs < first)) first = firstRecvNs
  }
  return epochFor(first ?? 0n)
}

/**
 * Replays files: delivers the events of all sources in the one order, and every snap boundary
 * between them.
 *
 * A fault of an input ends the run at the time of that input's last event: everything up to
 * there, of every source, is delivered, and the fault is in the result. Errors of the consumer
 * are thrown.
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const run = new Replay(options)
  try {
    return await run.run()
  } finally {
    for (const source of options.sources) await source.close()
  }
}

class Replay {
  readonly #options: ReplayOptions
  readonly #sources: readonly EventSource[]
  readonly #buffer: ReorderBuffer
  readonly #clock: SnapClock
  readonly #pacer: Pacer
  readonly #rejects = new RejectLog()
  readonly #fromRelNs: number
  readonly #faults: FeedFault[] = []
  readonly #counts = new Float64Array(EVENT_KIND_COUNT)
  readonly #deliver: (event: MarketEvent) => void
  /** Nothing after this is delivered: `to`, or the last event before a fault. */
  #stopRelNs: number
  #toRelNs: number
  #eventCount = 0
  #firstRelNs: number | null = null
  #lastRelNs: number | null = null

  constructor(options: ReplayOptions) {
    const { sources, consumer, hours, epochNs } = options
    this.#options = options
    this.#sources = sources
    this.#fromRelNs = options.fromNs == null ? -Infinity : toRelNs(options.fromNs, epochNs)
    this.#toRelNs = options.toNs == null ? Infinity : toRelNs(options.toNs, epochNs)
    this.#stopRelNs = this.#toRelNs
    this.#buffer = new ReorderBuffer({
      latenessNs: options.latenessNs ?? LATENESS_NS,
      capacity: options.capacity ?? REORDER_CAPACITY,
      onLate: (event, index) => this.#refuseLate(event, index),
    })
    this.#clock = new SnapClock({
      hours,
      epochNs,
      intervalNs: options.intervalNs ?? SNAP_INTERVAL_NS,
      fromRelNs: this.#fromRelNs,
      onBoundary: (tsRelNs) => consumer.onBoundary(tsRelNs),
    })
    this.#pacer = new Pacer(options.speed ?? 0, options.clock ?? systemPaceClock)
    const counts = this.#counts
    const clock = this.#clock
    this.#deliver = (event) => {
      const { tsRelNs, kind } = event
      clock.observe(tsRelNs)
      consumer.onEvent(event)
      counts[kind] = (counts[kind] ?? 0) + 1
      this.#firstRelNs ??= tsRelNs
      this.#lastRelNs = tsRelNs
    }
    this.#startSources()
  }

  async run(): Promise<ReplayResult> {
    const buffer = this.#buffer
    for (;;) {
      if (this.#isAborted) return this.#result('aborted')
      const index = buffer.laggard
      // Once everything still to come lies after the stop, there is nothing left to read.
      if (index === -1 || buffer.watermarkRelNs > this.#stopRelNs) break
      await this.#read(index)
      await this.#deliverDue()
    }
    await this.#deliverDue()
    if (this.#isAborted) return this.#result('aborted')
    return this.#finish()
  }

  #startSources(): void {
    const { epochNs } = this.#options
    const buffer = this.#buffer
    for (const source of this.#sources) {
      const { firstEventNs, firstRecvNs } = source.info
      const sourceIndex = buffer.addSource(beginOf(firstEventNs, firstRecvNs, epochNs))
      source.start({ epochNs, buffer, sourceIndex, rejects: this.#rejects })
    }
  }

  get #isAborted(): boolean {
    return this.#options.signal?.aborted ?? false
  }

  /** Lets one source go on by a turn. Its end and its fault are no longer waited for. */
  async #read(index: number): Promise<void> {
    const source = this.#sources[index]
    if (source === undefined) return
    try {
      if (source.decode(RECORDS_PER_TURN)) return
      this.#reportProgress()
      const hasMore = await source.load()
      if (!hasMore) this.#buffer.closeSource(index)
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      const { code, file, byteOffset, reason } = error
      this.#faults.push({ code, file, byteOffset, reason })
      this.#stopRelNs = Math.min(this.#stopRelNs, this.#buffer.newestOf(index))
      this.#buffer.closeSource(index)
    }
    await setImmediate() // signals and timers get their turn
  }

  /** Delivers what can no longer be preceded, at once or as event time passes. */
  async #deliverDue(): Promise<void> {
    const buffer = this.#buffer
    const clock = this.#clock
    while (!this.#isAborted) {
      this.#startPacing()
      const limit = Math.min(this.#stopRelNs, this.#pacer.nowRelNs())
      this.#eventCount += buffer.release(this.#deliver, limit)
      // What waits lies after the limit: no boundary may pass it.
      const safe = Math.min(buffer.watermarkRelNs, buffer.firstRelNs)
      clock.advanceTo(safe, limit)
      const isEventDue = buffer.firstRelNs < buffer.watermarkRelNs
      const due = Math.min(isEventDue ? buffer.firstRelNs : Infinity, clock.nextRelNs)
      const isAnythingDue = isEventDue || due < safe
      if (safe === Infinity || due > this.#stopRelNs || !isAnythingDue) return
      await this.#pacer.sleepUntil(due, this.#options.signal)
    }
  }

  /** Event time begins to pass at the first event, or at `from`: what is before only builds. */
  #startPacing(): void {
    const first = this.#buffer.firstRelNs
    if (first < Infinity && first >= this.#fromRelNs) this.#pacer.start(first)
  }

  #finish(): ReplayResult {
    const hasMore = this.#buffer.length > 0 || this.#buffer.watermarkRelNs < Infinity
    if (this.#faults.length === 0 && hasMore && this.#toRelNs < Infinity) {
      // Events beyond `to` were seen: every boundary up to it is one of the whole run's.
      this.#clock.finish(this.#toRelNs)
      return this.#result('to')
    }
    if (this.#lastRelNs !== null) this.#clock.finish(this.#lastRelNs)
    return this.#result(this.#faults.length === 0 ? 'end' : 'fault')
  }

  #result(outcome: ReplayResult['outcome']): ReplayResult {
    this.#reportProgress()
    const names = Object.entries(EventKind)
    return {
      outcome,
      events: Object.fromEntries(
        names.map(([name, kind]) => [name, this.#counts[kind] ?? 0]),
      ) as EventCounts,
      eventCount: this.#eventCount,
      rejects: this.#rejects.counts,
      rejected: this.#rejects.kept,
      boundaryCount: this.#clock.count,
      firstRelNs: this.#firstRelNs,
      lastRelNs: this.#lastRelNs,
      faults: this.#faults,
    }
  }

  #reportProgress(): void {
    const { onProgress } = this.#options
    if (onProgress === undefined) return
    let bytes = 0
    let total = 0
    for (const source of this.#sources) {
      bytes += source.bytesRead
      total += source.info.sizeBytes
    }
    const share = total === 0 ? 1 : Math.min(1, bytes / total)
    onProgress({ share, tsRelNs: this.#lastRelNs, eventCount: this.#eventCount })
  }

  #refuseLate(event: MarketEvent, index: number): void {
    const source = this.#sources[index]
    if (source === undefined) return
    const { tsRelNs } = event
    this.#rejects.add('LATE', () => ({
      file: source.info.path,
      byteOffset: source.byteOffset,
      line: source.line,
      message: `expected an event within the lateness, was ${this.#buffer.newestOf(index) - tsRelNs} ns behind`,
      path: null,
    }))
  }
}

/**
 * A time before which nothing of a source happened, ns since the epoch. A snapshot's records
 * carry times long gone: the source is then merely read earlier than it had to be.
 */
function beginOf(firstEventNs: bigint | null, firstRecvNs: bigint | null, epochNs: bigint): number {
  if (firstEventNs === null || firstRecvNs === null) return -Infinity
  const first = firstEventNs < firstRecvNs ? firstEventNs : firstRecvNs
  const rel = Number(first - epochNs)
  return Number.isSafeInteger(rel) ? rel : -Infinity
}
