import { NO_SEQ, type EventStamp, type StateReader, type StateWriter } from '@levels/kernel'

const PLAIN_CAPACITY = 64
/** Most keys remembered of one nanosecond; what comes beyond is applied unchecked and counted. */
export const KEY_CAPACITY = 1 << 16

/**
 * The identities of the events applied at the present event time, to refuse duplicates.
 *
 * Events come in order of event time, so nothing older needs remembering. Up to 64 events at one
 * nanosecond are kept in arrays and scanned; a larger burst spills into a set, of `KEY_CAPACITY`
 * at most, that is dropped with the next nanosecond.
 */
export class RecentKeys {
  #tsRelNs = -Infinity
  #count = 0
  readonly #kinds = new Uint8Array(PLAIN_CAPACITY)
  readonly #seqs = new Float64Array(PLAIN_CAPACITY)
  readonly #symbols = new Float64Array(PLAIN_CAPACITY)
  #overflow: Set<string> | null = null
  #uncheckedCount = 0

  /** Events that could not be told from duplicates because too many shared their nanosecond. */
  get uncheckedCount(): number {
    return this.#uncheckedCount
  }

  /**
   * @param symbol a number that tells the instruments of one kind apart
   * @returns false when the same event was seen at the same time; without `seq` always true
   */
  admit(event: EventStamp, kind: number, symbol: number): boolean {
    const { tsRelNs, seq } = event
    if (tsRelNs !== this.#tsRelNs) {
      this.#tsRelNs = tsRelNs
      this.#count = 0
      this.#overflow = null
    }
    if (seq === NO_SEQ) return true
    for (let i = 0; i < this.#count; i++) {
      if (this.#seqs[i] === seq && this.#kinds[i] === kind && this.#symbols[i] === symbol) {
        return false
      }
    }
    if (this.#count === PLAIN_CAPACITY) return this.#admitOverflow(`${kind}:${seq}:${symbol}`)
    this.#kinds[this.#count] = kind
    this.#seqs[this.#count] = seq
    this.#symbols[this.#count] = symbol
    this.#count++
    return true
  }

  #admitOverflow(key: string): boolean {
    this.#overflow ??= new Set()
    if (this.#overflow.has(key)) return false
    if (this.#overflow.size < KEY_CAPACITY) this.#overflow.add(key)
    else this.#uncheckedCount++
    return true
  }

  encode(writer: StateWriter): void {
    writer.number(this.#tsRelNs).number(this.#uncheckedCount).numbers(this.#kinds, 0, this.#count)
    writer.numbers(this.#seqs, 0, this.#count).numbers(this.#symbols, 0, this.#count)
    writer.string([...(this.#overflow ?? [])].join(' '))
  }

  decode(reader: StateReader): void {
    this.#tsRelNs = reader.number()
    this.#uncheckedCount = reader.number()
    const kinds = reader.numbers()
    this.#count = kinds.length
    this.#kinds.set(kinds)
    this.#seqs.set(reader.numbers())
    this.#symbols.set(reader.numbers())
    const overflow = reader.string()
    this.#overflow = overflow === '' ? null : new Set(overflow.split(' '))
  }
}
