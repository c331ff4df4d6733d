import type { ClientOutlet, ClientView } from './client-view.ts'
import { Slot } from './client-view.ts'
import type { LiveSession } from './live-session.ts'
import type { ClientMessage, HistoryCommand } from './messages.ts'

/** What one client sees of the live session: which levels, and which changes it has been told. */
export class LiveView implements ClientView {
  readonly initialSlots =
    Slot.Hello | Slot.Link | Slot.Status | Slot.Snap | Slot.History | Slot.Events
  readonly outlet: ClientOutlet
  readonly #session: LiveSession
  readonly #onClosed: (view: LiveView) => void
  #levelIds: ReadonlySet<string> | null = null
  #query: HistoryCommand | null = null
  #epoch: number
  #eventSeq: number | null = null

  constructor(session: LiveSession, outlet: ClientOutlet, onClosed: (view: LiveView) => void) {
    this.#session = session
    this.outlet = outlet
    this.#onClosed = onClosed
    this.#epoch = session.epoch
  }

  render(slot: Slot): Uint8Array | null {
    const session = this.#session
    switch (slot) {
      case Slot.Link:
        return session.linkFrame()
      case Slot.Status:
        return session.statusFrame()
      case Slot.Snap:
        return session.snapFrame(this.#levelIds)
      case Slot.History:
        return session.historyFrame()
      case Slot.Events:
        return this.#events()
      case Slot.Answer:
        return this.#answer()
      default:
        return null
    }
  }

  handle(message: ClientMessage): void {
    if (message.type === 'subscribe') {
      this.#levelIds = message.levelIds === null ? null : new Set([...message.levelIds].sort())
      this.outlet.offer(Slot.Snap)
    } else if (message.type === 'history') {
      this.#query = message
      this.outlet.offer(Slot.Answer)
    } else {
      this.outlet.refuse('NOT_IN_MODE', `expected a command of live, was ${message.type}`)
    }
  }

  close(): void {
    this.#onClosed(this)
  }

  /** Those since the last; all of them where what was told is no longer so. */
  #events(): Uint8Array {
    if (this.#epoch !== this.#session.epoch) this.#eventSeq = null
    const frame = this.#session.eventsFrame(this.#eventSeq)
    this.#epoch = this.#session.epoch
    this.#eventSeq = this.#session.lastEventSeq
    return frame
  }

  #answer(): Uint8Array | null {
    if (this.#query === null) return null
    const { id, ...query } = this.#query
    this.#query = null
    return this.#session.historyAnswer(id, query)
  }
}
