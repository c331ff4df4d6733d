import type { Refusal, RejectCode } from '@levels/contracts'
import { spanText } from '@levels/feed'

/** A message that was refused. */
export interface RefusedMessage {
  readonly subject: string
  readonly streamSeq: number
  readonly code: RejectCode
  /** Borrowed until the call returns; null when it is no longer at hand. */
  readonly data: Uint8Array | null
  /**
   * The code with what was expected, and what came: to be asked before the call returns. Finding the
   * words costs more than refusing, and most that are refused are only counted.
   */
  readonly explain: () => Refusal
}

/** Of an event that came too late. @param behindNs behind the newest one */
export function lateRefusal(behindNs: number): Refusal {
  const message = `expected an event within the lateness, was ${spanText(behindNs)} behind`
  return { code: 'LATE', message, path: '$.ts_event_ns' }
}

/** Of an event that finds no room. @param capacity events that may wait */
export function fullRefusal(capacity: number): Refusal {
  const message = `expected at most ${capacity} events within the lateness, was more`
  return { code: 'TOO_LARGE', message, path: null }
}

/** Of an event that the state does not take. */
export function appliedRefusal(code: 'LATE' | 'DUPLICATE', seq: number): Refusal {
  if (code === 'LATE') {
    const message = 'expected an event not older than those applied'
    return { code, message, path: '$.ts_event_ns' }
  }
  const message = `expected another seq than one applied at this time, was ${seq}`
  return { code, message, path: '$.seq' }
}
