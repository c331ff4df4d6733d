import {
  encodeReject,
  makeReject,
  type Refusal,
  REJECT_CODES,
  type RejectCode,
  Subject,
} from '@levels/contracts'
import type { RefusedMessage } from './refused-message.ts'

export interface RejectReportOptions {
  /** Rejects of one code sent in a second, at most. */
  readonly perSecondMax: number
  /** Sends a reject; `id` tells it from every other of the run. */
  readonly send: (text: string, id: string) => void
  /** Fetches a message that is no longer at hand; null where it cannot be had. */
  readonly fetch: (streamSeq: number) => Promise<Uint8Array | null>
  /** Unix ms. */
  readonly now: () => number
  /** Places in a stream are reported; a plain subscription has none. */
  readonly hasPlaces: boolean
}

/** A refusal in words. */
interface Found {
  /** Unix ms. */
  readonly ts: number
  readonly subject: string
  readonly streamSeq: number
  readonly refusal: Refusal
}

/** Payloads fetched at a time, at most: each is of a reject that passed the rate limit. */
const FETCHES_MAX = 64

/**
 * Tells of refused messages on `levels.rejects`, some of each code a second. It costs nothing to
 * refuse more: counting them all is the run's.
 */
export class RejectReport {
  readonly #options: RejectReportOptions
  readonly #sent = new Map<RejectCode, number>(REJECT_CODES.map((code) => [code, 0]))
  #secondMs = -Infinity
  #fetches = 0
  #suppressedCount = 0

  constructor(options: RejectReportOptions) {
    this.#options = options
  }

  /** Rejects that were counted and not sent. */
  get suppressedCount(): number {
    return this.#suppressedCount
  }

  add(refused: RefusedMessage): void {
    if (!this.#admits(refused.code)) {
      this.#suppressedCount++
      return
    }
    const ts = this.#options.now()
    const { subject, streamSeq } = refused
    const found = { ts, subject, streamSeq, refusal: refused.explain() }
    if (refused.data !== null || !this.#options.hasPlaces || this.#fetches >= FETCHES_MAX) {
      this.#tell(found, refused.data)
      return
    }
    this.#fetches++
    void this.#options
      .fetch(refused.streamSeq)
      .catch(() => null) // the reject is worth sending without it
      .then((data) => {
        this.#fetches--
        this.#tell(found, data)
      })
  }

  /** Sends a reject, without the payload where the server takes no message as large as both. */
  #tell(found: Found, data: Uint8Array | null): void {
    for (const payload of data === null ? [null] : [data, null]) {
      try {
        this.#send(found, payload)
        return
      } catch {
        // The bus does not take it: it is too large, or the bus is closing.
      }
    }
    this.#suppressedCount++
  }

  #admits(code: RejectCode): boolean {
    const { now, perSecondMax } = this.#options
    const nowMs = now()
    if (nowMs - this.#secondMs >= 1_000 || nowMs < this.#secondMs) {
      this.#secondMs = nowMs
      for (const each of REJECT_CODES) this.#sent.set(each, 0)
    }
    const sent = this.#sent.get(code) ?? 0
    if (sent >= perSecondMax) return false
    this.#sent.set(code, sent + 1)
    return true
  }

  #send({ ts, subject, streamSeq, refusal }: Found, data: Uint8Array | null): void {
    const { code, message, path } = refusal
    const place = this.#options.hasPlaces ? streamSeq : null
    const reject = makeReject(
      { ts, subject, streamSeq: place, payload: data ?? '' },
      { code, message, path },
    )
    const text = encodeReject(data === null ? { ...reject, payload: null } : reject)
    this.#options.send(text, `${Subject.Rejects}:${streamSeq}:${code}`)
  }
}
