import { createHash } from 'node:crypto'
import type { StoredMessage } from '@levels/bus'
import { HEADERS } from '@levels/contracts'
import { invariant } from '@levels/kernel'
import type { SignalPayload } from './signal-payload.ts'
import { boundaryOf } from './signal-message.ts'

/** How many are read ahead: enough for the boundaries of any single message but a long gap's. */
const AHEAD_MAX = 4_096
const AHEAD_MIN = 1_024

/** One payload that a run has published before. */
interface Published {
  readonly boundaryMs: number
  readonly lullSeq: number | null
  readonly sha256: string
}

/**
 * What a payload, made again, is to what was published:
 * - `new`: nothing was published as late as it
 * - `same`: it was published, with these bytes
 * - `different`: it was published with other bytes, or in a lull where it was not now
 * - `gone`: it must have been published, and the stream no longer holds it
 */
export type PublishedMatch = 'new' | 'same' | 'different' | 'gone'

/**
 * The payloads that a run has published already, read along while it makes them again. They come in
 * order of their boundaries, and so does what is compared with them.
 */
export class PublishedSignals {
  readonly #messages: AsyncIterator<StoredMessage>
  readonly #runId: string
  readonly #ahead: Published[] = []
  #at = 0
  /** Up to here, nothing that was read ahead was passed in a lull. */
  #lullAt = 0
  #lastMs: number
  #isEnded = false
  #unmadeCount = 0

  /**
   * @param messages payloads of any run, in their stream's order
   * @param afterMs payloads up to this boundary are passed over, Unix ms
   */
  constructor(messages: AsyncIterable<StoredMessage>, runId: string, afterMs: number) {
    this.#messages = messages[Symbol.asyncIterator]()
    this.#runId = runId
    this.#lastMs = afterMs
  }

  /** Payloads that can be compared before `fill` is needed again. */
  get readyCount(): number {
    return this.#isEnded ? Infinity : this.#ahead.length - this.#at
  }

  /** Published boundaries that were not made again: never any, where nothing differs. */
  get unmadeCount(): number {
    return this.#unmadeCount
  }

  /** The next payload that was published; null when there is none (as far as was read ahead). */
  get next(): Published | null {
    return this.#ahead[this.#at] ?? null
  }

  /**
   * Place of the message before the next lull, whatever was published before that lull; null when
   * there is none (as far as was read ahead).
   */
  get nextLullSeq(): number | null {
    this.#lullAt = Math.max(this.#lullAt, this.#at)
    while (this.#ahead[this.#lullAt]?.lullSeq === null) this.#lullAt++
    return this.#ahead[this.#lullAt]?.lullSeq ?? null
  }

  /** Reads ahead. @throws BusError when the stream cannot be read */
  async fill(): Promise<void> {
    if (this.readyCount > AHEAD_MIN) return
    this.#ahead.splice(0, this.#at)
    this.#lullAt = Math.max(0, this.#lullAt - this.#at)
    this.#at = 0
    while (!this.#isEnded && this.#ahead.length < AHEAD_MAX) {
      const result = await this.#messages.next()
      if (result.done === true) this.#isEnded = true
      else this.#add(result.value)
    }
  }

  /** Says what a payload is to what was published, and goes on behind it. */
  match({ boundaryMs, data, lullSeq }: SignalPayload): PublishedMatch {
    for (;;) {
      const published = this.next
      if (published === null) {
        invariant(this.#isEnded, 'what was published is read ahead before payloads are compared')
        return 'new'
      }
      if (published.boundaryMs > boundaryMs) return 'gone'
      this.#at++
      if (published.boundaryMs < boundaryMs) {
        this.#unmadeCount++
        continue
      }
      const isSame = published.sha256 === sha256(data) && published.lullSeq === lullSeq
      return isSame ? 'same' : 'different'
    }
  }

  #add(message: StoredMessage): void {
    if (message.header(HEADERS.run) !== this.#runId) return
    const boundaryMs = boundaryOf(message)
    // Not after the one before: stored twice, once the server had forgotten the first one's id.
    if (boundaryMs === null || boundaryMs <= this.#lastMs) return
    this.#lastMs = boundaryMs
    const lull = message.header(HEADERS.lull)
    const lullSeq = lull === null ? null : Number(lull)
    this.#ahead.push({ boundaryMs, lullSeq, sha256: sha256(message.data) })
  }
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('base64')
}
