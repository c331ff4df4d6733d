import type { ConfigOf, ParameterTable } from '@levels/kernel'

/** Settings of the universe of levels, their smoothing and their runway. */
export const levelParameters = {
  snapIntervalMs: {
    default: 250,
    unit: 'ms',
    meaning: 'Event time between two payloads and between two samples of the depth baseline.',
    coreName: 'SNAP_INTERVAL_MS',
    min: 10,
    max: 60_000,
    integer: true,
  },
  monitorBandUsd: {
    default: 0.25,
    unit: '$',
    meaning: 'A level is scored while spot is this near.',
    coreName: 'MONITOR_BAND',
    min: 0,
    max: 100,
  },
  universeRangeUsd: {
    default: 5,
    unit: '$',
    meaning: 'Levels this far from spot are known: runways look this far.',
    min: 0,
    max: 100,
  },
  roundStepUsd: {
    default: 1,
    unit: '$',
    meaning: 'Distance between round-number levels.',
    min: 0.01,
    max: 100,
  },
  mergeUsd: {
    default: 0.005,
    unit: '$',
    meaning: 'Levels this near each other are given as one.',
    min: 0,
    max: 1,
  },
  confluenceUsd: {
    default: 0.05,
    unit: '$',
    meaning: 'Other levels this near are named as confluence; a runway starts beyond it.',
    min: 0,
    max: 1,
  },
  hotzonesUsd: {
    default: [] as readonly number[],
    unit: '$',
    meaning: 'Levels of the user’s own, at most 64.',
    min: 0.01,
    max: 1_000_000,
  },
  scoreTauS: {
    default: 2,
    unit: 's',
    meaning: 'Time constant of the smoothed break score.',
    min: 0.001,
    max: 3_600,
  },
  velocityTauS: {
    default: 1.5,
    unit: 's',
    meaning: 'Time constant of the smoothed velocity.',
    min: 0.001,
    max: 3_600,
  },
  deltaLiqTauS: {
    default: 3,
    unit: 's',
    meaning: 'Time constant of the smoothed net liquidity change.',
    min: 0.001,
    max: 3_600,
  },
  ratioTauS: {
    default: 3,
    unit: 's',
    meaning: 'Time constant of the smoothed replenishment ratio.',
    min: 0.001,
    max: 3_600,
  },
  gammaTauS: {
    default: 5,
    unit: 's',
    meaning: 'Time constant of the smoothed net dealer gamma.',
    min: 0.001,
    max: 3_600,
  },
  forgetAfterS: {
    default: 60,
    unit: 's',
    meaning: 'Smoothed values of a level are dropped after this long out of band.',
    min: 0,
    max: 86_400,
  },
  rateAnnual: {
    default: 0.04,
    unit: '',
    meaning: 'Continuously compounded risk-free rate for implied volatility and greeks.',
    min: -0.1,
    max: 1,
  },
  dividendYieldAnnual: {
    default: 0.012,
    unit: '',
    meaning: 'Continuously compounded dividend yield of the equity.',
    min: 0,
    max: 1,
  },
} as const satisfies ParameterTable

export type LevelConfig = ConfigOf<typeof levelParameters>

/** Settings of the market state that no single engine owns. */
export const marketParameters = {
  ratioTimeConstantS: {
    default: 30,
    unit: 's',
    meaning: 'Time constant of the futures-to-equity price ratio.',
    min: 0.001,
    max: 3_600,
  },
  ratioBand: {
    default: 0.05,
    unit: '',
    meaning: 'A ratio sample further than this share from the default ratio is refused.',
    min: 0,
    max: 1,
  },
  ratioBookMaxAgeS: {
    default: 1,
    unit: 's',
    meaning: 'A ratio sample needs futures depth no older than this.',
    min: 0,
    max: 3_600,
  },
  ratioMaxAgeS: {
    default: 300,
    unit: 's',
    meaning: 'Without a sample for longer the ratio is reported as held.',
    min: 0,
    max: 86_400,
  },
  quoteMaxAgeS: {
    default: 1,
    unit: 's',
    meaning: 'An equity quote gives bid and ask for this long.',
    min: 0,
    max: 3_600,
  },
  staleRegularS: {
    default: 5,
    unit: 's',
    meaning: 'In the regular session, depth older than this is stale: confidence is LOW.',
    min: 0,
    max: 3_600,
  },
  staleOutsideS: {
    default: 60,
    unit: 's',
    meaning: 'Outside the regular session, depth older than this is stale.',
    min: 0,
    max: 86_400,
  },
  valueAreaShare: {
    default: 0.7,
    unit: '',
    meaning: 'Share of the session’s volume inside the value area.',
    min: 0.01,
    max: 1,
  },
} as const satisfies ParameterTable

export type MarketConfig = ConfigOf<typeof marketParameters>

/** Settings of the order of events. */
export const feedParameters = {
  latenessMs: {
    default: 500,
    unit: 'ms',
    meaning: 'How long an event waits, in event time, for older ones to arrive.',
    min: 0,
    max: 60_000,
    integer: true,
  },
} as const satisfies ParameterTable

export type FeedConfig = ConfigOf<typeof feedParameters>
