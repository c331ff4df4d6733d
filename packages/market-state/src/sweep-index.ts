import type { SweepRun } from './sweep-run.ts'

/** Whether a run has the venues asked for: unknown venues pass at 1. */
export function hasVenues(run: SweepRun, minVenues: number): boolean {
  return minVenues <= 1 || run.venueCount >= minVenues
}

/** Whether a sweep comes before another: the larger, of equal ones the later. */
function isBefore(run: SweepRun, other: SweepRun): boolean {
  return (
    run.tickLots > other.tickLots || (run.tickLots === other.tickLots && run.serial > other.serial)
  )
}

/**
 * For every tick the kept runs that printed there, oldest first, without those that a later one
 * outdoes (as large and as many venues): these can never again be the answer. What is left at a
 * tick are a few, whatever the number of runs, so that the largest sweep of a band is found in
 * O(ticks of the band). Adding and removing are O(ticks of the run) amortised.
 */
export class SweepIndex {
  readonly #byTick = new Map<number, SweepRun[]>()
  readonly #spare: SweepRun[][] = []

  /** Adds a run later than all others. */
  add(run: SweepRun): void {
    for (let i = 0; i < run.visited.count; i++) {
      const runs = this.#runsAt(run.visited.at(i))
      for (let last = runs.at(-1); last !== undefined; last = runs.at(-1)) {
        if (last.tickLots > run.tickLots || last.venueCount > run.venueCount) break
        runs.pop()
      }
      runs.push(run)
    }
  }

  /** Removes the oldest run. */
  remove(run: SweepRun): void {
    for (let i = 0; i < run.visited.count; i++) {
      const tick = run.visited.at(i)
      const runs = this.#byTick.get(tick)
      if (runs?.[0] !== run) continue
      runs.shift()
      if (runs.length > 0) continue
      this.#byTick.delete(tick)
      this.#spare.push(runs)
    }
  }

  clear(): void {
    this.#byTick.clear()
  }

  /** The largest run that printed in `loTick … hiTick`; of equal ones the later. */
  find(loTick: number, hiTick: number, minVenues: number): SweepRun | null {
    let best: SweepRun | null = null
    if (hiTick - loTick <= this.#byTick.size) {
      for (let tick = loTick; tick <= hiTick; tick++) {
        best = bestOf(this.#byTick.get(tick), minVenues, best)
      }
      return best
    }
    for (const [tick, runs] of this.#byTick) {
      if (tick >= loTick && tick <= hiTick) best = bestOf(runs, minVenues, best)
    }
    return best
  }

  #runsAt(tick: number): SweepRun[] {
    const known = this.#byTick.get(tick)
    if (known !== undefined) return known
    const runs = this.#spare.pop() ?? []
    this.#byTick.set(tick, runs)
    return runs
  }
}

function bestOf(
  runs: readonly SweepRun[] | undefined,
  minVenues: number,
  best: SweepRun | null,
): SweepRun | null {
  if (runs === undefined) return best
  let found = best
  for (const run of runs) {
    if (hasVenues(run, minVenues) && (found === null || isBefore(run, found))) found = run
  }
  return found
}
