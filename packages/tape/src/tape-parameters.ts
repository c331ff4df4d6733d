import { defaultsOf } from '@levels/kernel'
import type { ConfigOf, ParameterTable } from '@levels/kernel'

/**
 * Every setting of the tape engine. Windows and the rules that make a run of prints a sweep are
 * applied where trades are kept: whoever composes hands those settings to `MarketState`.
 */
export const tapeParameters = {
  windowS: {
    default: 60,
    unit: 's',
    meaning: 'length of the window over which trades near a level are summed',
    coreName: 'W_t',
    min: 0.001,
    max: 86_400,
  },
  bandUsd: {
    default: 0.5,
    unit: 'SPY $',
    meaning: 'half width of the band around a level, both ends included',
    coreName: 'TAPE_BAND',
    min: 0,
    max: 100,
  },
  velocityWindowS: {
    default: 3,
    unit: 's',
    meaning: 'length of the window whose trades give the velocity',
    coreName: 'W_v',
    min: 0.001,
    max: 30,
  },
  confidenceLots: {
    default: 500,
    unit: 'lots',
    meaning: 'volume in the band at which the sample is large enough for full confidence',
    min: 1,
  },
  sweepMinPrints: {
    default: 3,
    unit: 'prints',
    meaning: 'fewest prints that make a sweep',
    min: 1,
    integer: true,
  },
  sweepMinPrices: {
    default: 2,
    unit: 'prices',
    meaning: 'fewest distinct prices that make a sweep',
    min: 1,
    integer: true,
  },
  sweepMinNotionalUsd: {
    default: 5_000_000,
    unit: '$',
    meaning: 'least notional (price · size · point value) that makes a sweep',
    coreName: 'SWEEP_MIN_NOTIONAL',
    min: 0,
  },
  sweepMaxGapMs: {
    default: 100,
    unit: 'ms',
    meaning: 'longest gap between two prints of one sweep',
    coreName: 'SWEEP_MAX_GAP_MS',
    min: 0,
    max: 60_000,
  },
  sweepMinVenues: {
    default: 1,
    unit: 'venues',
    meaning: 'fewest distinct venues of a sweep; at 1 unknown venues pass, above they do not count',
    coreName: 'SWEEP_MIN_VENUES',
    min: 1,
    integer: true,
  },
  sweepLookbackS: {
    default: 10,
    unit: 's',
    meaning: 'how long after its last print a sweep still counts',
    min: 0.001,
    max: 3_600,
  },
} as const satisfies ParameterTable

export type TapeConfig = ConfigOf<typeof tapeParameters>

export const defaultTapeConfig: TapeConfig = defaultsOf(tapeParameters)
