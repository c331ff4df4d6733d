import { BOOK_SLOTS, invariant } from '@levels/kernel'
import type { DepthEvent, StateReader, StateWriter } from '@levels/kernel'

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

  /** A copy of the newest update, null before the first. */
  newest(): BookRecord | null {
    return this.#count === 0 ? null : this.#recordAt(this.#indexOf(this.#count - 1))
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
    let lastNs = 0
    let lastSeq = 0
    const lastBook = new Int32Array(BOOK_SLOTS)
    for (let i = 0; i < this.#count; i++) {
      const at = this.#indexOf(i)
      const tsRelNs = this.#tsRelNs[at] ?? 0
      const seq = this.#seqs[at] ?? 0
      writer
        .delta(tsRelNs, lastNs)
        .delta(this.#tsRecvRelNs[at] ?? 0, tsRelNs)
        .delta(seq, lastSeq)
      writer.delta(this.#bidCounts[at] ?? 0, 0).delta(this.#askCounts[at] ?? 0, 0)
      writer.delta(this.#snapshots[at] ?? 0, 0)
      for (let slot = 0; slot < BOOK_SLOTS; slot++) {
        const value = this.#books[at * BOOK_SLOTS + slot] ?? 0
        writer.delta(value, lastBook[slot] ?? 0)
        lastBook[slot] = value
      }
      lastNs = tsRelNs
      lastSeq = seq
    }
  }

  /** Replaces the history with what `encode` wrote. */
  decode(reader: StateReader): void {
    const droppedCount = reader.number()
    const count = reader.number()
    this.#count = 0
    this.#next = 0
    const book = new Int32Array(BOOK_SLOTS)
    let tsRelNs = 0
    let seq = 0
    for (let i = 0; i < count; i++) {
      tsRelNs = reader.delta(tsRelNs)
      const tsRecvRelNs = reader.delta(tsRelNs)
      seq = reader.delta(seq)
      const bidCount = reader.delta(0)
      const askCount = reader.delta(0)
      const isSnapshot = reader.delta(0) === 1
      for (let slot = 0; slot < BOOK_SLOTS; slot++) book[slot] = reader.delta(book[slot] ?? 0)
      this.add({ tsRelNs, tsRecvRelNs, seq, bidCount, askCount, isSnapshot, book })
    }
    this.#droppedCount = droppedCount
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
