import { type ConfigOf, defaultsOf, type ParameterTable } from '@levels/kernel'

/**
 * Every setting of the fuel engine. The windows are kept where the option flow is: whoever
 * composes hands their lengths to `MarketState`.
 */
export const fuelParameters = {
  windowS: {
    default: 60,
    unit: 's',
    meaning: 'length of the window over which net dealer gamma at a level is summed',
    coreName: 'W_g',
    min: 1,
    max: 300,
    words: ['session'],
  },
  wallWindowS: {
    default: 300,
    unit: 's',
    meaning: 'length of the window over which walls, flip and gamma by strike are summed',
    coreName: 'W_wall',
    min: 1,
    max: 300,
    words: ['session'],
  },
  strikeRangeUsd: {
    default: 2,
    unit: '$',
    meaning: 'half width of the strikes around a level, both ends included',
    coreName: 'FUEL_STRIKE_RANGE',
    min: 0,
    max: 1_000,
  },
  wallRangeUsd: {
    default: 10,
    unit: '$',
    meaning:
      'half width of the strikes around spot that walls and flip come from, both ends included',
    min: 0,
    max: 1_000,
  },
  effectGamma: {
    default: 10_000,
    unit: 'shares per $1',
    meaning: 'net dealer gamma beyond which dealers amplify (short) or dampen (long) a move',
    min: 0,
  },
  wallMinGamma: {
    default: 50_000,
    unit: 'shares per $1',
    meaning: 'least dealer gamma that makes a wall; strength is a multiple of it',
    min: 1,
  },
  confidenceContracts: {
    default: 1_000,
    unit: 'contracts',
    meaning: 'volume near a level at which the sample is large enough for full confidence',
    min: 1,
  },
} as const satisfies ParameterTable

export type FuelConfig = ConfigOf<typeof fuelParameters>

export const defaultFuelConfig: FuelConfig = defaultsOf(fuelParameters)
