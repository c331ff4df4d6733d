/**
 * What participants do for a while. A session is a list of scenes; between them nothing jumps,
 * only intentions change.
 */
export interface Scene {
  readonly title: string
  /** Seconds from the start of the session at which the scene ends. */
  readonly untilS: number
  /** Where price is drawn, SPY dollars from the watched level. */
  readonly targetUsd: number
  /** How strongly, 0 (random walk) to 1. */
  readonly pull: number
  /** Depth that bidders and sellers want to show within two points of the level, 1 = as elsewhere. */
  readonly bidDepth: number
  readonly askDepth: number
  /** Chance that bidders there refill what was just eaten, 0–1. */
  readonly bidRefill: number
  /** Share of market orders that are large and eat through several prices, 0–1. */
  readonly sweepShare: number
  /** Share of option trades in which customers buy: dealers get short gamma above a half. */
  readonly customerBuys: number
  /** Option trades a second. */
  readonly optionsPerS: number
}

const QUIET = {
  pull: 0.5,
  bidDepth: 1,
  askDepth: 1,
  bidRefill: 0,
  sweepShare: 0,
  customerBuys: 0.5,
  optionsPerS: 2,
} as const

/** The ten minutes of the demonstration: a level is defended, tested again, and given up. */
export const DEMO_SCENES: readonly Scene[] = [
  { ...QUIET, title: 'quiet opening', untilS: 45, targetUsd: 0.35 },
  {
    ...QUIET,
    title: 'first test: bidders defend, dealers are long gamma',
    untilS: 195,
    targetUsd: 0.05,
    bidDepth: 4,
    bidRefill: 0.8,
    customerBuys: 0.15,
    optionsPerS: 8,
  },
  {
    ...QUIET,
    title: 'bounce',
    untilS: 430,
    targetUsd: 0.62,
    pull: 0.8,
    customerBuys: 0.6,
    optionsPerS: 3,
  },
  {
    ...QUIET,
    title: 'second test: bids are pulled, dealers are short gamma',
    untilS: 475,
    targetUsd: 0.04,
    pull: 0.9,
    bidDepth: 0.08,
    sweepShare: 0.25,
    customerBuys: 0.92,
    optionsPerS: 10,
  },
  {
    ...QUIET,
    title: 'the level breaks',
    untilS: 530,
    targetUsd: -0.6,
    pull: 0.7,
    bidDepth: 0.3,
    sweepShare: 0.15,
    customerBuys: 0.85,
    optionsPerS: 8,
  },
  { ...QUIET, title: 'aftermath', untilS: 600, targetUsd: -0.45, customerBuys: 0.5 },
]
