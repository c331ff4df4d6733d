import type {
  BarrierMetrics,
  BarrierState,
  FuelEffect,
  FuelMetrics,
  SweepDirection,
  TapeMetrics,
} from '@levels/contracts/metrics'
import type { ScoreInput } from '../src/index.ts'

/** Barrier metrics of which only the state and the confidence matter to a score. */
export function barrier(state: BarrierState, confidence = 1): BarrierMetrics {
  return {
    state,
    deltaLiq: 0,
    replenishmentRatio: 0,
    addedSize: 0,
    canceledSize: 0,
    filledSize: 0,
    defendingQuote: { price: null, size: 0 },
    churn: 0,
    depthInZone: 0,
    visibility: 1,
    confidence,
  }
}

export function tape(what: Partial<TapeMetrics> & { sweeping?: SweepDirection } = {}): TapeMetrics {
  const { sweeping = 'NONE', ...rest } = what
  const sweep = {
    detected: sweeping !== 'NONE',
    direction: sweeping,
    notional: 0,
    numPrints: 0,
    windowMs: 0,
    venues: null,
  }
  return { imbalance: 0, buyVol: 0, sellVol: 0, velocity: 0, sweep, confidence: 1, ...rest }
}

export function fuel(effect: FuelEffect, confidence = 1): FuelMetrics {
  return {
    effect,
    netDealerGamma: 0,
    callWall: null,
    putWall: null,
    hvl: null,
    confidence,
    gammaByStrike: new Map(),
  }
}

/** A snap whose score is neutral, at the level, in a quiet market; change what matters. */
export function snap(what: Partial<ScoreInput> = {}): ScoreInput {
  return {
    levelId: 'STRIKE_687',
    barrier: barrier('NEUTRAL'),
    tape: tape(),
    fuel: fuel('NEUTRAL'),
    breakDirection: 'DOWN',
    tsRelNs: 0,
    distanceUsd: 0,
    bookReliable: true,
    ...what,
  }
}

/** S = 45 + 35 + 0.2 · 100 = 100. */
export const BREAKING: Partial<ScoreInput> = {
  barrier: barrier('VACUUM'),
  fuel: fuel('AMPLIFY'),
  tape: tape({ sweeping: 'DOWN' }),
}

/** S = 0. */
export const REJECTING: Partial<ScoreInput> = { barrier: barrier('WALL'), fuel: fuel('DAMPEN') }
