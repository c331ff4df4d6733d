import { setTimeout } from 'node:timers/promises'
import { NS_PER_MS, RangeViolationError } from '@levels/kernel'

/** The wall clock of a paced run; tests bring their own. */
export interface PaceClock {
  /** Milliseconds that never step back. */
  nowMs(): number
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>
}

export const systemPaceClock: PaceClock = {
  nowMs: () => performance.now(),
  async sleep(ms, signal) {
    // An abort is seen by whoever asked for the pause.
    await setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  },
}

/** Lets event time pass at a multiple of wall time. Speed 0 is as fast as possible. */
export class Pacer {
  readonly #nsPerMs: number
  readonly #clock: PaceClock
  #startMs = 0
  #startRelNs: number | null = null

  /** @throws RangeViolationError when the speed is not a finite number ≥ 0 */
  constructor(speed: number, clock: PaceClock) {
    if (!(speed >= 0 && speed < Infinity)) {
      throw new RangeViolationError(`expected a speed ≥ 0, was ${speed}`)
    }
    this.#nsPerMs = speed * NS_PER_MS
    this.#clock = clock
  }

  /** Event time starts to pass, from `tsRelNs`. Only the first call counts. */
  start(tsRelNs: number): void {
    if (this.#startRelNs !== null) return
    this.#startMs = this.#clock.nowMs()
    this.#startRelNs = tsRelNs
  }

  /** What event time it is now: `Infinity` at speed 0, and before the start. */
  nowRelNs(): number {
    if (this.#nsPerMs === 0 || this.#startRelNs === null) return Infinity
    return this.#startRelNs + (this.#clock.nowMs() - this.#startMs) * this.#nsPerMs
  }

  /** Waits until about event time `tsRelNs`, at most a second, so that progress goes on. */
  async sleepUntil(tsRelNs: number, signal: AbortSignal | undefined): Promise<void> {
    const ms = (tsRelNs - this.nowRelNs()) / this.#nsPerMs
    if (ms > 0) await this.#clock.sleep(Math.min(Math.max(ms, 1), 1_000), signal)
  }
}
