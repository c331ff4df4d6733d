import type { ServiceState } from '@levels/contracts'

/**
 * What can be wrong, worst first:
 * - `BUS_DISCONNECTED`: no connection to the bus
 * - `NO_JETSTREAM`: the server has no streams, or has lost them
 * - `STREAM_MISSING`: a stream is not there, and could not be made
 * - `STREAM_RESET`: a stream has lost its end, or the market stream was made anew, or lacks what is needed
 * - `DIVERGED`: payloads made again differ from those published
 * - `PUBLISH_FAILED`: payloads cannot be stored
 * - `PUBLISH_FORBIDDEN`: the server forbids to publish a subject
 * - `START_FAILED`: recovery failed for another reason, and is tried again
 * - `SLOW_CONSUMER`: messages were dropped because they were not taken fast enough
 * - `LAGGING`: messages wait in the stream for long
 * - `NO_EVENT_SINCE_RECONNECT`: the connection is back, and nothing came yet
 * - `SNAPSHOT_FAILED`: the last snapshot could not be stored
 */
export const REASON_CODES = [
  'BUS_DISCONNECTED',
  'NO_JETSTREAM',
  'STREAM_MISSING',
  'STREAM_RESET',
  'DIVERGED',
  'PUBLISH_FAILED',
  'PUBLISH_FORBIDDEN',
  'START_FAILED',
  'SLOW_CONSUMER',
  'LAGGING',
  'NO_EVENT_SINCE_RECONNECT',
  'SNAPSHOT_FAILED',
] as const
export type ReasonCode = (typeof REASON_CODES)[number]

export interface Reason {
  readonly code: ReasonCode
  readonly message: string
}

/** What the service is doing, whatever is wrong. */
export type Phase = Exclude<ServiceState, 'DEGRADED'>

/** The service's state: what it does, and everything that is wrong. */
export class Health {
  readonly #reasons = new Map<ReasonCode, string>()
  readonly #timers = new Map<ReasonCode, NodeJS.Timeout>()
  readonly #onChange: () => void
  #phase: Phase = 'STARTING'
  #told = ''

  /** @param onChange called when state or reason has become another */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get phase(): Phase {
    return this.#phase
  }

  /** A service that is live, or was until it lost what it needs, and has something wrong is degraded. */
  get state(): ServiceState {
    return this.#phase === 'LIVE' && this.#reasons.size > 0 ? 'DEGRADED' : this.#phase
  }

  /** The worst of what is wrong; null when nothing is. */
  get reason(): Reason | null {
    const code = REASON_CODES.find((candidate) => this.#reasons.has(candidate))
    return code === undefined ? null : { code, message: this.#reasons.get(code) ?? '' }
  }

  has(code: ReasonCode): boolean {
    return this.#reasons.has(code)
  }

  enter(phase: Phase): void {
    this.#phase = phase
    this.#tell()
  }

  raise(code: ReasonCode, message: string): void {
    this.#reasons.set(code, message)
    this.#tell()
  }

  /** Something that happens in moments: it is wrong until so long after the last of them. */
  raiseFor(forMs: number, code: ReasonCode, message: string): void {
    this.raise(code, message)
    clearTimeout(this.#timers.get(code))
    const end = (): void => {
      this.clear(code)
    }
    this.#timers.set(code, setTimeout(end, forMs).unref())
  }

  clear(...codes: readonly ReasonCode[]): void {
    for (const code of codes) this.#reasons.delete(code)
    this.#tell()
  }

  /** A message that merely reads differently is no change. */
  #tell(): void {
    const now = `${this.state} ${this.reason?.code ?? ''}`
    if (now === this.#told) return
    this.#told = now
    this.#onChange()
  }
}
