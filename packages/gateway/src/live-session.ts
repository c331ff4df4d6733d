import type { StoredMessage } from '@levels/bus'
import type { Refusal } from '@levels/contracts'
import { decodeLevelSignals, decodeServiceStatus } from '@levels/contracts'
import { refusalsWith } from './bus-refusals.ts'
import { frameOf, frameWith } from './frame.ts'
import type { HistoryQuery } from './history-view.ts'
import { historyColumns, WHOLE_HISTORY } from './history-view.ts'
import type { LinkMessage } from './messages.ts'
import type { Metrics } from './metrics.ts'
import type { PresentSnap } from './present-snap.ts'
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
  /** A live message was refused: `linkFrame` tells of it. */
  readonly onRefused: () => void
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
  readonly #onRefused: () => void
  #status: { readonly ts: number; readonly frame: Uint8Array } | null = null
  #link: LinkMessage = {
    type: 'link',
    isConnected: true,
    reason: null,
    isCatchingUp: false,
    refusedSnaps: null,
    refusedStatuses: null,
  }
  #linkFrame: Uint8Array | null = null
  #pending: PresentSnap[] | null = null
  /** The newest snap that was recorded: of those that wait, none is yet. */
  #newest: PresentSnap | null = null
  #epoch = 0
  #history: Uint8Array | null = null
  readonly #events = new Map<number | null, Uint8Array>()

  constructor({ metrics, limits, snapIntervalMs, onRefused }: LiveSessionOptions) {
    this.#metrics = metrics
    this.#onRefused = onRefused
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

  /** @param reason why the bus is away; null: it is there, or nobody knows why */
  setConnected(isConnected: boolean, reason: string | null): void {
    this.#changeLink({ isConnected, reason, isCatchingUp: false })
    this.#metrics.linkConnected.set(isConnected ? 1 : 0)
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
      this.#refuse('refusedSnaps', result.reject)
      return false
    }
    const snap = { runId, receivedTs: Date.now(), payload, signals: result.value }
    if (this.#pending === null) {
      const outcome = this.#append(snap)
      if (outcome === 'stale' || outcome === 'foreign') return false
      if (outcome === 'restarted') this.#epoch++
    } else this.#wait(snap)
    this.#frames.set(snap)
    return true
  }

  /** Takes a live message of `levels.status`. @returns whether there is something to tell */
  takeStatus(payload: Uint8Array): boolean {
    const refusal = this.#takeStatus(payload, { receivedTs: Date.now(), afterTs: -Infinity })
    if (refusal !== null) this.#refuse('refusedStatuses', refusal)
    return refusal === null
  }

  /** Takes the last status of the stream, unless that or a later one is known already. */
  takeStoredStatus({ data, storedTs }: StoredMessage): void {
    this.#takeStatus(data, { receivedTs: storedTs, afterTs: this.#status?.ts ?? -Infinity })
  }

  /** From here on live snaps wait, so that those of the stream come first. */
  beginCatchUp(): void {
    this.#pending ??= []
    this.#changeLink({ isCatchingUp: true })
  }

  /** Takes a snap of the stream, in the stream's order. */
  takeStored({ data, storedTs }: StoredMessage, runId: string | null): void {
    const result = decodeLevelSignals(data)
    if (!result.ok) {
      this.#metrics.snaps.inc({ outcome: 'refused' })
      return
    }
    const payload = new Uint8Array(data) // the bus takes its bytes back
    this.#append({ runId, receivedTs: storedTs, payload, signals: result.value })
  }

  /**
   * Adds the live snaps that waited: those that the stream did not have. What is newest of all is
   * then the present one: where nothing is published any more, that of the stream.
   *
   * @returns whether another snap is shown than before
   */
  endCatchUp(): boolean {
    for (const snap of this.#pending ?? []) this.#append(snap)
    this.#pending = null
    this.#changeLink({ isCatchingUp: false })
    this.#epoch++
    if (this.#newest === null || this.#newest === this.#frames.snap) return false
    this.#frames.set(this.#newest)
    return true
  }

  /** Made once for all clients, and anew when something has changed. */
  linkFrame(): Uint8Array {
    return (this.#linkFrame ??= frameOf(this.#link))
  }

  statusFrame(): Uint8Array | null {
    return this.#status?.frame ?? null
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

  /** @returns why it is none; null: it is one */
  #takeStatus(
    payload: Uint8Array,
    { receivedTs, afterTs }: { receivedTs: number; afterTs: number },
  ): Refusal | null {
    const result = decodeServiceStatus(payload)
    this.#metrics.statuses.inc({ outcome: result.ok ? 'taken' : 'refused' })
    if (!result.ok) return result.reject
    if (result.value.ts <= afterTs) return null
    const frame = frameWith({ type: 'status', receivedTs }, payload)
    this.#status = { ts: result.value.ts, frame }
    return null
  }

  #refuse(field: 'refusedSnaps' | 'refusedStatuses', refusal: Refusal): void {
    this.#changeLink({ [field]: refusalsWith(this.#link[field], refusal, Date.now()) })
    this.#onRefused()
  }

  #changeLink(change: Partial<LinkMessage>): void {
    this.#link = { ...this.#link, ...change }
    this.#linkFrame = null
  }

  #append(snap: PresentSnap): Recorded {
    const seqBefore = this.#record.log.lastSeq
    const outcome = this.#record.append(snap.runId, snap.signals)
    if (outcome === 'added' || outcome === 'restarted') this.#newest = snap
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

  #wait(snap: PresentSnap): void {
    this.#pending ??= []
    this.#pending.push(snap)
    if (this.#pending.length <= PENDING_MAX) return
    this.#pending.shift()
    this.#metrics.pendingDropped.inc()
  }
}
