import { BOOK_DEPTH, NO_TICK } from '@levels/kernel'

const PAGE_BITS = 8
const PAGE_TICKS = 1 << PAGE_BITS
const PAGE_MASK = PAGE_TICKS - 1
const WORD_BITS = 5
const WORDS = PAGE_TICKS >> WORD_BITS
const LOTS_MAX = 0x7fff_ffff

interface Page {
  index: number
  readonly lots: Int32Array
  /** One bit for each tick that holds lots. */
  readonly occupied: Int32Array
  levelCount: number
}

/**
 * One side of a book: lots per tick, over any range of ticks.
 *
 * Ticks lie on pages of 256, kept only while they hold lots and ordered worst to best; changing
 * a level is O(1) on the page last used and O(log pages) else, and the best levels are read off
 * bit by bit from the last page. Asks are kept under their complement, which turns the order
 * round, so that one code serves both sides. Memory: about 1.1 KiB a page.
 */
export class BookSide {
  readonly #flip: number
  readonly #pages: Page[] = []
  readonly #spare: Page[] = []
  #lastPage: Page | null = null
  /** Key of the last level read out; changes beyond it cannot be seen. */
  #topEdge = -Infinity
  #isTopChanged = true

  /** @param isBid true: the highest tick is best; false: the lowest */
  constructor(isBid: boolean) {
    this.#flip = isBid ? 0 : -1
  }

  /** True when the best ten levels may differ from those that `copyTop10` gave last. */
  get isTopChanged(): boolean {
    return this.#isTopChanged
  }

  lotsAt(tick: number): number {
    const key = tick ^ this.#flip
    const page = this.#find(key >> PAGE_BITS)
    return page === null ? 0 : (page.lots[key & PAGE_MASK] ?? 0)
  }

  /** @returns false when a level cannot hold that much more */
  hasRoom(tick: number, lots: number): boolean {
    return this.lotsAt(tick) + lots <= LOTS_MAX
  }

  /** Adds lots to a level, or takes them off, > −(what it holds). */
  change(tick: number, lotsDelta: number): void {
    const key = tick ^ this.#flip
    const page = this.#find(key >> PAGE_BITS) ?? this.#insert(key >> PAGE_BITS)
    const slot = key & PAGE_MASK
    const before = page.lots[slot] ?? 0
    const after = before + lotsDelta
    page.lots[slot] = after
    if (key >= this.#topEdge) this.#isTopChanged = true
    if (before === 0 || after === 0) this.#occupy(page, slot, after !== 0)
  }

  clear(): void {
    for (const page of this.#pages) this.#retire(page)
    this.#pages.length = 0
    this.#isTopChanged = true
  }

  /**
   * Copies the best ten levels, best first; the rest becomes `NO_TICK` and 0.
   *
   * @returns how many there are
   */
  copyTop10(out: Int32Array, ticksAt: number, lotsAt: number): number {
    let count = 0
    for (let p = this.#pages.length - 1; p >= 0 && count < BOOK_DEPTH; p--) {
      const page = this.#pages[p]
      if (page === undefined) break
      for (let word = WORDS - 1; word >= 0 && count < BOOK_DEPTH; word--) {
        let bits = page.occupied[word] ?? 0
        while (bits !== 0 && count < BOOK_DEPTH) {
          const bit = 31 - Math.clz32(bits)
          bits ^= 1 << bit
          const slot = (word << WORD_BITS) + bit
          const key = (page.index << PAGE_BITS) + slot
          out[ticksAt + count] = key ^ this.#flip
          out[lotsAt + count] = page.lots[slot] ?? 0
          count++
          this.#topEdge = key
        }
      }
    }
    if (count < BOOK_DEPTH) this.#topEdge = -Infinity
    this.#isTopChanged = false
    out.fill(NO_TICK, ticksAt + count, ticksAt + BOOK_DEPTH)
    out.fill(0, lotsAt + count, lotsAt + BOOK_DEPTH)
    return count
  }

  /** Lists every level, best first. */
  levelsInto(ticks: number[], lots: number[]): void {
    ticks.length = 0
    lots.length = 0
    for (let p = this.#pages.length - 1; p >= 0; p--) {
      const page = this.#pages[p]
      for (let slot = PAGE_MASK; page !== undefined && slot >= 0; slot--) {
        const held = page.lots[slot] ?? 0
        if (held === 0) continue
        ticks.push(((page.index << PAGE_BITS) + slot) ^ this.#flip)
        lots.push(held)
      }
    }
  }

  #occupy(page: Page, slot: number, isOccupied: boolean): void {
    const word = slot >> WORD_BITS
    page.occupied[word] = (page.occupied[word] ?? 0) ^ (1 << (slot & 31))
    page.levelCount += isOccupied ? 1 : -1
    if (page.levelCount > 0) return
    this.#pages.splice(this.#position(page.index), 1)
    this.#retire(page)
  }

  /** Keeps an emptied page for reuse. */
  #retire(page: Page): void {
    if (page.levelCount > 0) {
      page.lots.fill(0)
      page.occupied.fill(0)
      page.levelCount = 0
    }
    if (this.#lastPage === page) this.#lastPage = null
    this.#spare.push(page)
  }

  #find(index: number): Page | null {
    const last = this.#lastPage
    if (last !== null && last.index === index) return last
    const page = this.#pages[this.#position(index)]
    if (page === undefined || page.index !== index) return null
    this.#lastPage = page
    return page
  }

  #insert(index: number): Page {
    const page = this.#spare.pop() ?? {
      index,
      lots: new Int32Array(PAGE_TICKS),
      occupied: new Int32Array(WORDS),
      levelCount: 0,
    }
    page.index = index
    this.#pages.splice(this.#position(index), 0, page)
    this.#lastPage = page
    return page
  }

  /** Where the page of an index is, or would be. */
  #position(index: number): number {
    let low = 0
    let high = this.#pages.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#pages[middle]?.index ?? 0) < index) low = middle + 1
      else high = middle
    }
    return low
  }
}
