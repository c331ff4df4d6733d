import type { LevelSignals, Signal } from '@levels/contracts'
import type { EventsMessage, SignalEvent } from './messages.ts'

/** Changes kept, some 3 MB; the oldest go first. */
export const SIGNAL_LOG_CAPACITY = 16_384

/** What a change is told from; any `LevelSignals` is one. */
export interface SignalRow {
  readonly ts: number
  readonly spy: { readonly spot: number | null }
  readonly levels: readonly SignalLevelRow[]
}
type SignalLevelRow = Pick<
  LevelSignals['levels'][number],
  'id' | 'kind' | 'direction' | 'price' | 'signal' | 'confidence' | 'breakScoreSmooth'
>

/**
 * Tells and keeps the changes of signals: a level whose signal differs from that of the snap before,
 * where a level that was not there counts as NEUTRAL. Leaving the payload is no change.
 */
export class SignalLog {
  readonly #capacity: number
  /** Oldest at `#seq % capacity` once it is full. */
  #events: SignalEvent[] = []
  #seq = 0
  #before = new Map<string, Signal>()

  constructor(capacity: number = SIGNAL_LOG_CAPACITY) {
    this.#capacity = capacity
  }

  /** `seq` of the newest change, 0 before the first. */
  get lastSeq(): number {
    return this.#seq
  }

  /** Changes no longer held. */
  get droppedCount(): number {
    return this.#seq - this.#events.length
  }

  /** @returns how many changes the snap brought */
  append(snap: SignalRow): number {
    const seqBefore = this.#seq
    const now = new Map<string, Signal>()
    for (const level of snap.levels) {
      now.set(level.id, level.signal)
      const previous = this.#before.get(level.id) ?? 'NEUTRAL'
      // Without a spot there are no levels: the contract says so.
      if (level.signal !== previous)
        this.#keep(snap.ts, snap.spy.spot ?? level.price, level, previous)
    }
    this.#before = now
    return this.#seq - seqBefore
  }

  clear(): void {
    this.#events = []
    this.#seq = 0
    this.#before = new Map()
  }

  /**
   * The changes after one of them.
   *
   * @param seq of the last change that is known already; null: nothing is known
   */
  since(seq: number | null): EventsMessage {
    const from = Math.max(seq ?? 0, this.droppedCount)
    const events: SignalEvent[] = []
    for (let next = from; next < this.#seq; next++) {
      events.push(this.#events[next % this.#capacity] as SignalEvent)
    }
    const droppedCount = from - (seq ?? 0)
    return { type: 'events', isReset: seq === null, droppedCount, events }
  }

  #keep(ts: number, spot: number, level: SignalLevelRow, previous: Signal): void {
    const at = this.#seq % this.#capacity
    this.#seq++
    this.#events[at] = {
      seq: this.#seq,
      ts,
      levelId: level.id,
      kind: level.kind,
      direction: level.direction,
      price: level.price,
      spot,
      signal: level.signal,
      previous,
      confidence: level.confidence,
      score: level.breakScoreSmooth,
    }
  }
}
