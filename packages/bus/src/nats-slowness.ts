import type { NatsLink } from './nats-link.ts'

const PROBE_MS = 500
/** An answer that is this late stood in a queue: the network's part is some milliseconds. */
const LATE_MS = 750

/**
 * Tells whether a connection was lost because we did not read fast enough. The server gives no
 * reason when it cuts off a slow reader, so we ask ourselves: were messages still coming in, and was
 * an answer that stands behind them in the same queue overdue, or our own clock?
 */
export class Slowness {
  readonly #subscriptions = new Set<{ readonly subjects: readonly string[] }>()
  #link: NatsLink | null = null
  #timer: NodeJS.Timeout | null = null
  #tickMs = 0
  /** When our own clock was last found late. */
  #heldUpMs = -Infinity
  #askedMs: number | null = null
  #messageCount = 0
  #messageCountBefore = 0

  /** Watches as long as there are plain subscriptions. */
  watch(link: NatsLink, subscription: { readonly subjects: readonly string[] }): void {
    this.#link = link
    this.#subscriptions.add(subscription)
    this.#tickMs = performance.now()
    this.#timer ??= setInterval(() => {
      this.#tick()
    }, PROBE_MS).unref()
  }

  forget(subscription: { readonly subjects: readonly string[] }): void {
    this.#subscriptions.delete(subscription)
    if (this.#subscriptions.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  /** A message of a plain subscription was given to its handler. */
  count(): void {
    this.#messageCount += 1
  }

  /** The subjects whose messages were dropped by the loss of the connection, if it was for that. */
  onLost(): string[] {
    const nowMs = performance.now()
    const isLate = this.#askedMs !== null && nowMs - this.#askedMs > LATE_MS
    const wasHeldUp = nowMs - this.#heldUpMs < LATE_MS || this.#isHeldUp(nowMs)
    const isFlowing = this.#messageCount > this.#messageCountBefore
    this.#askedMs = null
    if (!isFlowing || !(isLate || wasHeldUp)) return []
    return [...this.#subscriptions].flatMap(({ subjects }) => subjects)
  }

  #isHeldUp(nowMs: number): boolean {
    return nowMs - this.#tickMs > PROBE_MS + LATE_MS
  }

  #tick(): void {
    const nowMs = performance.now()
    if (this.#isHeldUp(nowMs)) this.#heldUpMs = nowMs
    this.#tickMs = nowMs
    this.#messageCountBefore = this.#messageCount
    const link = this.#link
    if (link?.isConnected !== true || this.#askedMs !== null) return
    this.#askedMs = nowMs
    const answered = (): void => {
      this.#askedMs = null
    }
    link.connection.flush().then(answered, answered)
  }
}
