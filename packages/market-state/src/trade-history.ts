import { Aggressor, invariant } from '@levels/kernel'
import type { FuturesTradeEvent, StateReader, StateWriter } from '@levels/kernel'

/** One ES trade as it came. */
export type TradeRecord = Readonly<FuturesTradeEvent>

/**
 * The newest ES trades, for queries by time and price. A ring of fixed size, allocated once: 37
 * bytes a trade; a new trade takes the place of the oldest.
 */
export class TradeHistory {
  readonly #capacity: number
  readonly #tsRelNs: Float64Array
  readonly #tsRecvRelNs: Float64Array
  readonly #seqs: Float64Array
  readonly #ticks: Int32Array
  readonly #sizes: Int32Array
  readonly #exchanges: Int32Array
  readonly #aggressors: Int8Array
  #count = 0
  #next = 0
  #droppedCount = 0

  /** @param capacity trades kept, ≥ 1 */
  constructor(capacity: number) {
    invariant(Number.isInteger(capacity) && capacity >= 1, 'a trade history has room')
    this.#capacity = capacity
    this.#tsRelNs = new Float64Array(capacity)
    this.#tsRecvRelNs = new Float64Array(capacity)
    this.#seqs = new Float64Array(capacity)
    this.#ticks = new Int32Array(capacity)
    this.#sizes = new Int32Array(capacity)
    this.#exchanges = new Int32Array(capacity)
    this.#aggressors = new Int8Array(capacity)
  }

  /** Trades that gave way to newer ones. */
  get droppedCount(): number {
    return this.#droppedCount
  }

  get count(): number {
    return this.#count
  }

  add(event: FuturesTradeEvent): void {
    const at = this.#next
    this.#next = at + 1 === this.#capacity ? 0 : at + 1
    if (this.#count === this.#capacity) this.#droppedCount++
    else this.#count++
    this.#tsRelNs[at] = event.tsRelNs
    this.#tsRecvRelNs[at] = event.tsRecvRelNs
    this.#seqs[at] = event.seq
    this.#ticks[at] = event.priceTicks
    this.#sizes[at] = event.size
    this.#exchanges[at] = event.exchange
    this.#aggressors[at] = event.aggressor
  }

  /**
   * Trades with `tsRelNs − windowNs < ts ≤ tsRelNs` at `loTick … hiTick` still held, oldest first.
   */
  find(tsRelNs: number, windowNs: number, loTick: number, hiTick: number): TradeRecord[] {
    const found: TradeRecord[] = []
    const edge = tsRelNs - windowNs
    for (let i = this.#count - 1; i >= 0; i--) {
      const at = this.#indexOf(i)
      const ts = this.#tsRelNs[at] ?? 0
      const tick = this.#ticks[at] ?? 0
      if (ts <= edge) break // they are in order of time
      if (ts <= tsRelNs && tick >= loTick && tick <= hiTick) found.push(this.#recordAt(at))
    }
    return found.reverse()
  }

  encode(writer: StateWriter): void {
    const [oldest, count] = [this.#indexOf(0), this.#count]
    writer.number(this.#droppedCount).number(count)
    for (const column of this.#columns()) writer.column(column, oldest, count)
    const end = Math.min(oldest + count, this.#capacity)
    for (const words of this.#words()) {
      writer.words([words.subarray(oldest, end), words.subarray(0, oldest + count - end)])
    }
  }

  /** Replaces the history with what `encode` wrote. */
  decode(reader: StateReader): void {
    this.#droppedCount = reader.number()
    this.#count = reader.number()
    this.#next = this.#count % this.#capacity
    for (const column of this.#columns()) reader.column(column, this.#count)
    for (const words of this.#words()) words.set(reader.words())
  }

  #columns() {
    return [this.#tsRelNs, this.#tsRecvRelNs, this.#seqs, this.#aggressors]
  }

  /** Saved as they are: four bytes a number are copied faster than one is written. */
  #words() {
    return [this.#ticks, this.#sizes, this.#exchanges]
  }

  /** Place of the i-th oldest trade. */
  #indexOf(i: number): number {
    return (this.#next - this.#count + i + this.#capacity) % this.#capacity
  }

  #recordAt(at: number): TradeRecord {
    return {
      tsRelNs: this.#tsRelNs[at] ?? 0,
      tsRecvRelNs: this.#tsRecvRelNs[at] ?? 0,
      seq: this.#seqs[at] ?? 0,
      priceTicks: this.#ticks[at] ?? 0,
      size: this.#sizes[at] ?? 0,
      aggressor: aggressorOf(this.#aggressors[at] ?? 0),
      exchange: this.#exchanges[at] ?? 0,
    }
  }
}

const AGGRESSORS: readonly Aggressor[] = Object.values(Aggressor)

function aggressorOf(code: number): Aggressor {
  return AGGRESSORS.find((aggressor) => aggressor === code) ?? Aggressor.Unknown
}
