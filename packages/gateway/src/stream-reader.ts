import { setImmediate } from 'node:timers/promises'
import type { Bus, StoredMessage } from '@levels/bus'

/** Messages of all subjects that are gone back from the stream's end at most. */
const MESSAGES_MAX = 1_000_000

/** Reads for no longer than this, ms, before others get their turn. */
const SLICE_MS = 4

/** Reads one subject of a stream from where it left off to its end. */
export class StreamReader {
  readonly #bus: Bus
  readonly #stream: string
  readonly #subject: string
  #nextSeq = 1
  #createdAt: string | null = null

  constructor(bus: Bus, stream: string, subject: string) {
    this.#bus = bus
    this.#stream = stream
    this.#subject = subject
  }

  /**
   * Resolves once all that the stream holds was given, what was added meanwhile too, or as soon as
   * `isEnding` says so.
   *
   * @throws BusError `STREAM_MISSING` and others; it may be called again
   */
  async readToEnd(
    onMessage: (message: StoredMessage) => void,
    isEnding: () => boolean,
  ): Promise<void> {
    for (;;) {
      const { firstSeq, lastSeq, createdAt } = await this.#bus.streamState(this.#stream)
      if (createdAt !== this.#createdAt) this.#nextSeq = 1
      this.#createdAt = createdAt
      const fromSeq = Math.max(firstSeq, this.#nextSeq, lastSeq - MESSAGES_MAX)
      if (fromSeq > lastSeq || isEnding()) return
      await this.#read(fromSeq, lastSeq, onMessage, isEnding)
      if (!isEnding()) this.#nextSeq = lastSeq + 1
    }
  }

  async #read(
    fromSeq: number,
    toSeq: number,
    onMessage: (message: StoredMessage) => void,
    isEnding: () => boolean,
  ): Promise<void> {
    const options = { fromSeq, toSeq, subject: this.#subject }
    let sliceEnd = performance.now() + SLICE_MS
    for await (const message of this.#bus.read(this.#stream, options)) {
      if (isEnding()) return
      onMessage(message)
      if (performance.now() < sliceEnd) continue
      await setImmediate()
      sliceEnd = performance.now() + SLICE_MS
    }
  }
}
