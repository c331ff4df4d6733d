import { invariant } from './errors.ts'
import type { StateReader, StateWriter } from './state-codec.ts'
import { TickEntries } from './tick-entries.ts'

const PAGE_BITS = 8
const PAGE_TICKS = 1 << PAGE_BITS
const PAGE_MASK = PAGE_TICKS - 1
/** Most pages in use at once: 262,144 ticks, far more than any market moves within a window. */
export const PAGE_CAPACITY = 1_024

interface Page {
  readonly index: number
  /** `channels` sums for each of `PAGE_TICKS` ticks. */
  readonly sums: Float64Array
  /** Entries in the window that lie on this page; the page is recycled at zero. */
  entries: number
}

export interface TickWindowOptions {
  /** Length in ns: at time t the window holds what has `t − windowNs < ts ≤ t`. */
  readonly windowNs: number
  /** Independent sums kept for every tick, 1–256. */
  readonly channels: number
  /**
   * Most entries held at once, 1,024 or more, rounded up to a power of two. Beyond it the oldest
   * leaves early and is counted.
   */
  readonly capacity: number
}

/**
 * Exact sums per price tick over a rolling window of time.
 *
 * Adding and expiring are O(1) amortised, reading a zone is O(ticks), whatever the number of
 * entries. Amounts are integers, so sums never drift: a window that lived through a day equals
 * one rebuilt from its entries. Memory: 8 bytes an entry up to `capacity` (28 for one unlike the one
 * before it; grown as entries come, then kept), and 8 · channels bytes a tick for the pages touched
 * by the window, at most `PAGE_CAPACITY` of 256 ticks each: beyond that the oldest entries leave
 * early, counted.
 */
export class TickWindow {
  readonly windowNs: number
  readonly #channels: number
  readonly #capacity: number
  readonly #entries = new TickEntries()
  #droppedCount = 0
  #pages = new Map<number, Page>()
  #spare: Page[] = []
  #lastPage: Page | null = null

  constructor({ windowNs, channels, capacity }: TickWindowOptions) {
    invariant(windowNs > 0 && capacity >= 1024, 'a window has length and room')
    invariant(channels > 0 && channels <= 256, 'a window has 1 to 256 channels')
    this.windowNs = windowNs
    this.#channels = channels
    this.#capacity = 2 ** Math.ceil(Math.log2(capacity))
  }

  /** Entries that left before their time because the window was full. */
  get droppedCount(): number {
    return this.#droppedCount
  }

  get count(): number {
    return this.#entries.count
  }

  /**
   * Adds an amount and advances the window to its time.
   *
   * @param tsNs not before any earlier call's
   * @param tick a 32-bit integer
   * @param channel an integer below `channels`
   * @param amount a safe integer; a sum of them stays one while amounts are below 2³²
   */
  add(tsNs: number, tick: number, channel: number, amount: number): void {
    this.advanceTo(tsNs)
    this.addNow(tick, channel, amount)
  }

  /** Adds an amount at the time the window was last advanced to. */
  addNow(tick: number, channel: number, amount: number): void {
    // What is taken out must equal what was put in.
    invariant((tick | 0) === tick && Number.isSafeInteger(amount), 'ticks and amounts are integers')
    invariant(channel >= 0 && channel < this.#channels, 'an entry belongs to a channel')
    if (this.#entries.count >= this.#capacity) this.#dropOldest()
    this.#addToPage(tick, channel, amount)
    this.#entries.push(tick, channel, amount)
  }

  /** Lets everything at or before `tsNs − windowNs` leave. */
  advanceTo(tsNs: number): void {
    invariant(tsNs >= this.#entries.nowNs, 'a window never goes back in time')
    this.#entries.nowNs = tsNs
    this.#expire()
  }

  /**
   * `advanceTo` for hot callers: a double handed to a function is allocated wherever the engine
   * does not inline the call, an object that holds it is not.
   */
  advanceWith(now: { readonly tsRelNs: number }): void {
    invariant(now.tsRelNs >= this.#entries.nowNs, 'a window never goes back in time')
    this.#entries.nowNs = now.tsRelNs
    this.#expire()
  }

  #expire(): void {
    const entries = this.#entries
    const edge = entries.nowNs - this.windowNs
    while (entries.count > 0 && entries.oldest.tsNs <= edge) this.#removeOldest()
  }

  /**
   * Adds up the ticks `loTick … hiTick`.
   *
   * @param out receives one sum per channel, overwritten
   */
  sumInto(loTick: number, hiTick: number, out: Float64Array): void {
    const channels = this.#channels
    for (let c = 0; c < channels; c++) out[c] = 0 // what `fill` does, without a call
    for (let tick = loTick; tick <= hiTick;) {
      const page = this.#pages.get(tick >> PAGE_BITS)
      const pageEnd = Math.min(hiTick, tick | PAGE_MASK)
      if (page === undefined) {
        tick = pageEnd + 1
        continue
      }
      const sums = page.sums
      for (; tick <= pageEnd; tick++) {
        const base = (tick & PAGE_MASK) * channels
        for (let c = 0; c < channels; c++) out[c] = (out[c] ?? 0) + (sums[base + c] ?? 0)
      }
    }
  }

  encode(writer: StateWriter): void {
    writer.number(this.#entries.nowNs).number(this.#droppedCount)
    this.#entries.encode(writer)
  }

  /** Replaces what the window holds with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#entries.nowNs = reader.number()
    this.#droppedCount = reader.number()
    this.#pages.clear()
    this.#spare = []
    this.#lastPage = null
    this.#entries.decode(reader, (tick, channel, amount) => {
      this.#addToPage(tick, channel, amount)
    })
  }

  #addToPage(tick: number, channel: number, amount: number): void {
    const page = this.#pageFor(tick)
    page.entries++
    const slot = (tick & PAGE_MASK) * this.#channels + channel
    page.sums[slot] = (page.sums[slot] ?? 0) + amount
  }

  #removeOldest(): void {
    const { tick, channel, amount } = this.#entries.oldest
    this.#entries.shift()
    const page = this.#pageFor(tick)
    const slot = (tick & PAGE_MASK) * this.#channels + channel
    page.sums[slot] = (page.sums[slot] ?? 0) - amount
    if (--page.entries === 0) {
      this.#pages.delete(page.index)
      this.#spare.push(page)
      this.#lastPage = null
    }
  }

  #dropOldest(): void {
    this.#removeOldest()
    this.#droppedCount++
  }

  #pageFor(tick: number): Page {
    const index = tick >> PAGE_BITS
    const last = this.#lastPage
    if (last !== null && last.index === index) return last
    let page = this.#pages.get(index)
    if (page === undefined) {
      while (this.#pages.size >= PAGE_CAPACITY) {
        this.#dropOldest() // every page in use holds entries, so one comes free
      }
      const spare = this.#spare.pop()
      page = {
        index,
        sums: spare?.sums ?? new Float64Array(PAGE_TICKS * this.#channels),
        entries: 0,
      }
      this.#pages.set(index, page)
    }
    this.#lastPage = page
    return page
  }
}
