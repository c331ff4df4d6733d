import { defaultsOf } from '@levels/kernel'
import type { ConfigOf, ParameterTable } from '@levels/kernel'

/**
 * Every setting of the barrier engine. The windows and the matching of fills happen where the
 * depth is kept: whoever composes hands those settings to `MarketState`.
 */
export const barrierParameters = {
  zoneTicks: {
    default: 8,
    unit: 'ES ticks',
    meaning: 'half width of the zone around a level, both ends included',
    coreName: 'BARRIER_ZONE_ES_TICKS',
    min: 0,
    max: 1000,
    integer: true,
  },
  windowS: {
    default: 240,
    unit: 's',
    meaning: 'length of the window over which liquidity flows are summed',
    coreName: 'W_b',
    min: 0.001,
    max: 86_400,
  },
  rVac: {
    default: 0.3,
    unit: '',
    meaning: 'replenishment ratio below which a level is a vacuum',
    coreName: 'R_vac',
    min: 0,
  },
  rWall: {
    default: 1.5,
    unit: '',
    meaning: 'replenishment ratio above which a level is a wall',
    coreName: 'R_wall',
    min: 0,
  },
  fThreshLots: {
    default: 100,
    unit: 'lots',
    meaning: 'net change of liquidity, or volume filled, that counts as significant',
    coreName: 'F_thresh',
    min: 1,
  },
  fillShare: {
    default: 0.3,
    unit: '',
    meaning: 'share of the removed size that was filled, from which it was eaten, not pulled',
    min: 0,
    max: 1,
  },
  confidenceLots: {
    default: 500,
    unit: 'lots',
    meaning: 'churn at which the sample is large enough for full confidence',
    min: 1,
  },
  baselineWindowS: {
    default: 1800,
    unit: 's',
    meaning: 'how far back the usual size per tick is sampled',
    min: 1,
    max: 86_400,
  },
  baselineMinSamples: {
    default: 240,
    unit: 'samples',
    meaning: 'samples needed before a level can be WEAK',
    min: 1,
    integer: true,
  },
  baselinePercentile: {
    default: 0.2,
    unit: '',
    meaning: 'share of the samples below which the size per tick is WEAK (nearest rank)',
    min: 0,
    max: 1,
  },
  fillMatchMs: {
    default: 250,
    unit: 'ms',
    meaning: 'how long a trade waits for the change of size it caused before it counts as refilled',
    min: 1,
    max: 60_000,
  },
} as const satisfies ParameterTable

export type BarrierConfig = ConfigOf<typeof barrierParameters>

export const defaultBarrierConfig: BarrierConfig = defaultsOf(barrierParameters)
