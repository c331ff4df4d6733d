import { Aggressor, invariant, NO_EXCHANGE } from '@levels/kernel'
import type { FuturesTradeEvent, InstrumentPair, StateReader, StateWriter } from '@levels/kernel'
import type { Now } from './now.ts'
import { VisitedTicks } from './visited-ticks.ts'

/** Distinct known venues remembered of one run; further ones are counted and left out. */
export const RUN_VENUES = 32

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

/** One run of prints: its facts, where it printed and on which venues. */
class Run {
  /** 1 BUY, −1 SELL, 0 while there is none. */
  direction: -1 | 0 | 1 = 0
  prints = 0
  startNs = -Infinity
  endNs = -Infinity
  firstTick = 0
  lastTick = 0
  /** Σ ticks · lots: exact. */
  tickLots = 0
  readonly visited = new VisitedTicks()
  readonly venues = new Int32Array(RUN_VENUES)
  venueCount = 0
}

/**
 * Finds sweeps: runs of prints of one aggressor, no two further apart than the gap, not
 * interrupted by a print of the other aggressor. A print of no known aggressor neither joins nor
 * ends a run. Finished runs are kept while they count and if they qualify; the run in progress
 * counts as it stands.
 *
 * Memory: about 800 bytes a run, created as they are needed up to `sweepCapacity` and then reused.
 */
export class SweepRuns {
  readonly #config: SweepConfig
  /** A ring; each place is created at its first use. */
  readonly #runs: Run[] = []
  #head = 0
  #count = 0
  #current = new Run()
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
      this.#finishCurrent(event.tsRelNs)
      this.#start(event, event.aggressor)
    }
    this.#extend(event)
  }

  /** Lets finished runs that no longer count leave. */
  advanceWith(now: Now): void {
    const edge = now.tsRelNs - this.#config.sweepLookbackNs
    while (this.#count > 0) {
      const oldest = this.#runs[this.#head]
      if (oldest === undefined || oldest.endNs > edge) return
      this.#removeOldest()
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
    let best: Run | null = null
    if (
      this.#current.endNs > now.tsRelNs - this.#config.sweepLookbackNs &&
      this.#qualifies(this.#current)
    ) {
      best = this.#largerOf(best, this.#current, loTick, hiTick, minVenues)
    }
    for (let i = this.#count - 1; i >= 0; i--) {
      best = this.#largerOf(best, this.#runs[this.#placeOf(i)], loTick, hiTick, minVenues)
    }
    this.#report(best, out)
    return best !== null
  }

  encode(writer: StateWriter): void {
    writer.number(this.#droppedRuns).number(this.#droppedPrices).number(this.#droppedVenues)
    encodeRun(this.#current, writer)
    writer.number(this.#count)
    for (let i = 0; i < this.#count; i++) {
      const run = this.#runs[this.#placeOf(i)]
      if (run !== undefined) encodeRun(run, writer)
    }
  }

  /** Replaces the runs with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#droppedRuns = reader.number()
    this.#droppedPrices = reader.number()
    this.#droppedVenues = reader.number()
    decodeRun(this.#current, reader)
    const count = reader.number()
    this.#head = 0
    this.#count = 0
    for (let i = 0; i < count; i++) {
      const run = new Run()
      decodeRun(run, reader)
      this.#runs[i] = run
    }
    this.#count = count
  }

  #placeOf(i: number): number {
    return (this.#head + i) % this.#config.sweepCapacity
  }

  #removeOldest(): void {
    this.#head = this.#placeOf(1)
    this.#count--
  }

  #start(event: FuturesTradeEvent, direction: -1 | 1): void {
    const run = this.#current
    run.direction = direction
    run.prints = 0
    run.startNs = event.tsRelNs
    run.firstTick = event.priceTicks
    run.tickLots = 0
    run.visited.clear()
    run.venueCount = 0
  }

  #extend(event: FuturesTradeEvent): void {
    const run = this.#current
    run.prints++
    run.endNs = event.tsRelNs
    run.lastTick = event.priceTicks
    run.tickLots += event.priceTicks * event.size
    if (!run.visited.add(event.priceTicks)) this.#droppedPrices++
    if (event.exchange !== NO_EXCHANGE && !addVenue(run, event.exchange)) this.#droppedVenues++
  }

  /**
   * Keeps the run in progress, if it is a sweep and still counts at `nowNs`; the run it replaces
   * serves as the next one.
   */
  #finishCurrent(nowNs: number): void {
    if (this.#current.endNs <= nowNs - this.#config.sweepLookbackNs) return
    if (this.#current.prints === 0 || !this.#qualifies(this.#current)) return
    if (this.#count === this.#config.sweepCapacity) {
      this.#removeOldest()
      this.#droppedRuns++
    }
    const place = this.#placeOf(this.#count)
    const spare = this.#runs[place] ?? new Run()
    this.#runs[place] = this.#current
    this.#current = spare
    this.#count++
  }

  #qualifies(run: Run): boolean {
    const { sweepMinPrints, sweepMinPrices, sweepMinNotionalUsd } = this.#config
    return (
      run.direction !== 0 &&
      run.prints >= sweepMinPrints &&
      run.visited.distinct >= sweepMinPrices &&
      (run.lastTick - run.firstTick) * run.direction > 0 &&
      this.#notionalUsd(run) >= sweepMinNotionalUsd
    )
  }

  #notionalUsd(run: Run): number {
    return run.tickLots * (this.#config.pair.tick * this.#config.pair.pointValue)
  }

  /** `run` where it is larger than `best`, printed in the band and on enough venues. */
  #largerOf(
    best: Run | null,
    run: Run | undefined,
    loTick: number,
    hiTick: number,
    minVenues: number,
  ): Run | null {
    if (run === undefined || (best !== null && run.tickLots <= best.tickLots)) return best
    if (run.venueCount < minVenues && minVenues > 1) return best
    return run.visited.touches(loTick, hiTick) ? run : best
  }

  #report(run: Run | null, out: SweepReading): void {
    out.direction = run?.direction ?? 0
    out.notionalUsd = run === null ? 0 : this.#notionalUsd(run)
    out.prints = run?.prints ?? 0
    out.windowNs = run === null ? 0 : run.endNs - run.startNs
    out.venueCount = run?.venueCount ?? 0
    out.venues.length = out.venueCount
    for (let i = 0; i < out.venueCount; i++) out.venues[i] = run?.venues[i] ?? 0
  }
}

/** Adds a venue to an ascending list. @returns false when it had no room */
function addVenue(run: Run, venue: number): boolean {
  const { venues, venueCount } = run
  let at = 0
  while (at < venueCount && (venues[at] ?? 0) < venue) at++
  if (at < venueCount && venues[at] === venue) return true
  if (venueCount === RUN_VENUES) return false
  venues.copyWithin(at + 1, at, venueCount)
  venues[at] = venue
  run.venueCount++
  return true
}

function encodeRun(run: Run, writer: StateWriter): void {
  writer.number(run.direction).number(run.prints).number(run.startNs).number(run.endNs)
  writer.number(run.firstTick).number(run.lastTick).number(run.tickLots)
  run.visited.encode(writer)
  writer.numbers(run.venues, 0, run.venueCount)
}

function decodeRun(run: Run, reader: StateReader): void {
  const direction = reader.number()
  run.direction = direction > 0 ? 1 : direction < 0 ? -1 : 0
  run.prints = reader.number()
  run.startNs = reader.number()
  run.endNs = reader.number()
  run.firstTick = reader.number()
  run.lastTick = reader.number()
  run.tickLots = reader.number()
  run.visited.decode(reader)
  const venues = reader.numbers()
  run.venues.set(venues)
  run.venueCount = venues.length
}
