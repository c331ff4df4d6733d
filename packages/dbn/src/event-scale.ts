import { RangeViolationError } from '@levels/kernel'

/** Prices in the format are integers of 1e-9. */
export const NANOS_PER_UNIT = 1_000_000_000
/** 2³²: the weight of the high word of a 64-bit number. */
export const WORD = 4_294_967_296

/**
 * How the 64-bit numbers of an instrument's records become small ones: its tick, and the epoch
 * that times are counted from. Both are kept as pairs of 32-bit words, whose differences and
 * products are exact in doubles; no `bigint` is made for a record.
 */
export class EventScale {
  /** The tick in 1e-9 of the currency: 250,000,000 for 0.25. */
  readonly tickNanos: number
  readonly ticksPerNano: number
  readonly epochNs: bigint
  readonly epochHigh: number
  readonly epochLow: number

  /**
   * @throws RangeViolationError when the tick is not a whole number of 1e-9 from 1 to 2^31, or
   *   the epoch is before 1970
   */
  constructor({ epochNs, tickNanos }: { readonly epochNs: bigint; readonly tickNanos: number }) {
    if (!Number.isInteger(tickNanos) || tickNanos < 1 || tickNanos > WORD / 2) {
      throw new RangeViolationError(`expected a tick of 1 to 2^31 nanos, was ${tickNanos}`)
    }
    if (epochNs < 0n || epochNs >> 64n !== 0n) {
      throw new RangeViolationError(`expected an epoch after 1970, was ${epochNs}`)
    }
    this.tickNanos = tickNanos
    this.ticksPerNano = 1 / tickNanos
    this.epochNs = epochNs
    this.epochHigh = Number(epochNs >> 32n)
    this.epochLow = Number(epochNs & 0xffff_ffffn)
  }
}

/** What a reader made of a record. Anything but `Ok`: the event is not to be used. */
export const ReadCode = {
  Ok: 0,
  /** A price that is not a multiple of the tick. */
  OffTick: 1,
  /** A price that is missing where one is needed, not positive where it must be, or too large. */
  BadPrice: 2,
  /** A time more than 104 days from the epoch, or none. */
  BadTime: 3,
  /** A size that is missing or does not fit: 1 … 2³¹−1 for a trade, 0 … 2³¹−1 for a level. */
  BadSize: 4,
  /** A side that is none of A, B and N. */
  BadSide: 5,
  /** Levels that are not strictly ordered, or come after an empty one. */
  BadLevels: 6,
  /** A record of another kind than the reader is for. */
  WrongKind: 7,
} as const
export type ReadCode = (typeof ReadCode)[keyof typeof ReadCode]

const readCodeTexts: Readonly<Record<ReadCode, string>> = {
  [ReadCode.Ok]: 'read',
  [ReadCode.OffTick]: 'expected a price on the tick grid, was off it',
  [ReadCode.BadPrice]: 'expected a price in range, was missing or out of range',
  [ReadCode.BadTime]: 'expected times within 104 days of the epoch, was another or none',
  [ReadCode.BadSize]: 'expected a size in range, was missing or out of range',
  [ReadCode.BadSide]: 'expected side A, B or N, was another',
  [ReadCode.BadLevels]: 'expected bids strictly falling and asks strictly rising, was not',
  [ReadCode.WrongKind]: 'expected a record of another kind',
}

/** Why an event was refused, for people. */
export function readCodeText(code: ReadCode): string {
  return readCodeTexts[code]
}
