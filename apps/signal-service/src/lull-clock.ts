import { NS_PER_MS } from '@levels/kernel'

/**
 * Event time by the wall clock while no event comes: the newest event time, and the time since it
 * came. Time during which events could not have come does not count: it stands still while it is
 * held, and afterwards until the first message or for as long as `resumeMs`.
 *
 * All times given are monotonic, ms.
 */
export class LullClock {
  readonly #resumeMs: number
  #newestRelNs = -Infinity
  /** When the newest event came, moved forward by every time that does not count. */
  #sinceMs = 0
  #heldAtMs: number | null = null
  #resumesAtMs = Infinity

  /** @param resumeMs how long after `resume` it stands still without a message */
  constructor(resumeMs: number) {
    this.#resumeMs = resumeMs
  }

  /** Whether it stands still. */
  isHeld(nowMs: number): boolean {
    return this.#heldAtMs !== null && nowMs < this.#resumesAtMs
  }

  /** A message has come. @param newestRelNs the newest event time so far */
  onMessage(newestRelNs: number, nowMs: number): void {
    if (this.#heldAtMs !== null && this.#resumesAtMs < Infinity) this.#go(nowMs)
    if (newestRelNs <= this.#newestRelNs) return
    this.#newestRelNs = newestRelNs
    this.#sinceMs = nowMs
    if (this.#heldAtMs !== null) this.#heldAtMs = nowMs
  }

  /** Events cannot come from now on, or could not since `sinceMs`. */
  hold(sinceMs: number): void {
    this.#heldAtMs = Math.min(this.#heldAtMs ?? Infinity, Math.max(sinceMs, this.#sinceMs))
    this.#resumesAtMs = Infinity
  }

  /** They can again; those that were kept back come first. */
  resume(nowMs: number): void {
    if (this.#heldAtMs !== null) this.#resumesAtMs = nowMs + this.#resumeMs
  }

  /** When event time passes `tsRelNs` by more than the lateness, if no message comes until then. */
  dueMs(tsRelNs: number, latenessNs: number): number {
    if (this.#newestRelNs === -Infinity) return Infinity
    const waitMs = (tsRelNs + latenessNs - this.#newestRelNs) / NS_PER_MS
    if (this.#heldAtMs === null) return this.#sinceMs + waitMs
    return this.#resumesAtMs + Math.max(0, waitMs - (this.#heldAtMs - this.#sinceMs))
  }

  /** Whether that time has come, and without ever having been held since `nowMs` was read. */
  isDue(tsRelNs: number, latenessNs: number, nowMs: number): boolean {
    if (nowMs <= this.dueMs(tsRelNs, latenessNs)) return false
    if (this.#heldAtMs !== null) this.#go(this.#resumesAtMs)
    return true
  }

  #go(nowMs: number): void {
    this.#sinceMs += nowMs - (this.#heldAtMs ?? nowMs)
    this.#heldAtMs = null
    this.#resumesAtMs = Infinity
  }
}
