import { decodeMarketEvent, isMarketSubject } from '@levels/contracts'
import { isSoundStamp } from './event-time.ts'
import { symbolOf } from './message-subject.ts'
import { type SymbolGate, SymbolVerdict } from './symbol-gate.ts'

/** Finds where a source of messages begins, by a look at its first ones; changes nothing. */
export class SourceBegin {
  readonly #gate: SymbolGate
  #firstRecvNs: bigint | null = null
  #firstEventNs: bigint | null = null

  constructor(gate: SymbolGate) {
    this.#gate = gate
  }

  /** Capture time of the first valid event with sound times, Unix ns; null before it. */
  get firstRecvNs(): bigint | null {
    return this.#firstRecvNs
  }

  /**
   * Event time of the first of them that the gate takes, Unix ns; null before it. Another's would
   * make whatever happened before it late.
   */
  get firstEventNs(): bigint | null {
    return this.#firstEventNs
  }

  /** @returns whether both are known, so that no more need be looked at */
  look(subject: string, payload: string | Uint8Array): boolean {
    const { pair } = this.#gate
    if (!isMarketSubject(subject)) return false
    const decoded = decodeMarketEvent(subject, payload, { tickSize: pair.tick, isTerse: true })
    if (!decoded.ok || !isSoundStamp(decoded.value.event)) return false
    const { tsEventNs, tsRecvNs } = decoded.value.event
    this.#firstRecvNs ??= tsRecvNs
    const verdict = this.#gate.verdictOn(subject, symbolOf(decoded.value))
    if (verdict !== SymbolVerdict.Accept) return false
    this.#firstEventNs = tsEventNs
    return true
  }
}
