import type { SignalPayload } from './signal-payload.ts'
import type { Outbox } from './outbox.ts'
import type { PublishedMatch, PublishedSignals } from './published-signals.ts'

export interface SignalSinkOptions {
  readonly outbox: Outbox
  /** Told of every payload that was published before this start. */
  readonly onRemade: (payload: SignalPayload, match: Exclude<PublishedMatch, 'new'>) => void
}

/** Where payloads go: to the outbox, but for those that were published before this start. */
export class SignalSink {
  /** What was published before; null: nothing. */
  published: PublishedSignals | null = null
  readonly #options: SignalSinkOptions
  #remadeMs = -Infinity

  constructor(options: SignalSinkOptions) {
    this.#options = options
  }

  /** Boundary up to which every payload is stored, Unix ms; −Infinity before the first. */
  get storedMs(): number {
    return Math.max(this.#remadeMs, this.#options.outbox.ackedBoundaryMs)
  }

  take(payload: SignalPayload): void {
    const match = this.published?.match(payload) ?? 'new'
    if (match === 'new') return this.#options.outbox.push(payload)
    this.#remadeMs = payload.boundaryMs
    this.#options.onRemade(payload, match)
  }
}
