/** Batches that may be on their way to a client: a second of snaps, so that a long way costs nothing. */
const BATCHES_MAX = 4

/** Marks go over the wire as one byte: far more than there can be between two that are known. */
const MARKS = 256
const PAYLOADS: readonly Uint8Array[] = Array.from({ length: MARKS }, (_, n) => Buffer.of(n))
const NO_PAYLOAD: Uint8Array = Buffer.alloc(0)

/**
 * What a client has been sent and not yet told to have read. The system's own buffers take megabytes
 * for a client that reads slowly, and what is in them grows old there. So a ping follows each batch,
 * with the batch's mark as its payload; the pong with the same mark says that all before it was read.
 */
export class Unanswered {
  #sent = 0
  #answered = 0
  /** The last batch behind which nothing may follow before it is answered. */
  #large = 0

  /** Whether there is room for another batch. */
  get isFull(): boolean {
    return this.#sent - this.#answered >= BATCHES_MAX || this.#answered < this.#large
  }

  /** Of a ping that is sent now, whatever is before it: the mark of the last batch. */
  get payload(): Uint8Array {
    return PAYLOADS[this.#sent % MARKS] ?? NO_PAYLOAD
  }

  /** Counts a batch as sent. @param isLarge it fills the way alone, whatever room there is */
  add(isLarge: boolean): void {
    this.#sent++
    if (isLarge) this.#large = this.#sent
  }

  /** Takes the payload of a pong; one that was not asked for changes nothing. */
  answer(payload: Uint8Array): void {
    const [mark] = payload
    if (mark === undefined || payload.length !== 1) return
    const count = (mark - (this.#answered % MARKS) + MARKS) % MARKS
    if (count <= this.#sent - this.#answered) this.#answered += count
  }
}
