import { newYorkTime } from './new-york-time.ts'
import type { Channel } from './terminal.ts'

/** How far a run is. */
export interface RunProgress {
  /** Share of the input read, 0–1. */
  readonly share: number
  /** Event time, Unix ms; null before the first event. */
  readonly eventTs: number | null
  readonly eventCount: number
}

const TERMINAL_INTERVAL_MS = 100
const LOG_INTERVAL_MS = 5_000
const BAR_MAX = 28
const BAR_MIN = 8
/** Room for the longest text beside the bar, so that the bar keeps its length. */
const TEXT_COLUMNS = 62
/** Before that, how long it will take is a guess. */
const FORECAST_SHARE = 0.01

/**
 * Share of input, event time, events a second and time left: on a terminal one line that keeps up,
 * elsewhere a line every five seconds.
 */
export class ProgressLine {
  readonly #channel: Channel
  readonly #startMs: number
  readonly #nowMs: () => number
  #shownMs: number

  constructor(channel: Channel, nowMs: () => number = () => performance.now()) {
    this.#channel = channel
    this.#nowMs = nowMs
    this.#startMs = nowMs()
    this.#shownMs = this.#startMs
  }

  /** Shows the progress if it is time to; cheap to call often. */
  update(progress: RunProgress): void {
    const { isTTY, columns } = this.#channel
    const now = this.#nowMs()
    if (now - this.#shownMs < (isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS)) return
    this.#shownMs = now
    const text = progressText(progress, (now - this.#startMs) / 1_000)
    if (!isTTY) return this.#channel.write(`${text}\n`)
    const barColumns = Math.min(BAR_MAX, columns - TEXT_COLUMNS)
    if (barColumns < BAR_MIN) return this.#rewrite(text.slice(0, columns - 1))
    const room = columns - 1 - barColumns - 1
    this.#rewrite(`${this.#bar(progress.share, barColumns)} ${text.slice(0, room)}`)
  }

  /** Says on a terminal what is being done where nothing can be counted. */
  note(text: string): void {
    const { isTTY, columns } = this.#channel
    if (isTTY) this.#rewrite(text.slice(0, columns - 1))
  }

  /** Removes the line from a terminal; what follows starts on a clean one. */
  clear(): void {
    if (this.#channel.isTTY) this.#rewrite('')
  }

  #rewrite(text: string): void {
    this.#channel.write(`\r\u001b[2K${text}`)
  }

  #bar(share: number, width: number): string {
    const done = Math.round(share * width)
    const { paint } = this.#channel
    return `${paint('cyan', '━'.repeat(done))}${paint('dim', '─'.repeat(width - done))}`
  }
}

/** One line of progress after so many seconds. */
export function progressText(progress: RunProgress, elapsedS: number): string {
  const { share, eventTs, eventCount } = progress
  const rate = elapsedS > 0 ? eventCount / elapsedS : 0
  const leftS = share >= FORECAST_SHARE ? (elapsedS * (1 - share)) / share : null
  return [
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    eventTs === null ? 'no event yet' : `${newYorkTime(eventTs)} New York`,
    `${Math.round(rate).toLocaleString('en-US')} events/s`,
    ...(leftS === null ? [] : [`${durationText(leftS)} left`]),
  ].join('   ')
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}
