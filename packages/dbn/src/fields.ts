import { Aggressor, NO_TICK } from '@levels/kernel'
import { RecordSide } from './codes.ts'
import { type EventScale, NANOS_PER_UNIT, ReadCode } from './event-scale.ts'

/** 2³²: the weight of a high word. */
const WORD = 4_294_967_296
// An imported constant is read from its module at every use; a module's own is folded into code.
const NO_LEVEL = NO_TICK
const REL_NS_MAX = Number.MAX_SAFE_INTEGER
/** The price that stands for none: the largest 64-bit integer, as two words. */
const UNDEF_HIGH = 0x7fff_ffff
const UNDEF_LOW = 0xffff_ffff
/** Prices beyond 2⁵³ nanos (9 million) are not exact in a double: those of higher words. */
const EXACT_HIGH = 2 ** 21

/** Not a tick: the price is off the grid. */
export const OFF_TICK = NaN
/** Not a tick: the price does not fit. */
export const BAD_PRICE = Infinity

/**
 * The price at `at` in ticks, exactly.
 *
 * @returns ticks, `NO_TICK` where the format has no price, `OFF_TICK` or `BAD_PRICE`
 */
export function ticksAt(view: DataView, at: number, scale: EventScale): number {
  const high = view.getInt32(at + 4, true)
  const low = view.getUint32(at, true)
  const nanos = high * WORD + low
  // Truncation after adding a half rounds; the product then tells whether the price was a
  // multiple. All of it is exact below 2⁵³, and a tick count below 2³¹ keeps it there.
  const ticks = nanos * scale.ticksPerNano
  const rounded = (ticks + (ticks < 0 ? -0.5 : 0.5)) | 0
  const isExact = high < EXACT_HIGH && high >= -EXACT_HIGH
  if (rounded * scale.tickNanos === nanos && isExact && rounded !== NO_LEVEL) return rounded
  if (high === UNDEF_HIGH && low === UNDEF_LOW) return NO_TICK
  return isExact && Math.abs(ticks) < WORD / 2 ? OFF_TICK : BAD_PRICE
}

/** The price at `at` in units of the currency; NaN where the format has none, or it is too large. */
export function dollarsAt(view: DataView, at: number): number {
  const high = view.getInt32(at + 4, true)
  if (high >= EXACT_HIGH || high < -EXACT_HIGH) return NaN
  return (high * WORD + view.getUint32(at, true)) / NANOS_PER_UNIT
}

/**
 * The time at `at`, ns since the scale's epoch.
 *
 * @returns NaN beyond the range of exact doubles, as is the time that stands for none
 */
export function relNsAt(view: DataView, at: number, scale: EventScale): number {
  const high = view.getUint32(at + 4, true) - scale.epochHigh
  const relNs = high * WORD + (view.getUint32(at, true) - scale.epochLow)
  // A sum, not a choice between a double and a constant: the choice would be allocated.
  return relNs + (Math.abs(relNs) <= REL_NS_MAX ? 0 : NaN)
}

/** What the code of a bad tick says. */
export function tickFault(ticks: number): ReadCode {
  return ticks === BAD_PRICE || ticks === NO_TICK ? ReadCode.BadPrice : ReadCode.OffTick
}

/** @returns true for a tick; false for `NO_TICK`, `OFF_TICK` and `BAD_PRICE` */
export function isTick(ticks: number): boolean {
  return ticks > NO_TICK && ticks < BAD_PRICE
}

/** @returns the aggressor a trade's side names, null for a side that is none of the format's */
export function aggressorOf(side: number): Aggressor | null {
  if (side === RecordSide.Bid) return Aggressor.Buy
  if (side === RecordSide.Ask) return Aggressor.Sell
  return side === RecordSide.None ? Aggressor.Unknown : null
}
