import type { MarketState } from '@levels/market-state'

/**
 * What memory and exact sums, which are bounded, can leave out, and what it is. None of it happens in
 * a market as we know them; where it does, what is said since is of less than came.
 */
export const CAPACITY_LOSSES = {
  unchecked_events: 'applied without a look for duplicates: too many of one nanosecond',
  depth_flows: 'flows of depth that left the window early',
  depth_trades: 'trades that could not wait for the depth they took',
  depth_samples: 'samples of the depth baseline that left early',
  tape_trades: 'ES trades that left the window of volumes early',
  tape_velocity_trades: 'ES trades that left the window of velocity early',
  tape_sweeps: 'sweeps that left early',
  tape_sweep_prices: 'prints whose price their sweep could not remember',
  tape_sweep_venues: 'prints whose venue their sweep could not remember',
  option_trades: 'option trades of more series than are held',
  option_flows: 'option trades that left the window early',
  option_amounts: 'amounts of options beyond exact sums',
  vwap_trades: 'trades beyond the exact sums of VWAP',
  profile_volume: 'lots and shares too far from the first price for the volume profile',
  level_snaps: 'snaps with more levels than triggers are remembered for',
} as const satisfies Readonly<Record<string, string>>

/** Counts since the run began; while all are 0, nothing was left out. */
export type CapacityLosses = Readonly<Record<keyof typeof CAPACITY_LOSSES, number>>

/** @param levelSnaps those of the score engine */
export function capacityLossesOf(state: MarketState, levelSnaps: number): CapacityLosses {
  const { futuresSession, equitySession } = state
  const depth = state.depth.counters
  const tape = state.tape.counters
  const options = state.optionFlow.counters
  const sessions = [futuresSession.counters, equitySession.counters]
  return {
    unchecked_events: state.undeduplicatedCount,
    depth_flows: depth.flowDropped,
    depth_trades: depth.pendingDropped,
    depth_samples: depth.baselineDropped,
    tape_trades: tape.windowDropped,
    tape_velocity_trades: tape.velocityDropped,
    tape_sweeps: tape.sweepsDropped,
    tape_sweep_prices: tape.sweepPricesDropped,
    tape_sweep_venues: tape.sweepVenuesDropped,
    option_trades: options.seriesDropped,
    option_flows: options.ringDropped,
    option_amounts: options.outOfRange,
    vwap_trades: sessions.reduce((sum, { vwapDropped }) => sum + vwapDropped, 0),
    profile_volume: sessions.reduce((sum, counters) => sum + counters.profileOutOfSpanVolume, 0),
    level_snaps: levelSnaps,
  }
}
