import type { LevelSignals } from '@levels/contracts'
import { decodeLevelSignals, decodeServiceStatus } from '@levels/contracts'
import { frameOf, frameWith } from './frame.ts'
import type { HistoryQuery } from './history-view.ts'
import { historyColumns, WHOLE_HISTORY } from './history-view.ts'
import type { LinkMessage } from './messages.ts'
import type { Metrics } from './metrics.ts'
import { PresentSnapFrames } from './present-snap.ts'
import type { HistoryLimits } from './session-history.ts'
import type { Recorded } from './session-record.ts'
import { SESSION_GAP_MS, SessionRecord } from './session-record.ts'

/** Live snaps kept while the stream is read, some minutes; the oldest go first: the stream has them. */
const PENDING_MAX = 1024

export interface LiveSessionOptions {
  readonly metrics: Metrics
  readonly limits: HistoryLimits
  readonly snapIntervalMs: number
}

/**
 * The state that all live clients share: the newest snap and status, the session so far, and each
 * of these as the message that is sent, made once for all.
 */
export class LiveSession {
  readonly #metrics: Metrics
  readonly #snapIntervalMs: number
  readonly #record: SessionRecord
  readonly #frames: PresentSnapFrames
  #seq = 0
  #status: Uint8Array | null = null
  #link: LinkMessage = { type: 'link', isConnected: true, reason: null, isCatchingUp: false }
  #pending: { readonly runId: string | null; readonly signals: LevelSignals }[] | null = null
  #epoch = 0
  #history: Uint8Array | null = null
  readonly #events = new Map<number | null, Uint8Array>()

  constructor({ metrics, limits, snapIntervalMs }: LiveSessionOptions) {
    this.#metrics = metrics
    this.#snapIntervalMs = snapIntervalMs
    this.#record = new SessionRecord({ limits, sessionGapMs: SESSION_GAP_MS })
    this.#frames = new PresentSnapFrames(() => {
      metrics.serialisations.inc()
    })
  }

  /** Rises when what clients know of the session is no longer so. */
  get epoch(): number {
    return this.#epoch
  }

  /** `seq` of the newest change of a signal. */
  get lastEventSeq(): number {
    return this.#record.log.lastSeq
  }

  /** Unix ms and run of the newest snap recorded; for whoever reads what is there already. */
  get last(): { readonly ts: number | null; readonly runId: string | null } {
    return { ts: this.#record.history.lastTs, runId: this.#record.runId }
  }

  get hasStatus(): boolean {
    return this.#status !== null
  }

  get link(): LinkMessage {
    return this.#link
  }

  set link(link: LinkMessage) {
    this.#link = link
    this.#metrics.linkConnected.set(link.isConnected ? 1 : 0)
  }

  /**
   * Takes a live message of `levels.signals`.
   *
   * @param payload kept: a copy of its own
   * @returns whether there is something to tell
   */
  takeSnap(payload: Uint8Array, runId: string | null): boolean {
    const result = decodeLevelSignals(payload)
    if (!result.ok) {
      this.#metrics.snaps.inc({ outcome: 'refused' })
      return false
    }
    const signals = result.value
    if (this.#pending === null) {
      const outcome = this.#append(runId, signals)
      if (outcome === 'stale' || outcome === 'foreign') return false
      if (outcome === 'restarted') this.#epoch++
    } else this.#wait(runId, signals)
    this.#seq++
    this.#frames.set({ seq: this.#seq, runId, receivedTs: Date.now(), payload, signals })
    return true
  }

  /** Takes a message of `levels.status`. @returns whether there is something to tell */
  takeStatus(payload: Uint8Array): boolean {
    const isSound = decodeServiceStatus(payload).ok
    this.#metrics.statuses.inc({ outcome: isSound ? 'taken' : 'refused' })
    if (isSound) this.#status = frameWith({ type: 'status', receivedTs: Date.now() }, payload)
    return isSound
  }

  /** From here on live snaps wait, so that those of the stream come first. */
  beginCatchUp(): void {
    this.#pending ??= []
    this.#link = { ...this.#link, isCatchingUp: true }
  }

  /** Takes a snap of the stream, in the stream's order. */
  takeStored(payload: Uint8Array, runId: string | null): void {
    const result = decodeLevelSignals(payload)
    if (result.ok) this.#append(runId, result.value)
    else this.#metrics.snaps.inc({ outcome: 'refused' })
  }

  /** Adds the live snaps that waited: those that the stream did not have. */
  endCatchUp(): void {
    for (const { runId, signals } of this.#pending ?? []) this.#append(runId, signals)
    this.#pending = null
    this.#link = { ...this.#link, isCatchingUp: false }
    this.#epoch++
  }

  statusFrame(): Uint8Array | null {
    return this.#status
  }

  /** @param levelIds null: all levels */
  snapFrame(levelIds: ReadonlySet<string> | null): Uint8Array | null {
    return this.#frames.frame(levelIds)
  }

  /** The history that every client gets at first. */
  historyFrame(): Uint8Array {
    return (this.#history ??= this.historyAnswer(null, WHOLE_HISTORY))
  }

  historyAnswer(id: number | null, query: HistoryQuery): Uint8Array {
    const columns = historyColumns(this.#record.history, query, this.#snapIntervalMs)
    return frameOf({ type: 'history', id, runId: this.#record.runId, ...columns })
  }

  /** Changes after one that is known; null: all of them, in place of what was known. */
  eventsFrame(seq: number | null): Uint8Array {
    let frame = this.#events.get(seq)
    if (frame === undefined) {
      frame = frameOf(this.#record.log.since(seq))
      this.#events.set(seq, frame)
    }
    return frame
  }

  #append(runId: string | null, signals: LevelSignals): Recorded {
    const seqBefore = this.#record.log.lastSeq
    const outcome = this.#record.append(runId, signals)
    const { history, log } = this.#record
    this.#metrics.snaps.inc({ outcome })
    this.#metrics.historySnaps.set(history.snapCount)
    this.#metrics.historyEntries.set(history.entryCount)
    this.#metrics.historyDropped.set(history.droppedSnaps)
    this.#metrics.historyUnkept.set(history.unkeptEntries)
    this.#history = null
    if (outcome === 'restarted' || log.lastSeq !== seqBefore) this.#events.clear()
    return outcome
  }

  #wait(runId: string | null, signals: LevelSignals): void {
    this.#pending ??= []
    this.#pending.push({ runId, signals })
    if (this.#pending.length <= PENDING_MAX) return
    this.#pending.shift()
    this.#metrics.pendingDropped.inc()
  }
}
