/** How an engine's statements over a time compare with a truth that held throughout. */
export interface SeriesGrade<Label extends string> {
  /** What was said most in the settled part; ties: what was said first. */
  readonly answer: Label
  /** Snaps of the settled part by what was said. */
  readonly counts: ReadonlyMap<Label, number>
  /** From the beginning until the truth was said and kept for the hold time, ms; null: never. */
  readonly detectMs: number | null
  /** Changes of what was said in the settled part. */
  readonly flips: number
  /** Length of the settled part, ms. */
  readonly settledMs: number
}

/** The last half of the interval counts: windows of minutes need time to fill with what happens. */
const SETTLED_SHARE = 0.5

/** Snaps in a row that say the truth before it counts as found. */
const HOLD_SNAPS = 4

const NS_PER_MS = 1_000_000

/**
 * Grades statements, one a snap, against the truth of an interval.
 *
 * @param tsNs times of the snaps, ascending, all inside the interval
 * @param said as many statements; at least one
 * @throws RangeError when there is no statement, or not one a snap
 */
export function gradeSeries<Label extends string>(
  truth: Label,
  fromNs: number,
  toNs: number,
  tsNs: readonly number[],
  said: readonly Label[],
): SeriesGrade<Label> {
  if (said.length === 0 || said.length !== tsNs.length) {
    throw new RangeError(`expected a statement at each of ${tsNs.length} snaps, was ${said.length}`)
  }
  const settledFromNs = toNs - (toNs - fromNs) * SETTLED_SHARE
  const first = Math.min(said.length - 1, tsNs.findIndex((ts) => ts >= settledFromNs) >>> 0)
  const counts = new Map<Label, number>()
  let flips = 0
  for (let at = first; at < said.length; at++) {
    const label = said[at] as Label
    counts.set(label, (counts.get(label) ?? 0) + 1)
    if (at > first && label !== said[at - 1]) flips++
  }
  const settledMs = ((tsNs.at(-1) ?? 0) - (tsNs[first] ?? 0)) / NS_PER_MS
  return {
    answer: mostSaid(counts),
    counts,
    detectMs: detectionMs(truth, fromNs, tsNs, said),
    flips,
    settledMs,
  }
}

function mostSaid<Label>(counts: ReadonlyMap<Label, number>): Label {
  const [most] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))
  return most
}

function detectionMs<Label>(
  truth: Label,
  fromNs: number,
  tsNs: readonly number[],
  said: readonly Label[],
): number | null {
  let held = 0
  for (const [at, label] of said.entries()) {
    held = label === truth ? held + 1 : 0
    if (held === HOLD_SNAPS) return ((tsNs[at - HOLD_SNAPS + 1] ?? 0) - fromNs) / NS_PER_MS
  }
  return null
}
