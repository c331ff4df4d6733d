/** What a reader asks of a list of times. Null where it is empty. */
export interface Quantiles {
  readonly count: number
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
}

/** Quantiles by nearest rank: each is one of the values. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort()
  const at = (p: number): number | null => sorted[Math.ceil(p * sorted.length) - 1] ?? null
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}
