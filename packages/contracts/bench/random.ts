/** Seeded numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Nanoseconds a call, the least of several interleaved rounds.
 *
 * @param subjects by name: a function of an index, whose results are added up so that none is idle
 */
export function leastNs(
  subjects: Readonly<Record<string, (index: number) => number>>,
  calls: number,
): Record<string, number> {
  const least: Record<string, number> = {}
  let consumed = 0
  for (let round = 0; round < 7; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const start = performance.now()
      for (let i = 0; i < calls; i++) consumed += subject(i)
      const ns = ((performance.now() - start) * 1e6) / calls
      least[name] = Math.min(least[name] ?? Infinity, ns)
    }
  }
  if (Number.isNaN(consumed)) throw new Error('expected numbers, was NaN')
  return least
}
