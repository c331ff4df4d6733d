import { BOOK_SLOTS, invariant } from '@levels/kernel'
import type { DepthEvent, StateReader, StateWriter } from '@levels/kernel'

/** Numbers of a book that a saved mask tells the changed ones of: half a book. */
const MASKED_SLOTS = BOOK_SLOTS / 2

/** One depth update as it came, a copy that its receiver owns. */
export interface BookRecord extends DepthEvent {
  readonly book: Int32Array
}

/**
 * The newest depth updates, for queries by time. A ring of fixed size, allocated once: 188 bytes
 * an update; a new update takes the place of the oldest.
 */
export class BookHistory {
  readonly #capacity: number
  readonly #books: Int32Array
  readonly #tsRelNs: Float64Array
  readonly #tsRecvRelNs: Float64Array
  readonly #seqs: Float64Array
  readonly #bidCounts: Uint8Array
  readonly #askCounts: Uint8Array
  readonly #snapshots: Uint8Array
  #count = 0
  #next = 0
  #droppedCount = 0

  /** @param capacity updates kept, ≥ 1 */
  constructor(capacity: number) {
    invariant(Number.isInteger(capacity) && capacity >= 1, 'a book history has room')
    this.#capacity = capacity
    this.#books = new Int32Array(capacity * BOOK_SLOTS)
    this.#tsRelNs = new Float64Array(capacity)
    this.#tsRecvRelNs = new Float64Array(capacity)
    this.#seqs = new Float64Array(capacity)
    this.#bidCounts = new Uint8Array(capacity)
    this.#askCounts = new Uint8Array(capacity)
    this.#snapshots = new Uint8Array(capacity)
  }

  /** Updates that gave way to newer ones. */
  get droppedCount(): number {
    return this.#droppedCount
  }

  get count(): number {
    return this.#count
  }

  add(event: DepthEvent): void {
    const at = this.#next
    this.#next = at + 1 === this.#capacity ? 0 : at + 1
    if (this.#count === this.#capacity) this.#droppedCount++
    else this.#count++
    this.#tsRelNs[at] = event.tsRelNs
    this.#tsRecvRelNs[at] = event.tsRecvRelNs
    this.#seqs[at] = event.seq
    this.#bidCounts[at] = event.bidCount
    this.#askCounts[at] = event.askCount
    this.#snapshots[at] = event.isSnapshot ? 1 : 0
    this.#books.set(event.book, at * BOOK_SLOTS)
  }

  /** Copies of the updates with `tsRelNs − windowNs < ts ≤ tsRelNs` still held, oldest first. */
  inWindow(tsRelNs: number, windowNs: number): BookRecord[] {
    const found: BookRecord[] = []
    const edge = tsRelNs - windowNs
    for (let i = this.#count - 1; i >= 0; i--) {
      const at = this.#indexOf(i)
      const ts = this.#tsRelNs[at] ?? 0
      if (ts <= edge) break // they are in order of time
      if (ts <= tsRelNs) found.push(this.#recordAt(at))
    }
    return found.reverse()
  }

  encode(writer: StateWriter): void {
    writer.number(this.#droppedCount).number(this.#count)
    for (const column of this.#columns()) writer.column(column, this.#indexOf(0), this.#count)
    let books: Int32Array = new Int32Array(BOOK_SLOTS)
    let before = 0
    for (let i = 0; i < this.#count; i++) {
      const at = this.#indexOf(i) * BOOK_SLOTS
      this.#encodeBook(writer, at, books, before)
      books = this.#books
      before = at
    }
  }

  /** Replaces the history with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#droppedCount = reader.number()
    this.#count = reader.number()
    this.#next = this.#count % this.#capacity
    for (const column of this.#columns()) reader.column(column, this.#count)
    const book = new Int32Array(BOOK_SLOTS)
    for (let i = 0; i < this.#count; i++) {
      decodeBook(reader, book)
      this.#books.set(book, i * BOOK_SLOTS)
    }
  }

  #columns() {
    const times = [this.#tsRelNs, this.#tsRecvRelNs, this.#seqs]
    return [...times, this.#bidCounts, this.#askCounts, this.#snapshots]
  }

  /** Writes what differs from the book at `before`: most updates change one or two of forty numbers. */
  #encodeBook(writer: StateWriter, at: number, books: Int32Array, before: number): void {
    for (let from = 0; from < BOOK_SLOTS; from += MASKED_SLOTS) {
      let mask = 0
      for (let i = 0; i < MASKED_SLOTS; i++) {
        if (this.#books[at + from + i] !== books[before + from + i]) mask |= 1 << i
      }
      writer.delta(mask, 0)
      for (let slot = from; mask !== 0; slot++, mask >>= 1) {
        if ((mask & 1) === 0) continue
        writer.delta(this.#books[at + slot] ?? 0, books[before + slot] ?? 0)
      }
    }
  }

  /** Place of the i-th oldest update. */
  #indexOf(i: number): number {
    return (this.#next - this.#count + i + this.#capacity) % this.#capacity
  }

  #recordAt(at: number): BookRecord {
    return {
      tsRelNs: this.#tsRelNs[at] ?? 0,
      tsRecvRelNs: this.#tsRecvRelNs[at] ?? 0,
      seq: this.#seqs[at] ?? 0,
      bidCount: this.#bidCounts[at] ?? 0,
      askCount: this.#askCounts[at] ?? 0,
      isSnapshot: this.#snapshots[at] === 1,
      book: this.#books.slice(at * BOOK_SLOTS, (at + 1) * BOOK_SLOTS),
    }
  }
}

/** Makes a book into the one that was written after it. */
function decodeBook(reader: StateReader, book: Int32Array): void {
  for (let from = 0; from < BOOK_SLOTS; from += MASKED_SLOTS) {
    let mask = reader.delta(0)
    for (let slot = from; mask !== 0; slot++, mask >>= 1) {
      if ((mask & 1) !== 0) book[slot] = reader.delta(book[slot] ?? 0)
    }
  }
}
