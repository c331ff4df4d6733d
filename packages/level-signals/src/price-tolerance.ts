/**
 * SPY prices are decimal fractions in doubles: 686.35 − 686.30 is a hair over 0.05. What is equal
 * on paper counts as equal. US dollars, far under any tick.
 */
export const PRICE_TOLERANCE_USD = 1e-9

/** Whether two prices lie at most so many dollars apart. */
export function isWithin(a: number, b: number, dollars: number): boolean {
  return Math.abs(a - b) <= dollars + PRICE_TOLERANCE_USD
}
