import type { Bus } from '@levels/bus'
import { lastHeldSeq } from './stream-end.ts'

/** Looks that are remembered while nothing is taken: ten minutes of one a second. */
const LOOKS_MAX = 600

interface Look {
  readonly heldSeq: number
  readonly atMs: number
}

/** How far a consumer is behind its stream, in time: found by looking what the stream holds. */
export class StreamLag {
  readonly #bus: Bus
  readonly #stream: string
  readonly #looks: Look[] = []
  #isLooking = false

  constructor(bus: Bus, stream: string) {
    this.#bus = bus
    this.#stream = stream
  }

  /**
   * Looks whether anything waits now. Never rejects: what cannot be seen leaves all as it was.
   *
   * @param coveredSeq place of the last message taken
   */
  async look(coveredSeq: () => number): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const atMs = performance.now()
    try {
      const heldSeq = await lastHeldSeq(this.#bus, this.#stream, coveredSeq)
      // What waited was taken, or was deleted.
      if (heldSeq <= coveredSeq()) this.#looks.length = 0
      else if (this.#looks.length < LOOKS_MAX) this.#looks.push({ heldSeq, atMs })
    } catch {
      // Whoever needs the stream for more than this says what is wrong.
    } finally {
      this.#isLooking = false
    }
  }

  /** How long the oldest message not yet taken has been waiting at least, ms. */
  behindMs(coveredSeq: number): number {
    const looks = this.#looks
    while (looks[0] !== undefined && looks[0].heldSeq <= coveredSeq) looks.shift()
    return looks[0] === undefined ? 0 : performance.now() - looks[0].atMs
  }
}
