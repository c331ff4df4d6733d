import { NS_PER_MINUTE } from '@levels/kernel'
import type { StateReader, StateWriter } from '@levels/kernel'
import type { Now } from './now.ts'

/** Bars kept: those of a day with a trade in every minute. The oldest gives way. */
const MINUTE_BARS_CAPACITY = 1_440

/** One minute of trades, in price units; a minute without trades has no bar. */
export interface MinuteBar {
  readonly startRelNs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  /** False while its minute lasts. */
  readonly isComplete: boolean
}

/** One-minute bars aligned to the clock. Adding is O(1), memory 69 kB. */
export class MinuteBars {
  readonly #starts = new Float64Array(MINUTE_BARS_CAPACITY)
  readonly #opens = new Float64Array(MINUTE_BARS_CAPACITY)
  readonly #highs = new Float64Array(MINUTE_BARS_CAPACITY)
  readonly #lows = new Float64Array(MINUTE_BARS_CAPACITY)
  readonly #closes = new Float64Array(MINUTE_BARS_CAPACITY)
  readonly #volumes = new Float64Array(MINUTE_BARS_CAPACITY)
  /** Bars so far; bar k lies in slot k mod capacity. */
  #count = 0
  /** When the last bar ends. */
  #endRelNs = -Infinity

  onTrade(now: Now, price: number, size: number): void {
    if (now.tsRelNs >= this.#endRelNs) this.#open(now.tsRelNs, price)
    const at = (this.#count - 1) % MINUTE_BARS_CAPACITY
    if (price > (this.#highs[at] ?? 0)) this.#highs[at] = price
    if (price < (this.#lows[at] ?? 0)) this.#lows[at] = price
    this.#closes[at] = price
    this.#volumes[at] = (this.#volumes[at] ?? 0) + size
  }

  /**
   * The bars that end after `tsRelNs − windowNs`, oldest first; the last may be in progress.
   *
   * @param tsRelNs now, not before the last trade
   */
  inWindow(tsRelNs: number, windowNs: number): MinuteBar[] {
    const bars: MinuteBar[] = []
    const oldest = Math.max(0, this.#count - MINUTE_BARS_CAPACITY)
    for (let k = this.#count - 1; k >= oldest; k--) {
      const at = k % MINUTE_BARS_CAPACITY
      const startRelNs = this.#starts[at] ?? 0
      const endRelNs = startRelNs + NS_PER_MINUTE
      if (endRelNs <= tsRelNs - windowNs) break
      bars.push({
        startRelNs,
        open: this.#opens[at] ?? 0,
        high: this.#highs[at] ?? 0,
        low: this.#lows[at] ?? 0,
        close: this.#closes[at] ?? 0,
        volume: this.#volumes[at] ?? 0,
        isComplete: endRelNs <= tsRelNs,
      })
    }
    return bars.reverse()
  }

  encode(writer: StateWriter): void {
    writer.number(this.#count).number(this.#endRelNs)
    const used = Math.min(this.#count, MINUTE_BARS_CAPACITY)
    for (const column of this.#columns()) writer.numbers(column, 0, used)
  }

  /** Replaces the state with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#count = reader.number()
    this.#endRelNs = reader.number()
    for (const column of this.#columns()) {
      column.set(reader.numbers().subarray(0, MINUTE_BARS_CAPACITY))
    }
  }

  #open(tsRelNs: number, price: number): void {
    const startRelNs = Math.floor(tsRelNs / NS_PER_MINUTE) * NS_PER_MINUTE
    this.#endRelNs = startRelNs + NS_PER_MINUTE
    const at = this.#count % MINUTE_BARS_CAPACITY
    this.#count++
    this.#starts[at] = startRelNs
    this.#opens[at] = price
    this.#highs[at] = price
    this.#lows[at] = price
    this.#volumes[at] = 0
  }

  #columns(): Float64Array[] {
    return [this.#starts, this.#opens, this.#highs, this.#lows, this.#closes, this.#volumes]
  }
}
