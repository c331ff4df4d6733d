import type { BarrierState, FuelEffect, LevelKind } from '@levels/contracts/metrics'

const kindNames: Readonly<Record<LevelKind, string>> = {
  STRIKE: 'Strike',
  ROUND: 'Round',
  VWAP: 'VWAP',
  SESSION_HIGH: 'Session high',
  SESSION_LOW: 'Session low',
  PM_HIGH: 'Premarket high',
  PM_LOW: 'Premarket low',
  OR_HIGH: 'Opening high',
  OR_LOW: 'Opening low',
  ON_HIGH: 'Overnight high',
  ON_LOW: 'Overnight low',
  PREV_HIGH: 'Previous high',
  PREV_LOW: 'Previous low',
  PREV_CLOSE: 'Previous close',
  SMA_200: 'SMA 200',
  SMA_400: 'SMA 400',
  CALL_WALL: 'Call wall',
  PUT_WALL: 'Put wall',
  GAMMA_FLIP: 'Gamma flip',
  POC: 'Point of control',
  VAH: 'Value high',
  VAL: 'Value low',
  USER_HOTZONE: 'Hot zone',
}

/** A kind of level in a trader's words. */
export function kindName(kind: LevelKind): string {
  return kindNames[kind]
}

/** Ids that carry a price: what precedes it, in words. */
const pricedNames: readonly (readonly [RegExp, string])[] = [
  [/^STRIKE_(\d[\d.]*)$/, 'Strike'],
  [/^ROUND_(\d[\d.]*)$/, 'Round'],
  [/^HOTZONE_(\d[\d.]*)$/, 'Hot zone'],
]

/** A level's id in words where its form is a known one, else the id as it is. */
export function idName(id: string): string {
  if (Object.hasOwn(kindNames, id)) return kindNames[id as LevelKind]
  for (const [form, name] of pricedNames) {
    const match = form.exec(id)
    if (match?.[1] !== undefined) return `${name} ${match[1]}`
  }
  return id
}

/** A level's id in words, without the price in it: for where its price stands beside it. */
export function unpricedName(id: string): string {
  return pricedNames.find(([form]) => form.test(id))?.[1] ?? idName(id)
}

/** What a barrier state means, for whoever reads it the first time. */
export const barrierMeanings: Readonly<Record<BarrierState, string>> = {
  VACUUM: 'liquidity is pulled, not traded',
  WALL: 'strong replenishment',
  ABSORPTION: 'traded into, and refilled',
  CONSUMED: 'eaten faster than refilled',
  WEAK: 'thinner than usual',
  NEUTRAL: 'balanced',
}

/** What an effect of dealer hedging means. */
export const fuelMeanings: Readonly<Record<FuelEffect, string>> = {
  AMPLIFY: 'dealers chase the move',
  DAMPEN: 'dealers lean against the move',
  NEUTRAL: 'little to hedge',
}
