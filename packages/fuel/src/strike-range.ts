import { MILLI } from './walls.ts'

/** A strike this little beyond the range, in thousandths of a dollar, is on its border. */
const SLACK_MILLI = 1e-6

/**
 * The strikes within so many dollars of a price, both ends included, in thousandths of a dollar.
 */
export function strikesWithin(
  price: number,
  rangeUsd: number,
): { readonly loStrikeMilli: number; readonly hiStrikeMilli: number } {
  return {
    loStrikeMilli: Math.ceil((price - rangeUsd) * MILLI - SLACK_MILLI),
    hiStrikeMilli: Math.floor((price + rangeUsd) * MILLI + SLACK_MILLI),
  }
}
