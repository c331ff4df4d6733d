import { invariant } from '@levels/kernel'
import type { StateReader, StateWriter } from '@levels/kernel'
import { OptionFlowPacker, unpackOptionFlow } from './option-flow-packer.ts'

const START_SIZE = 1_024
const COLUMN_COUNT = 7

/** What a trade added to a window's sums, to be taken back when it leaves. */
export interface OptionFlowEntry {
  /** Number of the expiry's chain, and rows in it and in the chain of all expiries. */
  chain: number
  row: number
  allRow: number
  right: number
  /** 0 when nothing is known, or the aggressor is not. */
  gammaMicro: number
  volume: number
  coveredVolume: number
}

/** Called for every entry that leaves a window. Borrowed, valid during the call. */
export type ExpiryObserver = (windowIndex: number, entry: Readonly<OptionFlowEntry>) => void

/**
 * One queue of trades for several windows of time: each window has its own end in it, so a trade
 * is stored once. Adding and expiring are O(1) amortised for each window. Memory: 64 bytes a
 * trade of the longest window, up to `capacity`; beyond it the oldest trade leaves every window
 * it is still in, and is counted.
 */
export class OptionFlowRing {
  readonly #windowsNs: readonly number[]
  readonly #capacity: number
  readonly #observer: ExpiryObserver
  #times = new Float64Array(START_SIZE)
  #columns = new Float64Array(START_SIZE * COLUMN_COUNT)
  /** Trades so far; trade k lies in slot k mod size. */
  #head = 0
  /** The oldest trade each window still holds. */
  readonly #tails: Float64Array
  #droppedCount = 0
  readonly #entry: OptionFlowEntry = {
    chain: 0,
    row: 0,
    allRow: 0,
    right: 0,
    gammaMicro: 0,
    volume: 0,
    coveredVolume: 0,
  }

  constructor(windowsNs: readonly number[], capacity: number, observer: ExpiryObserver) {
    invariant(
      capacity >= START_SIZE && windowsNs.every((windowNs) => windowNs > 0),
      'a ring of option flow has room for 1,024 trades and windows of some length',
    )
    this.#windowsNs = windowsNs
    this.#capacity = 2 ** Math.ceil(Math.log2(capacity))
    this.#observer = observer
    this.#tails = new Float64Array(windowsNs.length)
  }

  /** Trades that left before their time because the ring was full. */
  get droppedCount(): number {
    return this.#droppedCount
  }

  /** @param tsRelNs not before any earlier one */
  push(tsRelNs: number, entry: Readonly<OptionFlowEntry>): void {
    if (this.#windowsNs.length === 0) return
    const tail = this.#oldestTail()
    if (this.#head - tail === this.#times.length) this.#makeRoom(tail)
    const slot = this.#head++ & (this.#times.length - 1)
    this.#times[slot] = tsRelNs
    const at = slot * COLUMN_COUNT
    this.#columns[at] = entry.chain
    this.#columns[at + 1] = entry.row
    this.#columns[at + 2] = entry.allRow
    this.#columns[at + 3] = entry.right
    this.#columns[at + 4] = entry.gammaMicro
    this.#columns[at + 5] = entry.volume
    this.#columns[at + 6] = entry.coveredVolume
  }

  /** Lets everything at or before `tsRelNs − window` leave each window. */
  advanceTo(tsRelNs: number): void {
    const mask = this.#times.length - 1
    for (let w = 0; w < this.#tails.length; w++) {
      const edgeNs = tsRelNs - (this.#windowsNs[w] ?? 0)
      let tail = this.#tails[w] ?? 0
      while (tail < this.#head && (this.#times[tail & mask] ?? 0) <= edgeNs) {
        this.#observer(w, this.#load(tail & mask))
        tail++
      }
      this.#tails[w] = tail
    }
  }

  /** Empties every window without telling the observer. */
  clear(): void {
    this.#head = 0
    this.#tails.fill(0)
  }

  encode(writer: StateWriter): void {
    const tail = this.#oldestTail()
    const mask = this.#times.length - 1
    writer.number(this.#droppedCount).number(this.#head - tail)
    for (const own of this.#tails) writer.number(own - tail)
    const packer = new OptionFlowPacker(writer)
    for (let k = tail; k < this.#head; k++) {
      const slot = k & mask
      packer.put(this.#times[slot] ?? 0, this.#columns, slot * COLUMN_COUNT)
    }
    packer.end()
  }

  /** Replaces the state with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.clear()
    this.#droppedCount = reader.number()
    const count = reader.number()
    const tails = Array.from(this.#tails, () => reader.number())
    while (this.#times.length < count) this.#grow(0)
    unpackOptionFlow(reader, count, this.#times, this.#columns)
    this.#head = count
    this.#tails.set(tails)
  }

  #oldestTail(): number {
    let oldest = this.#head
    for (const tail of this.#tails) if (tail < oldest) oldest = tail
    return oldest
  }

  #load(slot: number): OptionFlowEntry {
    const entry = this.#entry
    const at = slot * COLUMN_COUNT
    entry.chain = this.#columns[at] ?? 0
    entry.row = this.#columns[at + 1] ?? 0
    entry.allRow = this.#columns[at + 2] ?? 0
    entry.right = this.#columns[at + 3] ?? 0
    entry.gammaMicro = this.#columns[at + 4] ?? 0
    entry.volume = this.#columns[at + 5] ?? 0
    entry.coveredVolume = this.#columns[at + 6] ?? 0
    return entry
  }

  #makeRoom(tail: number): void {
    if (this.#times.length < this.#capacity) {
      this.#grow(tail)
      return
    }
    const entry = this.#load(tail & (this.#times.length - 1))
    for (let w = 0; w < this.#tails.length; w++) {
      if (this.#tails[w] !== tail) continue
      this.#observer(w, entry)
      this.#tails[w] = tail + 1
    }
    this.#droppedCount++
  }

  /** Doubles the arrays and numbers the trades from 0 again. */
  #grow(tail: number): void {
    const size = this.#times.length
    const times = new Float64Array(size * 2)
    const columns = new Float64Array(size * 2 * COLUMN_COUNT)
    for (let k = tail; k < this.#head; k++) {
      const slot = k & (size - 1)
      times[k - tail] = this.#times[slot] ?? 0
      const at = slot * COLUMN_COUNT
      columns.set(this.#columns.subarray(at, at + COLUMN_COUNT), (k - tail) * COLUMN_COUNT)
    }
    this.#times = times
    this.#columns = columns
    this.#head -= tail
    for (let w = 0; w < this.#tails.length; w++) this.#tails[w] = (this.#tails[w] ?? 0) - tail
  }
}
