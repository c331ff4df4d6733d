import { Aggressor, invariant } from '@levels/kernel'
import type { FuturesTradeEvent, InstrumentPair, StateReader, StateWriter } from '@levels/kernel'
import type { Now } from './now.ts'
import { hasVenues, SweepIndex } from './sweep-index.ts'
import { SweepRun } from './sweep-run.ts'

export interface SweepConfig {
  /** Longest time between two prints of one run, ns. */
  readonly sweepMaxGapNs: number
  readonly sweepMinPrints: number
  /** Distinct prices a run must have printed at. */
  readonly sweepMinPrices: number
  /** Least sum of price · size · point value, US dollars. */
  readonly sweepMinNotionalUsd: number
  /** How long a finished run counts, ns. */
  readonly sweepLookbackNs: number
  /** Finished runs kept. Beyond it the oldest leaves early and is counted. */
  readonly sweepCapacity: number
  readonly pair: InstrumentPair
}

/** The sweep that was found, or zeros. Filled in by the reader. */
export interface SweepReading {
  /** 1 = buyers lifted offers, −1 = sellers hit bids, 0 = no sweep. */
  direction: -1 | 0 | 1
  /** US dollars. */
  notionalUsd: number
  prints: number
  /** From the first print to the last, ns. */
  windowNs: number
  /** Distinct known venues. */
  venueCount: number
  /** Their ids, ascending. */
  venues: number[]
}

/** A reading to be reused by its owner. */
export function createSweepReading(): SweepReading {
  return { direction: 0, notionalUsd: 0, prints: 0, windowNs: 0, venueCount: 0, venues: [] }
}

/**
 * Finds sweeps: runs of prints of one aggressor, no two further apart than the gap, not
 * interrupted by a print of the other aggressor. A print of no known aggressor neither joins nor
 * ends a run. Finished runs are kept while they count and if they qualify; the run in progress
 * counts as it stands.
 *
 * Memory: about 1.4 kB a run, created as they are needed up to `sweepCapacity` and then reused.
 */
export class SweepRuns {
  readonly #config: SweepConfig
  /** A ring; each place is created at its first use. */
  readonly #runs: SweepRun[] = []
  readonly #index = new SweepIndex()
  #head = 0
  #count = 0
  #kept = 0
  #current = new SweepRun()
  #droppedRuns = 0
  #droppedPrices = 0
  #droppedVenues = 0

  constructor(config: SweepConfig) {
    invariant(config.sweepCapacity >= 1, 'there is room for a sweep')
    this.#config = config
  }

  /** Qualifying runs that left early because there were too many. */
  get droppedRuns(): number {
    return this.#droppedRuns
  }

  /** Prints whose price a run could not remember because it had printed in too many places. */
  get droppedPrices(): number {
    return this.#droppedPrices
  }

  /** Prints whose venue a run could not remember because it had too many. */
  get droppedVenues(): number {
    return this.#droppedVenues
  }

  /** @param event not before any earlier one */
  add(event: FuturesTradeEvent): void {
    this.advanceWith(event)
    if (event.aggressor !== Aggressor.Buy && event.aggressor !== Aggressor.Sell) return
    if (
      this.#current.direction !== event.aggressor ||
      event.tsRelNs - this.#current.endNs > this.#config.sweepMaxGapNs
    ) {
      this.#keepCurrent(event)
      this.#current.start(event, event.aggressor)
    }
    this.#current.extend(event)
    if (!this.#current.visited.add(event.priceTicks)) this.#droppedPrices++
    if (!this.#current.addVenue(event.exchange)) this.#droppedVenues++
  }

  /** Lets finished runs that no longer count leave. */
  advanceWith(now: Now): void {
    const edge = now.tsRelNs - this.#config.sweepLookbackNs
    while (this.#count > 0) {
      const oldest = this.#runs[this.#head]
      if (oldest === undefined || oldest.endNs > edge) return
      this.#removeOldest(oldest)
    }
  }

  /**
   * The largest sweep that ended within the lookback before `now` and printed in
   * `loTick … hiTick`; of equal ones the later.
   *
   * @param now the time last advanced to
   * @param minVenues distinct known venues it must have; unknown venues pass at 1
   * @param out overwritten
   * @returns whether there is one
   */
  find(now: Now, loTick: number, hiTick: number, minVenues: number, out: SweepReading): boolean {
    let best = this.#index.find(loTick, hiTick, minVenues)
    const current = this.#current
    if (
      current.endNs > now.tsRelNs - this.#config.sweepLookbackNs &&
      current.tickLots >= (best?.tickLots ?? -Infinity) &&
      this.#qualifies(current) &&
      hasVenues(current, minVenues) &&
      current.visited.touches(loTick, hiTick)
    ) {
      best = current
    }
    this.#report(best, out)
    return best !== null
  }

  encode(writer: StateWriter): void {
    writer.number(this.#droppedRuns).number(this.#droppedPrices).number(this.#droppedVenues)
    this.#current.encode(writer)
    writer.number(this.#count)
    for (let i = 0; i < this.#count; i++) {
      this.#runs[this.#placeOf(i)]?.encode(writer)
    }
  }

  /** Replaces the runs with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#droppedRuns = reader.number()
    this.#droppedPrices = reader.number()
    this.#droppedVenues = reader.number()
    this.#current.decode(reader)
    const count = reader.number()
    this.#index.clear()
    this.#head = 0
    this.#count = 0
    for (let i = 0; i < count; i++) {
      const run = new SweepRun()
      run.decode(reader)
      this.#keep(run)
    }
  }

  #placeOf(i: number): number {
    return (this.#head + i) % this.#config.sweepCapacity
  }

  #removeOldest(run: SweepRun): void {
    this.#index.remove(run)
    this.#head = this.#placeOf(1)
    this.#count--
  }

  /**
   * Keeps the run in progress, if it is a sweep and still counts; the run whose place it takes
   * serves as the next one.
   */
  #keepCurrent(now: Now): void {
    const current = this.#current
    if (current.endNs <= now.tsRelNs - this.#config.sweepLookbackNs) return
    if (this.#qualifies(current)) this.#current = this.#keep(current) ?? new SweepRun()
  }

  /** @returns the run that was kept in this place before and is no longer needed */
  #keep(run: SweepRun): SweepRun | undefined {
    const oldest = this.#runs[this.#head]
    if (this.#count === this.#config.sweepCapacity && oldest !== undefined) {
      this.#removeOldest(oldest)
      this.#droppedRuns++
    }
    const place = this.#placeOf(this.#count)
    const spare = this.#runs[place]
    this.#runs[place] = run
    this.#count++
    run.serial = this.#kept++
    this.#index.add(run)
    return spare
  }

  #qualifies(run: SweepRun): boolean {
    const { sweepMinPrints, sweepMinPrices, sweepMinNotionalUsd } = this.#config
    return (
      run.direction !== 0 &&
      run.prints >= sweepMinPrints &&
      run.visited.count >= sweepMinPrices &&
      (run.lastTick - run.firstTick) * run.direction > 0 &&
      this.#notionalUsd(run) >= sweepMinNotionalUsd
    )
  }

  #notionalUsd(run: SweepRun): number {
    return run.tickLots * (this.#config.pair.tick * this.#config.pair.pointValue)
  }

  #report(run: SweepRun | null, out: SweepReading): void {
    out.direction = run?.direction ?? 0
    out.notionalUsd = run === null ? 0 : this.#notionalUsd(run)
    out.prints = run?.prints ?? 0
    out.windowNs = run === null ? 0 : run.endNs - run.startNs
    out.venueCount = run?.venueCount ?? 0
    if (out.venues.length > out.venueCount) out.venues.length = out.venueCount
    for (let i = 0; i < out.venueCount; i++) out.venues[i] = run?.venueAt(i) ?? 0
  }
}
