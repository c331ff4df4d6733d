import { newYorkTime } from './summary-text.ts'

/** How far a run is. */
export interface RunProgress {
  /** Share of the input read, 0–1. */
  readonly share: number
  /** Event time, Unix ms; null before the first event. */
  readonly eventTs: number | null
  readonly eventCount: number
}

/** Where progress is written, and when it is: a terminal is rewritten, a log gets few lines. */
export interface ProgressOutput {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const TERMINAL_INTERVAL_MS = 100
const LOG_INTERVAL_MS = 5_000

/** Share of input, event time, events a second and time left: one line that keeps up. */
export class ProgressLine {
  readonly #output: ProgressOutput
  readonly #startMs: number
  readonly #nowMs: () => number
  #shownMs: number

  constructor(output: ProgressOutput, nowMs: () => number = () => performance.now()) {
    this.#output = output
    this.#nowMs = nowMs
    this.#startMs = nowMs()
    this.#shownMs = this.#startMs
  }

  /** Shows the progress if it is time to; cheap to call often. */
  update(progress: RunProgress): void {
    const now = this.#nowMs()
    const interval = this.#output.isTTY === true ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS
    if (now - this.#shownMs < interval) return
    this.#shownMs = now
    const text = progressText(progress, (now - this.#startMs) / 1_000)
    this.#output.write(this.#output.isTTY === true ? `\r\u001b[2K${text}` : `${text}\n`)
  }

  /** Removes the line from a terminal; what follows starts on a clean one. */
  clear(): void {
    if (this.#output.isTTY === true) this.#output.write('\r\u001b[2K')
  }
}

/** One line of progress after so many seconds. */
export function progressText(progress: RunProgress, elapsedS: number): string {
  const { share, eventTs, eventCount } = progress
  const rate = elapsedS > 0 ? eventCount / elapsedS : 0
  const left = share > 0 ? (elapsedS * (1 - share)) / share : null
  return [
    `${(share * 100).toFixed(0).padStart(3)} %`,
    eventTs === null ? '--:--:--' : newYorkTime(eventTs),
    `${Math.round(rate).toLocaleString('en-US')} events/s`,
    left === null ? 'time left unknown' : `${durationText(left)} left`,
  ].join('  ')
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}
