import type {
  BarrierState,
  BookHealth,
  BreakDirection,
  FuelEffect,
  SweepDirection,
} from '@levels/contracts'

const BARRIER_WORDS: Readonly<Record<BarrierState, string>> = {
  VACUUM: 'Vacuum',
  WALL: 'Wall builds',
  ABSORPTION: 'Absorption',
  CONSUMED: 'Eaten through',
  WEAK: 'Thin defence',
  NEUTRAL: 'Balanced depth',
}

const FUEL_WORDS: Readonly<Record<FuelEffect, string>> = {
  AMPLIFY: ' + dealers chase',
  DAMPEN: ' + dealers dampen',
  NEUTRAL: '',
}

/** One short line for people: what depth, dealers and tape do at a level. Never empty. */
export function describeLevel(facts: {
  readonly barrier: BarrierState
  readonly fuel: FuelEffect
  readonly sweep: SweepDirection
  readonly breakDirection: BreakDirection
  readonly book: BookHealth
}): string {
  const sweep =
    facts.sweep === 'NONE'
      ? ''
      : facts.sweep === facts.breakDirection
        ? '; sweep confirms'
        : '; sweep against'
  const book = facts.book === 'live' ? '' : `; book ${facts.book}`
  return BARRIER_WORDS[facts.barrier] + FUEL_WORDS[facts.fuel] + sweep + book
}
