import { encodeLevelSignalsInUtf8 } from '@levels/contracts'
import type { LevelSignals } from '@levels/contracts'
import { frameWith } from './frame.ts'

/** Messages of narrowed choices held of one snap: while no other comes, clients may go on choosing. */
const NARROWED_MAX = 64

/** The newest snap of the bus. */
export interface PresentSnap {
  readonly runId: string | null
  /** When it came, Unix ms: `receivedTs` of `SnapMessage`. */
  readonly receivedTs: number
  /** As it was published. */
  readonly payload: Uint8Array
  readonly signals: LevelSignals
}

/**
 * The newest snap as messages: made once each, whoever asks for them, and only when somebody does.
 * One for all clients, and one for each narrowed choice of levels that clients have made; of those
 * 64 are held, then all of them are let go.
 */
export class PresentSnapFrames {
  readonly #onMade: () => void
  #snap: PresentSnap | null = null
  #seq = 0
  #whole: Uint8Array | null = null
  readonly #narrowed = new Map<string, Uint8Array>()

  /** @param onMade called for every message that is made */
  constructor(onMade: () => void) {
    this.#onMade = onMade
  }

  get snap(): PresentSnap | null {
    return this.#snap
  }

  set(snap: PresentSnap): void {
    this.#snap = snap
    this.#seq++
    this.#whole = null
    this.#narrowed.clear()
  }

  /** @param levelIds null: all levels */
  frame(levelIds: ReadonlySet<string> | null): Uint8Array | null {
    if (this.#snap === null) return null
    if (levelIds === null) return (this.#whole ??= this.#make(this.#snap, null))
    const key = JSON.stringify([...levelIds])
    let frame = this.#narrowed.get(key)
    if (frame === undefined) {
      frame = this.#make(this.#snap, levelIds)
      if (this.#narrowed.size >= NARROWED_MAX) this.#narrowed.clear()
      this.#narrowed.set(key, frame)
    }
    return frame
  }

  #make(snap: PresentSnap, levelIds: ReadonlySet<string> | null): Uint8Array {
    this.#onMade()
    const { runId, receivedTs, payload, signals } = snap
    const header = { type: 'snap', seq: this.#seq, runId, receivedTs, seekId: null } as const
    if (levelIds === null) return frameWith({ ...header, isNarrowed: false }, payload)
    return frameWith({ ...header, isNarrowed: true }, narrowed(signals, levelIds))
  }
}

/** A payload with these levels only. Equal choices of equal snaps give equal bytes. */
export function narrowed(signals: LevelSignals, levelIds: ReadonlySet<string>): Uint8Array {
  const levels = signals.levels.filter(({ id }) => levelIds.has(id))
  return Buffer.from(encodeLevelSignalsInUtf8({ ...signals, levels }))
}
