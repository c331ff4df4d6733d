/** Messages given in one turn of the event loop: enough to be quick, few enough to let others in. */
export const MESSAGES_A_TURN = 256

/**
 * Runs a piece of work in turns of the event loop, as long as it says that there is more. Each has
 * its own turns: one that is slow delays the others by a turn, and never stops them.
 */
export class Turns {
  readonly #work: () => boolean
  #handle: NodeJS.Immediate | null = null
  #isEnded = false

  /** @param work does a part, and says whether there is more to do */
  constructor(work: () => boolean) {
    this.#work = work
  }

  /** There is something to do. */
  request(): void {
    if (this.#handle !== null || this.#isEnded) return
    this.#handle = setImmediate(() => {
      this.#handle = null
      let hasMore = true
      try {
        hasMore = this.#work()
      } finally {
        // What throws ends the process, unless its owner decided otherwise: then it goes on.
        if (hasMore) this.request()
      }
    })
  }

  end(): void {
    this.#isEnded = true
    if (this.#handle !== null) clearImmediate(this.#handle)
    this.#handle = null
  }
}
