import { NS_PER_MS, RangeViolationError } from '@levels/kernel'

/** Default distance between two boundaries. */
export const SNAP_INTERVAL_NS = 250 * NS_PER_MS

/** What the snap clock asks the exchange calendar; `SessionClock` of `@levels/calendar` has it. */
export interface FuturesHours {
  /** Whether the futures market is open, [open, close). */
  isFuturesOpen(tsRelNs: number): boolean
  /** The first instant at or after `tsRelNs` at which it is. */
  nextFuturesOpen(tsRelNs: number): number
}

export interface SnapClockOptions {
  readonly hours: FuturesHours
  /** The run's epoch: boundaries are multiples of the interval of Unix time. */
  readonly epochNs: bigint
  readonly intervalNs?: number
  /** No boundary before this. */
  readonly fromRelNs?: number
  readonly onBoundary: (tsRelNs: number) => void
}

/**
 * Emits the snap boundaries: the multiples of 250 ms of Unix event time.
 *
 * The first is the first one at or after the first event seen while the futures market is open;
 * from then on every boundary at which it is open is emitted, in lulls too, and none while it is
 * closed. A boundary B is emitted before the first event after B is applied, and after the last
 * event at or before it: the owner calls `observe` before it applies an event, `advanceTo` with
 * the watermark when nothing is applied, and `finish` at the end of input.
 */
export class SnapClock {
  readonly #hours: FuturesHours
  readonly #onBoundary: (tsRelNs: number) => void
  readonly #intervalNs: number
  /** The boundaries are at `n · interval − phase`, since the epoch. */
  readonly #phaseNs: number
  readonly #fromRelNs: number
  #isStarted = false
  #nextRelNs = Infinity
  #count = 0

  /** @throws RangeViolationError when the interval is not a whole number of nanoseconds > 0 */
  constructor(options: SnapClockOptions) {
    const { intervalNs = SNAP_INTERVAL_NS } = options
    if (!Number.isSafeInteger(intervalNs) || intervalNs <= 0) {
      throw new RangeViolationError(`expected a whole interval > 0 ns, was ${intervalNs}`)
    }
    this.#hours = options.hours
    this.#onBoundary = options.onBoundary
    this.#intervalNs = intervalNs
    this.#phaseNs = Number(options.epochNs % BigInt(intervalNs))
    this.#fromRelNs = options.fromRelNs ?? -Infinity
  }

  /** Boundaries emitted so far. */
  get count(): number {
    return this.#count
  }

  /** The next boundary to be emitted; `Infinity` until an event was seen in an open market. */
  get nextRelNs(): number {
    return this.#nextRelNs
  }

  /** The first boundary at or after `tsRelNs`, where the market is open then; else `Infinity`. */
  boundaryFrom(tsRelNs: number): number {
    return this.#hours.isFuturesOpen(tsRelNs) ? this.#firstOpenFrom(tsRelNs) : Infinity
  }

  /**
   * To be called with the time of each event, in order, before it is applied: emits every
   * boundary before it.
   */
  observe(tsRelNs: number): void {
    while (this.#nextRelNs < tsRelNs) this.#emit()
    if (!this.#isStarted && this.#hours.isFuturesOpen(tsRelNs)) {
      this.resumeAt(Math.max(tsRelNs, this.#fromRelNs))
    }
  }

  /**
   * Emits every boundary before `watermarkRelNs`, since nothing earlier than that can come, and
   * not after `limitRelNs`. An infinite watermark means that every source has ended, which says
   * nothing about time: see `finish`.
   */
  advanceTo(watermarkRelNs: number, limitRelNs = Infinity): void {
    if (watermarkRelNs === Infinity) return
    while (this.#nextRelNs < watermarkRelNs && this.#nextRelNs <= limitRelNs) this.#emit()
  }

  /** Emits every boundary up to and including `tsRelNs`, the end of the input. */
  finish(tsRelNs: number): void {
    while (this.#nextRelNs <= tsRelNs) this.#emit()
  }

  /**
   * Starts the clock without an event: the next boundary is the first one at or after `tsRelNs`
   * at which the market is open. Used to go on from a saved state.
   */
  resumeAt(tsRelNs: number): void {
    this.#isStarted = true
    this.#nextRelNs = this.#firstOpenFrom(tsRelNs)
  }

  #emit(): void {
    const boundary = this.#nextRelNs
    // Set before the callback, so that a callback that throws cannot see its boundary twice.
    this.#nextRelNs = this.#firstOpenFrom(boundary + this.#intervalNs)
    this.#count++
    this.#onBoundary(boundary)
  }

  /** The first boundary at or after `tsRelNs` at which the market is open. */
  #firstOpenFrom(tsRelNs: number): number {
    let boundary = this.#gridFrom(tsRelNs)
    while (!this.#hours.isFuturesOpen(boundary)) {
      // An opening shorter than the interval may hold no boundary: look on from its first one.
      const openRelNs = this.#hours.nextFuturesOpen(boundary)
      if (openRelNs === Infinity) return Infinity
      const fromOpen = this.#gridFrom(openRelNs)
      boundary = fromOpen > boundary ? fromOpen : boundary + this.#intervalNs
    }
    return boundary
  }

  #gridFrom(tsRelNs: number): number {
    const sinceGrid = tsRelNs + this.#phaseNs
    const rest = sinceGrid % this.#intervalNs // exact, where a division would round
    return rest > 0 ? tsRelNs + (this.#intervalNs - rest) : tsRelNs - rest
  }
}
