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
  /** Chance that bidders there stay where they would otherwise cancel, 0–1. */
  readonly bidPatience: number
  /** Share of orders that trade at once, 0–1. */
  readonly marketShare: number
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
  bidPatience: 0,
  marketShare: 0.13,
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
    untilS: 180,
    targetUsd: 0,
    pull: 0.8,
    bidDepth: 4,
    bidRefill: 0.85,
    bidPatience: 0.9,
    customerBuys: 0.1,
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
    title: 'sellers push back to the level',
    untilS: 440,
    targetUsd: 0.1,
    pull: 1,
    marketShare: 0.3,
    sweepShare: 0.05,
    bidDepth: 0.02,
    customerBuys: 0.95,
    optionsPerS: 14,
  },
  {
    ...QUIET,
    title: 'second test: bids are pulled, dealers are short gamma',
    untilS: 456,
    targetUsd: 0.06,
    pull: 0.9,
    bidDepth: 0.02,
    marketShare: 0.03,
    customerBuys: 0.95,
    optionsPerS: 14,
  },
  {
    ...QUIET,
    title: 'the level breaks in a sweep',
    untilS: 520,
    targetUsd: -0.6,
    pull: 0.8,
    bidDepth: 0.2,
    sweepShare: 0.2,
    customerBuys: 0.9,
    optionsPerS: 8,
  },
  { ...QUIET, title: 'aftermath', untilS: 600, targetUsd: -0.45 },
]
