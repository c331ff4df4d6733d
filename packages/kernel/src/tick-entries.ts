import { StateCodecError } from './errors.ts'
import type { StateReader, StateWriter } from './state-codec.ts'

/** Entries lie in pieces of memory of so many words: none is ever moved to make room. */
const PIECE_WORDS = 2 ** 14
/** What begins an entry that two words cannot hold. */
const LONG = -1
const LONG_WORDS = 7
/** End of the piece that is written to. */
const OPEN = -1

interface Piece {
  readonly words: Int32Array
  /** Where its entries end. */
  end: number
}

/** A double as two words, the lower first. */
const double = new DataView(new ArrayBuffer(8))

/** An entry, and where the next one lies. */
class EntryCursor {
  tsNs = 0
  tick = 0
  channel = 0
  amount = 0
  words: Int32Array
  at: number

  constructor(words: Int32Array, at: number) {
    this.words = words
    this.at = at
  }

  set(tsNs: number, tick: number, channel: number, amount: number): void {
    this.tsNs = tsNs
    this.tick = tick
    this.channel = channel
    this.amount = amount
  }

  next(): void {
    const at = this.at
    const gapNs = this.words[at] ?? 0
    if (gapNs === LONG) {
      this.#nextLong(at + 1)
      return
    }
    const packed = this.words[at + 1] ?? 0
    this.tsNs += gapNs
    this.tick += packed >> 24
    this.channel = (packed >> 16) & 0xff
    this.amount = packed & 0xffff
    this.at = at + 2
  }

  #nextLong(at: number): void {
    const words = this.words
    this.set(doubleAt(words, at), words[at + 2] ?? 0, words[at + 3] ?? 0, doubleAt(words, at + 4))
    this.at = at + LONG_WORDS - 1
  }
}

/**
 * The entries of a `TickWindow`, oldest first, in the very words they are saved in, so that saving
 * millions of them is copying memory. An entry is what it differs by from the one before: its time
 * in one word; in the other its tick (8 bits, signed), channel (8) and amount (16). Where that is
 * not enough, a mark comes first and everything is given in full. The oldest entry is in no words.
 */
export class TickEntries {
  /**
   * Time of the entries to come, never before an earlier one. It is no argument of `push`: a double
   * handed to a function is allocated wherever the engine does not inline the call.
   */
  nowNs = -Infinity
  #count = 0
  /** Those in use, oldest first: read in the first, written in the last. */
  #pieces: Piece[] = [{ words: new Int32Array(0), end: OPEN }]
  #spare: Piece[] = []
  #tail: Int32Array = new Int32Array(0)
  #tailAt = 0
  #newestNs = 0
  #newestTick = 0
  readonly #oldest = new EntryCursor(this.#tail, 0)
  #headEnd = OPEN

  get count(): number {
    return this.#count
  }

  /** Meaningless when there is none. Borrowed: it is another one after `shift`. */
  get oldest(): Readonly<Pick<EntryCursor, 'tsNs' | 'tick' | 'channel' | 'amount'>> {
    return this.#oldest
  }

  /**
   * @param tick a 32-bit integer
   * @param channel 0–255
   */
  push(tick: number, channel: number, amount: number): void {
    if (this.#count++ === 0) this.#putFirst(tick, channel, amount)
    else {
      if (this.#tailAt + LONG_WORDS > this.#tail.length) this.#beginPiece()
      const at = this.#tailAt
      const gapNs = this.nowNs - this.#newestNs
      const gap = gapNs | 0
      const step = tick - this.#newestTick
      const isNear = gap === gapNs && this.#newestNs + gap === this.nowNs
      if (isNear && (step << 24) >> 24 === step && (amount & 0xffff) === amount) {
        const words = this.#tail
        words[at] = gap
        words[at + 1] = (step << 24) | (channel << 16) | amount
        this.#tailAt = at + 2
      } else this.#putLong(tick, channel, amount)
    }
    this.#newestNs = this.nowNs
    this.#newestTick = tick
  }

  /** The oldest entry, of which there is one, leaves. */
  shift(): void {
    if (--this.#count === 0) return
    if (this.#oldest.at === this.#headEnd) this.#leavePiece()
    this.#oldest.next()
  }

  encode(writer: StateWriter): void {
    const { tsNs, tick, channel, amount, at } = this.#oldest
    writer.number(this.#count)
    if (this.#count === 0) return
    writer.number(tsNs).number(tick).number(channel).number(amount)
    const parts = this.#pieces.map(({ words, end }, i) =>
      words.subarray(i === 0 ? at : 0, end === OPEN ? this.#tailAt : end),
    )
    writer.words(parts)
  }

  /**
   * Replaces the entries with what `encode` wrote.
   *
   * @param visit told every one of them, oldest first
   */
  decode(
    reader: StateReader,
    visit: (tick: number, channel: number, amount: number) => void,
  ): void {
    const count = reader.number()
    if (count === 0) {
      this.#restart(0, new Int32Array(0))
      return
    }
    const cursor = new EntryCursor(new Int32Array(0), 0)
    cursor.set(reader.number(), reader.number(), reader.number(), reader.number())
    cursor.words = reader.words()
    this.#restart(count, cursor.words)
    this.#oldest.set(cursor.tsNs, cursor.tick, cursor.channel, cursor.amount)
    let left = count
    for (; left > 1 && cursor.at < cursor.words.length; left--) {
      visit(cursor.tick, cursor.channel, cursor.amount)
      cursor.next()
    }
    if (left !== 1 || cursor.at !== cursor.words.length) {
      throw new StateCodecError(`expected ${count} entries of a window, was another number`)
    }
    visit(cursor.tick, cursor.channel, cursor.amount)
    this.#newestNs = cursor.tsNs
    this.#newestTick = cursor.tick
  }

  /** Holds so many entries, in words that leave no room for more. */
  #restart(count: number, words: Int32Array): void {
    this.#count = count
    this.#pieces = [{ words, end: OPEN }]
    this.#spare = []
    this.#tail = words
    this.#tailAt = words.length
    this.#oldest.words = words
    this.#oldest.at = 0
    this.#headEnd = OPEN
  }

  #putFirst(tick: number, channel: number, amount: number): void {
    const oldest = this.#oldest
    oldest.tsNs = this.nowNs
    oldest.tick = tick
    oldest.channel = channel
    oldest.amount = amount
    oldest.at = this.#tailAt // the last to leave lay in the piece that is written to
  }

  #putLong(tick: number, channel: number, amount: number): void {
    const words = this.#tail
    const at = this.#tailAt
    words[at] = LONG
    putDouble(words, at + 1, this.nowNs)
    words[at + 3] = tick
    words[at + 4] = channel
    putDouble(words, at + 5, amount)
    this.#tailAt = at + LONG_WORDS
  }

  #beginPiece(): void {
    const last = this.#pieces.at(-1)
    if (last !== undefined) last.end = this.#tailAt
    if (this.#pieces.length === 1) this.#headEnd = this.#tailAt
    const piece = this.#spare.pop() ?? { words: new Int32Array(PIECE_WORDS), end: OPEN }
    piece.end = OPEN
    this.#pieces.push(piece)
    this.#tail = piece.words
    this.#tailAt = 0
  }

  #leavePiece(): void {
    const left = this.#pieces.shift()
    if (left?.words.length === PIECE_WORDS) this.#spare.push(left)
    const [piece] = this.#pieces
    if (piece === undefined) return
    this.#oldest.words = piece.words
    this.#oldest.at = 0
    this.#headEnd = piece.end
  }
}

function putDouble(words: Int32Array, at: number, value: number): void {
  double.setFloat64(0, value, true)
  words[at] = double.getInt32(0, true)
  words[at + 1] = double.getInt32(4, true)
}

function doubleAt(words: Int32Array, at: number): number {
  double.setInt32(0, words[at] ?? 0, true)
  double.setInt32(4, words[at + 1] ?? 0, true)
  return double.getFloat64(0, true)
}
