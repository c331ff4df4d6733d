import { RangeViolationError } from '@levels/kernel'

/** Queues a side whose rates are fitted: the best price and the nine ticks behind it. */
export const QUEUES = 10
/** Ticks inside a wide spread, counted from the own best price, whose rates are fitted. */
export const GAP_PLACES = 3
/** Classes of imbalance between the two best queues. */
export const IMBALANCES = 8

/** A distribution over whole lots: each size with its weight. */
export type SizeHistogram = readonly (readonly [lots: number, weight: number])[]

/** One exponential kernel of the self-excitation. */
export interface ExcitationKernel {
  /** Events that one event brings about by it, on average, ≥ 0; less than 1 over all kernels. */
  readonly children: number
  /** How fast it fades, 1/s. */
  readonly decayPerS: number
}

/**
 * What a background market is made of. Rates are relative: a rate of 0.1 is one event in ten while
 * the book is in the state it belongs to.
 */
export interface MarketProfile {
  readonly name: string
  /** What it was fitted to, in words. */
  readonly source: string
  /** Changes of the ten visible levels a second, on average over what it was fitted to. */
  readonly eventsPerS: number
  /** Lowest lots of each class of queue size, rising from 0. */
  readonly queueClasses: readonly number[]
  /** By ticks behind the best (`QUEUES`), by class of the queue's size. */
  readonly limit: readonly (readonly number[])[]
  readonly cancel: readonly (readonly number[])[]
  /** By class of the best queue that is hit. */
  readonly market: readonly number[]
  /** Factors at the best price, by imbalance of the two best queues, own side scarce to plentiful. */
  readonly imbalance: {
    readonly limit: readonly number[]
    readonly cancel: readonly number[]
    readonly market: readonly number[]
  }
  /** Factors at the best price while the spread is wider than a tick. */
  readonly wideSpread: { readonly limit: number; readonly cancel: number; readonly market: number }
  /**
   * Orders inside a wide spread: by spread (2, 3, 4 and more ticks), by ticks before the own best
   * price. `back`: by the side that last gave way, so that price returns; `on`: by the other.
   */
  readonly gap: {
    readonly back: readonly (readonly number[])[]
    readonly on: readonly (readonly number[])[]
  }
  readonly sizes: {
    readonly gap: SizeHistogram
    readonly best: SizeHistogram
    readonly deeper: SizeHistogram
    readonly market: SizeHistogram
  }
  /**
   * Orders that are moved, canceled and placed anew in one event: the share of limit orders that
   * are such, by where they come to rest, and weights of where they come from, by ticks behind the
   * best.
   */
  readonly moves: {
    readonly gap: number
    readonly best: number
    readonly deeper: number
    readonly from: readonly number[]
  }
  /** Chance that a market order takes the whole best queue, by the queue's class. */
  readonly deplete: readonly number[]
  /** Chance that one that took the whole queue goes on into the next. */
  readonly walk: number
  /** Lots of a level at equal shares of all times, by ticks behind the best: the opening book. */
  readonly levelLots: readonly (readonly number[])[]
  readonly excitation: readonly ExcitationKernel[]
  /** Factor on the rate of everything while the spread is wider than a tick. */
  readonly haste: number
  /**
   * How buyers and sellers wax and wane: market orders and orders inside the spread come e^x times
   * as fast on one side and e^−x times on the other, x reverting to 0 with this standard deviation
   * and speed.
   */
  readonly sentiment: { readonly spread: number; readonly returnPerS: number }
  /** Capture time less event time at equal shares of all events, ns, rising. */
  readonly captureDelayNs: readonly number[]
  /** Factors on the rate of events by minute of the New York day, rising; linear between. */
  readonly intraday: readonly (readonly [minute: number, factor: number])[]
}

/** @throws RangeViolationError when a profile contradicts itself */
export function checkProfile(profile: MarketProfile): void {
  const classes = profile.queueClasses.length
  expectCount('queue classes', profile.limit, QUEUES)
  for (const rates of [...profile.limit, ...profile.cancel, profile.market, profile.deplete]) {
    expectCount('rates by queue class', rates, classes)
    expectRates(rates)
  }
  for (const factors of Object.values(profile.imbalance)) {
    expectCount('factors by imbalance', factors, IMBALANCES)
    expectRates(factors)
  }
  for (const rates of [...profile.gap.back, ...profile.gap.on]) {
    expectCount('rates inside the spread', rates, GAP_PLACES)
    expectRates(rates)
  }
  const children = profile.excitation.reduce((sum, kernel) => sum + kernel.children, 0)
  if (!(children < 1)) {
    throw new RangeViolationError(`expected fewer than one child an event, was ${children}`)
  }
  if (profile.queueClasses[0] !== 0) {
    throw new RangeViolationError('expected queue classes from 0 lots')
  }
}

function expectCount(what: string, list: readonly unknown[], count: number): void {
  if (list.length !== count) {
    throw new RangeViolationError(`expected ${count} ${what}, was ${list.length}`)
  }
}

function expectRates(rates: readonly number[]): void {
  for (const rate of rates) {
    if (!(rate >= 0 && rate < 1_000)) {
      throw new RangeViolationError(`expected rates of 0 to 1,000, was ${rate}`)
    }
  }
}
