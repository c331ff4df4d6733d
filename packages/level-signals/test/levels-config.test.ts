import { ConfigError, ES_SPY } from '@levels/kernel'
import { defaultMarketStateConfig } from '@levels/market-state'
import { describe, expect, it } from 'vitest'
import { levelsParameters, marketStateConfigOf, resolveConfig } from '../src/index.ts'

describe('a configuration', () => {
  it('is the defaults of every parameter when nothing is said', () => {
    const config: Record<string, Record<string, unknown>> = { ...resolveConfig() }
    for (const { name, spec } of levelsParameters) {
      const [section = '', key = ''] = name.split('.')
      expect(config[section]?.[key], name).toEqual(spec.default)
    }
  })

  it('has every default of the interface document under its name there', () => {
    const defaults = Object.fromEntries(
      levelsParameters.flatMap(({ spec }) =>
        spec.coreName === undefined ? [] : [[spec.coreName, spec.default]],
      ),
    )
    expect(defaults).toMatchObject({
      SNAP_INTERVAL_MS: 250,
      W_b: 240,
      W_t: 60,
      W_g: 60,
      W_v: 3,
      W_wall: 300,
      BARRIER_ZONE_ES_TICKS: 8,
      TAPE_BAND: 0.5,
      FUEL_STRIKE_RANGE: 2,
      MONITOR_BAND: 0.25,
      TOUCH_BAND: 0.1,
      R_vac: 0.3,
      R_wall: 1.5,
      F_thresh: 100,
      BREAK_SCORE_THRESHOLD: 80,
      REJECT_SCORE_THRESHOLD: 20,
      w_L: 0.45,
      w_H: 0.35,
      w_T: 0.2,
      SWEEP_MIN_NOTIONAL: 5_000_000,
      SWEEP_MAX_GAP_MS: 100,
      SWEEP_MIN_VENUES: 1,
      TRIGGER_HOLD_TIME: 3,
    })
  })

  it('takes values by full name and by section', () => {
    const config = resolveConfig({ 'barrier.zoneTicks': 6, levels: { hotzonesUsd: [686.35] } })
    expect(config.barrier.zoneTicks).toBe(6)
    expect(config.levels.hotzonesUsd).toEqual([686.35])
    expect(config.barrier.windowS).toBe(240)
  })

  it('names the key, what was expected and what came', () => {
    expect(() => resolveConfig({ 'barrier.zoneTicks': 'wide' })).toThrow(
      /^barrier\.zoneTicks: expected an integer .*, was "wide"$/,
    )
    expect(() => resolveConfig({ 'barrier.zoneTick': 8 })).toThrow(
      'barrier.zoneTick: expected the name of a parameter (did you mean barrier.zoneTicks?)',
    )
    expect(() => resolveConfig({ nonsense: { a: 1 } })).toThrow(ConfigError)
  })

  it('keeps the user’s own levels few', () => {
    const hotzonesUsd = Array.from({ length: 65 }, (_, i) => 600 + i)
    expect(() => resolveConfig({ levels: { hotzonesUsd } })).toThrow(/at most 64/)
  })

  it('is refused when two values contradict each other', () => {
    expect(() => resolveConfig({ 'levels.monitorBandUsd': 6 })).toThrow(
      'expected levels.monitorBandUsd ≤ levels.universeRangeUsd, was 6, 5',
    )
    expect(() => resolveConfig({ 'levels.mergeUsd': 0.06 })).toThrow(
      'expected levels.mergeUsd ≤ levels.confluenceUsd, was 0.06, 0.05',
    )
    expect(() => resolveConfig({ 'score.weightTape': 0.3 })).toThrow(ConfigError)
  })
})

it('gives the market state the settings that are applied where its data are kept', () => {
  const config = resolveConfig({
    levels: { snapIntervalMs: 500 },
    market: {
      ...{ ratioTimeConstantS: 31, ratioBand: 0.06, ratioBookMaxAgeS: 2, ratioMaxAgeS: 301 },
      ...{ quoteMaxAgeS: 3, staleRegularS: 6, staleOutsideS: 61, valueAreaShare: 0.6 },
    },
    barrier: {
      ...{ windowS: 120, fillMatchMs: 300, baselineWindowS: 900 },
      ...{ baselineMinSamples: 100, baselinePercentile: 0.1 },
    },
    tape: {
      ...{ windowS: 30, velocityWindowS: 4, sweepMaxGapMs: 90, sweepMinPrints: 4 },
      ...{ sweepMinPrices: 5, sweepMinNotionalUsd: 1e6, sweepLookbackS: 11 },
    },
    fuel: { windowS: 20, wallWindowS: 200 },
  })
  expect(marketStateConfigOf(config, ES_SPY)).toEqual({
    pair: ES_SPY,
    snapIntervalNs: 500e6,
    staleRegularNs: 6e9,
    staleOutsideNs: 61e9,
    quoteMaxAgeNs: 3e9,
    valueAreaShare: 0.6,
    depth: {
      ...defaultMarketStateConfig.depth,
      flowWindowNs: 120e9,
      fillMatchNs: 300e6,
      baselineWindowNs: 900e9,
      baselineMinSamples: 100,
      baselinePercentile: 0.1,
    },
    tape: {
      ...defaultMarketStateConfig.tape,
      windowNs: 30e9,
      velocityWindowNs: 4e9,
      sweepMaxGapNs: 90e6,
      sweepMinPrints: 4,
      sweepMinPrices: 5,
      sweepMinNotionalUsd: 1e6,
      sweepLookbackNs: 11e9,
    },
    priceConverter: {
      timeConstantNs: 31e9,
      ratioBand: 0.06,
      bookMaxAgeNs: 2e9,
      sampleMaxAgeNs: 301e9,
    },
    optionFlow: { ...defaultMarketStateConfig.optionFlow, windowsNs: [20e9, 200e9] },
  })
})

it('gives the market state of the defaults its own defaults', () => {
  expect(marketStateConfigOf(resolveConfig())).toEqual(defaultMarketStateConfig)
})

it('needs no rolling window for flows of the whole session', () => {
  const fuel = { windowS: 'session', wallWindowS: 'session' }
  expect(marketStateConfigOf(resolveConfig({ fuel })).optionFlow.windowsNs).toEqual(
    defaultMarketStateConfig.optionFlow.windowsNs,
  )
})
