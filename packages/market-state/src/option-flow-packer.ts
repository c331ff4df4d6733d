import type { StateReader, StateWriter } from '@levels/kernel'

/** Of a trade: time and six of its numbers, gamma in a word of its own. */
const TRADE_WORDS = 4
const PIECE_WORDS = TRADE_WORDS * 4_096
/** In place of the time: the trade has no room in four words, its numbers follow behind all others. */
const LONG = -1
const COLUMNS = 7

const CHAIN_SHIFT = 16
const CHAIN_MASK = 0x3fff
const RIGHT_SHIFT = 30
const COVERED_SHIFT = 31

/**
 * Writes the trades of an `OptionFlowRing`, of which there may be a million, in four words each: the
 * time since the one before; row and row of all; volume, chain, right and whether all of it is
 * covered; gamma. What does not fit is written in full, and any number is read as it was.
 */
export class OptionFlowPacker {
  readonly #writer: StateWriter
  readonly #words = new Int32Array(PIECE_WORDS)
  readonly #longs: number[] = []
  #to = 0
  #lastNs = 0

  constructor(writer: StateWriter) {
    this.#writer = writer
  }

  /** @param columns seven numbers from `at` on, in the order of `OptionFlowEntry` */
  put(tsRelNs: number, columns: Float64Array, at: number): void {
    const words = this.#words
    const to = this.#to
    const chain = columns[at] ?? 0
    const row = columns[at + 1] ?? 0
    const allRow = columns[at + 2] ?? 0
    const right = columns[at + 3] ?? 0
    const gamma = columns[at + 4] ?? 0
    const volume = columns[at + 5] ?? 0
    const covered = columns[at + 6] ?? 0
    const gap = (tsRelNs - this.#lastNs) | 0
    const isTimeShort = gap >= 0 && this.#lastNs + gap === tsRelNs
    const isRowShort = Object.is(row & 0xffff, row) && Object.is(allRow & 0xffff, allRow)
    const isChainShort = Object.is(chain & CHAIN_MASK, chain) && Object.is(right & 1, right)
    const isVolumeShort = Object.is(volume & 0xffff, volume)
    const isCovered = Object.is(covered, volume)
    const isAmountShort = isVolumeShort && (isCovered || Object.is(covered, 0))
    if (isTimeShort && isRowShort && isChainShort && isAmountShort && Object.is(gamma | 0, gamma)) {
      const flags = (right << RIGHT_SHIFT) | (isCovered ? 1 << COVERED_SHIFT : 0)
      words[to] = gap
      words[to + 1] = row | (allRow << 16)
      words[to + 2] = volume | (chain << CHAIN_SHIFT) | flags
      words[to + 3] = gamma
    } else {
      words.fill(0, to, to + TRADE_WORDS)
      words[to] = LONG
      this.#longs.push(tsRelNs, ...columns.subarray(at, at + COLUMNS))
    }
    this.#lastNs = tsRelNs
    this.#to = to + TRADE_WORDS
    if (this.#to === PIECE_WORDS) this.#flush()
  }

  end(): void {
    if (this.#to > 0) this.#flush()
    this.#writer.numbers(this.#longs)
  }

  #flush(): void {
    this.#writer.words([this.#words.subarray(0, this.#to)])
    this.#to = 0
  }
}

/**
 * Reads what `OptionFlowPacker` wrote.
 *
 * @param count trades written
 * @param times receives their times
 * @param columns receives the seven other numbers of each
 */
export function unpackOptionFlow(
  reader: StateReader,
  count: number,
  times: Float64Array,
  columns: Float64Array,
): void {
  const pieces: Int32Array[] = []
  for (let left = count * TRADE_WORDS; left > 0; left -= PIECE_WORDS) pieces.push(reader.words())
  const longs = reader.numbers()
  let tsRelNs = 0
  let long = 0
  for (let k = 0; k < count; k++) {
    const words = pieces[Math.floor((k * TRADE_WORDS) / PIECE_WORDS)] ?? new Int32Array(0)
    const from = (k * TRADE_WORDS) % PIECE_WORDS
    const gap = words[from] ?? 0
    if (gap === LONG) {
      tsRelNs = longs[long] ?? 0
      columns.set(longs.subarray(long + 1, long + 1 + COLUMNS), k * COLUMNS)
      long += 1 + COLUMNS
    } else {
      tsRelNs += gap
      unpack(words, from, columns, k * COLUMNS)
    }
    times[k] = tsRelNs
  }
}

function unpack(words: Int32Array, from: number, columns: Float64Array, at: number): void {
  const rows = words[from + 1] ?? 0
  const rest = words[from + 2] ?? 0
  const volume = rest & 0xffff
  columns[at] = (rest >> CHAIN_SHIFT) & CHAIN_MASK
  columns[at + 1] = rows & 0xffff
  columns[at + 2] = rows >>> 16
  columns[at + 3] = (rest >> RIGHT_SHIFT) & 1
  columns[at + 4] = words[from + 3] ?? 0
  columns[at + 5] = volume
  columns[at + 6] = rest >>> COVERED_SHIFT === 1 ? volume : 0
}
