const SECOND_MS = 1000

/** What a chart shows of a session that is younger than the time chosen. */
const STEPS_MS = [30, 60, 120, 300, 600, 900, 1800].map((seconds) => seconds * SECOND_MS)

/**
 * How much time a chart shows, ms: what was chosen, or less while there is less to show, so that a
 * young session is no dot at the edge of an empty chart. It grows in steps: between them the scale
 * of time stays as it is.
 *
 * @param windowMs what was chosen; Infinity: everything
 * @param ageMs from the session's first moment to the one that is shown
 */
export function shownSpanMs(windowMs: number, ageMs: number): number {
  if (windowMs === Infinity) return windowMs
  const step = STEPS_MS.find((stepMs) => stepMs >= ageMs) ?? windowMs
  return Math.min(step, windowMs)
}
