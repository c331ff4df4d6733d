/** Waiting time before the first new attempt, ms. */
export const FIRST_DELAY_MS = 250
/** Waiting time at most, ms. */
export const LAST_DELAY_MS = 10_000

/**
 * How long to wait before an attempt: twice as long each time, within ±20 %, so that the boards of
 * a desk do not all come back in the same moment.
 *
 * @param attempt counts from 1
 * @param random 0–1
 */
export function backOffMs(attempt: number, random: number): number {
  const delay = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(30, attempt - 1))
  return Math.round(delay * (0.8 + 0.4 * random))
}
