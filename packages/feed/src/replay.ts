import { setImmediate } from 'node:timers/promises'
import { epochFor, type MarketEvent } from '@levels/kernel'
import { FeedError, type FeedFault } from './errors.ts'
import type { EventSource } from './event-source.ts'
import {
  beginOf,
  type EventCounts,
  OrderedDelivery,
  type ReplayConsumer,
} from './ordered-delivery.ts'
import { type PaceClock, Pacer, systemPaceClock } from './pacer.ts'
import { type RejectCounts, type RejectedMessage, RejectLog } from './reject-log.ts'
import type { FuturesHours } from './snap-clock.ts'
import { spanText } from './time-text.ts'

/** Records decoded between two deliveries: few enough that what they gave stays in the cache. */
const RECORDS_PER_TURN = 256

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
  /**
   * Unix ns. Event time begins to pass here: what is before it is delivered as fast as possible.
   * `fromNs`, unless it is given. The first event from there on starts the clock.
   */
  readonly paceFromNs?: bigint | null
  /** Unix ns. Nothing after it is delivered or emitted. */
  readonly toNs?: bigint | null
  /** Event time over wall time; 0: as fast as possible. */
  readonly speed?: number
  readonly clock?: PaceClock
  readonly signal?: AbortSignal
  /** Called after each piece of input, before each pause of a paced run, and at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void
}

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
  readonly #delivery: OrderedDelivery
  readonly #pacer: Pacer
  readonly #rejects = new RejectLog()
  readonly #paceFromRelNs: number
  readonly #faults: FeedFault[] = []
  /** Nothing after this is delivered: `to`, or the last event before a fault. */
  #stopRelNs: number

  constructor(options: ReplayOptions) {
    const { sources, epochNs } = options
    this.#options = options
    this.#sources = sources
    const fromRelNs = relNsOr(options.fromNs, epochNs, -Infinity)
    this.#paceFromRelNs = relNsOr(options.paceFromNs, epochNs, fromRelNs)
    this.#stopRelNs = relNsOr(options.toNs, epochNs, Infinity)
    this.#delivery = new OrderedDelivery({
      ...options,
      fromRelNs,
      onLate: (event, index) => this.#refuseLate(event, index),
    })
    this.#pacer = new Pacer(options.speed ?? 0, options.clock ?? systemPaceClock)
    this.#startSources()
  }

  async run(): Promise<ReplayResult> {
    const { buffer } = this.#delivery
    for (;;) {
      if (this.#hasAborted()) return this.#result('aborted')
      const index = buffer.laggard
      // Once everything still to come lies after the stop, there is nothing left to read.
      if (index === -1 || buffer.watermarkRelNs > this.#stopRelNs) break
      // Decoding and delivering take turns without a pause while there is input in memory.
      if (!this.#decode(index)) await this.#load(index)
      if (!this.#deliverDue()) await this.#deliverPaced()
    }
    if (!this.#deliverDue()) await this.#deliverPaced()
    if (this.#hasAborted()) return this.#result('aborted')
    return this.#finish()
  }

  #startSources(): void {
    const { epochNs } = this.#options
    const { buffer } = this.#delivery
    for (const source of this.#sources) {
      const { firstEventNs, firstRecvNs } = source.info
      const sourceIndex = buffer.addSource(beginOf(firstEventNs, firstRecvNs, epochNs))
      source.start({ epochNs, buffer, sourceIndex, rejects: this.#rejects })
    }
  }

  #hasAborted(): boolean {
    return this.#options.signal?.aborted ?? false
  }

  /** Lets a source decode a turn. @returns false when it has nothing left in memory */
  #decode(index: number): boolean {
    try {
      return this.#sources[index]?.decode(RECORDS_PER_TURN) ?? false
    } catch (error) {
      this.#takeFault(index, error)
      return true
    }
  }

  /** Lets a source read on. When it has ended it is no longer waited for. */
  async #load(index: number): Promise<void> {
    this.#reportProgress()
    try {
      const hasMore = (await this.#sources[index]?.load()) ?? false
      if (!hasMore) this.#delivery.buffer.closeSource(index)
    } catch (error) {
      this.#takeFault(index, error)
    }
    await setImmediate() // signals and timers get their turn
  }

  /** Ends the source, and the run at its last event. @throws what is no fault of the input */
  #takeFault(index: number, error: unknown): void {
    if (!(error instanceof FeedError)) throw error
    const { code, file, byteOffset, reason } = error
    this.#faults.push({ code, file, byteOffset, reason })
    this.#stopRelNs = Math.min(this.#stopRelNs, this.#delivery.buffer.newestOf(index))
    this.#delivery.buffer.closeSource(index)
  }

  /**
   * Delivers what can no longer be preceded, as far as event time has passed.
   *
   * @returns false when more of it is due later
   */
  #deliverDue(): boolean {
    this.#startPacing()
    this.#delivery.deliver(Math.min(this.#stopRelNs, this.#pacer.nowRelNs()))
    const due = this.#delivery.dueRelNs
    return due === Infinity || due > this.#stopRelNs
  }

  async #deliverPaced(): Promise<void> {
    while (!this.#hasAborted()) {
      this.#reportProgress()
      await this.#pacer.sleepUntil(this.#delivery.dueRelNs, this.#options.signal)
      if (this.#deliverDue()) return
    }
  }

  /**
   * Event time begins to pass at the first event from `paceFromNs` on. All before it goes first, so
   * that what was decoded in the same turn waits for its own time.
   */
  #startPacing(): void {
    const { buffer } = this.#delivery
    this.#delivery.deliver(Math.min(this.#stopRelNs, this.#paceFromRelNs - 1))
    if (buffer.firstRelNs < buffer.watermarkRelNs) this.#pacer.start(buffer.firstRelNs)
  }

  #finish(): ReplayResult {
    // Every boundary before what still waits was emitted: up to `to`, where that ended the run.
    this.#delivery.finish()
    if (this.#faults.length > 0) return this.#result('fault')
    const hasMore =
      this.#delivery.buffer.length > 0 || this.#delivery.buffer.watermarkRelNs < Infinity
    return this.#result(hasMore ? 'to' : 'end')
  }

  #result(outcome: ReplayResult['outcome']): ReplayResult {
    this.#reportProgress()
    const { eventCounts, eventCount, clock, firstRelNs, lastRelNs } = this.#delivery
    return {
      outcome,
      events: eventCounts,
      eventCount,
      rejects: this.#rejects.counts,
      rejected: this.#rejects.kept,
      boundaryCount: clock.count,
      firstRelNs: nullIfNaN(firstRelNs),
      lastRelNs: nullIfNaN(lastRelNs),
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
    const { lastRelNs, eventCount } = this.#delivery
    onProgress({ share, tsRelNs: nullIfNaN(lastRelNs), eventCount })
  }

  #refuseLate(event: MarketEvent, index: number): void {
    const source = this.#sources[index]
    if (source === undefined) return
    const behindNs = this.#delivery.buffer.newestOf(index) - event.tsRelNs
    this.#rejects.add('LATE', () => ({
      file: source.info.path,
      byteOffset: source.byteOffset,
      line: source.line,
      message: `expected an event within the lateness, was ${spanText(behindNs)} behind`,
      path: null,
    }))
  }
}

function relNsOr(tsNs: bigint | null | undefined, epochNs: bigint, otherwise: number): number {
  return tsNs === null || tsNs === undefined ? otherwise : Number(tsNs - epochNs)
}

function nullIfNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
