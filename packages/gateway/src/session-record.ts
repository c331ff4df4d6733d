import type { LevelRow, HistoryLimits } from './session-history.ts'
import { SessionHistory } from './session-history.ts'
import type { SignalRow } from './signal-log.ts'
import { SignalLog } from './signal-log.ts'

/** What is recorded of a snap; any `LevelSignals` is one. */
export interface RecordedSnap extends SignalRow {
  readonly levels: readonly (SignalRow['levels'][number] & LevelRow)[]
}

/**
 * What became of a snap:
 * - `added`: it goes on from the one before
 * - `restarted`: it begins a session, or another run, and what was there before is gone
 * - `stale`: it is not later than the last one of its run
 * - `foreign`: it is of a run that another one took the place of, and that one goes on
 */
export type Recorded = 'added' | 'restarted' | 'stale' | 'foreign'

/** Without a boundary for so long a session is over: the daily break of the futures is an hour. */
export const SESSION_GAP_MS = 30 * 60_000

/** An earlier run is taken again once the present one has been behind it for so long. */
const RUN_SILENCE_MS = 10_000

/** Earlier runs remembered; the oldest go first. */
const PAST_RUNS_MAX = 64

/**
 * The last session: its history and its changes of signals. One run's at a time, since two services
 * may publish on the same subject: a run never seen before takes the place of the present one.
 */
export class SessionRecord {
  readonly history: SessionHistory
  readonly log: SignalLog
  readonly #sessionGapMs: number
  readonly #pastRuns: (string | null)[] = []
  #runId: string | null = null

  /** @param sessionGapMs infinite: all that comes is one session */
  constructor(options: { readonly limits: HistoryLimits; readonly sessionGapMs: number }) {
    this.history = new SessionHistory(options.limits)
    this.log = new SignalLog()
    this.#sessionGapMs = options.sessionGapMs
  }

  /** The run whose session this is, null: none yet, or it did not say. */
  get runId(): string | null {
    return this.#runId
  }

  append(runId: string | null, snap: RecordedSnap): Recorded {
    const { lastTs } = this.history
    const isFirst = lastTs === null
    if (!isFirst && runId !== this.#runId) {
      if (this.#pastRuns.includes(runId) && snap.ts <= lastTs + RUN_SILENCE_MS) return 'foreign'
      this.#pastRuns.push(this.#runId)
      if (this.#pastRuns.length > PAST_RUNS_MAX) this.#pastRuns.shift()
      return this.#restart(runId, snap)
    }
    if (!isFirst && snap.ts <= lastTs) return 'stale'
    if (!isFirst && snap.ts - lastTs >= this.#sessionGapMs) return this.#restart(runId, snap)
    this.#runId = runId
    this.history.append(snap)
    this.log.append(snap)
    return 'added'
  }

  #restart(runId: string | null, snap: RecordedSnap): Recorded {
    this.history.clear()
    this.log.clear()
    this.#runId = runId
    this.history.append(snap)
    this.log.append(snap)
    return 'restarted'
  }
}
