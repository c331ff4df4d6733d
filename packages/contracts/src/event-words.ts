/** Where an event comes from. */
export const SOURCES = [
  'massive_ws',
  'massive_rest',
  'polygon_ws',
  'polygon_rest',
  'databento_live',
  'databento_replay',
  'direct_feed',
  'replay',
  'sim',
] as const
export type Source = (typeof SOURCES)[number]

/** Who took liquidity: the side of the order that met a resting one. */
export const AGGRESSORS = ['BUY', 'SELL', 'MID', 'UNKNOWN'] as const
export type Aggressor = (typeof AGGRESSORS)[number]

export const RIGHTS = ['C', 'P'] as const
/** Call or put. */
export type Right = (typeof RIGHTS)[number]

/** Sizes and ids are kept in 32-bit arrays behind the contracts. */
export const INT32_MAX = 2_147_483_647
