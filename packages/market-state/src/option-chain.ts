import type { StateReader, StateWriter } from '@levels/kernel'

const START_ROWS = 64

/**
 * Sums per strike: a growing table with one row a strike and a fixed number of integer columns,
 * readable in the order of strikes. A row keeps its number for the life of the chain.
 */
export class OptionChain {
  readonly columns: number
  readonly #rowOf = new Map<number, number>()
  #sums: Float64Array
  /** Strikes in ascending order, and their rows. */
  #strikes = new Int32Array(START_ROWS)
  #rows = new Int32Array(START_ROWS)
  #count = 0

  /** @param columns sums kept for every strike */
  constructor(columns: number) {
    this.columns = columns
    this.#sums = new Float64Array(START_ROWS * columns)
  }

  /** Strikes in the chain. */
  get count(): number {
    return this.#count
  }

  /** The row of a strike, −1 when it has none. */
  findRow(strikeMilli: number): number {
    return this.#rowOf.get(strikeMilli) ?? -1
  }

  /** Adds a strike that has no row yet. @returns its row, all zeros */
  addRow(strikeMilli: number): number {
    if (this.#count === this.#strikes.length) this.#grow()
    const at = this.indexFrom(strikeMilli)
    this.#strikes.copyWithin(at + 1, at, this.#count)
    this.#rows.copyWithin(at + 1, at, this.#count)
    const row = this.#count++
    this.#strikes[at] = strikeMilli
    this.#rows[at] = row
    this.#rowOf.set(strikeMilli, row)
    return row
  }

  add(row: number, column: number, amount: number): void {
    const at = row * this.columns + column
    this.#sums[at] = (this.#sums[at] ?? 0) + amount
  }

  /** Place, in the order of strikes, of the first strike that is not below `strikeMilli`. */
  indexFrom(strikeMilli: number): number {
    let from = 0
    let to = this.#count
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#strikes[middle] ?? 0) < strikeMilli) from = middle + 1
      else to = middle
    }
    return from
  }

  /** @param index place in the order of strikes, 0 … count − 1 */
  strikeAt(index: number): number {
    return this.#strikes[index] ?? 0
  }

  /** @param index place in the order of strikes, 0 … count − 1 */
  sumAt(index: number, column: number): number {
    return this.#sums[(this.#rows[index] ?? 0) * this.columns + column] ?? 0
  }

  encode(writer: StateWriter): void {
    const strikes = new Float64Array(this.#count)
    for (const [strikeMilli, row] of this.#rowOf) strikes[row] = strikeMilli
    writer.numbers(strikes).numbers(this.#sums, 0, this.#count * this.columns)
  }

  /** Fills an empty chain with what `encode` wrote. */
  decode(reader: StateReader): void {
    for (const strikeMilli of reader.numbers()) this.addRow(strikeMilli)
    this.#sums.set(reader.numbers().subarray(0, this.#count * this.columns))
  }

  #grow(): void {
    const size = this.#strikes.length * 2
    const grown = {
      strikes: new Int32Array(size),
      rows: new Int32Array(size),
      sums: new Float64Array(size * this.columns),
    }
    grown.strikes.set(this.#strikes)
    grown.rows.set(this.#rows)
    grown.sums.set(this.#sums)
    this.#strikes = grown.strikes
    this.#rows = grown.rows
    this.#sums = grown.sums
  }
}
