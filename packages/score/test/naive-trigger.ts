import type { BarrierState, BreakDirection, Signal } from '@levels/contracts/metrics'

/** What a level showed at one snap. */
export interface SeenLevel {
  readonly score: number
  readonly breakDirection: BreakDirection
  readonly distanceCents: number
  readonly barrierState: BarrierState
  readonly volumeLots: number
}

/** One snap: its time and every level that was in the monitor band. */
export interface SeenSnap {
  readonly tsMs: number
  readonly levels: ReadonlyMap<string, SeenLevel>
}

/**
 * The trigger's naive twin: no memory, the whole history is read again each time. It says what
 * a signal means without saying how to get it step by step.
 *
 * @param history all snaps, oldest first; the last one is now
 */
export function naiveSignal(history: readonly SeenSnap[], levelId: string): Signal {
  const run = unbrokenRun(history, levelId)
  const now = run.at(-1)
  if (now === undefined) return 'NEUTRAL'
  const isHigh: Rule = (seen) => seen.score > 80
  const isAway: Rule = (seen) => seen.distanceCents > 10
  const isTouchedLow: Rule = (seen) => seen.score < 20 && !isAway(seen)
  const isGivenAndKept = (given: Rule, isKept: (soFar: Run) => boolean): boolean =>
    run.some((_, m) => lasted3s(given, run.slice(0, m + 1)) && prefixes(run, m).every(isKept))

  if (isGivenAndKept(isHigh, (soFar) => scoreNow(soFar) >= 75)) return 'BREAK'
  if (isGivenAndKept(isTouchedLow, (soFar) => scoreNow(soFar) <= 25 && !lasted3s(isAway, soFar))) {
    return 'REJECT'
  }
  const isFoughtOver = now.barrierState === 'CONSUMED' || now.barrierState === 'ABSORPTION'
  const isMiddling = now.score >= 30 && now.score <= 70
  return isMiddling && isFoughtOver && now.volumeLots >= 500 ? 'CONTESTED' : 'NEUTRAL'
}

type Seen = SeenLevel & { readonly tsMs: number }
type Run = readonly Seen[]
type Rule = (seen: Seen) => boolean

/** Whether a rule has held on end for 3 s at the end of a run. */
function lasted3s(holds: Rule, run: Run): boolean {
  const nowMs = run.at(-1)?.tsMs ?? NaN
  return run.some(({ tsMs }, i) => nowMs - tsMs >= 3000 && run.slice(i).every(holds))
}

/** The run as it was at each snap from the `first` to now. */
function prefixes(run: Run, first: number): Run[] {
  return run.slice(first).map((_, i) => run.slice(0, first + i + 1))
}

function scoreNow(run: Run): number {
  return run.at(-1)?.score ?? NaN
}

/** The newest snaps in a row that show the level in the band with one direction. */
function unbrokenRun(history: readonly SeenSnap[], levelId: string): Run {
  const run: Seen[] = []
  for (const { tsMs, levels } of history.toReversed()) {
    const seen = levels.get(levelId)
    const next = run[0]
    if (seen === undefined || (next && next.breakDirection !== seen.breakDirection)) break
    run.unshift({ ...seen, tsMs })
  }
  return run
}
